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
        :raise QueueError: no queue of the site takes this visit
        """
        return self._check_in({"source": source})

    def _check_in(self, values):
        """As ``check_in``, with what else is known of the arrival.

        :param dict values: of ``JOIN_FIELDS``: the source, a number given offline…
        :return: ``clinic.queue.ticket``
        :raise QueueError: no queue of the site takes this visit
        """
        self.ensure_one()
        tickets = self.env["clinic.queue.ticket"]
        known = tickets.search(
            [
                ("appointment_id", "=", self.id),
                ("state", "not in", ("cancelled", "absent")),
            ],
            limit=1,
        )
        if known:
            return known
        queue = self.env["clinic.queue"]._find_for_appointment(self)
        if not queue:
            raise QueueError(
                self.env._(
                    "No queue at %(site)s takes this appointment. A manager sets one "
                    "up under Queue > Configuration > Queues.",
                    site=self.site_id.name,
                )
            )
        if self.state != "arrived":
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
