# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The managers' dashboard: what it asks for exists, and who may open it."""

import json

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import PharmaCommon


@tagged("post_install", "-at_install")
class TestPharmaDashboard(PharmaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dashboard = cls.env.ref("pharma_showcase.spreadsheet_dashboard_pharma")
        cls.content = json.loads(cls.dashboard.spreadsheet_data)

    def _get_charts(self):
        """Return the definitions of the charts that read figures."""
        figures = [f for sheet in self.content["sheets"] for f in sheet["figures"]]
        return [f["data"] for f in figures if f["data"]["type"].startswith("odoo_")]

    def _check_field(self, model, path):
        """Check that a field is there, whatever unit of time it is grouped by."""
        name = path.split(":")[0]
        self.assertIn(name, self.env[model]._fields, model)
        return self.env[model]._fields[name]

    def _check_filters(self, model, matching):
        filters = {item["id"]: item for item in self.content["globalFilters"]}
        for key, match in matching.items():
            field = self._check_field(model, match["chain"])
            self.assertEqual(field.type, match["type"])
            wanted = filters[key].get("modelName")
            self.assertEqual(getattr(field, "comodel_name", None), wanted)

    def test_pivots_read_figures_that_exist(self):
        self.assertGreater(len(self.content["pivots"]), 9)
        for number, pivot in self.content["pivots"].items():
            with self.subTest(pivot=number):
                rows = self.env[pivot["model"]]
                groups = [row["fieldName"] for row in pivot["rows"]]
                measures = [item["id"] for item in pivot["measures"]]
                for path in groups + measures:
                    self._check_field(pivot["model"], path)
                # the server answers to what the sheet asks for
                rows.formatted_read_group([], groups, measures)
                self._check_filters(pivot["model"], pivot["fieldMatching"])

    def test_charts_read_figures_that_exist(self):
        charts = self._get_charts()
        self.assertEqual(len(charts), 2)
        for chart in charts:
            meta = chart["metaData"]
            for path in (*meta["groupBy"], meta["measure"]):
                self._check_field(meta["resModel"], path)
            self._check_filters(meta["resModel"], chart["fieldMatching"])

    def test_formulas_name_pivots_that_exist(self):
        cells = {}
        for sheet in self.content["sheets"]:
            cells.update(sheet["cells"])
        for formula in cells.values():
            if not formula.startswith("=PIVOT"):
                continue
            number, _comma, rest = formula.partition("(")[2].partition(",")
            pivot = self.content["pivots"][number]
            if formula.startswith("=PIVOT.VALUE"):
                measure = rest.split('"')[1]
                self.assertIn(measure, [item["id"] for item in pivot["measures"]])

    def test_menus_behind_the_cards_exist(self):
        for name in self.content["chartOdooMenusReferences"].values():
            self.assertTrue(self.env.ref(name).action, name)

    def test_it_is_for_those_who_plan(self):
        for role in ("scheduler", "manager"):
            user = self._create_pharma_user(role)
            dashboard = self.dashboard.with_user(user)
            self.assertTrue(json.loads(dashboard._get_serialized_readonly_dashboard()))
        mine = self.dashboard.with_user(self.representative.user_id)
        with self.assertRaises(AccessError):
            mine.check_access("read")
