# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Filing a call report: what it needs, who may, once, locked, amended."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .report_common import AFTER_THE_CALL, ReportCommon


@tagged("post_install", "-at_install")
@freeze_time(AFTER_THE_CALL)
class TestFiling(ReportCommon):
    def test_a_report_ends_the_call(self):
        report = self._submit(
            self._values(
                objections="Too dear",
                competitor="Otherol",
                next_step="follow_up",
                next_step_note="With the study",
                follow_up_on="2030-06-17",
            )
        )
        self.assertEqual(self.showcase.state, "done")
        self.assertEqual((report.state, report.is_late), ("submitted", False))
        self.assertEqual(report.submitted_by_id, self.rep_user)
        self.assertEqual(report.competitor, "Otherol")
        self.assertEqual(str(report.follow_up_on), "2030-06-17")
        first, second = self.showcase.line_ids
        self.assertEqual((first.is_discussed, first.interest), (True, 4))
        self.assertTrue(first.is_requested)
        self.assertEqual(first.questions, "Dose for the elderly?")
        self.assertFalse(second.is_discussed)
        self.assertTrue(self.showcase.has_report)

    def test_what_a_report_needs(self):
        missing = {
            "products": {"lines": []},
            "until when": {"next_step": "follow_up"},
            "next": {"next_step": ""},
            "adverse": {"has_adverse_event": None},
        }
        for words, values in missing.items():
            with self.subTest(words), self.assertRaises(UserError) as refused:
                self._submit(self._values(**values))
            self.assertIn(words, str(refused.exception))
        self.assertFalse(self.showcase.report_ids)
        self.assertEqual(self.showcase.state, "confirmed")

    def test_nothing_is_reported_ahead(self):
        with freeze_time("2030-06-03 09:00:00"), self.assertRaises(UserError):
            self._submit()
        self.assertEqual(self.showcase.state, "confirmed")

    def test_a_cancelled_call_has_no_report(self):
        self.showcase.cancel()
        with self.assertRaises(UserError):
            self._submit()

    def test_only_who_may_change_the_call_reports_it(self):
        others = self.reports.with_user(self.other_representative.user_id)
        for method, args in (
            ("submit_call", [self._values()]),
            ("get_call_screen", []),
            ("report_adverse_event", [{"uuid": "12345678", "description": "x"}]),
        ):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(others, method)(self.showcase.id, *args)
        self.assertFalse(self.showcase.report_ids)
        self.assertFalse(self.showcase.adverse_event_ids)

    def test_a_product_that_came_up(self):
        other = self.env["product.product"].create({"name": "Came up"})
        lines = [{"product_id": other.id, "interest": 0}]
        self._submit(self._values(lines=lines))
        line = self.showcase.line_ids.filtered("is_discussed")
        self.assertEqual((line.product_id, line.is_unplanned), (other, True))

    def test_products_of_the_training_alone(self):
        other = self.env["product.product"].create({"name": "Untrained"})
        self.representative.product_ids = self.products
        with self.assertRaises(UserError):
            self._submit(self._values(lines=[{"product_id": other.id, "interest": 1}]))

    def test_what_cannot_be_read_is_refused(self):
        line = {"product_id": self.products[0].id, "interest": 3}
        for values in (
            {"uuid": "x"},
            {"uuid": None},
            {"lines": [{**line, "interest": 6}]},
            {"lines": [{**line, "interest": -1}]},
            {"lines": [{**line, "interest": True}]},
            {"lines": [line, line]},
            {"lines": "all"},
            {"lines": [line] * 51},
            {"held_at": "yesterday"},
            {"held_at": "2030-06-03T10:00:00"},
            {"follow_up_on": "soon"},
            {"transfers": [{"nature": "yacht", "amount": 5}]},
            {"transfers": [{"nature": "meal", "amount": float("nan")}]},
            {"signature": "data:image/svg+xml;base64,PHN2Zz4="},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self._submit(self._values(**values))
        self.assertFalse(self.showcase.report_ids)


@tagged("post_install", "-at_install")
@freeze_time(AFTER_THE_CALL)
class TestTwice(ReportCommon):
    """A bad connection sends things twice, or late."""

    def test_sent_twice_is_filed_once(self):
        values = self._values()
        first = self.reports.submit_call(self.showcase.id, values)
        again = self.reports.submit_call(self.showcase.id, {**values, "note": "late"})
        self.assertEqual((first["status"], again["status"]), ("sent", "sent"))
        self.assertEqual(len(self.showcase.report_ids.version_ids), 1)
        self.assertFalse(self.showcase.report_ids.note)

    def test_another_filing_needs_a_reason(self):
        self._submit()
        answer = self.reports.submit_call(self.showcase.id, self._values(note="b"))
        self.assertEqual(answer, {"status": "filed"})
        self.assertFalse(self.showcase.report_ids.note)

    def test_a_uuid_of_another_call_files_nothing(self):
        values = self._values()
        self._submit(values)
        with freeze_time("2030-06-01 08:00:00"):
            other = self._create_call(hour=13)
        with freeze_time("2030-06-03 12:00:00"):
            answer = self.reports.submit_call(other.id, values)
        self.assertEqual(answer, {"status": "filed"})
        self.assertFalse(other.report_ids)

    def test_late_by_the_hours_of_the_settings(self):
        self.company.pharma_report_hours = 2
        with freeze_time("2030-06-03 13:00:00"):
            report = self._submit(self._values(filed_at="2030-06-03T12:59:00Z"))
        self.assertTrue(report.is_late)

    def test_typed_in_time_and_sent_later_is_in_time(self):
        with freeze_time("2030-06-05 10:00:00"):
            report = self._submit()
        self.assertFalse(report.is_late)
        self.assertLess(report.filed_at, report.submitted_at)

    def test_a_clock_that_is_ahead_does_not_count(self):
        report = self._submit(self._values(filed_at="2031-01-01T00:00:00Z"))
        self.assertEqual(report.filed_at, report.submitted_at)


@tagged("post_install", "-at_install")
@freeze_time(AFTER_THE_CALL)
class TestAmending(ReportCommon):
    def test_both_versions_are_kept_and_shown(self):
        report = self._submit(self._values(objections="Too dear"))
        line = {"product_id": self.products[1].id, "interest": 2}
        self._submit(
            self._values(
                reason="Wrong product", lines=[line], objections="Needs a study"
            )
        )
        report.invalidate_recordset()
        self.assertEqual(report.state, "amended")
        new, old = report.version_ids
        self.assertEqual((new.number, old.number), (2, 1))
        self.assertEqual((old.reason, new.reason), (False, "Wrong product"))
        self.assertIn("Too dear", old.summary)
        self.assertIn("Needs a study", new.summary)
        self.assertIn("Objections: Too dear → Needs a study", new.changes)
        self.assertIn("Test Product 1: interest 4 of 5", new.changes)
        self.assertFalse(old.changes)
        discussed = self.showcase.line_ids.filtered("is_discussed")
        self.assertEqual(discussed.product_id, self.products[1])
        self.assertIn("Wrong product", report.message_ids[0].body)

    def test_samples_and_values_are_not_amended(self):
        lot = self._create_samples()
        self._submit()
        for values in (
            self._drop_values(lot, reason="Forgot"),
            self._values(reason="x", transfers=[{"nature": "meal", "amount": 5}]),
        ):
            with self.assertRaises(UserError):
                self._submit(values)

    def test_what_is_filed_is_locked(self):
        report = self._submit()
        manager = self._create_pharma_user("manager")
        line = self.showcase.line_ids[0]
        for user in (self.rep_user, manager):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    report.with_user(user).write({"note": "changed"})
                with self.assertRaises(AccessError):
                    report.with_user(user).unlink()
                for vals in ({"interest": 0}, {"minutes": 9}):
                    with self.assertRaises(UserError):
                        line.with_user(user).write(vals)
                with self.assertRaises(UserError):
                    line.with_user(user).unlink()
        with self.assertRaises(UserError):
            report.version_ids.sudo().write({"reason": "Nicer"})
        with self.assertRaises(UserError):
            report.version_ids.sudo().unlink()

    def test_results_come_by_a_report_alone(self):
        lines = self.showcase.line_ids.with_user(self.rep_user)
        with self.assertRaises(UserError):
            lines[0].write({"interest": 5})
        filing = lines.with_context(pharma_filing=True)
        with self.assertRaises(UserError):
            filing[0].write({"is_discussed": True})
        lines[0].write({"minutes": 7})
        self.assertEqual(self.showcase.line_ids[0].minutes, 7)


@tagged("post_install", "-at_install")
@freeze_time(AFTER_THE_CALL)
class TestScreen(ReportCommon):
    def test_it_is_filled_from_the_plan(self):
        lot = self._create_samples(3)
        screen = self.reports.get_call_screen(self.showcase.id)
        self.assertEqual(screen["showcase"]["doctor"], "Olive Outside")
        self.assertTrue(screen["showcase"]["has_begun"])
        names = [line["product"] for line in screen["lines"]]
        self.assertEqual(names, ["Test Product 1", "Test Product 2"])
        (stock,) = screen["stock"]
        self.assertEqual((stock["lot_id"], stock["quantity"]), (lot.id, 3))
        self.assertEqual(stock["allowance"], 4)
        self.assertIs(screen["report"], False)

    def test_a_filed_report_comes_back(self):
        self._submit(self._values(next_step="offer", follow_up_on="2030-07-01"))
        filed = self.reports.get_call_screen(self.showcase.id)["report"]
        self.assertEqual(filed["next_step"], "offer")
        self.assertEqual(filed["follow_up_on"], "2030-07-01")
        (line,) = filed["lines"]
        self.assertEqual((line["interest"], line["is_requested"]), (4, True))

    def test_the_list_of_calls_to_report(self):
        domain = [("has_report", "=", False), ("id", "=", self.showcase.id)]
        self.assertEqual(self.env["pharma.showcase"].search(domain), self.showcase)
        self._submit()
        self.assertFalse(self.env["pharma.showcase"].search(domain))
