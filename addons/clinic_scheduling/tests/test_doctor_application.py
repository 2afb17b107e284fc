# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MockEmail

from ..uploads import Upload
from .common import ClinicCommon

MODEL = "clinic.doctor.application"


@tagged("post_install", "-at_install")
class TestDoctorApplication(ClinicCommon, MockEmail):
    """What becomes of a doctor's wish to join."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user("manager", email="manager@example.com")
        cls.env.company.email = "practice@example.com"
        cls.application = cls._apply()

    @classmethod
    def _apply(cls, **values):
        """Apply as somebody who is not signed in."""
        public = cls.env[MODEL].with_user(cls.env.ref("base.public_user"))
        upload = Upload("licence.pdf", "application/pdf", b"%PDF-1.7 test")
        application = public._submit(
            {
                "name": "Dana Doctor",
                "email": "Dana.Doctor@Example.com",
                "phone": "+33 1 23 45 67 89",
                "license_number": "L-4711",
                "biography": "First line\n<img src=x onerror=alert(1)> {{ 7*7 }}",
                "specialty_ids": [(6, 0, cls.specialty.ids)],
                "site_ids": [(6, 0, cls.site.ids)],
                **values,
            },
            [upload],
        )
        return application.with_user(cls.manager).sudo(False)

    def _approve(self, application=None, **values):
        wizard = self.env[f"{MODEL}.approve"].with_user(self.manager)
        application = application or self.application
        wizard = wizard.create({"application_id": application.id, **values})
        action = wizard.action_approve()
        return self.env["clinic.doctor"].browse(action["res_id"])

    # -- Arriving ----------------------------------------------------------

    def test_what_arrives(self):
        application = self.application
        self.assertEqual(application.state, "new")
        self.assertEqual(application.email, "dana.doctor@example.com")
        followers = application.message_partner_ids.user_ids
        self.assertFalse(followers.filtered("share"), "only managers hear of it")
        (document,) = application.attachment_ids
        self.assertEqual(document.mimetype, "application/pdf")
        self.assertFalse(document.public)
        self.assertEqual(document.raw, b"%PDF-1.7 test")

    def test_managers_are_asked_without_a_mail(self):
        with self.mock_mail_gateway():
            application = self._apply()
        self.assertFalse(self._new_mails)
        self.assertIn(self.manager, application.activity_ids.user_id)

    def test_only_known_fields(self):
        for name in ("state", "user_id", "doctor_id", "company_id", "create_uid"):
            with self.subTest(field=name), self.assertRaises(ValueError):
                self._apply(**{name: 1})

    def test_who_may_do_what(self):
        users = {
            "manager": self.manager,
            "receptionist": self.receptionist,
            "doctor": self._create_user("doctor"),
            "portal": new_test_user(self.env, "test_p", groups="base.group_portal"),
        }
        for role, user in users.items():
            for operation in ("read", "write", "create", "unlink"):
                allowed = role == "manager" and operation != "create"
                with self.subTest(role=role, operation=operation):
                    record = self.application.with_user(user)
                    self.assertEqual(record.has_access(operation), allowed)
        document = self.application.attachment_ids
        for role in ("receptionist", "doctor", "portal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                document.with_user(users[role]).read(["raw"])
        self.assertTrue(document.with_user(self.manager).raw)

    # -- Approving ---------------------------------------------------------

    def test_approve_makes_a_portal_login_and_a_doctor(self):
        with self.mock_mail_gateway():
            doctor = self._approve()
        user = doctor.user_id
        self.assertEqual(user.login, "dana.doctor@example.com")
        self.assertTrue(user._is_portal())
        self.assertFalse(user.has_group("base.group_user"))
        self.assertEqual(user.partner_id, doctor.partner_id)
        self.assertEqual(doctor.license_number, "L-4711")
        self.assertEqual(doctor.specialty_ids, self.specialty)
        self.assertEqual(doctor.site_ids, self.site)
        self.assertEqual(doctor.portal_hours, "absences")
        self.assertEqual(doctor.phone, "+33 1 23 45 67 89")
        application = self.application
        self.assertEqual(application.state, "approved")
        self.assertEqual(application.doctor_id, doctor)
        self.assertEqual(application.decided_by_id, self.manager)
        self.assertFalse(application.activity_ids)

    def test_the_invitation_is_queued(self):
        with self.mock_mail_gateway():
            doctor = self._approve()
            self.assertFalse(self._mails, "nothing is sent inside the transaction")
            (mail,) = self._new_mails
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.recipient_ids, doctor.partner_id)
        self.assertIn("/web/signup?", mail.body_html)
        self.assertIn("token=", mail.body_html)
        self.assertEqual(doctor.partner_id.sudo().signup_type, "signup")

    def test_internal_login(self):
        doctor = self._approve(login="internal")
        self.assertTrue(
            doctor.user_id.has_group("clinic_scheduling.group_clinic_doctor")
        )
        self.assertFalse(
            doctor.user_id.has_group("clinic_scheduling.group_clinic_manager")
        )

    def test_patients_book_with_the_new_doctor(self):
        doctor = self._approve()
        self._create_hours(doctor, "0", 9, 17)
        self.assertTrue(self._book(doctor_id=doctor.id))

    def test_biography_stays_text(self):
        biography = str(self._approve().biography)
        self.assertNotIn("<img", biography)
        self.assertIn("{{ 7*7 }}", biography)

    def test_accounts_are_not_matched_by_address(self):
        known = new_test_user(
            self.env, "DANA.doctor@example.com", groups="base.group_portal"
        )
        with self.assertRaisesRegex(UserError, "account with the address"):
            self._approve()
        self.assertEqual(self.application.state, "new")
        with self.mock_mail_gateway():
            doctor = self._approve(user_id=known.id)
            (mail,) = self._new_mails
        self.assertEqual(doctor.user_id, known)
        self.assertNotIn("token=", mail.body_html, "they have a password already")

    def test_decided_once(self):
        self._approve()
        for attempt in (
            lambda: self._approve(),
            lambda: self.application._refuse("No"),
            lambda: self.application.action_open_refusal(),
        ):
            with self.assertRaisesRegex(UserError, "decided already"):
                attempt()
        found = self.env["clinic.doctor"].search([("license_number", "=", "L-4711")])
        self.assertEqual(len(found), 1)

    def test_a_site_and_a_specialty_are_needed(self):
        for name in ("site_ids", "specialty_ids"):
            with self.subTest(field=name), self.assertRaises(UserError):
                self._approve(**{name: [(5, 0, 0)]})

    # -- Refusing ----------------------------------------------------------

    def _refuse(self, **values):
        wizard = self.env[f"{MODEL}.refuse"].with_user(self.manager)
        values = {"reason": "No <b>room</b>\nthis year", **values}
        wizard = wizard.create({"application_id": self.application.id, **values})
        with self.mock_mail_gateway():
            wizard.action_refuse()
            self.assertFalse(self._mails)
            return self._new_mails

    def test_refuse_tells_why(self):
        mail = self._refuse()
        self.assertEqual(mail.email_to, "dana.doctor@example.com")
        self.assertEqual(mail.state, "outgoing")
        self.assertIn("&lt;b&gt;room&lt;/b&gt;<br", mail.body_html)
        self.assertEqual(self.application.state, "refused")
        self.assertFalse(self.application.doctor_id)
        self.assertFalse(self.application.activity_ids)

    def test_refuse_silently(self):
        self.assertFalse(self._refuse(tell=False))
        self.assertEqual(self.application.state, "refused")

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_others_decide_nothing(self):
        doctor = self._create_user("doctor")
        portal = new_test_user(self.env, "test_p", groups="base.group_portal")
        for user in (self.receptionist, doctor, portal):
            application = self.application.with_user(user)
            for attempt in (
                lambda record=application: record._approve("portal", {}),
                lambda record=application: record._refuse("No"),
                lambda record=application: record.action_open_approval(),
            ):
                with self.assertRaises(AccessError):
                    attempt()
        self.assertEqual(self.application.state, "new")
