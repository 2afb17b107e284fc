# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..models import clinic_waitlist_cascade
from .common import ClinicCommon
from .waitlist_common import WaitlistMixin

#: Sunday 23:30 in Paris, before the week of the tests.
NIGHT = "2030-06-02 21:30:00"
MORNING = "2030-06-03 06:00:00"


@tagged("post_install", "-at_install")
class TestWaitlistWork(WaitlistMixin, ClinicCommon):
    """A long list: who is looked at, and how often all of it is written down."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_waitlist()
        cls.visit = cls._book(10)

    def _limit_candidates(self, count):
        self.startPatcher(
            patch.object(clinic_waitlist_cascade, "MAX_CANDIDATES", count)
        )

    # ------------------------------------------------------------------
    # Who is looked at
    # ------------------------------------------------------------------

    def test_the_most_urgent_is_looked_at_who_joined_last(self):
        self._join(self.first)
        last = self._join(self.second, urgency="stat")
        self._limit_candidates(1)
        gap = self._cancel_and_work(self.visit)
        self.assertEqual(self._get_offer(gap).entry_id, last)

    def test_who_waits_for_what_the_doctor_does_not_do_takes_no_place(self):
        elsewhere = self.service.copy({"name": "Elsewhere"})
        elsewhere.doctor_ids = [Command.set(self.colleague.ids)]
        self._join(self.first, service_id=elsewhere.id, urgency="stat")
        last = self._join(self.second)
        self._limit_candidates(1)
        gap = self._cancel_and_work(self.visit)
        self.assertEqual(self._get_offer(gap).entry_id, last)

    def test_whom_the_day_does_not_suit_comes_last(self):
        day = self.visit.start.date()
        third = self.env["clinic.patient"].create({"name": "Third"})
        before = self._join(
            self.first, latest_date=day - timedelta(days=9), urgency="stat"
        )
        after = self._join(
            self.second, earliest_date=day + timedelta(days=9), urgency="stat"
        )
        last = self._join(third, earliest_date=day, latest_date=day)
        with patch.object(clinic_waitlist_cascade, "MAX_CANDIDATES", 1):
            gap = self._cancel_and_work(self.visit)
        self.assertEqual(self._get_offer(gap).entry_id, last)
        # where there is room, they are named with the reason
        self._get_offer(gap)._decline()
        self._work()
        left_out = self.env["clinic.waitlist.offer"].search(
            [("gap_id", "=", gap.id), ("state", "=", "left_out")]
        )
        self.assertEqual(left_out.entry_id, before | after)
        for offer in left_out:
            self.assertEqual(offer.reasons, ["wrong_dates"])

    # ------------------------------------------------------------------
    # Waiting steps
    # ------------------------------------------------------------------

    def _wait_for_a_place(self):
        """Return a gap that waits until another one's offer is answered."""
        other = self._book(11)
        self._join(self.first)
        self._join(self.second)
        self.env.company.clinic_waitlist_max_offers = 1
        self._cancel_and_work(self.visit)
        gap = self._cancel_and_work(other)
        self.assertEqual(gap.state, "open")
        return gap

    def _wake(self, gap):
        gap.next_at = fields.Datetime.now()
        self._work()

    def _find_rows(self, gap):
        offers = self.env["clinic.waitlist.offer"]
        return offers.search([("gap_id", "=", gap.id)])

    def test_a_step_that_waits_for_a_place_writes_no_ranking(self):
        gap = self._wait_for_a_place()
        rows = self._find_rows(gap)
        self.assertIn("ranked", rows.mapped("state"))
        self._wake(gap)
        self.assertEqual(gap.state, "open")
        self.assertEqual(self._find_rows(gap), rows)

    def test_reception_gets_a_ranking_of_now(self):
        gap = self._wait_for_a_place()
        rows = self._find_rows(gap)
        gap.with_user(self.receptionist).action_fill()
        self.assertTrue(self._find_rows(gap))
        self.assertFalse(self._find_rows(gap) & rows)

    def test_reception_is_told_why_nobody_gets_an_offer(self):
        self._join(self.first, notice_hours=0)
        self.env.company.write({"clinic_quiet_from": 21, "clinic_quiet_to": 8})
        with freeze_time(NIGHT):
            gap = self._cancel_and_work(self.visit).with_user(self.receptionist)
            notice = gap.action_fill()
        self.assertEqual(notice["tag"], "display_notification")
        words = notice["params"]["message"]
        self.assertIn("quiet hours", words)
        self.assertIn("08:00", words, "on the clock of the site")
        self.assertFalse(gap.asked_ids)

    def test_reception_is_told_that_nobody_waits(self):
        entry = self._join(self.first)
        gap = self._cancel_and_work(self.visit)
        self._get_offer(gap)._decline()
        entry.action_withdraw()
        self._work()
        notice = gap.with_user(self.receptionist).action_fill()
        self.assertEqual(gap.state, "nobody")
        self.assertIn("Nobody", notice["params"]["message"])

    def test_who_gets_an_offer_needs_no_notice(self):
        gap = self._wait_for_a_place()
        self.env.company.clinic_waitlist_max_offers = 0
        self.assertIs(gap.with_user(self.receptionist).action_fill(), True)
        self.assertEqual(gap.state, "offered")

    def test_a_night_is_ranked_once(self):
        self._join(self.first, notice_hours=0)
        self.env.company.write({"clinic_quiet_from": 21, "clinic_quiet_to": 8})
        with freeze_time(NIGHT):
            gap = self._cancel_and_work(self.visit)
            rows = self._find_rows(gap)
            self.assertEqual(rows.mapped("state"), ["ranked"])
            self._wake(gap)
            self.assertEqual(self._find_rows(gap), rows)
            self.assertEqual(str(gap.next_at), MORNING)

    def test_who_joins_at_night_wakes_no_gap(self):
        self._join(self.first, notice_hours=0)
        self.env.company.write({"clinic_quiet_from": 21, "clinic_quiet_to": 8})
        with freeze_time(NIGHT):
            gap = self._cancel_and_work(self.visit)
            urgent = self._join(self.second, notice_hours=0, urgency="stat")
            self.assertEqual((str(gap.next_at), gap.is_quiet), (MORNING, True))
        with freeze_time("2030-06-03 06:00:01"):
            self._work()
            self.assertEqual(self._get_offer(gap).entry_id, urgent)

    def test_joining_writes_gaps_that_are_looked_at_just_now(self):
        """A step that does not see who joins has to begin again."""
        gap = self._wait_for_a_place()
        self.env.flush_all()
        version = self._read_version(gap)
        self._join(self.env["clinic.patient"].create({"name": "Third"}))
        self.env.flush_all()
        self.assertNotEqual(self._read_version(gap), version)

    def _read_version(self, gap):
        """Return where PostgreSQL keeps the row: another place after each write."""
        self.env.cr.execute(
            "SELECT ctid::text FROM clinic_waitlist_gap WHERE id = %s", [gap.id]
        )
        return self.env.cr.fetchone()

    # ------------------------------------------------------------------
    # The scheduled action
    # ------------------------------------------------------------------

    def test_the_scheduled_action_takes_one_gap_at_a_time(self):
        other = self._book(11)
        self._join(self.first)
        for visit in self.visit, other:
            visit.cancel()
        gaps = self.env["clinic.waitlist.gap"]
        found, left = [], []
        search = self.env.registry[gaps._name].search

        def note(records, domain, *args, **options):
            result = search(records, domain, *args, **options)
            if "next_at" in (options.get("order") or ""):
                found.append(len(result))
            return result

        def progress(_cron, _done, remaining):
            left.append(remaining)
            return 60

        with (
            patch.object(self.env.registry[gaps._name], "search", note),
            patch.object(self.env.registry["ir.cron"], "_commit_progress", progress),
        ):
            gaps._cron_work()
        self.assertEqual(found, [1, 1, 0])
        self.assertEqual(left, [1, 0])
        self.assertEqual(
            self._find_gaps().mapped("state"), ["offered", "nobody"], "all were worked"
        )
