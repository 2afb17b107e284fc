# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields

#: No quiet hours: tests run at any time of the day.
LOUD = {"clinic_quiet_from": 0, "clinic_quiet_to": 0}


class WaitlistMixin:
    """Patients who wait for the service, and one doctor's time that becomes free."""

    @classmethod
    def _set_up_waitlist(cls):
        company = cls.env.company
        company.write({**LOUD, "clinic_waitlist_enabled": True})
        entries = cls.env["clinic.waitlist.entry"].search([])
        entries.action_withdraw()
        # hours that were made while the demo practice's patients waited
        cls.env["clinic.waitlist.gap"].search([]).unlink()
        patients = [{"name": name} for name in ("Wanda First", "Willy Second")]
        cls.first, cls.second = cls.env["clinic.patient"].create(patients)

    @classmethod
    def _join(cls, patient, **values):
        """Put a patient on the list for the service."""
        return cls.env["clinic.waitlist.entry"].create(
            {"patient_id": patient.id, "service_id": cls.service.id, **values}
        )

    def _find_gaps(self, state=None):
        domain = [("doctor_id", "=", self.doctor.id), ("state", "!=", "look")]
        if state:
            domain.append(("state", "=", state))
        return self.env["clinic.waitlist.gap"].search(domain, order="id")

    def _work(self):
        """Do what the scheduled action does, without its commits."""
        gaps = self.env["clinic.waitlist.gap"].sudo()
        for _step in range(50):
            due = gaps.search(gaps._get_due_domain(()), order="start, id", limit=1)
            if not due:
                return
            due._advance()
        self.fail("The cascade does not come to an end.")

    def _cancel_and_work(self, visit):
        """Cancel a visit; return the gap after the first step of its cascade."""
        visit.cancel()
        self._work()
        return self._find_gaps()[-1:]

    def _get_offer(self, gap):
        return gap.asked_ids.filtered(lambda offer: offer.state == "offered")

    def _let_expire(self, hold):
        """Let the time of a hold be over."""
        past = fields.Datetime.now() - timedelta(seconds=1)
        hold.sudo().reservation_ids.expires_at = past
        hold.sudo()._write_by_door({"hold_expires_at": past})
        hold.sudo().waitlist_offer_ids.expires_at = past
        hold.sudo().waitlist_offer_ids.gap_id.next_at = past
