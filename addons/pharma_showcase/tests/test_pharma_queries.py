# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Screens and figures take as many queries for much as for little."""

from datetime import date

from odoo.tests import freeze_time, tagged

from .report_common import AFTER_THE_CALL, ReportCommon

#: model -> how its pivot groups and sums
FIGURES = {
    "pharma.showcase.report": (["representative_id", "state"], ["held_count:sum"]),
    "pharma.product.report": (["product_id"], ["discussed_count:sum"]),
    "pharma.request.report": (["product_id", "date:month"], ["quantity:sum"]),
    "pharma.activity.report": (["representative_id"], ["travel_km:sum"]),
    "pharma.coverage.report": (["segment_id"], ["coverage:avg"]),
    "pharma.campaign.coverage": (["campaign_id"], ["coverage:avg"]),
}


@tagged("post_install", "-at_install")
@freeze_time(AFTER_THE_CALL)
class TestPharmaQueries(ReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_pharma_user("manager")
        cls.campaign = cls.env["pharma.campaign"].create(
            {
                "name": "Queries",
                "date_start": date(2030, 1, 1),
                "date_end": date(2030, 12, 31),
                "target_ids": [
                    (0, 0, {"segment_id": cls.segment.id, "target_calls": 2})
                ],
            }
        )

    def _count(self, action):
        """Return how many queries it takes with empty caches of records."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _assert_constant(self, action, grow):
        self._count(action)  # fills the caches that outlive a request
        few = self._count(action)
        grow()
        self._count(action)
        self.assertLessEqual(self._count(action), few)

    def _add_products(self):
        products = self.env["product.product"].create(
            [{"name": f"Test Many {n}", "is_sampled": True} for n in range(12)]
        )
        self.env["pharma.showcase.line"].create(
            [
                {"showcase_id": self.showcase.id, "product_id": product.id}
                for product in products[:6]
            ]
        )
        lots = self.env["pharma.sample.lot"].create(
            [
                {
                    "name": "MANY",
                    "product_id": product.id,
                    "expires_on": date(2031, 6, 1),
                }
                for product in products
            ]
        )
        self.env["pharma.sample.movement"].create(
            [
                {
                    "date": date(2030, 5, 1),
                    "representative_id": self.representative.id,
                    "lot_id": lot.id,
                    "quantity": 3,
                }
                for lot in lots
            ]
        )

    def _add_calls(self, count=8, first=0):
        """Record held calls, each with another doctor, a request and a meal."""
        for number in range(first, first + count):
            doctor = self._create_outside_doctor(f"Query Doctor {number}")
            with freeze_time("2030-05-20 08:00:00"):
                call = self._create_call(
                    doctor_id=doctor.id,
                    day=-14 + number % 5,
                    minute=(number // 5) * 20,
                    campaign_id=self.campaign.id,
                )
            self._submit(
                self._values(transfers=[{"nature": "meal", "amount": 5}]), call
            )

    def test_the_phone_screen(self):
        self._create_samples()

        def read():
            self.reports.get_call_screen(self.showcase.id)

        self._assert_constant(read, self._add_products)

    def test_pivots_and_files(self):
        self._add_calls(2)
        actions = {}
        for model, (groups, measures) in FIGURES.items():
            rows = self.env[model].with_user(self.manager)
            actions[model, "pivot"] = lambda rows=rows, groups=groups, m=measures: (
                rows.formatted_read_group([], groups, m)
            )
            actions[model, "csv"] = lambda rows=rows: rows.search([])._export_csv()
        few = {}
        for _turn in range(2):
            few = {key: self._count(action) for key, action in actions.items()}
        self._add_calls(8, 2)
        for key, action in actions.items():
            with self.subTest(key):
                self._count(action)
                self.assertLessEqual(self._count(action), few[key])

    def test_the_file_of_transfers(self):
        self._add_calls(2)
        transfers = self.env["pharma.value.transfer"].with_user(self.manager)
        self._assert_constant(
            lambda: transfers.search([])._export_csv(),
            lambda: self._add_calls(8, 2),
        )
        lines = transfers.search([])._export_csv().decode().splitlines()
        self.assertGreaterEqual(len(lines), 11)
