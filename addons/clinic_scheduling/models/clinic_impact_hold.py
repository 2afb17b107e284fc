# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Held times that lose their hours before anybody has booked them.

Offers to patients are taken back in the transaction that takes the hours; any other
hold of a patient is looked at once more where it becomes a booking.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from .clinic_appointment_booking import PUBLIC_SOURCES

#: Holds of patients: the hours bind them when they are confirmed, too.
PATIENT_SOURCES = (*PUBLIC_SOURCES, "waitlist")


class ClinicImpactCheck(models.AbstractModel):
    """Holds, beside the booked visits."""

    _inherit = "clinic.impact.check"

    @api.model
    def _get_causes_of_holds(self, holds):
        """Return {appointment id: set of causes} of holds that fit no more."""
        return self._judge_all(
            self._select_visits(
                [SQL("a.state = 'hold'"), SQL("a.id = ANY(%s)", holds.ids)]
            )
        )

    @api.model
    def _refresh_flags(self, doctors=None):
        """Override: every change of hours and absences ends here."""
        result = super()._refresh_flags(doctors)
        self._withdraw_hit_offers(doctors)
        return result

    @api.model
    def _withdraw_hit_offers(self, doctors=None):
        """Take back offers of times that their doctor is not there for any more.

        :param doctors: ``clinic.doctor`` records; None: all
        """
        domain = [("state", "=", "hold"), ("stop", ">", fields.Datetime.now())]
        if doctors is not None:
            domain.append(("doctor_id", "in", doctors.ids))
        # sudo: whoever enters an absence need not see what was offered to whom
        holds_sudo = self.env["clinic.appointment"].sudo().search(domain)
        if not holds_sudo:
            return
        hit_sudo = holds_sudo.browse(self._get_causes_of_holds(holds_sudo))
        if not hit_sudo:
            return
        hit_sudo._get_open_waitlist_offers()._withdraw()
        offers_sudo = self.env["clinic.away.offer"].sudo()
        domain = [("hold_id", "in", hit_sudo.ids), ("state", "=", "waiting")]
        offers_sudo.search(domain)._note_gone()


class ClinicAppointment(models.Model):
    """Patients' holds are looked at again before they become bookings."""

    _inherit = "clinic.appointment"

    def _check_hold_fits(self):
        """Refuse a patient's hold that lost its hours, as a new booking would be.

        What staff held outside the hours by exception stays possible.

        :raise OutsideAvailability: with the nearest free times
        """
        self.ensure_one()
        if self.source not in PATIENT_SOURCES or self.is_outside:
            return
        if not self.env["clinic.impact.check"]._get_causes_of_holds(self):
            return
        visit = self._get_visit({})
        visit.overbook = visit.exception = False
        situation = self._get_visit_situation(visit)
        self._check_rules(visit, situation, self._get_query(visit, situation))
