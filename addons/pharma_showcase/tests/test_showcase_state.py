# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import freeze_time, tagged

from odoo.addons.clinic_scheduling.exceptions import (
    BeyondHorizon,
    BookingError,
    IllegalTransition,
    NoticeTooShort,
    SlotTaken,
)

from ..const import STATES, TRANSITIONS
from ..exceptions import DoctorNotReceiving, PracticeRuleBroken
from .common import PharmaCommon


@tagged("post_install", "-at_install")
class TestShowcaseState(PharmaCommon):
    def _reach(self, state, day):
        """Return a showcase that is in ``state``."""
        showcase = self.showcases.create(self._showcase_vals(day=day))
        steps = {
            "draft": (),
            "proposed": ("propose",),
            "confirmed": ("propose", "confirm"),
            "done": ("propose", "complete"),
            "declined": ("propose", "decline"),
            "cancelled": ("propose", "cancel"),
            "no_show": ("propose", "set_no_show"),
        }
        for step in steps[state]:
            if step == "decline":
                showcase._decline("No time")
            else:
                getattr(showcase, step)()
        return showcase

    def test_only_the_steps_of_the_table(self):
        states = [key for key, _label in STATES]
        with freeze_time(self._at(14, day=60)):
            for number, state in enumerate(states):
                for target in states:
                    showcase = self._reach(state, day=number % 5)
                    allowed = target in TRANSITIONS[state] or target == state
                    with self.subTest(state=state, target=target):
                        if allowed:
                            showcase._transition(target)
                            self.assertEqual(showcase.state, target)
                        else:
                            with self.assertRaises(IllegalTransition):
                                showcase._transition(target)
                    showcase.sudo().reservation_ids.unlink()

    def test_nothing_has_taken_place_before_it_starts(self):
        showcase = self._propose()
        for step in (showcase.complete, showcase.set_no_show):
            with self.assertRaises(BookingError):
                step()

    def test_who_declines_or_cancels_gives_the_time_back(self):
        for step in ("_decline", "cancel"):
            with self.subTest(step=step):
                showcase = self._propose()
                getattr(showcase, step)("No time")
                self.assertFalse(showcase.sudo().reservation_ids)
                self._propose().cancel()
        self.assertEqual(showcase.cancel_reason, "No time")

    def test_a_declined_call_may_be_proposed_again(self):
        showcase = self._propose()
        showcase._decline("No time")
        other = self._propose()
        with self.assertRaises(SlotTaken):
            showcase.propose()
        other.cancel()
        showcase.propose()
        self.assertTrue(showcase.sudo().reservation_ids)

    def test_drafts_alone_are_deleted(self):
        self.showcases.create(self._showcase_vals()).unlink()
        showcase = self._propose()
        with self.assertRaises(IllegalTransition):
            showcase.unlink()
        with self.assertRaises(IllegalTransition):
            showcase.active = False
        showcase.cancel()
        showcase.active = False
        with self.assertRaises(IllegalTransition):
            showcase.unlink()

    def test_practices_that_accept_themselves(self):
        self._rule(approval_required=True)
        showcase = self._propose().with_user(self.representative.user_id)
        with self.assertRaises(IllegalTransition):
            showcase.confirm()
        showcase.sudo()._accept()
        self.assertEqual(showcase.state, "confirmed")

    # ------------------------------------------------------------------
    # What a practice asks for
    # ------------------------------------------------------------------

    def _rule(self, **values):
        return self.env["pharma.practice.rule"].create(
            {"doctor_id": self.outside.id, **values}
        )

    def _check_refused(self, code, error=PracticeRuleBroken, **values):
        with self.assertRaises(error) as refused:
            self._propose(**values)
        self.assertEqual(refused.exception.context["rule"], code)
        return refused.exception.context["alternatives"]

    def test_notice_and_horizon(self):
        rule = self._rule(notice_hours=48)
        with freeze_time(self._at(12, 30, day=-2)):
            free = self._check_refused("notice", NoticeTooShort)
        self.assertTrue(free)
        self.assertTrue(all(item["start"] >= str(self._at(12, 30)) for item in free))
        rule.write({"notice_hours": 0, "horizon_days": 7})
        with freeze_time(self._at(11, day=-7)):
            self._check_refused("horizon", BeyondHorizon)

    def test_weekdays_hours_and_kinds(self):
        rule = self._rule(on_weekday_0=False, not_before=13, phone=False)
        self._check_refused("weekday", start=self._at(13))
        self._check_refused("hours", start=self._at(12, day=1))
        self._check_refused("modality", start=self._at(13, day=1), modality="phone")
        self._propose(start=self._at(13, day=1))
        # a practice's rule binds all its doctors
        rule.write({"doctor_id": False, "site_id": self.practice.id})
        colleague = self._create_outside_doctor("Oscar Outside")
        self._check_refused("weekday", doctor_id=colleague.id, start=self._at(13))

    def _give_to_another_company(self, showcase):
        """Make it a call of a company whose people nobody here sees."""
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE pharma_showcase SET company_id = %s WHERE id = %s",
            (company.id, showcase.id),
        )
        self.env.invalidate_all()

    def test_limits_count_every_company(self):
        self._rule(max_calls_month=1)
        self._give_to_another_company(self._propose())
        free = self._check_refused("per_month", start=self._at(12, day=2))
        self.assertFalse([item for item in free if "-06-" in item["start"]])
        self._propose(start=self._at(12, day=28))

    def test_own_limit_counts_own_calls(self):
        self._rule(max_calls_month_own=1)
        showcase = self._propose()
        self._check_refused("per_month_of_company", start=self._at(12, day=2))
        self._give_to_another_company(showcase)
        self._propose(start=self._at(12, day=2))

    def test_who_may_come(self):
        self._rule(allowed_representative_ids=self.other_representative.ids)
        self._check_refused("representative")

    def test_a_lunch_every_four_weeks(self):
        self._rule(lunch_weeks=4)
        self._propose(modality="lunch")
        self._check_refused("lunch", modality="lunch", start=self._at(12, day=21))
        self._propose(modality="lunch", start=self._at(12, day=28))

    def test_who_receives_nobody(self):
        self.outside.no_see = True
        self._check_refused("no_see", DoctorNotReceiving)
        self._propose(solicited_by_doctor=True)
        self.outside.write({"no_see": False, "licence_state": "inactive"})
        self._check_refused("licence", DoctorNotReceiving, start=self._at(13))

    def test_a_move_does_not_count_itself(self):
        self._rule(max_calls_day=1)
        showcase = self._propose()
        showcase.reschedule({"start": self._at(13)})
        self.assertEqual(showcase.start, self._at(13))
