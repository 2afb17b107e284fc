# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from ..models.clinic_queue_why import outranks
from .common import QueueCommon

#: Factors of somebody who has waited 10 of 60 minutes.
PLAIN = {
    "early": False,
    "tier": 2,
    "waited": 600,
    "target": 3600,
    "share": 1 / 6,
    "head_start": 0.0,
    "credit": 0.0,
    "score": 1 / 6,
}


@tagged("post_install", "-at_install")
class TestWhy(QueueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # whatever else waits in this database waits at other sites
        cls.nurse.clinic_site_ids = cls.site

    def _rows(self):
        desks = self.env["clinic.queue.desk"].with_user(self.nurse)
        return {row["id"]: row for row in desks.get_screen_state()["waiting"]}

    def test_the_part_that_weighs_most_is_named(self):
        cases = {
            "early": ({}, {"early": True}),
            "tier": ({"tier": 1}, {}),
            "share": ({"share": 0.5, "score": 0.5}, {}),
            "head_start": ({"head_start": 0.6, "score": 0.7}, {}),
            "credit": ({"credit": 0.2, "score": 0.3}, {}),
            "clock": ({}, {}),
        }
        for part, (mine, theirs) in cases.items():
            with self.subTest(part=part):
                self.assertEqual(outranks({**PLAIN, **mine}, {**PLAIN, **theirs}), part)

    def test_before_and_after_whom_and_by_what(self):
        urgent = self._join(2, level=2)
        third = self._join(20, level=3)
        slow = self._join(40, level=5)
        new = self._join(5, level=5)
        rows = self._rows()
        self.assertEqual(list(rows), [urgent.id, third.id, slow.id, new.id])
        self.assertEqual(
            rows[urgent.id]["why"],
            [f"Before {third.name} because this level always goes first."],
        )
        self.assertEqual(
            rows[third.id]["why"],
            [
                f"Before {slow.name} because the level is more urgent.",
                f"After {urgent.name}, who goes first because this level always goes "
                "first.",
            ],
        )
        self.assertEqual(
            rows[slow.id]["why"][0],
            f"Before {new.name} because the wait is longer (40 min, not 5 min).",
        )

    def test_a_share_that_outweighs_a_longer_wait(self):
        short, long = self._join(55, level=4), self._join(90, level=5)
        self.levels[4].head_start = 0
        rows = self._rows()
        self.assertEqual(
            rows[short.id]["why"],
            [
                f"Before {long.name} because more of the time until they are to be "
                "seen is used up (92 %, not 75 %)."
            ],
        )
        self.assertEqual(rows[short.id]["hint"], "Nearer to its limit")
        self.assertEqual(rows[long.id]["hint"], "")

    def test_an_order_that_contradicts_the_times_has_a_word(self):
        urgent, slow = self._join(1, level=2), self._join(50, level=5)
        rows = self._rows()
        self.assertEqual(rows[urgent.id]["hint"], "Urgent: goes first")
        self.assertEqual(rows[slow.id]["hint"], "")

    def test_who_is_not_triaged_is_told_as_what_they_wait(self):
        new, slow = self._join(1), self._join(30, level=5)
        row = self._rows()[new.id]
        self.assertEqual(row["hint"], "Waits as Standard")
        self.assertEqual(
            row["why"],
            [
                f"Before {slow.name} because the untriaged wait as Standard, which is "
                "more urgent."
            ],
        )

    def test_a_less_urgent_one_before_a_more_urgent_one_has_its_own_word(self):
        overdue = self._join(58, level=4)
        urgent, slow = self._join(15, level=3), self._join(95, level=5)
        rows = self._rows()
        self.assertEqual(list(rows), [overdue.id, urgent.id, slow.id])
        # the eye compares with who stands behind, not with who waited longest
        self.assertEqual(rows[overdue.id]["hint"], "Nearer to its limit")
        self.assertEqual(rows[urgent.id]["hint"], "More urgent")
        self.assertEqual(rows[slow.id]["hint"], "")

    def test_a_credit_that_passes_a_more_urgent_one_is_named(self):
        credit = self.env["clinic.queue.credit"].create(
            {"name": "Pregnant", "worth": 0.25, "policy_id": self.policy.id}
        )
        favoured, urgent = self._join(20, level=4), self._join(5, level=3)
        favoured.with_user(self.nurse)._give_credit(credit, "Eighth month")
        rows = self._rows()
        self.assertEqual(list(rows), [favoured.id, urgent.id])
        self.assertEqual(rows[favoured.id]["hint"], "Credit")

    def test_an_early_appointment_says_for_what_it_waits(self):
        early = self._join(20, appointment_id=self._book(10).id)
        walk_in = self._join(1, level=5)
        rows = self._rows()
        self.assertEqual(list(rows), [walk_in.id, early.id])
        self.assertEqual(rows[early.id]["hint"], "Waits for the slot")
        self.assertEqual(
            rows[walk_in.id]["why"],
            [f"Before {early.name} because the slot of {early.name} is still to come."],
        )

    def test_minutes_have_one_form(self):
        words = {5: "5 min", 60: "1 h", 92: "1 h 32 min"}
        for minutes, said in words.items():
            self.assertEqual(self.tickets._describe_minutes(minutes), said)
