# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a refusal means, and how long is waited."""

from email.utils import formatdate

from ..sync_errors import QUOTA_WAIT, classify, get_wait, parse_retry_after
from .common import EngineCase

NOW = 1_800_000_000


class TestSyncErrors(EngineCase):
    """Classes and waits."""

    def test_classes(self):
        expected = {
            (None, "", ""): "retry",
            (503, "", ""): "retry",
            (429, "", "list"): "retry",
            (403, "rateLimitExceeded", ""): "retry",
            (403, "userRateLimitExceeded", "delete"): "retry",
            (403, "quotaExceeded", ""): "retry",
            (403, "forbidden", ""): "permanent",
            (409, "", ""): "reread",
            (412, "conditionNotMet", "delete"): "reread",
            (404, "", "delete"): "success",
            (410, "", "delete"): "success",
            (404, "", "update"): "verify",
            (410, "", "update"): "verify",
            (410, "fullSyncRequired", "list"): "restart",
            (410, "", "list"): "restart",
            (400, "SyncStateNotFound", "list"): "restart",
            (403, "valid-sync-token", "list"): "restart",
            (401, "", ""): "consent",
            (400, "invalid_grant", ""): "consent",
            (403, "unauthorized_client", ""): "consent",
            (400, "", ""): "permanent",
            (413, "", "update"): "permanent",
        }
        for (status, reason, action), meaning in expected.items():
            with self.subTest(status=status, reason=reason, action=action):
                self.assertEqual(classify(status, reason, action), meaning)

    def test_retry_after(self):
        self.assertEqual(parse_retry_after("17", NOW), 17)
        self.assertEqual(parse_retry_after(" 17 ", NOW), 17)
        self.assertEqual(parse_retry_after(formatdate(NOW + 90, usegmt=True), NOW), 90)
        self.assertEqual(parse_retry_after(formatdate(NOW - 90, usegmt=True), NOW), 0)
        for nothing in (None, "", "soon", "-5", "1.5"):
            self.assertEqual(parse_retry_after(nothing, NOW), 0)

    def test_what_the_provider_asked_for_is_kept(self):
        for luck in (0, 0.5, 1):
            self.assertEqual(get_wait(0, asked=100, luck=luck), 100)
        self.assertEqual(get_wait(3, asked=30, luck=1), 60)

    def test_waits_double_up_to_an_hour_and_differ(self):
        self.assertEqual([get_wait(n) for n in range(4)], [5, 10, 20, 40])
        self.assertEqual(get_wait(500), 3600)
        self.assertEqual((get_wait(1, luck=0), get_wait(1, luck=1)), (5, 15))

    def test_a_used_up_quota_is_left_alone(self):
        self.assertEqual(get_wait(0, reason="quotaExceeded", luck=0), QUOTA_WAIT)
