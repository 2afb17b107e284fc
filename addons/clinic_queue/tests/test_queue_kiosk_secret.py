# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .test_queue_kiosk import KioskHttpCase


@tagged("post_install", "-at_install")
class TestQueueKioskSecret(KioskHttpCase):
    """The secret of a tablet does not stay the same."""

    def _get_status(self, token):
        return self._ask("state", token=token).status_code

    def _renew(self, token):
        response = self._ask("renew", token=token)
        self.assertEqual(response.status_code, 200)
        return response.json()["token"]

    def test_a_new_secret_ends_the_old_one_after_a_while(self):
        old = self._pair()
        new = self._renew(old)
        self.assertNotEqual(new, old)
        self.assertEqual(self._get_status(new), 200)
        # a call that was under way
        self.assertEqual(self._get_status(old), 200)
        self.kiosk.sudo().old_token_until = fields.Datetime.now() - timedelta(seconds=1)
        self.assertEqual(self._get_status(old), 401)
        self.assertEqual(self._get_status(new), 200)

    def test_an_answer_that_is_lost_locks_nobody_out(self):
        old = self._pair()
        lost = self._renew(old)
        self.assertEqual(self._get_status(old), 200)
        new = self._renew(old)
        self.assertEqual(self._get_status(lost), 401)
        self.assertEqual(self._get_status(new), 200)

    def test_no_code_outlives_its_end(self):
        kiosk = self.kiosk.sudo()
        old = fields.Datetime.now() - timedelta(seconds=1)
        ends = {
            "used": lambda code: self._ask("pair", {"code": code}),
            "revoked": lambda code: kiosk.action_revoke(),
            "archived": lambda code: kiosk.action_archive(),
            "old": lambda code: (
                kiosk.write({"code_expires_at": old}),
                kiosk._gc_codes(),
            ),
        }
        for name, end in ends.items():
            with self.subTest(name):
                kiosk.active = True
                code = kiosk._make_code()
                self.assertEqual(kiosk.pairing_code.replace("-", ""), code)
                end(code)
                self.env.invalidate_all()
                left = (kiosk.code_given, kiosk.code_expires_at)
                self.assertEqual(left, (False, False))
                self.assertFalse(kiosk.pairing_code)
                kiosk.active = True
                self.assertEqual(self._ask("pair", {"code": code}).status_code, 403)

    def test_no_secret_outlives_its_end(self):
        for end in (
            self.kiosk.action_revoke,
            self.kiosk.action_archive,
            self.kiosk._make_code,
        ):
            old = self._pair()
            new = self._renew(old)
            self._get_status(new)
            waiting = self._renew(new)
            end()
            for token in (old, new, waiting):
                self.assertEqual(self._get_status(token), 401)
            self.kiosk.active = True
