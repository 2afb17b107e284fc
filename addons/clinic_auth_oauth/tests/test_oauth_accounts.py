# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessDenied
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import OauthCommon


@tagged("post_install", "-at_install")
class TestOauthAccounts(OauthCommon):
    """A new account is nobody that is known already."""

    def test_it_attaches_to_no_patient_of_the_same_address(self):
        self.patient.email = "gail@example.com"
        self._issue()
        user = self._sign_in()
        self.assertNotEqual(user.partner_id, self.patient.partner_id)
        patients = self.env["clinic.patient"]._get_patients_of(user.partner_id)
        self.assertFalse(patients)
        self.assertFalse(self.patient.partner_id.user_ids)

    def test_it_attaches_to_no_contact_of_the_same_address(self):
        partner = self.env["res.partner"].create(
            {"name": "Gail Grant", "email": "gail@example.com"}
        )
        self._issue()
        self.assertNotEqual(self._sign_in().partner_id, partner)

    @mute_logger("odoo.sql_db")  # the database refuses the second login
    def test_it_takes_over_no_account_of_the_same_address(self):
        known = new_test_user(
            self.env, "gail@example.com", groups="base.group_portal", email=False
        )
        self._issue()
        with self.assertRaises(AccessDenied):
            self._sign_in()
        self.assertFalse(known.oauth_uid)

    def test_an_invitation_leads_to_its_own_contact(self):
        self.patient.email = "other@example.com"
        partner = self.patient.partner_id
        partner.signup_prepare()
        self._issue()
        user = self._sign_in(t=partner._generate_signup_token())
        self.assertEqual(user.partner_id, partner)

    def test_the_second_time_it_is_the_same_account(self):
        self._issue()
        user = self._sign_in()
        self._issue(user={"email": "gail.new@example.com"})
        self.assertEqual(self._sign_in(), user)
