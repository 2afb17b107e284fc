# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.mail_push import PARAM_STAND_IN
from .portal_common import PortalCommon
from .push_service import PushBrowser

WORKER = "/my/clinic/push/worker.js"


class Nowhere:
    """The address of a push service that nobody calls in these tests."""

    url = "http://127.0.0.1:12113"


@tagged("post_install", "-at_install")
class TestPortalPush(PortalCommon):
    """The worker, and switching notifications on and off on a device."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param(PARAM_STAND_IN, Nowhere.url)
        cls.browser = PushBrowser(Nowhere)
        cls.endpoint = cls.browser.endpoint

    def _call(self, what, **data):
        response = self._post(f"/my/clinic/push/{what}", **data)
        self.env.invalidate_all()
        return response

    def _ask(self, what, **data):
        response = self._call(what, **data)
        self.assertEqual(response.status_code, 200, response.text)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        return response.json()

    def _switch_on(self, **data):
        key = self._ask("state")["key"]
        values = {"endpoint": self.endpoint, **self.browser.keys, "key": key}
        return self._call("on", **{**values, **data})

    def _find(self, endpoint=None):
        domain = [("endpoint", "=", endpoint or self.endpoint)]
        return self.env["mail.push.device"].search(domain)

    def test_worker(self):
        self.authenticate(None, None)
        for signed_in in (False, True):
            if signed_in:
                self._sign_in()
            response = self._get(WORKER)
            self.assertEqual(response.status_code, 200)
            headers = response.headers
            self.assertEqual(headers["Service-Worker-Allowed"], "/my/")
            self.assertEqual(headers["Cache-Control"], "no-cache")
            self.assertTrue(headers["Content-Type"].startswith("text/javascript"))
            self.assertNotIn("Set-Cookie", headers)
            for event in ("push", "notificationclick"):
                self.assertIn(f'addEventListener("{event}"', response.text)
            # no request of a page goes through it, and it keeps nothing
            for word in ('"fetch"', "caches", "indexedDB"):
                self.assertNotIn(word, response.text)

    def test_switch_on_and_off(self):
        self._sign_in()
        self.assertFalse(self._ask("state", endpoint=self.endpoint)["on"])
        self.assertEqual(self._switch_on().json(), {"on": True})
        self.assertTrue(self._ask("state", endpoint=self.endpoint)["on"])
        device = self._find()
        self.assertEqual(device.partner_id, self.account.partner_id)
        self.assertTrue(device.is_clinic_portal)
        self.assertEqual(json.loads(device.keys), self.browser.keys)
        self.assertEqual(self._switch_on().status_code, 200)
        self.assertEqual(len(self._find()), 1)
        self.assertEqual(self._ask("off", endpoint=self.endpoint), {"on": False})
        self.assertFalse(self._find())

    def test_a_device_belongs_to_who_switched_it_on_last(self):
        self._sign_in()
        self._switch_on()
        self._sign_in(self.stranger)
        self.assertFalse(self._ask("state", endpoint=self.endpoint)["on"])
        self._ask("off", endpoint=self.endpoint)
        self.assertTrue(self._find())  # it is another one's
        self._switch_on()
        self.assertEqual(self._find().partner_id, self.stranger.partner_id)
        self.assertEqual(len(self._find()), 1)

    def test_addresses_and_keys_that_are_none(self):
        self._sign_in()
        for data in (
            {"endpoint": "http://127.0.0.1:8069/web"},
            {"endpoint": "https://example.com/x"},
            {"endpoint": ""},
            {"endpoint": f"{Nowhere.url}/{'x' * 2000}"},
            *({"p256dh": text} for text in ("", "x", "é", "A" * 5000)),
            *({"auth": text} for text in ("", "AAAA", "\x00")),
        ):
            with self.subTest(data=data), mute_logger("odoo.http"):
                self.assertEqual(self._switch_on(**data).status_code, 400)
        self.assertEqual(self._switch_on(key="other").status_code, 409)
        with mute_logger("odoo.http"):
            self.assertEqual(self._switch_on(partner_id="1").status_code, 400)
        self.assertFalse(self._find())

    def test_only_who_is_signed_in_with_a_token_of_the_form(self):
        self.authenticate(None, None)
        for what in ("state", "on", "off"):
            self._assert_to_sign_in(self._call(what, endpoint=self.endpoint))
        self._sign_in()
        for what in ("state", "on", "off"):
            with mute_logger("odoo.http"):
                response = self._post(
                    f"/my/clinic/push/{what}", csrf=False, endpoint=self.endpoint
                )
                self.assertEqual(response.status_code, 400)
                answer = self._get(f"/my/clinic/push/{what}").status_code
                self.assertIn(answer, (404, 405))

    def test_the_page_has_the_switch(self):
        self._sign_in()
        page = self._get("/my/clinic/profile").text
        self.assertIn("Notifications on this device", page)
        self.assertIn("o_clinic_push", page)
