# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Samples: what may be handed out, against a signature, and where each pack is."""

from datetime import date

import psycopg2.errors

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .report_common import AFTER_THE_CALL, DAY_OF_THE_CALL, ReportCommon


@freeze_time(AFTER_THE_CALL)
class SampleCommon(ReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls._create_samples()
        cls.stock = cls.env["pharma.sample.stock"]
        cls.movements = cls.env["pharma.sample.movement"]

    def _at_hand(self, lot=None):
        return self.stock._get_quantity(self.representative, lot or self.lot)

    def _assert_refused(self, words, values):
        with self.assertRaises(UserError) as refused, self.env.cr.savepoint():
            self._submit(values)
        self.assertIn(words, str(refused.exception))
        self.assertEqual(self._at_hand(), 10)
        mine = [("representative_id", "=", self.representative.id)]
        self.assertFalse(self.movements.search([*mine, ("kind", "=", "drop")]))


@tagged("post_install", "-at_install")
@freeze_time(AFTER_THE_CALL)
class TestDrops(SampleCommon):
    def test_a_drop_against_a_signature(self):
        self._submit(self._drop_values(self.lot, 2))
        drop = self.showcase.sample_movement_ids
        self.assertEqual((drop.kind, drop.quantity, drop.change), ("drop", 2, -2))
        self.assertEqual((drop.doctor_id, drop.date), (self.outside, DAY_OF_THE_CALL))
        request = drop.request_id
        self.assertEqual((request.state, request.quantity), ("fulfilled", 2))
        self.assertEqual(request.signed_by, "Dr Olive Outside")
        self.assertEqual(str(request.signed_at), "2030-06-03 10:15:00")
        self.assertTrue(request.signature)
        self.assertEqual(self._at_hand(), 8)
        self.assertEqual(self.lot.quantity, 8)

    def test_no_drop_without_a_signature(self):
        for values in ({"signature": ""}, {"signed_by": " "}):
            values = {**self._drop_values(self.lot), **values}
            self._assert_refused("signature", values)

    def test_who_may_get_samples(self):
        cases = {
            "licence": {"licence_state": "unknown"},
            "prescribe": {"prescriber": False},
        }
        for words, vals in cases.items():
            self.outside.write({"prescriber": True, "licence_state": "active", **vals})
            self._assert_refused(words, self._drop_values(self.lot))

    def test_the_setting_lets_unchecked_licences_pass(self):
        self.company.pharma_sample_licence = False
        self.outside.licence_state = "unknown"
        self._submit(self._drop_values(self.lot))
        self.assertEqual(self._at_hand(), 9)

    def test_who_may_hand_out(self):
        self.representative.licence_until = date(2030, 6, 2)
        self._assert_refused("may not carry", self._drop_values(self.lot))
        self.representative.licence_until = date(2030, 6, 3)
        self._submit(self._drop_values(self.lot))

    def test_what_may_be_handed_out(self):
        for vals in (
            {"is_blocked": True},
            {"is_blocked": False, "expires_on": date(2030, 6, 2)},
        ):
            self.lot.write(vals)
            self._assert_refused("blocked", self._drop_values(self.lot))
        self.lot.expires_on = date(2030, 8, 1)
        self.company.pharma_sample_expiry_days = 180
        self._assert_refused("expires too soon", self._drop_values(self.lot))
        self.products[0].is_sampled = False
        self._assert_refused("not given as a sample", self._drop_values(self.lot))

    def test_no_more_than_at_hand(self):
        self.company.pharma_sample_period = 0
        self._assert_refused("has 10 packs", self._drop_values(self.lot, 11))

    def test_the_limit_of_the_settings(self):
        self._assert_refused("4 packs", self._drop_values(self.lot, 5))
        self.company.pharma_sample_call = 1
        self._assert_refused("in one call", self._drop_values(self.lot, 2))

    def test_two_lots_of_a_call_count_together(self):
        other = self._create_samples(5)
        values = self._drop_values(self.lot, 2)
        values["drops"].append({"lot_id": other.id, "quantity": 3})
        self._assert_refused("4 packs", values)

    def test_the_limit_of_the_country(self):
        limits = self.env["pharma.sample.limit"]
        limits.create({"country_id": self.env.ref("base.be").id, "per_period": 1})
        self.outside.partner_id.country_id = self.env.ref("base.be")
        self._assert_refused("1 packs", self._drop_values(self.lot, 2))
        self.outside.partner_id.country_id = self.env.ref("base.uk")
        self._submit(self._drop_values(self.lot, 4))

    def test_years_after_the_first_request(self):
        self.env["pharma.sample.request"].create(
            {
                "doctor_id": self.outside.id,
                "representative_id": self.representative.id,
                "company_id": self.company.id,
                "product_id": self.products[0].id,
                "quantity": 1,
                "date": date(2028, 6, 1),
            }
        )
        self._assert_refused("2 years", self._drop_values(self.lot))

    def test_asked_for_and_brought_later(self):
        asked = [{"product_id": self.products[1].id, "quantity": 2}]
        self._submit(self._values(asked=asked))
        request = self.showcase.sample_request_ids
        self.assertEqual((request.state, request.quantity), ("asked", 2))
        request.with_user(self.rep_user).action_give_up()
        self.assertEqual(request.state, "dropped")

    def test_a_lot_of_somebody_else(self):
        foreign = self._create_samples(0)
        self._assert_refused("not in your hands", self._drop_values(foreign))


@tagged("post_install", "-at_install")
@freeze_time(AFTER_THE_CALL)
class TestMovements(SampleCommon):
    def _create(self, user=None, **vals):
        movements = self.movements.with_user(user) if user else self.movements
        return movements.create(
            {
                "representative_id": self.representative.id,
                "lot_id": self.lot.id,
                **vals,
            }
        )

    def test_the_packs_at_hand_are_the_sum(self):
        self._create(kind="return", quantity=3)
        self._create(kind="loss", quantity=1, note="Stolen from the car")
        self._submit(self._drop_values(self.lot, 2))
        changes = self.lot.movement_ids.mapped("change")
        self.assertEqual(sorted(changes), [-3, -2, -1, 10])
        self.assertEqual(self._at_hand(), sum(changes))

    def test_movements_stay(self):
        movement = self.lot.movement_ids
        for vals in ({"quantity": 1}, {"change": 99}, {"date": date(2030, 1, 1)}):
            with self.assertRaises(UserError):
                movement.write(vals)
        with self.assertRaises(UserError):
            movement.unlink()

    def test_drops_and_counts_have_their_own_ways(self):
        for user in (self.rep_user, self._create_pharma_user("manager")):
            for kind in ("drop", "count"):
                with self.subTest(kind=kind), self.assertRaises(UserError):
                    self._create(user, kind=kind, quantity=1)

    def test_a_loss_says_what_happened(self):
        with (
            self.assertRaises(psycopg2.errors.CheckViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self._create(kind="loss", quantity=1)

    def test_whole_packs_and_no_future(self):
        for vals in ({"quantity": 0}, {"quantity": -2}):
            with (
                self.assertRaises(psycopg2.errors.CheckViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self._create(kind="return", **vals)
        with self.assertRaises(ValidationError):
            self._create(kind="return", quantity=1, date=date(2030, 6, 4))

    def test_one_moves_own_packs(self):
        self._create(self.rep_user, kind="return", quantity=1)
        with self.assertRaises(AccessError):
            self._create(self.other_representative.user_id, kind="return", quantity=1)

    def test_the_database_keeps_packs_above_nothing(self):
        row = self.stock._get_row(self.representative, self.lot)
        with (
            self.assertRaises(psycopg2.errors.CheckViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            row.quantity = -1
            row.flush_recordset()


@tagged("post_install", "-at_install")
@freeze_time(AFTER_THE_CALL)
class TestReconciliation(SampleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scheduler = cls._create_pharma_user("scheduler")
        cls.team.member_ids += cls.scheduler
        cls.count = (
            cls.env["pharma.sample.reconciliation"]
            .with_user(cls.scheduler)
            .create({"representative_id": cls.representative.id})
        )

    def test_it_lists_what_should_be_there(self):
        (line,) = self.count.line_ids
        self.assertEqual((line.lot_id, line.expected), (self.lot, 10))
        self.assertEqual(line.difference, -10)

    def test_a_difference_is_explained_and_booked(self):
        line = self.count.line_ids
        line.counted = 9
        with self.assertRaises(UserError):
            self.count.action_confirm()
        line.explanation = "One pack was crushed"
        self.count.action_confirm()
        self.assertEqual(self.count.state, "done")
        self.assertEqual(self.count.counted_by_id, self.scheduler)
        self.assertEqual((line.expected, line.difference), (10, -1))
        self.assertEqual(self._at_hand(), 9)
        movement = self.lot.movement_ids.filtered(lambda item: item.kind == "count")
        self.assertEqual((movement.quantity, movement.change), (9, -1))

    def test_the_holder_does_not_count(self):
        self.count.line_ids.counted = 10
        self.rep_user.group_ids += self.env.ref("pharma_showcase.group_pharma_manager")
        with self.assertRaises(UserError):
            self.count.with_user(self.rep_user).action_confirm()
        self.assertEqual(self.count.state, "draft")

    def test_what_is_counted_stays(self):
        self.count.line_ids.counted = 10
        self.count.action_confirm()
        for change in ({"note": "x"}, {"state": "draft"}):
            with self.assertRaises(UserError):
                self.count.write(change)
        with self.assertRaises(UserError):
            self.count.unlink()

    def test_nobody_writes_the_result(self):
        with self.assertRaises(UserError):
            self.count.write({"state": "done", "counted_by_id": self.rep_user.id})
