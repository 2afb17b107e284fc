# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import ClinicCommon
from .waitlist_common import WaitlistMixin

#: Monday morning in Paris, in the week of the tests.
MORNING = "2030-06-03 06:00:00"


@tagged("post_install", "-at_install")
class TestWaitlistStaff(WaitlistMixin, ClinicCommon):
    """What reception does with a gap, and the clocks of the cascade."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_waitlist()
        cls.visit = cls._book(10)
        cls.doctor_user = cls._create_user("doctor")

    def _as_reception(self, records):
        return records.with_user(self.receptionist)

    # ------------------------------------------------------------------
    # One click
    # ------------------------------------------------------------------

    def test_fill_the_gap_of_a_cancelled_visit_in_one_click(self):
        self.visit.cancel()
        self.assertTrue(self.visit.can_fill_gap)
        entry = self._join(self.first)
        action = self._as_reception(self.visit).action_fill_gap()
        gap = self.env["clinic.waitlist.gap"].browse(action["res_id"])
        self.assertEqual(self._get_offer(gap).entry_id, entry)
        again = self._as_reception(self.visit).action_fill_gap()
        self.assertEqual(again["res_id"], gap.id)
        self.assertEqual(len(gap.asked_ids), 1)

    def test_a_visit_that_takes_place_leaves_no_gap(self):
        self.assertFalse(self.visit.can_fill_gap)
        with self.assertRaises(UserError):
            self._as_reception(self.visit).action_fill_gap()

    def test_fill_an_empty_time_of_the_calendar(self):
        entry = self._join(self.first)
        gaps = self._as_reception(self.env["clinic.waitlist.gap"])
        start = fields.Datetime.to_string(self._at(15))
        action = gaps.fill_time(self.doctor.id, self.service.id, start)
        gap = gaps.browse(action["res_id"])
        self.assertEqual((gap.site_id, gap.cause), (self.site, "staff"))
        self.assertEqual(self._get_offer(gap).entry_id, entry)
        with self.assertRaises(UserError):
            gaps.fill_time(self.doctor.id, False, start)

    def test_a_time_that_is_taken_is_offered_to_nobody(self):
        self._join(self.first)
        gaps = self._as_reception(self.env["clinic.waitlist.gap"])
        start = fields.Datetime.to_string(self.visit.start)
        action = gaps.fill_time(self.doctor.id, self.service.id, start)
        self.assertEqual(gaps.browse(action["res_id"]).state, "taken")

    def test_put_on_the_list_from_a_search(self):
        find = self.env["clinic.find.time"].create(
            {
                "service_id": self.service.id,
                "patient_id": self.first.id,
                "doctor_ids": self.doctor.ids,
                "mon": True,
                "day_part": "morning",
            }
        )
        context = find.action_join_waitlist()["context"]
        entry = self.env["clinic.waitlist.entry"].with_context(**context).create({})
        self.assertEqual(
            (entry.patient_id, entry.doctor_ids), (self.first, self.doctor)
        )
        self.assertTrue(entry.on_weekday_0 and entry.in_morning)
        self.assertFalse(entry.on_weekday_1 or entry.in_evening)

    # ------------------------------------------------------------------
    # By hand
    # ------------------------------------------------------------------

    def test_reception_chooses_another_one(self):
        first, second = self._join(self.first), self._join(self.second)
        gap = self._cancel_and_work(self.visit)
        before = self._get_offer(gap)
        self.assertEqual(before.entry_id, first)
        self._as_reception(gap.next_ids).action_offer()
        offer = self._get_offer(gap)
        self.assertEqual((offer.entry_id, offer.by_hand), (second, True))
        self.assertEqual((before.state, first.state), ("stopped", "waiting"))
        self.assertEqual(before.appointment_id.state, "cancelled")

    def test_answers_by_telephone(self):
        self._join(self.first)
        second = self._join(self.second)
        gap = self._cancel_and_work(self.visit)
        self._as_reception(self._get_offer(gap)).action_decline()
        self._work()
        offer = self._get_offer(gap)
        self._as_reception(offer).action_accept()
        self.assertEqual((second.state, gap.state), ("booked", "filled"))
        with self.assertRaises(UserError):
            self._as_reception(offer).action_decline()

    def test_stop(self):
        entry = self._join(self.first)
        gap = self._cancel_and_work(self.visit)
        hold = self._get_offer(gap).appointment_id
        self._as_reception(gap).action_stop()
        self.assertEqual((gap.state, hold.state), ("stopped", "cancelled"))
        self.assertEqual(entry.state, "waiting")
        self._work()
        self.assertEqual(gap.state, "stopped")

    def test_others_have_no_say(self):
        self._join(self.first)
        gap = self._cancel_and_work(self.visit)
        stranger = gap.with_user(self.doctor_user)
        for attempt in (
            stranger.action_stop,
            stranger.action_fill,
            stranger.offer_ids.action_accept,
            lambda: self._as_reception(gap).write({"state": "filled"}),
        ):
            with self.assertRaises(AccessError):
                attempt()

    # ------------------------------------------------------------------
    # Clocks
    # ------------------------------------------------------------------

    def test_nothing_is_offered_in_quiet_hours(self):
        self._join(self.first, notice_hours=0)
        self.env.company.write({"clinic_quiet_from": 21, "clinic_quiet_to": 8})
        with freeze_time("2030-06-02 21:30:00"):  # 23:30 in Paris
            gap = self._cancel_and_work(self.visit)
            self.assertEqual((gap.state, gap.is_quiet), ("open", True))
            self.assertEqual(str(gap.next_at), MORNING)
            self.assertFalse(gap.asked_ids)
            with self.assertRaises(UserError):
                self._as_reception(gap.next_ids).action_offer()
        with freeze_time("2030-06-03 06:00:01"):
            self._work()
            self.assertTrue(self._get_offer(gap))

    def test_minutes_of_quiet_hours_do_not_count(self):
        self._join(self.first)
        self.visit.reschedule({"start": self._at(10, day=3)})
        self.env.company.write({"clinic_quiet_from": 21, "clinic_quiet_to": 8})
        with freeze_time("2030-06-03 18:30:00"):  # 20:30 in Paris
            gap = self._cancel_and_work(self.visit)
            # half an hour before the night, and an hour and a half after it
            self.assertEqual(
                str(self._get_offer(gap).expires_at), "2030-06-04 07:30:00"
            )

    def test_a_near_time_is_answered_sooner(self):
        self._join(self.first, notice_hours=0)
        with freeze_time("2030-06-03 06:00:00"):
            gap = self._cancel_and_work(self.visit)
            self.assertEqual(
                str(self._get_offer(gap).expires_at), "2030-06-03 06:20:00"
            )

    def test_who_needs_more_notice_is_left_out(self):
        self._join(self.first, notice_hours=4)
        with freeze_time("2030-06-03 06:00:00"):
            gap = self._cancel_and_work(self.visit)
        self.assertEqual(gap.state, "nobody")
        self.assertIn("earlier", gap.left_out_ids.explanation)

    def test_at_most_so_many_open_offers(self):
        other = self._book(11)
        self._join(self.first)
        self._join(self.second)
        self.env.company.clinic_waitlist_max_offers = 1
        gap = self._cancel_and_work(self.visit)
        waiting = self._cancel_and_work(other)
        self.assertEqual((gap.state, waiting.state), ("offered", "open"))
        self.assertGreater(waiting.next_at, self._get_offer(gap).expires_at)

    def test_an_offer_that_is_over_takes_no_place(self):
        earlier = self._book(9)
        self._join(self.first)
        second = self._join(self.second)
        self.env.company.clinic_waitlist_max_offers = 1
        gap = self._cancel_and_work(self.visit)
        waiting = self._cancel_and_work(earlier)
        self.assertEqual((gap.state, waiting.state), ("offered", "open"))
        self._let_expire(self._get_offer(gap).appointment_id)
        waiting.next_at = gap.next_at
        self._work()
        self.assertEqual(self._get_offer(waiting).entry_id, second)
        self.assertEqual(gap.state, "nobody")

    def test_one_offer_at_a_time_for_a_patient(self):
        other = self._book(11)
        self._join(self.first)
        gap = self._cancel_and_work(self.visit)
        waiting = self._cancel_and_work(other)
        self.assertEqual(waiting.state, "nobody")
        self.assertIn("another offer", waiting.left_out_ids.explanation)
        # who declines the one may want the other
        self._get_offer(gap)._decline()
        self._work()
        self.assertEqual((gap.state, waiting.state), ("nobody", "offered"))

    def test_who_joins_later_gets_what_nobody_wanted(self):
        self._join(self.first, on_weekday_6=True)
        gap = self._cancel_and_work(self.visit)
        self.assertEqual(gap.state, "nobody")
        late = self._join(self.second)
        self._work()
        self.assertEqual(self._get_offer(gap).entry_id, late)

    def test_reception_hears_when_nobody_takes_a_near_time(self):
        self._join(self.first, notice_hours=0)
        with freeze_time("2030-06-03 06:00:00"):
            gap = self._cancel_and_work(self.visit)
            self._get_offer(gap)._decline()
            self._work()
            self.assertEqual(gap.state, "nobody")
            activity = gap.activity_ids
            self.assertEqual(len(activity), 1)
            self.assertTrue(activity.user_id)
            self.assertIn("1 patients were asked", activity.note)

    def test_reception_acts_on_the_day_at_the_site(self):
        self._join(self.first, notice_hours=0)
        with freeze_time("2030-06-03 06:00:00"):
            gap = self._cancel_and_work(self.visit)
            self._get_offer(gap)._decline()
            self.site.tz = "Pacific/Honolulu"
            gap._tell_reception()
            self.assertEqual(str(gap.activity_ids.date_deadline), "2030-06-02")

    def test_the_scheduled_action_commits_each_step(self):
        self._join(self.first)
        self.visit.cancel()
        cron = self.env.ref("clinic_scheduling.ir_cron_waitlist")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self._find_gaps().state, "offered")

    def test_a_gap_that_cannot_go_on_holds_up_no_other(self):
        earlier = self._book(9)
        self._join(self.first)
        for visit in earlier, self.visit:
            visit.cancel()
        stuck, due = self._find_gaps()
        model = self.env.registry["clinic.waitlist.gap"]
        rank = model._rank

        def refuse(self, gap):
            if self == stuck:
                raise ValueError("stuck")
            return rank(self, gap)

        cron = self.env.ref("clinic_scheduling.ir_cron_waitlist")
        with (
            patch.object(model, "_rank", refuse),
            mute_logger("odoo.addons.clinic_scheduling.models.clinic_waitlist_cascade"),
            self.enter_registry_test_mode(),
        ):
            cron.method_direct_trigger()
        self.assertEqual((stuck.state, due.state), ("open", "offered"))
        self.assertGreater(stuck.next_at, fields.Datetime.now())

    def test_old_gaps_are_forgotten(self):
        self._join(self.first, on_weekday_6=True)
        gap = self._cancel_and_work(self.visit)
        with freeze_time(gap.stop + timedelta(days=1)):
            self.env["clinic.waitlist.entry"]._cron_expire()
        self.assertEqual(gap.state, "past")
        with freeze_time(gap.stop + timedelta(days=400)):
            self.env["clinic.waitlist.entry"]._cron_expire()
        self.assertFalse(gap.exists())
