# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from threading import Barrier
from types import SimpleNamespace
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, fields
from odoo.tests import TransactionCase, tagged

from ..controllers.portal_common import get_network
from ..exceptions import TooManyRequests
from ..models import clinic_rate_limit
from ..models.clinic_rate_limit import LIMITS


@tagged("post_install", "-at_install")
class TestRateLimit(TransactionCase):
    """Counted attempts, which stay when the request fails."""

    def setUp(self):
        super().setUp()
        self.limits = self.env["clinic.rate.limit"]
        self.who = uuid.uuid4().hex
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("clinic_scheduling.limit.hold", "3/600")

    def _count(self, times=1, kind="hold", who=None):
        for _attempt in range(times):
            self.limits._count(kind, who or self.who)

    def _at(self, **delta):
        moment = fields.Datetime.now() + timedelta(**delta)
        return patch.object(fields.Datetime, "now", lambda: moment)

    def test_one_too_many_is_refused_with_the_time_to_wait(self):
        self._count(3)
        with self._at(seconds=100), self.assertRaises(TooManyRequests) as caught:
            self._count()
        self.assertAlmostEqual(caught.exception.context["retry_after"], 500, delta=5)
        self.assertEqual(caught.exception.http_status, 429)

    def test_refused_attempts_do_not_prolong_the_wait(self):
        self._count(3)
        for _attempt in range(5):
            with self.assertRaises(TooManyRequests):
                self._count()
        with self._at(seconds=601):
            self._count()

    def test_others_and_other_things_are_not_concerned(self):
        self._count(3)
        self._count(3, who=uuid.uuid4().hex)
        self._count(1, kind="book")

    def test_as_many_at_the_same_moment_are_no_more(self):
        most, threads = 5, 20
        barrier = Barrier(threads)

        def attempt(limits):
            barrier.wait(60)
            try:
                limits._count("hold", self.who, (most, 600))
            except TooManyRequests:
                return False
            return True

        with ExitStack() as cursors, ThreadPoolExecutor(threads) as pool:
            # made here: Odoo's test runner holds the lock that a new one asks for
            environments = [
                api.Environment(
                    cursors.enter_context(self.registry.cursor()), SUPERUSER_ID, {}
                )
                for _thread in range(threads)
            ]
            models = [env["clinic.rate.limit"] for env in environments]
            let_through = sum(pool.map(attempt, models))
        self.assertLessEqual(let_through, most)
        # those refused are not added: the rest may still come
        for _attempt in range(most - let_through):
            self.limits._count("hold", self.who, (most, 600))
        with self.assertRaises(TooManyRequests):
            self.limits._count("hold", self.who, (most, 600))

    def test_a_request_that_odoo_repeats_counts_once(self):
        with patch.object(clinic_rate_limit, "request", SimpleNamespace()):
            self._count(9)
        self._count(2)
        with self.assertRaises(TooManyRequests):
            self._count()

    def test_attempts_outlive_the_transaction(self):
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self._count(3)
            raise ZeroDivisionError
        with self.assertRaises(TooManyRequests):
            self._count()

    def test_nobody_can_be_recognized(self):
        self._count()
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT count(*) FROM clinic_rate_limit WHERE identity LIKE %s",
                [f"%{self.who}%"],
            )
            self.assertEqual(cr.fetchone(), (0,))

    def test_addresses_of_one_visitor_count_together(self):
        for address, network in (
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
            ("fe80::1%eth0", "fe80::/64"),
            ("unknown", "unknown"),
        ):
            with self.subTest(address=address):
                self.assertEqual(get_network(address), network)

    def test_limits_can_be_set(self):
        parameters = self.env["ir.config_parameter"].sudo()
        self.assertEqual(self.limits._get_limit("hold"), (3, 600))
        self.assertEqual(self.limits._get_limit("code"), LIMITS["code"])
        parameters.set_param("clinic_scheduling.limit.hold", "7")
        self.assertEqual(self.limits._get_limit("hold"), (7, LIMITS["hold"][1]))

    def test_attempts_that_count_no_more_are_forgotten(self):
        self._count()
        with self._at(days=400):
            self.limits._gc_attempts()
        self.env.cr.execute("SELECT count(*) FROM clinic_rate_limit")
        self.assertEqual(self.env.cr.fetchone(), (0,))
