# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Calls that were reported stay, and rules bind what changes after the booking."""

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..exceptions import DoctorNotReceiving, NotEligible, PracticeRuleBroken
from .report_common import ReportCommon

BEFORE = "2030-06-01 08:00:00"
NOTE = "By telephone on Friday"
PROPOSED = {"state": "proposed"}


@tagged("post_install", "-at_install")
class TestReportedCalls(ReportCommon):
    """The call was held and reported."""

    def setUp(self):
        super().setUp()
        self._submit()
        self.call = self.showcase.with_user(self.rep_user)

    def test_nobody_undoes_a_reported_call(self):
        for call in (self.call, self.showcase):
            for step in (
                lambda call=call: call.confirm(),
                lambda call=call: call.cancel("Oops"),
                lambda call=call: call.set_no_show(),
                lambda call=call: call.write({"state": "confirmed"}),
                lambda call=call: call.reschedule({"start": self._at(12, day=7)}),
                lambda call=call: call.write({"duration": 60}),
                lambda call=call: call.write({"doctor_id": self.doctor.id}),
                lambda call=call: call.write({"active": False}),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    step()
        self.assertEqual(self.showcase.state, "done")
        self.assertEqual(self.showcase.start, self._at(12))
        self.assertTrue(self.showcase.sudo().reservation_ids)
        self.assertEqual(self.outside.call_count, 1)

    def test_a_correction_amends_the_report(self):
        report = self._submit(self._values(reason="Wrong interest", next_step="none"))
        self.assertEqual(report.state, "amended")
        self.assertEqual(self.showcase.state, "done")

    def test_what_is_not_reported_yet_may_be_undone(self):
        with freeze_time(BEFORE):
            other = self._create_call(minute=40)
        with freeze_time("2030-06-03 11:30:00"):
            call = other.with_user(self.rep_user)
            call.complete()
            call.confirm()
            self.assertEqual(other.state, "confirmed")


@tagged("post_install", "-at_install")
@freeze_time(BEFORE)
class TestRulesAgain(ReportCommon):
    """The doctor has a call on Monday; the cap lets none more in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.pharma_call_cap = 1
        cls.calls = cls.env["pharma.showcase"].with_user(cls.rep_user)

    def _ask(self, **values):
        return self.calls.book(
            self._showcase_vals(
                day=1, solicited_by_doctor=True, solicited_note=NOTE, **values
            )
        )

    def test_the_cap_is_not_taken_off_by_a_tick(self):
        call = self._ask()
        with self.assertRaises(PracticeRuleBroken), self.env.cr.savepoint():
            call.solicited_by_doctor = False
        self.assertTrue(call.solicited_by_doctor)
        self.company.pharma_call_cap = 2
        call.solicited_by_doctor = False
        self.assertFalse(call.solicited_by_doctor)

    def test_nor_is_no_see(self):
        self.company.pharma_call_cap = 0
        self.outside.no_see = True
        call = self._ask()
        with self.assertRaises(DoctorNotReceiving):
            call.solicited_by_doctor = False

    def test_who_says_so_says_how(self):
        for note in (False, "", "  "):
            with (
                self.subTest(note=note),
                self.assertRaises(ValidationError),
                self.env.cr.savepoint(),
            ):
                self.calls.book(
                    self._showcase_vals(
                        day=1, solicited_by_doctor=True, solicited_note=note
                    )
                )
        call = self._ask()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            call.solicited_note = False

    def test_it_is_frozen_once_held(self):
        call = self._ask()
        with freeze_time("2030-06-04 10:30:00"):
            call.complete()
            for values in ({"solicited_by_doctor": False}, {"solicited_note": "?"}):
                with self.subTest(values), self.assertRaises(UserError):
                    call.write(values)

    def test_recorded_calls_that_break_a_rule_are_marked(self):
        self.outside.no_see = True
        with freeze_time("2030-06-05 08:00:00"):
            call = self.calls.book(self._showcase_vals(day=1, modality="phone"))
            self.assertIn("does not want to be called on", call.rule_breach)
            self.assertIn("1 times within 12 months", call.rule_breach)
            with self.assertRaises(UserError):
                call.rule_breach = False
            self.assertIn(call, self.calls.search([("rule_breach", "!=", False)]))
            # the doctor asked after all: nothing is broken
            call.write({"solicited_by_doctor": True, "solicited_note": NOTE})
            self.assertFalse(call.rule_breach)
            call.solicited_by_doctor = False
            self.assertTrue(call.rule_breach)

    def test_recorded_calls_that_break_none_are_not(self):
        self.company.pharma_call_cap = 0
        self.env["pharma.practice.rule"].create(
            {"doctor_id": self.outside.id, "notice_hours": 48, "horizon_days": 30}
        )
        with freeze_time("2030-06-05 08:00:00"):
            call = self.calls.book(self._showcase_vals(day=1))
        self.assertFalse(call.rule_breach)

    # ------------------------------------------------------------------
    # Products and links
    # ------------------------------------------------------------------

    def test_products_that_come_later_are_asked_about(self):
        self.representative.product_ids = self.products[0]
        self.company.pharma_call_cap = 0
        first, second = ({"product_id": product.id} for product in self.products)
        call = self.calls.book(
            self._showcase_vals(day=1, line_ids=[Command.create(first)])
        )
        line = call.line_ids
        draft = self.calls.create(self._showcase_vals(day=2))
        for attempt in (
            lambda: call.write({"line_ids": [Command.create(second)]}),
            lambda: call.line_ids.create({"showcase_id": call.id, **second}),
            lambda: line.write(second),
            lambda: draft.write({"line_ids": [Command.create(second)], **PROPOSED}),
        ):
            with self.assertRaises(NotEligible), self.env.cr.savepoint():
                attempt()
        self.assertEqual(call.line_ids.product_id, self.products[0])
        line.sequence = 20
        self.representative.product_ids = self.products
        call.write({"line_ids": [Command.create(second)]})
        self.assertEqual(call.line_ids.product_id, self.products)

    def test_lines_do_not_move_into_a_reported_call(self):
        with freeze_time("2030-06-03 10:30:00"):
            self._submit()
        self.company.pharma_call_cap = 0
        first = Command.create({"product_id": self.products[0].id})
        call = self.calls.book(self._showcase_vals(day=1, line_ids=[first]))
        with self.assertRaises(UserError):
            call.line_ids.showcase_id = self.showcase.id

    def test_a_video_link_is_a_web_address(self):
        call = self.showcase.with_user(self.rep_user)
        for text in ("javascript:alert(document.domain)", "data:text/html,x", "meet"):
            with (
                self.subTest(text),
                self.assertRaises(ValidationError),
                self.env.cr.savepoint(),
            ):
                call.video_url = text
        self.showcase.modality = "video"
        call.video_url = "https://meet.example.com/x"
        page = self.showcase.sudo()._get_page_values()
        self.assertEqual(page["video_url"], "https://meet.example.com/x")
        # what was written before that was asked is no link on the page either
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE pharma_showcase SET video_url = 'javascript:x' WHERE id = %s",
            self.showcase.ids,
        )
        self.env.invalidate_all()
        self.assertFalse(self.showcase.sudo()._get_page_values()["video_url"])
