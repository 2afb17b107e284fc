# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_open
from odoo.tools.convert import convert_file


@tagged("post_install", "-at_install")
class TestDemoCompany(TransactionCase):
    """The practice that the demo data makes of the company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        file = "demo/res_company_demo.xml"
        convert_file(cls.env, "clinic_scheduling", file, {}, mode="init")
        cls.company = cls.env.ref("base.main_company")

    def test_it_has_a_face_and_an_address(self):
        with file_open("clinic_scheduling/static/img/practice_demo.png", "rb") as file:
            self.assertEqual(base64.b64decode(self.company.logo), file.read())
        self.assertFalse(self.company.uses_default_logo)
        self.assertEqual(self.company.country_id, self.env.ref("base.be"))
        self.assertFalse(self.company.state_id)
        self.assertTrue(self.company.email.endswith("@example.com"))

    def test_its_sms_stay_in_the_queue(self):
        queue = self.env.ref("sms.ir_cron_sms_scheduler_action")
        sms = self.env["sms.sms"].create({"number": "+32 2 000 90 00", "body": "Hello"})
        self.env.flush_all()
        ready = self.env["ir.cron"]._get_all_ready_jobs(self.env.cr)
        self.assertNotIn(queue.id, [job["id"] for job in ready])
        self.assertEqual(sms.state, "outgoing")
