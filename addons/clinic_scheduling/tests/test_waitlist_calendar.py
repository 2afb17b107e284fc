# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The open gaps that the calendar shows, and the one click that offers them."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from ..exceptions import SlotTaken
from .common import MONDAY, ClinicCommon
from .waitlist_common import WaitlistMixin

NOW = fields.Datetime.to_datetime(MONDAY) - timedelta(days=3)


class GapCalendarCommon(WaitlistMixin, ClinicCommon):
    """Cancelled visits of two doctors, which nobody has been asked about yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_waitlist()
        cls.entry = cls._join(cls.first)
        cls.gap = cls._free(10)

    @classmethod
    def _free(cls, *at, **values):
        """Book a visit and cancel it; return the gap."""
        visit = cls._book(*at, **values)
        visit.cancel()
        gaps = cls.env["clinic.waitlist.gap"]
        return gaps.search([("appointment_id", "=", visit.id)])

    def _ask(self, user=None, days=1, **filters):
        start, stop = self._at(0), self._at(0, day=days)
        gaps = self.env["clinic.waitlist.gap"].with_user(user or self.receptionist)
        text = fields.Datetime.to_string
        return gaps.get_open_gaps(text(start), text(stop), **filters)

    def _ask_ids(self, *args, **kwargs):
        return [row["id"] for row in self._ask(*args, **kwargs)["gaps"]]

    def _as_reception(self, gap):
        return gap.with_user(self.receptionist)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestWaitlistCalendar(GapCalendarCommon):
    def test_what_a_card_says(self):
        (row,) = self._ask()["gaps"]
        self.assertEqual(row["id"], self.gap.id)
        self.assertEqual(row["doctor_id"], (self.doctor.id, self.doctor.display_name))
        self.assertEqual(row["service_id"][0], self.service.id)
        self.assertEqual(row["site_id"][0], self.site.id)
        self.assertIn("10:00", row["time_slot"])
        self.assertEqual((row["step"], row["waiting"]), ("To be offered", 0))
        self.assertTrue(self._ask()["may_fill"])

    def test_how_many_come_next(self):
        self._join(self.second)
        self._work()
        (row,) = self._ask()["gaps"]
        self.assertEqual((row["state"], row["waiting"]), ("offered", 1))
        self.assertRegex(row["step"], r"^Offered until .*\d:00")

    def test_one_click_offers(self):
        done = self._as_reception(self.gap).action_fill_now()
        self.assertTrue(done["is_offered"])
        self.assertIn(f"Offered to {self.first.display_name} until", done["message"])
        self.assertEqual(self._get_offer(self.gap).entry_id, self.entry)
        again = self._as_reception(self.gap).action_fill_now()
        self.assertEqual(again, done)
        self.assertEqual(len(self.gap.asked_ids), 1)

    def test_one_click_says_why_nobody_gets_it(self):
        self.entry.action_withdraw()
        done = self._as_reception(self.gap).action_fill_now()
        self.assertEqual(
            done,
            {"is_offered": False, "message": "Nobody who waits can take this time."},
        )
        (row,) = self._ask()["gaps"]
        self.assertEqual(row["step"], "Nobody left")
        with freeze_time(self.gap.start), self.assertRaises(UserError):
            self._as_reception(self.gap).action_fill_now()

    def test_quiet_hours_say_when_it_goes_on(self):
        self.env.company.write({"clinic_quiet_from": 21, "clinic_quiet_to": 8})
        with freeze_time(NOW + timedelta(hours=21)):
            done = self._as_reception(self.gap).action_fill_now()
            self.assertFalse(done["is_offered"])
            self.assertIn("quiet hours", done["message"])
            (row,) = self._ask()["gaps"]
            self.assertRegex(row["step"], r"^Next offer at .*8:00")
            self.assertEqual(row["waiting"], 1)

    def test_a_refused_hold_is_told_and_the_next_one_asked(self):
        second = self._join(self.second)
        model = self.env.registry["clinic.waitlist.gap"]
        with patch.object(model, "_hold_for", side_effect=SlotTaken("Taken")):
            done = self._as_reception(self.gap).action_fill_now()
        self.assertFalse(done["is_offered"])
        self.assertIn("the next one is asked at once", done["message"])
        self._work()
        self.assertEqual(self._get_offer(self.gap).entry_id, second)

    def test_over_is_over(self):
        with freeze_time(self.gap.start - timedelta(minutes=5)):
            self.assertFalse(self._ask_ids(), "too near to be offered")
        self._as_reception(self.gap).action_fill_now()
        with freeze_time(self.gap.start - timedelta(minutes=5)):
            self.assertEqual(self._ask_ids(), self.gap.ids, "somebody has an offer")
        with freeze_time(self.gap.start):
            self.assertFalse(self._ask_ids())

    def test_what_is_decided_has_no_card(self):
        for state in ("filled", "taken", "away", "stopped", "past", "look"):
            with self.subTest(state=state):
                self.gap.state = state
                self.assertFalse(self._ask_ids())
        self.gap.state = "open"
        self.env.company.clinic_waitlist_enabled = False
        self.assertFalse(self._ask_ids())

    def test_time_that_is_taken_has_no_card(self):
        visit = self._book(10, patient_id=self.other_patient.id)
        self.assertFalse(self._ask_ids())
        visit.cancel()
        self.assertEqual(self._ask_ids(), self.gap.ids, "one card for one time")
        self.env["resource.calendar.leaves"].create(
            {
                "resource_id": self.doctor.resource_id.id,
                "date_from": self._at(8),
                "date_to": self._at(18),
            }
        )
        self.assertFalse(self._ask_ids())

    def test_filters_and_days_of_the_calendar(self):
        theirs = self._free(9, doctor_id=self.colleague.id)
        later = self._free(9, day=1)
        self.assertEqual(self._ask_ids(), [theirs.id, self.gap.id])
        self.assertEqual(
            self._ask_ids(days=2), [theirs.id, self.gap.id, later.id], "by time"
        )
        for filters, expected in (
            ({"doctor_ids": self.colleague.ids}, theirs.ids),
            ({"doctor_ids": []}, []),
            ({"site_ids": self.other_site.ids}, []),
            ({"site_ids": self.site.ids}, [theirs.id, self.gap.id]),
            ({"specialty_ids": self.service.specialty_id.ids or [False]}, None),
            ({"specialty_ids": [0]}, []),
        ):
            with self.subTest(filters=filters):
                if expected is None:
                    expected = [theirs.id, self.gap.id]
                self.assertEqual(self._ask_ids(**filters), expected)

    def test_at_most_ten(self):
        for half in range(14):
            self._free(9 + half // 2, 30 * (half % 2), doctor_id=self.colleague.id)
        rows = self._ask()["gaps"]
        self.assertEqual(len(rows), 10)
        starts = self.env["clinic.waitlist.gap"].browse(row["id"] for row in rows)
        self.assertEqual(starts, starts.sorted("start"))

    def test_queries_do_not_grow_with_gaps(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = self._ask_ids(days=3)
            return self.env.cr.sql_log_count - before, len(found)

        count()
        few, one = count()
        for day in range(3):
            self._free(11, day=day)
            self._free(12, day=day, doctor_id=self.colleague.id)
        many, several = count()
        self.assertEqual((one, several), (1, 7))
        self.assertEqual(many, few)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestWaitlistCalendarAccess(GapCalendarCommon):
    def test_doctors_see_their_own(self):
        user = self._create_user("doctor")
        self.assertFalse(self._ask_ids(user))
        with self.assertRaises(AccessError):
            self.gap.with_user(user).action_fill_now()
        self.doctor.user_id = user
        theirs = self._free(9, doctor_id=self.colleague.id)
        self.assertEqual(self._ask_ids(user), self.gap.ids)
        self.assertTrue(self.gap.with_user(user).action_fill_now()["is_offered"])
        with self.assertRaises(AccessError):
            theirs.with_user(user).action_fill_now()

    def test_staff_of_another_site(self):
        self.receptionist.clinic_site_ids = [Command.set(self.other_site.ids)]
        self.assertFalse(self._ask_ids())
        with self.assertRaises(AccessError):
            self._as_reception(self.gap).action_fill_now()
        self.assertEqual(self.gap.state, "open")

    def test_managers_may(self):
        manager = self._create_user("manager")
        self.assertEqual(self._ask_ids(manager), self.gap.ids)
        self.assertTrue(self.gap.with_user(manager).action_fill_now()["is_offered"])

    def test_others_are_refused(self):
        for login, groups in (
            ("test_employee", "base.group_user"),
            ("test_portal", "base.group_portal"),
            ("test_public", "base.group_public"),
        ):
            user = new_test_user(self.env, login, groups=groups)
            with self.subTest(login=login):
                with self.assertRaises(AccessError):
                    self._ask(user)
                with self.assertRaises(AccessError):
                    self.gap.with_user(user).action_fill_now()
        self.assertFalse(self.gap.asked_ids)

    def test_calendars_hear_of_steps_without_visits(self):
        self.entry.action_withdraw()
        self.env.cr.postcommit.clear()
        self._as_reception(self.gap).action_fill_now()
        self.assertEqual(self.gap.state, "nobody")
        told = self.env.cr.postcommit.data["clinic.calendar"]
        self.assertEqual(told, set(self.site.ids))
        self.env.cr.postcommit.clear()
