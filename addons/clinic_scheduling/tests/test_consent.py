# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestConsent(ClinicCommon):
    """Guardians that reception names, and the consents that follow from it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.env["clinic.consent"]._get_today()
        cls.parent = cls.other_patient
        cls.desk = cls.env["clinic.patient"].with_user(cls.receptionist)
        cls.child = cls.desk.create(
            {
                "name": "Kim Child",
                "birthdate": cls.today - relativedelta(years=7),
                "guardian_id": cls.parent.id,
            }
        )

    def _get_open(self, patient=None):
        consents = (patient or self.child).sudo().consent_ids
        return consents.filtered(lambda item: not item.revoked_at)

    def _patients(self, partner, scope="view"):
        return self.env["clinic.patient"]._get_patients_of(partner, scope)

    def test_guardian_gets_a_consent(self):
        consent = self._get_open()
        self.assertEqual(consent.partner_id, self.parent.partner_id)
        self.assertEqual(consent.relationship, "guardian")
        self.assertEqual(consent.source, "reception")
        self.assertEqual(consent.scope, "book")
        of_age = self.child.birthdate + relativedelta(years=18)
        self.assertEqual(consent.valid_until, of_age - timedelta(days=1))
        self.assertIn(self.child, self._patients(self.parent.partner_id, "book"))
        self.assertNotIn(self.child, self._patients(self.parent.partner_id, "manage"))

    def test_patients_of_other_companies_stay_there(self):
        company = self.env["res.company"].create({"name": "Other Practice"})
        partner = self.parent.partner_id
        contact = "shared@example.com"
        self.child.sudo().email = contact
        patients, elsewhere = (
            self.env["clinic.patient"].with_context(allowed_company_ids=item.ids)
            for item in (self.env.company, company)
        )
        for here, owner in ((True, False), (True, self.env.company), (False, company)):
            with self.subTest(company=owner):
                self.child.sudo().company_id = owner
                found = patients._get_patients_of(partner)
                self.assertEqual(self.child in found, here)
                found = patients._find_by_contact("email", contact)
                self.assertEqual(self.child in found, here)
                there = owner != self.env.company
                found = elsewhere._get_patients_of(partner)
                self.assertEqual(self.child in found, there)
                found = elsewhere._find_by_contact("email", contact)
                self.assertEqual(self.child in found, there)

    def test_change_of_guardian(self):
        old = self._get_open()
        self.child.guardian_id = self.patient
        self.assertTrue(old.revoked_at)
        self.assertEqual(self._get_open().partner_id, self.patient.partner_id)
        self.child.guardian_id = False
        self.assertFalse(self._get_open())
        self.child.guardian_id = self.parent
        self.assertEqual(self._get_open().partner_id, self.parent.partner_id)

    def test_same_guardian_again_changes_nothing(self):
        consent = self._get_open()
        self.child.guardian_id = self.parent
        self.assertEqual(self._get_open(), consent)

    def test_who_registered_a_child_keeps_what_they_got(self):
        child = self.env["clinic.patient"]._register_patient(
            {"name": "Lea Child", "birthdate": self.child.birthdate},
            guardian=self.parent.partner_id,
        )
        consent = self._get_open(child)
        self.assertEqual(consent.scope, "manage")
        self.assertEqual(consent.source, "registration")
        self.assertEqual(child.guardian_id, self.parent)

    def test_revoked_guardian_is_none_any_more(self):
        self._get_open().with_user(self.receptionist).action_revoke()
        self.assertFalse(self.child.guardian_id)
        self.assertNotIn(self.child, self._patients(self.parent.partner_id))

    def test_expired_consent_opens_nothing(self):
        consent = self._get_open()
        consent.valid_from = self.today - timedelta(days=9)
        consent.valid_until = self.today - timedelta(days=1)
        self.assertEqual(consent.state, "expired")
        self.assertNotIn(self.child, self._patients(self.parent.partner_id))
        tomorrow = self.today + timedelta(days=1)
        consent.write({"valid_from": tomorrow, "valid_until": False})
        self.assertEqual(consent.state, "planned")
        self.assertNotIn(self.child, self._patients(self.parent.partner_id))

    def test_another_birth_date_never_prolongs(self):
        consent = self._get_open()
        end = consent.valid_until
        self.child.birthdate -= relativedelta(years=2)
        self.assertEqual(consent.valid_until, end - relativedelta(years=2))
        self.child.birthdate += relativedelta(years=5)
        self.assertEqual(consent.valid_until, end - relativedelta(years=2))

    def test_birth_date_that_comes_later_ends_an_open_consent(self):
        child = self.desk.create({"name": "Max", "guardian_id": self.parent.id})
        self.assertFalse(self._get_open(child).valid_until)
        child.birthdate = self.today - relativedelta(years=17)
        limit = child.birthdate + relativedelta(years=18, days=-1)
        self.assertEqual(self._get_open(child).valid_until, limit)

    def test_adults_are_guarded_until_revoked(self):
        born = self.today - relativedelta(years=90)
        senior = self.desk.create(
            {"name": "Old", "birthdate": born, "guardian_id": self.parent.id}
        )
        self.assertFalse(self._get_open(senior).valid_until)

    def test_only_staff_revoke(self):
        consent = self._get_open()
        portal = new_test_user(self.env, "test_p", groups="base.group_portal")
        for user in (portal, self._create_user("doctor")):
            with self.assertRaises(AccessError):
                consent.with_user(user).action_revoke()

    # ------------------------------------------------------------------
    # Accounts
    # ------------------------------------------------------------------

    def test_wizard_of_the_own_account(self):
        self.patient.email = "paul@example.com"
        patient = self.patient.with_user(self.receptionist)
        action = patient.action_give_portal_access()
        self.assertEqual(action["res_model"], "portal.wizard")
        wizard = self.env["portal.wizard"].browse(action["res_id"])
        self.assertEqual(wizard.user_ids.partner_id, self.patient.partner_id)
        wizard.with_user(self.receptionist).user_ids.action_grant_access()
        patient.invalidate_recordset()
        self.assertEqual(patient.portal_user_id.login, "paul@example.com")
        self.assertTrue(patient.portal_user_id.sudo()._is_portal())

    def test_link_another_account(self):
        account = new_test_user(self.env, "test_p", groups="base.group_portal")
        patient = self.patient.with_user(self.receptionist)
        context = patient.action_link_account()["context"]
        consents = self.env["clinic.consent"].with_user(self.receptionist)
        with Form(consents.with_context(**context)) as form:
            form.partner_id = account.partner_id
        own = self.env["clinic.patient"]._get_self(account.partner_id)
        self.assertEqual(own, self.patient)
        self.assertIn(self.patient, self._patients(account.partner_id, "manage"))

    def test_form_of_the_patient_shows_consents(self):
        with Form(self.child) as form:
            self.assertEqual(len(form.consent_ids), 1)
