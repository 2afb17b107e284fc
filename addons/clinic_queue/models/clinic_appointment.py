# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from ..exceptions import QueueError


class ClinicAppointment(models.Model):
    _inherit = "clinic.appointment"

    queue_ticket_ids = fields.One2many(
        "clinic.queue.ticket", "appointment_id", readonly=True
    )

    def check_in(self, source="reception"):
        """The patient is here: give them a number in the queue of their visit.

        Repeating it gives the same ticket.

        :return: ``clinic.queue.ticket``
        :raise QueueError: it is not of today, or no queue of the site takes this visit
        """
        return self._check_in({"source": source})

    def _find_queue(self):
        queue = self.env["clinic.queue"]._find_for_appointment(self)
        if not queue:
            raise QueueError(
                self.env._(
                    "No queue at %(site)s takes this appointment. A manager sets one "
                    "up under Queue > Configuration > Queues.",
                    site=self.site_id.name,
                )
            )
        return queue

    def _check_in(self, values):
        """As ``check_in``, with what else is known of the arrival.

        :param dict values: of ``JOIN_FIELDS``: the source, a number given offline…
        :return: ``clinic.queue.ticket``; of who was absent the one they had
        :raise QueueError: it is not of today, or no queue of the site takes this visit
        """
        self.ensure_one()
        tickets = self.queue_ticket_ids.sorted("id")
        known = tickets.filtered(lambda item: item.state not in ("cancelled", "absent"))
        if known:
            return known[:1]
        if not self._is_today(values.get("arrived_at")):
            raise QueueError(
                self.env._("Only visits of today can be checked in. Change its day.")
            )
        absent = tickets.filtered(lambda item: item.state == "absent")[-1:]
        if absent and not absent.is_void and not values.get("number"):
            # back again: the first clock goes on
            absent.take_back()
            return absent
        queue = self._find_queue()
        if self.state == "arrived":
            # of two at once the later one is repeated by Odoo, and finds the ticket
            self.env.cr.execute(
                "UPDATE clinic_appointment SET write_date = write_date WHERE id = %s",
                (self.id,),
            )
        else:
            self.arrive()
        return queue._join(
            {
                **values,
                "appointment_id": self.id,
                "patient_id": self.patient_id.id,
                "service_id": self.service_id.id,
                "doctor_id": self.doctor_id.id,
            }
        )
