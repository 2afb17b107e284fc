# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Records of evidence say what happened, whatever somebody sends over RPC."""

import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .report_common import AFTER_THE_CALL, ReportCommon


@tagged("post_install", "-at_install")
@freeze_time(AFTER_THE_CALL)
class TestPharmaForgery(ReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls._create_samples()
        cls.other_user = cls.other_representative.user_id
        cls.scheduler = cls._create_pharma_user("scheduler")
        cls.team.member_ids += cls.scheduler
        cls.text = cls.env["pharma.consent.text"].create(
            {"name": "Forgery", "body": "I agree."}
        )

    def _assert_unforgeable(self, model, user, honest, forged):
        """Check that forged values are refused, and as defaults say nothing."""
        records = self.env[model].with_user(user)
        for name, value in forged.items():
            with self.subTest(model=model, field=name):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    records.create({**honest, name: value})
                sneaky = records.with_context(**{f"default_{name}": value})
                record = sneaky.create(honest).sudo()
                said = value.id if hasattr(value, "id") else value
                self.assertNotEqual(
                    record._fields[name].convert_to_write(record[name], record), said
                )

    def test_movements_are_of_who_holds_the_packs(self):
        honest = {
            "kind": "return",
            "quantity": 1,
            "representative_id": self.representative.id,
            "lot_id": self.lot.id,
        }
        forged = {
            "recorded_by_id": self.other_user.id,
            "user_id": self.other_user.id,
            "company_id": self.env["res.company"].create({"name": "Elsewhere"}).id,
        }
        self._assert_unforgeable(
            "pharma.sample.movement", self.rep_user, honest, forged
        )

    def test_nobody_moves_the_packs_of_others(self):
        movements = self.env["pharma.sample.movement"].with_user(self.other_user)
        theirs = {
            "kind": "return",
            "quantity": 1,
            "representative_id": self.representative.id,
            "lot_id": self.lot.id,
        }
        attempts = (
            (movements, {**theirs, "user_id": self.other_user.id}),
            (movements.with_context(default_user_id=self.other_user.id), theirs),
        )
        for model, vals in attempts:
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                model.create(vals)

    def test_a_drop_does_not_come_as_a_default(self):
        movements = self.env["pharma.sample.movement"].with_user(self.rep_user)
        for kind in ("drop", "count"):
            with self.assertRaises(UserError):
                movements.with_context(default_kind=kind).create(
                    {
                        "quantity": 1,
                        "representative_id": self.representative.id,
                        "lot_id": self.lot.id,
                    }
                )

    def test_events_are_due_when_the_settings_say(self):
        self._assert_unforgeable(
            "pharma.adverse.event",
            self.rep_user,
            {"description": "Rash"},
            {
                "due_at": "2031-01-01 00:00:00",
                "acknowledged_at": "2030-06-03 10:00:00",
                "closed_at": "2030-06-03 10:00:00",
                "reporter_id": self.other_user.id,
                "state": "closed",
                "case_number": "X-1",
            },
        )

    def test_addenda_are_of_who_writes_them(self):
        event = self.env["pharma.adverse.event"].with_user(self.rep_user)
        event = event.create({"description": "Rash"})
        self._assert_unforgeable(
            "pharma.adverse.event.addendum",
            self.rep_user,
            {"event_id": event.id, "text": "Healed"},
            {"user_id": self.other_user.id, "moment": "2030-01-01 00:00:00"},
        )

    def test_consents_begin_as_given(self):
        self._assert_unforgeable(
            "pharma.consent",
            self.rep_user,
            {
                "doctor_id": self.outside.id,
                "text_id": self.text.id,
                "source": "Form",
                "proof": base64.b64encode(b"x"),
            },
            {
                "withdrawn_at": "2030-06-03 10:00:00",
                "withdrawn_by_id": self.other_user.id,
            },
        )

    def test_counts_are_confirmed_and_then_stay(self):
        counts = self.env["pharma.sample.reconciliation"].with_user(self.scheduler)
        self._assert_unforgeable(
            "pharma.sample.reconciliation",
            self.scheduler,
            {"representative_id": self.representative.id},
            {"state": "done", "counted_by_id": self.rep_user.id},
        )
        count = counts.create({"representative_id": self.representative.id})
        line = count.line_ids
        with self.assertRaises(AccessError):
            line.write({"booked": 3})
        line.counted = 10
        count.action_confirm()
        for vals in ({"counted": 3}, {"explanation": "x"}, {"lot_id": self.lot.id}):
            with self.assertRaises(UserError):
                line.write(vals)
        with self.assertRaises(UserError):
            line.unlink()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            line.create({"reconciliation_id": count.id, "lot_id": self._new_lot()})
        self.assertEqual((line.counted, line.expected), (10, 10))

    def _new_lot(self):
        return self._create_samples(0).id

    def test_lines_do_not_move_to_a_count_that_is_done(self):
        counts = self.env["pharma.sample.reconciliation"].with_user(self.scheduler)
        done, draft = counts.create(
            [{"representative_id": self.representative.id} for _index in range(2)]
        )
        done.line_ids.counted = 10
        done.action_confirm()
        line = self.env["pharma.sample.reconciliation.line"].create(
            {"reconciliation_id": draft.id, "lot_id": self._new_lot()}
        )
        with self.assertRaises(UserError), self.env.cr.savepoint():
            line.with_user(self.scheduler).write({"reconciliation_id": done.id})

    def test_a_lot_in_use_keeps_its_product(self):
        lot = self.lot.with_user(self._create_pharma_user("manager"))
        with self.assertRaises(UserError):
            lot.product_id = self.products[1]
        lot.write({"product_id": lot.product_id.id, "is_blocked": True})
        self.assertTrue(self.lot.is_blocked)

    def test_what_was_requested_is_what_was_reported(self):
        lead = self.env["crm.lead"].create(
            {"name": "Forgery", "user_id": self.rep_user.id}
        )
        self._assert_unforgeable(
            "pharma.opportunity.line",
            self.rep_user,
            {"lead_id": lead.id, "product_id": self.products[0].id},
            {"requested_quantity": 50.0},
        )
        with self.assertRaises(AccessError):
            lead.pharma_line_ids.with_user(self.rep_user).write({"amount": 1.0})

    def test_one_names_doctors_whom_one_sees(self):
        hidden = self._create_outside_doctor(
            "Hidden", territory_id=self.other_territory.id
        )
        with self.assertRaises(AccessError):
            self.env["pharma.value.transfer"].with_user(self.rep_user).create(
                {"doctor_id": hidden.id, "amount": 5}
            )
