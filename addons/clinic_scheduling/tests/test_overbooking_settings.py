# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestOverbookingSettings(ClinicCommon):
    """Managers of the clinic find and change the settings beside the model card."""

    def _open(self, user):
        return Form(self.env["clinic.overbooking.settings"].with_user(user))

    def test_a_manager_changes_them(self):
        company = self.env.company
        company.clinic_cost_extra = 321
        form = self._open(self._create_user("manager"))
        self.assertEqual(form.clinic_cost_extra, 321)
        form.clinic_cost_extra = 400
        form.clinic_overbooking_percent = 10
        form.save().action_save()
        self.assertEqual(company.clinic_cost_extra, 400)
        self.assertEqual(company.clinic_overbooking_percent, 10)

    def test_nonsense_is_refused(self):
        form = self._open(self._create_user("manager"))
        form.clinic_overbooking_percent = 300
        wizard = form.save()
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            wizard.action_save()

    def test_nobody_else_does(self):
        with self.assertRaises(AccessError):
            self._open(self.receptionist).save()
        wizard = self.env["clinic.overbooking.settings"].create({})
        with self.assertRaises(AccessError):
            wizard.with_user(self.receptionist).action_save()

    def test_the_model_card_leads_there(self):
        action = self.env.ref("clinic_scheduling.clinic_overbooking_settings_action")
        for user, found in ((self._create_user("manager"), 1), (self.receptionist, 0)):
            models = self.env["clinic.no.show.model"].with_user(user)
            arch = models.get_view(view_type="form")["arch"]
            self.assertEqual(arch.count(f'name="{action.id}"'), found)
