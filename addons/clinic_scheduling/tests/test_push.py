# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
from contextlib import ExitStack

from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.mail_push import LONGEST, PARAM_SERVICES, PARAM_STAND_IN
from .common import ClinicCommon
from .push_service import PushBrowser, PushService

WARNINGS = (
    "odoo.addons.mail.tools.web_push",
    "odoo.addons.clinic_scheduling.models.mail_push",
)


@tagged("post_install", "-at_install")
class TestPush(ClinicCommon):
    """Messages on patients' devices: to whom, what they say, and how they end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # these tests run at any time of the day
        cls.env.company.write({"clinic_quiet_from": 0, "clinic_quiet_to": 0})
        cls.service_there = PushService()
        cls.service_there.__enter__()
        cls.addClassCleanup(cls.service_there.__exit__)
        cls.set_param = cls.env["ir.config_parameter"].sudo().set_param
        cls.set_param(PARAM_STAND_IN, cls.service_there.url)
        cls.env["mail.push.device"].get_web_push_vapid_public_key()
        cls.account = new_test_user(cls.env, "push_paul", groups="base.group_portal")
        cls.patient.partner_id = cls.account.partner_id
        cls.patient.email = "paul@example.com"
        cls.visit = cls._book(10, reason="Secret cough")
        cls.rule = cls.env["clinic.reminder.rule"].create(
            {
                "name": "By notification",
                "event": "reminder",
                "channel": "push",
                "fallback_channel": "email",
                "sms_body": "Your appointment is near: "
                "{{ object._get_message_link('reminder') }}",
            }
        )

    def setUp(self):
        super().setUp()
        self.service_there.status = 201
        self.service_there.taken.clear()
        self.browser = PushBrowser(self.service_there)

    def _create_device(self, partner=None, **values):
        return self.env["mail.push.device"].create(
            {
                "partner_id": (partner or self.account.partner_id).id,
                "endpoint": self.browser.endpoint,
                "keys": json.dumps(self.browser.keys),
                "is_clinic_portal": True,
                **values,
            }
        )

    def _create_reminder(self):
        now = fields.Datetime.now()
        reminder = (
            self.env["clinic.reminder"]
            .sudo()
            .create(
                {
                    "appointment_id": self.visit.id,
                    "company_id": self.env.company.id,
                    "rule_id": self.rule.id,
                    "event": "reminder",
                    "channel": "push",
                    "planned_at": now,
                    "due_at": now,
                }
            )
        )
        reminder._process(None)
        return reminder

    def _send(self):
        """Run Odoo's scheduled action for notifications."""
        with ExitStack() as stack, mute_logger(*WARNINGS):
            if not type(self)._registry_patched:
                stack.enter_context(self.enter_registry_test_mode())
            self.env.flush_all()
            cr = stack.enter_context(self.registry.cursor())
            self.env(cr=cr)["mail.push"]._push_notification_to_endpoint()
        self.env.invalidate_all()

    def _get_instead(self, reminder):
        domain = [("fallback_of_id", "=", reminder.id)]
        return self.env["clinic.reminder"].search(domain).mapped("channel")

    def test_message_reaches_the_device_and_only_there_it_is_read(self):
        self._create_device()
        reminder = self._create_reminder()
        self.assertEqual(reminder.state, "sent")
        self.assertFalse(self.service_there.taken)  # nothing within the transaction
        self._send()
        [(path, headers, body)] = self.service_there.taken
        self.assertTrue(self.browser.endpoint.endswith(path))
        self.assertNotIn(b"appointment", body)
        payload = json.loads(self.browser.decrypt(body))
        self.assertEqual(payload["title"], self.env.company.name)
        options = payload["options"]
        self.assertEqual(options["body"], "Your appointment is near")
        self.assertEqual(options["tag"], f"clinic-{reminder.id}")
        self.assertIn(f"/my/appointments/{self.visit.id}", options["data"]["url"])
        self.assertNotIn("Secret", json.dumps(payload))
        self.assertEqual(headers["TTL"], str(LONGEST))
        self.assertEqual(reminder.provider_state, "sent")
        self.assertFalse(self.env["mail.push"].search([]))

    def test_without_a_device_it_goes_by_another_channel(self):
        reminder = self._create_reminder()
        self.assertEqual(reminder.state, "failed")
        self.assertEqual(self._get_instead(reminder), ["email"])

    def test_only_devices_of_patients_count(self):
        self._create_device(is_clinic_portal=False)
        self.assertEqual(self._create_reminder().state, "failed")

    def test_a_closed_account_gets_nothing(self):
        self._create_device()
        self.account.active = False
        self.assertEqual(self._create_reminder().state, "failed")

    def test_a_device_that_is_gone(self):
        device = self._create_device()
        for status in (404, 410):
            with self.subTest(status=status):
                device = device.exists() or self._create_device()
                self.service_there.status = status
                self.env["clinic.reminder"].search([]).unlink()
                reminder = self._create_reminder()
                self._send()
                self.assertFalse(device.exists())
                self.assertEqual(reminder.state, "failed")
                self.assertEqual(self._get_instead(reminder), ["email"])

    def test_a_service_that_refuses_or_leads_elsewhere(self):
        self._create_device()
        for status in (429, 500, 307):
            with self.subTest(status=status):
                self.service_there.status = status
                self.service_there.taken.clear()
                self.env["clinic.reminder"].search([]).unlink()
                reminder = self._create_reminder()
                self._send()
                self.assertEqual(len(self.service_there.taken), 1)
                self.assertEqual(reminder.state, "failed")
                self.assertEqual(reminder.error, f"HTTP {status}")

    def test_one_device_of_two_is_enough(self):
        self._create_device(endpoint=f"{self.service_there.url[:-1]}")
        self.set_param(PARAM_STAND_IN, self.service_there.url)
        self.browser = PushBrowser(self.service_there)
        gone = self._create_device(endpoint="https://gone.invalid/x")
        self.set_param(PARAM_SERVICES, "gone.invalid")
        self.browser = PushBrowser(self.service_there)
        self._create_device()
        reminder = self._create_reminder()
        self._send()
        self.assertEqual(reminder.state, "sent")
        self.assertFalse(gone.exists())
        self.assertEqual(len(self.service_there.taken), 1)

    def test_staffs_notifications_stay_with_staff(self):
        device = self._create_device()
        other = PushBrowser(self.service_there)
        staff = device.copy({"endpoint": other.endpoint, "is_clinic_portal": False})
        thread = self.env["mail.thread"]
        partners = self.account.partner_id.ids
        devices, *_keys = thread._web_push_get_partners_parameters(partners)
        self.assertEqual(devices, staff)
        self.env["mail.push"].create(
            {"mail_push_device_id": staff.id, "payload": json.dumps({"title": "x"})}
        )
        self._send()
        self.assertEqual(len(self.service_there.taken), 1)
        self.assertEqual(self.service_there.taken[0][1]["TTL"], "60")

    def test_known_push_services_only(self):
        devices = self.env["mail.push.device"]
        for endpoint in (
            "https://fcm.googleapis.com/fcm/send/x",
            "https://updates.push.services.mozilla.com/wpush/v2/x",
            "https://web.push.apple.com/x",
            "https://db5p.notify.windows.com/w/?token=x",
            f"{self.service_there.url}/push/x",
        ):
            with self.subTest(endpoint=endpoint):
                self.assertTrue(devices._is_push_service(endpoint))
        for endpoint in (
            *("", "x", "http://fcm.googleapis.com/x", "https://127.0.0.1/x"),
            *("https://fcm.googleapis.com:8069/x", "https://[::1]/x", "https://[x"),
            *("https://fcm.googleapis.com@127.0.0.1/x", "file:///etc/passwd"),
            *("https://fcm.googleapis.com.example.com/x", "https://xpush.apple.com/"),
            *("https://evilnotify.windows.com/x", f"{self.service_there.url}0/push"),
        ):
            with self.subTest(endpoint=endpoint):
                self.assertFalse(devices._is_push_service(endpoint))
        self.set_param(PARAM_STAND_IN, "https://example.com")
        self.assertFalse(devices._is_push_service("https://example.com/x"))
