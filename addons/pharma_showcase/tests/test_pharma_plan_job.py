# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The planner in the background: bounds, what it says, what it survives."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import config, mute_logger

from ..models import pharma_plan, pharma_plan_job
from ..models.pharma_plan_load import ASKED, OFF_DAY, PlanLoader
from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestPharmaPlanJob(PlanCommon):
    def _load(self):
        return PlanLoader(self.plan, self._at(0) - timedelta(days=1)).load()

    def _get_visit(self, doctor, loaded=None):
        loaded = loaded or self._load()
        return loaded.problem.visits[loaded.doctors.index(doctor.id)]

    def test_a_plan_has_bounds(self):
        for vals in (
            {"date_to": self.first_day + timedelta(days=36500)},
            {"iterations": 2**31 - 1},
            {"duration": 10_000},
        ):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self.plan.with_user(self.scheduler).write(vals)
        with (
            patch.object(pharma_plan, "MOST_DOCTORS", 1),
            self.assertRaisesRegex(UserError, "2 doctors"),
        ):
            self.plan.action_plan()

    def test_what_the_planner_says_is_not_forged(self):
        mine = self.plan.with_user(self.scheduler)
        for vals in (
            {"state": "proposed"},
            {"objective": 10**6},
            {"plan_hash": "f" * 64},
            {"accepted_by_id": self.env.uid},
            {"is_repair": True},
        ):
            with self.subTest(vals=vals):
                with self.assertRaises(AccessError):
                    mine.write(vals)
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    mine.create({**self.plan.copy_data()[0], **vals})

    def test_a_plan_whose_process_died_fails_and_is_planned_again(self):
        self.plan.state = "running"
        with mute_logger(pharma_plan_job.__name__):
            self.run_planner()
        self.assertEqual((self.plan.state, self.plan.error), ("failed", "interrupted"))
        self.assertEqual(self.run_plan().state, "proposed")
        other = self.plan.copy()
        other.state = "running"
        other.with_user(self.scheduler).action_plan()
        self.assertEqual(other.state, "queued")

    def test_a_plan_that_is_computed_is_left_alone(self):
        self.plan.state = "running"
        self.env.cr.execute(
            "SELECT pg_advisory_xact_lock(%s, %s)",
            (pharma_plan_job.LOCK, self.territory.id),
        )
        self.run_planner()
        self.assertEqual(self.plan.state, "running")
        with self.assertRaises(UserError):
            self.plan.action_plan()

    def test_a_broken_transaction_keeps_no_lock(self):
        def fail(plan, loaded):
            plan.env.cr.execute("SELECT nothing FROM nowhere")

        self.plan.action_plan()
        with (
            patch.object(type(self.plan), "_find_plan", fail),
            mute_logger(pharma_plan_job.__name__, "odoo.sql_db"),
        ):
            self.run_planner()
        self.assertEqual((self.plan.state, self.plan.error), ("failed", "internal"))
        self.assertEqual(self.run_plan().state, "proposed")

    def test_the_search_ends_below_the_server_s_limit(self):
        with patch.dict(config.options, {"limit_time_cpu": 20}):
            self.assertLess(pharma_plan_job._get_seconds(), 20)

    def test_reasons_are_in_the_language_of_who_reads(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        plan = self.run_plan()
        omission = self.env["pharma.plan.omission"].create(
            {
                "plan_id": plan.id,
                "doctor_id": self.outside.id,
                "code": "no_room",
                "blocker_data": [[self.second.id, 7]],
                "hint_data": ["wider_window", self.first_day.toordinal(), 600],
            }
        )
        self.assertIn("7 points", omission.blockers)
        self.assertIn("10 minutes", omission.hint)
        french = omission.with_context(lang="fr_FR").hint
        self.assertIn(self.first_day.strftime("%d/%m/%Y"), french)

    def test_a_weekday_that_the_practice_prefers_is_read(self):
        friday = self.env["pharma.practice.rule"].create(
            {"site_id": self.practice.id, "preferred_weekday": "3"}
        )
        options = self._get_visit(self.outside).options
        liked = [it.day for it in options if not it.malus]
        self.assertEqual([(day - 1) % 7 for day in liked], [3])
        self.assertEqual({it.malus for it in options}, {0, OFF_DAY})
        self.assertEqual({it.weekday for it in options}, {3})
        friday.preferred_weekday = False
        self.assertEqual(
            {it.weekday for it in self._get_visit(self.outside).options}, {None}
        )

    def test_who_asked_for_a_call_comes_first(self):
        before = self._get_visit(self.outside)
        self.outside.call_asked_on = self.first_day - timedelta(days=3)
        visit = self._get_visit(self.outside)
        self.assertTrue(visit.solicited)
        self.assertEqual(visit.value, before.value + ASKED)
        plan = self.run_plan()
        call = plan.call_ids.filtered(lambda it: it.doctor_id == self.outside)[:1]
        call.with_user(self.scheduler).action_accept()
        self.assertTrue(call.showcase_id.solicited_by_doctor)
        # the wish is met
        again = self._load()
        mine = [
            visit
            for visit, doctor in zip(again.problem.visits, again.doctors, strict=True)
            if doctor == self.outside.id
        ]
        self.assertFalse([visit for visit in mine if visit.solicited])

    def test_a_launch_is_worth_more(self):
        campaign = self.env["pharma.campaign"].create(
            {
                "name": "Test Launch",
                "date_start": self.first_day,
                "date_end": self.first_day + timedelta(days=30),
                "target_ids": [
                    (0, 0, {"segment_id": self.segment.id, "target_calls": 1})
                ],
            }
        )
        self.plan.campaign_id = campaign
        usual = self._get_visit(self.outside).value
        campaign.launch_percent = 150
        self.assertAlmostEqual(self._get_visit(self.outside).value, usual * 1.5, 0)
