# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Accepting: all, some, of several plans, many at a time."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.clinic_scheduling.models.clinic_reservation import ClinicReservation

from ..models import pharma_plan_accept
from ..models.pharma_plan_call import PharmaPlanCall
from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestPharmaPlanAccept(PlanCommon):
    def test_a_refusal_of_one_call_leaves_the_others_booked(self):
        whole = PharmaPlanCall._book
        for refusal in (
            AccessError("Test Refusal"),
            ValidationError("Test Refusal"),
            UserError("Test Refusal"),
        ):
            plan = self.run_plan(self.plan.copy())
            refused = plan.call_ids[0]

            def book(call, refused=refused, refusal=refusal):
                if call == refused:
                    raise refusal
                return whole(call)

            with (
                self.subTest(refusal=type(refusal)),
                self.env.cr.savepoint() as savepoint,
            ):
                with patch.object(PharmaPlanCall, "_book", book):
                    plan.with_user(self.scheduler).action_accept()
                self.assertEqual(refused.state, "taken")
                self.assertEqual(refused.refusal, "Test Refusal")
                others = plan.call_ids - refused
                self.assertEqual(set(others.mapped("state")), {"booked"})
                savepoint.rollback()

    def test_all_locks_are_taken_before_the_first_call_is_booked(self):
        plan = self.run_plan()
        wanted = plan.call_ids.doctor_id.resource_id
        wanted |= plan.call_ids.representative_id.resource_id
        locked = []
        whole = ClinicReservation._lock

        def lock(model, resources, *args, **kwargs):
            locked.append(set(resources))
            return whole(model, resources, *args, **kwargs)

        with patch.object(ClinicReservation, "_lock", lock):
            plan.with_user(self.scheduler).action_accept()
        self.assertEqual(locked[0], set(wanted.ids))

    def test_calls_of_several_plans_are_accepted_together(self):
        first = self.run_plan()
        second = self.run_plan(self.plan.copy({"campaign_id": False}))
        calls = first.call_ids[:1] | second.call_ids[-1:]
        self.assertEqual(len(calls.plan_id), 2)
        calls.with_user(self.scheduler).action_accept()
        self.assertNotIn("open", calls.mapped("state"))

    def test_many_calls_are_booked_in_the_background(self):
        plan = self.run_plan()
        count = len(plan.call_ids)
        self.assertGreater(count, 1)
        with patch.object(pharma_plan_accept, "CHUNK", 1):
            plan.with_user(self.scheduler).action_accept()
            self.assertEqual(set(plan.call_ids.mapped("state")), {"open"})
            self.assertEqual(plan.accepted_by_id, self.scheduler)
            self.run_planner()
        self.assertEqual(set(plan.call_ids.mapped("state")), {"booked"})
        self.assertEqual(plan.state, "accepted")
        self.assertFalse(plan.accepted_by_id)
        booked = plan.call_ids.showcase_id
        self.assertEqual(booked.create_uid, self.scheduler)

    def test_who_lost_the_right_meanwhile_books_nothing(self):
        plan = self.run_plan()
        plan.accepted_by_id = self.representative.user_id
        self.run_planner()
        self.assertEqual(set(plan.call_ids.mapped("state")), {"taken"})
        self.assertTrue(all(plan.call_ids.mapped("refusal")))
