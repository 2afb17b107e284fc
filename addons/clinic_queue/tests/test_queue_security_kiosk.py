# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
import time
from unittest.mock import patch
from uuid import uuid4

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .security_common import MOBILE, NAME, QUEUE, QueueSecurityCommon

SCOPE = "/clinic/queue/kiosk"

#: Every page and call of the tablets: path under the scope -> method. All but the
#: pages and pairing want the tablet's secret.
PAGES = ("", "/staff", "/worker.js", "/manifest.webmanifest")
CALLS = (
    *("state", "renew", "sync", "retry", "times", "contact"),
    *("code", "code/check", "list"),
)


@tagged("post_install", "-at_install")
class TestQueueKioskGuards(QueueSecurityCommon):
    """What nobody gets from a kiosk's calls, or does by them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        parameters = cls.env["ir.config_parameter"]
        for kind in ("pair", "pair_all", "wrong", "call", "find", "miss", "code"):
            parameters.set_param(f"clinic_scheduling.limit.kiosk_{kind}", "100000/60")
        cls.kiosk, cls.other_kiosk = cls.env["clinic.queue.device"].create(
            [
                {"name": name, "site_id": cls.site.id, "prefix": prefix}
                for name, prefix in (("Door", "Q1"), ("Side", "Q2"))
            ]
        )
        cls.secret = cls._pair(cls.kiosk)
        cls.log = cls._keep(cls.kiosk)
        cls.env.flush_all()

    @classmethod
    def _pair(cls, kiosk):
        """Return the secret that a tablet is given."""
        devices = cls.env["clinic.queue.device"]
        return devices._pair(kiosk._make_code())[1]

    @classmethod
    def _keep(cls, kiosk):
        """Return what a tablet sent and could not be done, with a person in it."""
        return cls.env["clinic.sync.log"].create(
            {
                "device_id": kiosk.id,
                "uuid": str(uuid4()),
                "kind": "request",
                "state": "failed",
                "number": "Q1-009",
                "taken_at": "2026-01-01 10:00:00",
                "data": {"name": NAME, "contact": MOBILE},
            }
        )

    def _ask(self, call, body=None, secret=None, content="application/json"):
        headers = {"Content-Type": content, "Accept": "application/json"}
        if secret:
            headers["X-Clinic-Device"] = secret
        data = json.dumps(body or {})
        return self.url_open(f"{SCOPE}/{call}", data=data, headers=headers)

    def _batch(self, *items):
        now = round(time.time() * 1000)
        rows = [
            {
                "uuid": str(uuid4()),
                "kind": "walk_in",
                "seq": number,
                "taken_at": now,
                **item,
            }
            for number, item in enumerate(items)
        ]
        return {"sent_at": now, "items": rows}

    def test_every_call_is_known_here(self):
        expected = {path: {"GET"} for path in PAGES}
        expected |= {f"/{call}": {"POST"} for call in (*CALLS, "pair")}
        self.assertEqual(self._get_rules(SCOPE), expected)

    @mute_logger("odoo.http")
    def test_a_login_is_no_secret(self):
        # no route reads the cookie: a page of somebody else cannot use a login
        new_test_user(
            self.env, "kiosk_boss", groups="clinic_scheduling.group_clinic_manager"
        )
        self.authenticate("kiosk_boss", "kiosk_boss")
        before = self._get_state()
        for call in CALLS:
            for content in (
                "application/json",
                "text/plain",
                "application/x-www-form-urlencoded",
            ):
                with self.subTest(call, content=content):
                    response = self._ask(call, self._batch({}), content=content)
                    self.assertEqual(response.status_code, 401)
        self._assert_same(before)

    @mute_logger("odoo.http")
    def test_a_secret_without_json_does_nothing(self):
        before = self._get_state()
        for content in ("text/plain", "application/x-www-form-urlencoded"):
            response = self._ask("sync", self._batch({}), self.secret, content)
            self.assertEqual(response.status_code, 400)
        self._assert_same(before)

    @mute_logger("odoo.http")
    def test_reading_changes_nothing(self):
        before = self._get_state()
        headers = {"X-Clinic-Device": self.secret}
        for path in (*PAGES, *(f"/{call}" for call in (*CALLS, "pair"))):
            for call in (self.opener.get, self.opener.head, self.opener.options):
                with self.subTest(path, call=call.__name__):
                    url = f"{self.base_url()}{SCOPE}{path}"
                    response = call(url, headers=headers, timeout=60)
                    self.assertLess(response.status_code, 500)
        self._assert_same(before)

    def test_secrets_are_compared_in_constant_time(self):
        self.assertEqual(self._ask("state", secret=self.secret).status_code, 200)
        target = "odoo.addons.clinic_queue.models.clinic_queue_device.consteq"
        with patch(target, return_value=False) as compare:
            response = self._ask("state", secret=self.secret)
        self.assertEqual(response.status_code, 401)
        compare.assert_called()

    def test_nothing_personal(self):
        staff = self.env["clinic.queue.device"].create(
            {"name": "Desk", "site_id": self.site.id, "prefix": "Q3", "kind": "staff"}
        )
        answers = [
            self._ask("state", secret=self.secret),
            self._ask("retry", secret=self.secret),
            self._ask("times", secret=self.secret),
            self._ask("sync", self._batch({"queue": self.queue.id}), self.secret),
            self._ask("list", secret=self._pair(staff)),
        ]
        answers += [self._get(f"{SCOPE}{path}") for path in PAGES]
        for answer in answers:
            with self.subTest(answer.url):
                self.assertEqual(answer.status_code, 200)
                # to choose from; what else patients may read there is in no list
                self._assert_discreet(answer.text.replace(QUEUE, ""))
        self.assertIn(self.waiting.name, answers[4].text)

    def test_who_is_expected_is_not_told(self):
        texts = set()
        for name in (NAME, "Nobody Atall"):
            body = {"name": name, "birthdate": "1980-05-06"}
            response = self._ask("code", body, self.secret)
            self.assertEqual(response.status_code, 200)
            texts.add(response.text)
            wrong = self._ask("code/check", {**body, "code": "000000"}, self.secret)
            self.assertEqual(wrong.status_code, 403)
            texts.add(wrong.text)
        self.assertEqual(len(texts), 2)

    def test_tablets_reach_their_own_items_alone(self):
        secret = self._pair(self.other_kiosk)
        before = self.log.read()
        for call in ("state", "retry"):
            answer = self._ask(call, secret=secret).json()
            self.assertEqual(answer["problems"], [])
        batch = self._batch(
            {"uuid": self.log.uuid, "queue": self.queue.id},
            {"kind": "request", "replaces": self.log.uuid},
        )
        answers = self._ask("sync", batch, secret).json()["results"]
        self.assertEqual([item["state"] for item in answers], ["synced", "failed"])
        self.env.invalidate_all()
        self.assertEqual(self.log.read(), before)
        logs = self.env["clinic.sync.log"].search([("uuid", "=", self.log.uuid)])
        self.assertEqual(logs.device_id, self.kiosk | self.other_kiosk)

    def test_tablets_are_bound_to_their_site(self):
        far = self.env["clinic.queue.device"].create(
            {"name": "Far", "site_id": self.other_site.id, "prefix": "Q4"}
        )
        far.kind = "staff"
        secret = self._pair(far)
        self.assertEqual(self._ask("list", secret=secret).json()["tickets"], [])
        batch = self._batch({"queue": self.queue.id})
        (answer,) = self._ask("sync", batch, secret).json()["results"]
        self.assertEqual(answer["state"], "failed")
        domain = [("queue_id", "=", self.queue.id), ("source", "=", "kiosk")]
        self.assertFalse(self.tickets.search(domain))
