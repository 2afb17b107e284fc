# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import QueueCommon


@tagged("post_install", "-at_install")
class TestDeskTour(QueueCommon, HttpCase):
    """A nurse works at a desk in the browser."""

    def test_a_nurse_works(self):
        self.nurse.clinic_site_ids = self.site
        # about noon at the site: who came some minutes ago came today
        ahead = 12 - fields.Datetime.now().hour
        self.site.tz = f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"
        other = self._join(20, level=5, patient_id=self.patient.id)
        urgent = self._join(10, level=3, patient_id=self.other_patient.id)
        self.start_tour("/odoo/my-desk", "clinic_queue_desk", login=self.nurse.login)
        self.assertEqual(urgent.state, "completed")
        self.assertEqual((other.state, other.level_id.code), ("absent", 2))
        reasons = other.event_ids.mapped("reason")
        self.assertIn("X-ray", reasons)
        self.assertIn("results are here", reasons)
        alarm = self.tickets.search([("queue_id", "=", self.queue.id)]) - other - urgent
        self.assertEqual((alarm.state, alarm.level_id.code), ("completed", 1))
        self.assertEqual(alarm.alarm_taken_by_id, self.nurse)
        self.assertEqual(self.desk.state, "closed")
