# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.fields import Command

from .common import ClinicCommon


class ImpactCommon(ClinicCommon):
    """The practice, a manager, and short ways to an absence and its decisions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user("manager")
        cls.patient.email = "paul@example.com"
        cls.other_patient.phone = "+33 1 70 00 00 01"

    def _absence(self, start=None, stop=None, doctors=None, user=None, **values):
        """Return a previewed absence of the doctor on the first Monday."""
        impact = (
            self.env["clinic.impact"]
            .with_user(user or self.receptionist)
            .create(
                {
                    "doctor_ids": [Command.set((doctors or self.doctor).ids)],
                    "start": start or self._at(8),
                    "stop": stop or self._at(20),
                    "reason": "Ill",
                    **values,
                }
            )
        )
        impact.action_preview()
        return impact

    def _leaves(self, doctor=None):
        resource = (doctor or self.doctor).resource_id
        return self.env["resource.calendar.leaves"].search(
            [("resource_id", "=", resource.id)]
        )

    def _leave(self, start, stop, **values):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "resource_id": self.doctor.resource_id.id,
                "date_from": start,
                "date_to": stop,
                **values,
            }
        )

    def _holds(self):
        return self.env["clinic.appointment"].search([("state", "=", "hold")])

    def _assert_ledger_agrees(self):
        """No count of the health check is above 0."""
        checks = self.env["clinic.health"]._ledger_checks()
        self.assertFalse([check for check in checks if check[1]])
