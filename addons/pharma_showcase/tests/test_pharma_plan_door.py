# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the planner proposes, the door of showcases takes: the same rules bind both."""

import random
from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged

from ..models.pharma_plan_load import PlanLoader
from .plan_common import PlanCommon

#: So many worlds of random rules are planned and accepted.
WORLDS = 6
MODALITIES = ("in_person", "video", "phone", "lunch")


@tagged("post_install", "-at_install")
class TestPharmaPlanDoor(PlanCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rolf = cls.other_representative
        cls.rolf.write({"territory_ids": [Command.link(cls.territory.id)]})
        cls.doctors = cls.outside | cls.second
        for number in range(4):
            cls.doctors |= cls._create_outside_doctor(f"Test {number}", (9, 12))
        cls.plan.date_to = cls.first_day + timedelta(days=11)
        cls.text = cls.env["pharma.consent.text"].create(
            {"name": "Calls", "purpose": "showcase", "body": "I agree."}
        )

    def _get_problem(self):
        return PlanLoader(self.plan, self._at(0) - timedelta(days=1)).load().problem

    def _get_visit(self, doctor):
        return next(v for v in self._get_problem().visits if v.doctor == doctor.id)

    def _add_rule(self, **values):
        return self.env["pharma.practice.rule"].create(values)

    def _make_rule(self, rng):
        """Return values of a random practice rule."""
        everyone = self.representative | self.rolf
        only = rng.choice([everyone.browse(), rng.choice(everyone), everyone])
        doctor = rng.choice([False, *self.doctors.ids])
        return {
            "doctor_id": doctor,
            "site_id": not doctor and self.practice.id,
            "max_calls_day": rng.choice([0, 0, 2]),
            "max_calls_week": rng.choice([0, 2, 3]),
            "max_calls_month": rng.choice([0, 0, 4]),
            "max_calls_month_own": rng.choice([0, 0, 3]),
            "notice_hours": rng.choice([0, 30]),
            "horizon_days": rng.choice([0, 0, 30]),
            "not_before": rng.choice([0, 9.5, 12.25]),
            "not_after": rng.choice([24, 13.1]),
            "lunch_weeks": rng.choice([0, 2]),
            "allowed_representative_ids": [Command.set(only.ids)],
            **{f"on_weekday_{day}": rng.random() < 0.8 for day in range(7)},
            **{name: rng.random() < 0.7 for name in MODALITIES},
        }

    def _make_world(self, rng):
        """Let chance decide over rules, limits, consents and who knows what."""
        self.env["pharma.practice.rule"].search([]).active = False
        for _rule in range(rng.randint(1, 4)):
            self._add_rule(**self._make_rule(rng))
        self.env.company.write(
            {
                "pharma_call_cap": rng.choice([0, 1, 2]),
                "pharma_contact_cap": rng.choice([0, 2]),
                "pharma_cap_months": rng.choice([1, 12]),
                "pharma_consent_mode": rng.choice(["opt_in", "opt_out"]),
            }
        )
        self.rolf.max_calls_day = rng.choice([1, 3])
        for doctor in self.doctors:
            doctor.no_see = rng.random() < 0.1
        consent = rng.choice(self.doctors)
        self.env["pharma.consent"].create(
            {
                "doctor_id": consent.id,
                "channel": "any",
                "purpose": "showcase",
                "text_id": self.text.id,
                "source": "Test",
                "proof": b"QSBzaWduZWQgZm9ybQ==",
            }
        )

    def test_whatever_the_rules_all_that_is_planned_can_be_booked(self):
        booked = 0
        for seed in range(WORLDS):
            rng = random.Random(seed)
            self._make_world(rng)
            modality = rng.choice(MODALITIES)
            plan = self.plan.copy({"name": f"World {seed}", "modality": modality})
            self.run_plan(plan)
            self.assertEqual(plan.state, "proposed", plan.error)
            plan.with_user(self.scheduler).action_accept()
            refusals = plan.call_ids.filtered(lambda call: call.state != "booked")
            self.assertFalse(refusals.mapped("refusal"), f"seed {seed}")
            booked += len(plan.call_ids)
        self.assertGreater(booked, WORLDS)

    def test_a_cap_of_months_binds_both(self):
        self.env.company.write({"pharma_call_cap": 1, "pharma_cap_months": 6})
        self.plan.write({"date_to": self.first_day + timedelta(days=4)})
        self.run_plan()
        planned = self.plan.call_ids.mapped("doctor_id")
        self.assertEqual(len(self.plan.call_ids), len(planned))
        codes = self.plan.omission_ids.filtered(lambda it: it.doctor_id in planned)
        self.assertEqual(set(codes.mapped("code")), {"rule_cap"})

    def test_without_consent_there_is_no_video_call(self):
        self._add_rule(doctor_id=self.outside.id, in_person=False, lunch=False)
        self.env.company.pharma_consent_mode = "opt_in"
        self.assertFalse(self._get_visit(self.outside).options)
        self.env.company.pharma_consent_mode = "opt_out"
        kinds = {option.kind for option in self._get_visit(self.outside).options}
        self.assertEqual(kinds, {"remote"})

    def test_who_a_site_receives_binds_its_options(self):
        self._add_rule(
            site_id=self.practice.id, allowed_representative_ids=[(4, self.rolf.id)]
        )
        visit = self._get_visit(self.outside)
        reps = {visit.get_reps(option) for option in visit.options}
        self.assertEqual(reps, {(self.rolf.id,)})

    def test_other_claims_of_a_representative_are_no_free_time(self):
        days = {(day.rep, day.day): day for day in self._get_problem().rep_days}
        key = (self.representative.id, self.first_day.toordinal())
        self.assertFalse(days[key].busy)
        self._propose()
        days = {(day.rep, day.day): day for day in self._get_problem().rep_days}
        # the call itself stands as a call, and takes no time twice
        self.assertFalse(days[key].busy)
