# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Two weeks with the same patients: without and with what fills a practice's days.

Everything is booked through the one door, and the scheduled actions do their work at
the hours at which they would; only the clock and what patients do is made up.
"""

import random
from collections import Counter
from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .common import MONDAY
from .message_common import MessageCommon
from .test_overbooking import OverbookingCommon
from .waitlist_common import WaitlistMixin

PLACES = 6

#: What becomes of the thirty visits of a week. Forgetful ones come if a reminder was
#: sent to them, and some remember then that they have to give their time back.
FATES = {"comes": 16, "forgets": 5, "gives back": 2, "misses": 3, "cancels": 4}


@tagged("post_install", "-at_install")
class TestSimulatedWeeks(WaitlistMixin, OverbookingCommon, MessageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_waitlist()
        cls.doctor.availability_ids.write({"hour_to": 12, "overbook_limit": 1})
        cls.env.company.clinic_overbooking_percent = 17  # one of six
        fates = [fate for fate, count in FATES.items() for _each in range(count)]
        random.Random(11).shuffle(fates)
        cls.fates = fates

    def _new_patients(self, name, count):
        return self.env["clinic.patient"].create(
            [
                {"name": f"{name} {number}", "email": f"{name}{number}@example.com"}
                for number in range(count)
            ]
        )

    def _switch(self, is_on):
        self.env.company.write(
            {
                "clinic_messages_active": is_on,
                "clinic_waitlist_enabled": is_on,
                "clinic_overbooking_advice": is_on,
            }
        )

    def _live_through(self, week, is_on):
        """Let one week pass; return its visits."""
        self._switch(is_on)
        first = 7 * week
        with freeze_time(self._at(10, day=first - 4)):
            visits = self._fill_week(first, f"w{week}p")
            self._fill_list(first, f"w{week}q")
            self.answers = iter(random.Random(5).choices((True, False), k=1000))
        for day in range(first, first + 5):
            fates = {
                visit: fate
                for visit, fate in zip(visits, self.fates, strict=True)
                if visit.start.date() == MONDAY + timedelta(days=day)
            }
            self._prepare_day(day, fates)
            self._hold_day(day, fates)
        return self._get_visits(first)

    def _fill_week(self, first, name):
        patients = self._new_patients(name, 5 * PLACES)
        visits = self.env["clinic.appointment"]
        for number, patient in enumerate(patients):
            day, place = divmod(number, PLACES)
            visits |= self._book(
                9 + place // 2, 30 * (place % 2), first + day, patient_id=patient.id
            )
        return visits

    def _fill_list(self, first, name):
        for patient in self._new_patients(name, 16):
            self._join(
                patient,
                earliest_date=MONDAY + timedelta(days=first),
                latest_date=MONDAY + timedelta(days=first + 4),
            )

    def _get_visits(self, first, count=5):
        return self.env["clinic.appointment"].search(
            [
                ("doctor_id", "=", self.doctor.id),
                ("start", ">=", self._at(0, day=first)),
                ("start", "<", self._at(0, day=first + count)),
            ],
            order="start, id",
        )

    def _prepare_day(self, day, fates):
        """The day before: advice, cancellations, reminders and what they bring."""
        with freeze_time(self._at(8, 30, day=day - 1)):
            self._follow_advice(day)
            self._cancel(visit for visit, fate in fates.items() if fate == "cancels")
        with freeze_time(self._at(12, 30, day=day - 1)):
            self._send()
            self._cancel(
                visit
                for visit, fate in fates.items()
                if fate == "gives back" and self._was_reminded(visit)
            )

    def _follow_advice(self, day):
        self.advice._refresh(self.env.company)
        for advice in self.advice.search([("start", "=", self._at(9, day=day))]):
            deciding = advice.with_user(self.decider)
            while advice.used_count < advice.more:
                action = deciding.action_accept()
                patient = self._new_patients(f"d{day}a", 1)
                self.env["clinic.appointment"].with_user(self.decider).book(
                    {
                        "doctor_id": self.doctor.id,
                        "site_id": self.site.id,
                        "service_id": self.service.id,
                        "patient_id": patient.id,
                        "start": action["context"]["default_start"],
                        "overbook": action["context"]["default_overbook"],
                    }
                )
                advice.invalidate_recordset()

    def _cancel(self, visits):
        """Cancel through the door; let the waitlist work until all have answered."""
        for visit in visits:
            visit.cancel()
            self._work()
            while offer := self._get_open_offer():
                self._send()
                self.assertTrue(offer._was_told())
                if next(self.answers):
                    offer._accept()
                else:
                    offer._decline()
                self._work()

    def _get_open_offer(self):
        return self._find_gaps().asked_ids.filtered(
            lambda item: item.state == "offered"
        )

    def _was_reminded(self, visit):
        rows = self._rows(visit, "reminder")
        return "sent" in rows.mapped("state")

    def _hold_day(self, day, fates):
        """Note who came and who did not, after the session."""
        with freeze_time(self._at(12, 30, day=day)):
            visits = self._get_visits(day, 1)
            for visit in visits.filtered(lambda item: item.state == "scheduled"):
                fate = fates.get(visit, "comes")
                is_reminded = self._was_reminded(visit)
                if fate == "comes" or (fate == "forgets" and is_reminded):
                    visit.arrive()
                    visit.begin()
                    visit.complete()
                else:
                    visit.mark_no_show()

    def _get_filled(self, visits):
        """Return how many places were used: at most those that a session has."""
        seen = visits.filtered(lambda visit: visit.state == "completed")
        days = Counter(visit.start.date() for visit in seen)
        return sum(min(count, PLACES) for count in days.values())

    def test_the_same_week_without_and_with(self):
        self.advice.search([]).unlink()
        without = self._live_through(1, is_on=False)
        states = Counter(without.mapped("state"))
        expected = {"completed": 16, "no_show": 10, "cancelled": 4}
        self.assertEqual(states, expected)
        self.assertFalse(without.filtered(self._was_reminded))
        filled = self._get_filled(without)

        helped = self._live_through(2, is_on=True)
        usual = helped.filtered(lambda visit: visit.source != "waitlist")
        self._assert_limits(helped)
        self._assert_reminded_once(helped)
        refilled = (helped - usual).filtered(lambda visit: visit.state == "completed")
        self.assertEqual(len(refilled), FATES["cancels"] + FATES["gives back"])
        missed = helped.filtered(lambda visit: visit.state == "no_show")
        self.assertEqual(len(missed), FATES["misses"])
        self.assertGreater(self._get_filled(helped), filled + len(refilled))

    def _assert_limits(self, visits):
        """One seat above six, in full sessions, and nobody twice in a place."""
        live = visits.filtered(lambda visit: visit.state in ("completed", "no_show"))
        above = live.filtered("is_overbooked")
        days = Counter(visit.start.date() for visit in above)
        self.assertEqual(set(days.values()), {1})
        self.assertEqual(len(days), 5)
        within = live - above
        self.assertEqual(len(within), len(set(within.mapped("start"))))

    def _assert_reminded_once(self, visits):
        """No message of a rule went twice to anybody."""
        rows = visits.reminder_ids.filtered(lambda row: row.state == "sent")
        keys = Counter(
            (row.appointment_id, row.rule_id, row.occurrence) for row in rows
        )
        self.assertEqual(set(keys.values()), {1})
        self.assertTrue(rows.filtered(lambda row: row.event == "reminder"))
