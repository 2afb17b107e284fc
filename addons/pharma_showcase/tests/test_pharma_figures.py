# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Figures for managers: coverage, activity and travel, and their way out."""

from datetime import timedelta

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import PharmaCommon

#: The largest id that XML-RPC and JavaScript's integers carry alike.
MAXINT = 2**31

#: One degree of latitude (km), on the globe that the figures use.
DEGREE = 111.195


@tagged("post_install", "-at_install")
class TestPharmaFigures(PharmaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now().replace(second=0)
        cls.practice.partner_id = cls.env["res.partner"].create(
            {
                "name": "Test Practice",
                "city": "Ixelles",
                "partner_latitude": 50.0,
                "partner_longitude": 4.0,
            }
        )
        cls.representative.home_partner_id = cls.env["res.partner"].create(
            {"name": "Home", "partner_latitude": 49.0, "partner_longitude": 4.0}
        )
        cls.representative.speed = 60
        cls.manager_user = cls._create_pharma_user("manager")

    def _call(self, state, days=1, doctor=None, **values):
        """Return a call of some days ago in that state, whatever came before."""
        values = {
            "doctor_id": (doctor or self.outside).id,
            "site_id": self.practice.id,
            "start": self.now - timedelta(days=days),
            **values,
        }
        showcase = self.env["pharma.showcase"].create(self._showcase_vals(**values))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE pharma_showcase SET state = %s WHERE id = %s",
            (state, showcase.id),
        )
        self.env.invalidate_all()
        return showcase

    def _sum(self, model, groupby, *measures, domain=()):
        """Return {group: the measures} as the manager sees them."""
        rows = self.env[model].with_user(self.manager_user)
        found = rows._read_group(
            [("company_id", "=", self.env.company.id), *domain], [groupby], measures
        )
        return {group: tuple(values) for group, *values in found}

    def _read_coverage(self):
        return self._sum(
            "pharma.coverage.report",
            "doctor_id",
            "held_calls:sum",
            "counted_calls:sum",
            "missing_calls:sum",
            "planned_calls:sum",
            "coverage:avg",
            "due_count:sum",
            domain=[("territory_id", "=", self.territory.id)],
        )

    def test_coverage_counts_the_period_that_ends_now(self):
        self.segment.write({"target_calls": 2, "period_days": 60})
        for days in (1, 2, 3, 70):
            self._call("done", days)
        self._call("declined", 4)
        self._call("confirmed", -3)
        found = self._read_coverage()
        # three in the period of which two count, none missing, one planned
        self.assertEqual(found[self.outside], (3, 2, 0, 1, 1.0, 0))
        # has a territory and no segment: nothing is due
        self.assertEqual(found[self.doctor], (0, 0, 0, 0, 0.0, 0))

    def test_a_doctor_is_due_when_the_last_call_is_too_long_ago(self):
        self.segment.write({"target_calls": 2, "period_days": 60})
        self._call("done", 31)
        found = self._read_coverage()
        self.assertEqual(found[self.outside], (1, 1, 1, 0, 1.0, 1))
        self.outside.own_target_calls = 1
        found = self._read_coverage()
        self.assertEqual(found[self.outside], (1, 1, 0, 0, 1.0, 0))
        self.outside.no_see = True
        self.assertNotIn(self.outside, self._read_coverage())

    def test_campaign_coverage_agrees_with_the_campaign(self):
        campaign = self.env["pharma.campaign"].create(
            {
                "name": "Test",
                "date_end": self.now + timedelta(days=30),
                "specialty_ids": [Command.set(self.specialty.ids)],
                "territory_ids": [Command.set(self.territory.ids)],
                "target_ids": [
                    Command.create({"segment_id": self.segment.id, "target_calls": 2})
                ],
            }
        )
        second = self._create_outside_doctor("Oscar Outside")
        self._create_outside_doctor("Otto", territory_id=self.other_territory.id)
        self._create_outside_doctor("Olga", specialty_ids=False)
        self._call("done", campaign_id=campaign.id)
        self._call("declined", 2, second, campaign_id=campaign.id)
        rows = self.env["pharma.campaign.coverage"].search(
            [("campaign_id", "=", campaign.id)]
        )
        self.assertEqual(rows.doctor_id, self.outside | second)
        self.assertEqual(len(rows), campaign.doctor_count)
        self.assertEqual(sum(rows.mapped("reached_count")), campaign.reached_count)
        self.assertEqual(sum(rows.mapped("attainment")) / 2, 0.25)
        self.assertEqual(campaign.attainment, 0.25)
        # ids stay apart, and within what clients can read, after many campaigns
        self.env.cr.execute(
            "UPDATE pharma_campaign_target SET id = 30000 WHERE campaign_id = %s",
            (campaign.id,),
        )
        self.env.invalidate_all()
        rows = rows.search([("campaign_id", "=", campaign.id)])
        self.assertEqual(len(set(rows.ids)), 2)
        self.assertLess(max(rows.ids), MAXINT)

    def test_coverage_counts_calls_of_the_territory_s_company(self):
        other = self.env["res.company"].create({"name": "Other Company"})
        self._call("done", 2)
        foreign = self._call("done", 1)
        self.env.cr.execute(
            "UPDATE pharma_showcase SET company_id = %s WHERE id = %s",
            (other.id, foreign.id),
        )
        self.env.invalidate_all()
        found = self._read_coverage()
        self.assertEqual(found[self.outside][0], 1)
        rows = self.env["pharma.coverage.report"].search([])
        self.assertNotIn(other, rows.company_id)
        self.assertTrue(all(row.company_id for row in rows))

    def test_travel_goes_from_home_through_the_calls_and_back(self):
        far = self._create_site("Far", is_outside=True)
        far.partner_id = self.env["res.partner"].create(
            {"name": "Far", "partner_latitude": 51.0, "partner_longitude": 4.0}
        )
        first = self.now.replace(hour=9, minute=0) - timedelta(days=30)
        for number, (state, values) in enumerate(
            [
                ("done", {}),
                ("done", {"site_id": far.id}),
                ("declined", {}),
                ("done", {"modality": "video"}),
            ]
        ):
            self._call(state, start=first + timedelta(hours=number), **values)
        self.env.flush_all()
        measures = ("travel_km", "travel_minutes", "held_minutes", "field_hours")
        found = self._sum(
            "pharma.activity.report",
            "representative_id",
            *(f"{name}:sum" for name in measures),
            "held_count:sum",
            "lost_count:sum",
        )
        km, minutes, held, hours, *counts = found[self.representative]
        # home 49°, practice 50°, far 51°, home: four degrees, and 1.3 for the roads
        self.assertAlmostEqual(km, 4 * DEGREE * 1.3, 0)
        self.assertAlmostEqual(minutes, km, 0)
        self.assertEqual(held, 60)
        self.assertAlmostEqual(hours, 3 + 1 / 3, 2)
        self.assertEqual(counts, [3, 1])

    def test_places_that_nobody_knows_cost_nothing(self):
        self.practice.partner_id.partner_latitude = 0
        self._call("done")
        found = self._sum(
            "pharma.activity.report", "representative_id", "travel_km:sum"
        )
        self.assertEqual(found[self.representative], (0.0,))

    def test_an_export_takes_the_right_and_the_limit(self):
        self._call("done")
        rows = self.env["pharma.activity.report"].with_user(self.manager_user)
        rows = rows.search([("representative_id", "=", self.representative.id)])
        with self.assertRaisesRegex(UserError, "right"):
            rows.action_export_csv()
        self.manager_user.group_ids += self.env.ref("base.group_allow_export")
        action = rows.action_export_csv()
        self.assertEqual(
            action["params"]["url"], "/pharma_showcase/export/pharma.activity.report"
        )
        content = rows._export_csv().decode("utf-8-sig").splitlines()
        self.assertEqual(len(content), 2)
        self.assertIn("Rita", content[1])
        self.env.company.clinic_export_limit = 0
        with self.assertRaisesRegex(UserError, "at most"):
            rows.action_export_csv()


@tagged("post_install", "-at_install")
class TestPharmaExport(PharmaCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.user = self._create_pharma_user(
            "manager", password="test_pharma_manager", login="test_exporter"
        )
        self.authenticate("test_exporter", "test_pharma_manager")

    def _post(self, model, domain):
        return self.url_open(
            f"/pharma_showcase/export/{model}",
            {"domain": domain, "csrf_token": http.Request.csrf_token(self)},
        )

    def test_download(self):
        refused = self._post("pharma.coverage.report", "[]")
        self.assertEqual(refused.status_code, 422)
        self.user.group_ids += self.env.ref("base.group_allow_export")
        domain = f'[["doctor_id", "=", {self.outside.id}]]'
        answer = self._post("pharma.coverage.report", domain)
        self.assertEqual(answer.status_code, 200)
        lines = answer.content.decode("utf-8-sig").splitlines()
        self.assertIn("Olive Outside", lines[1])
        self.assertEqual(len(lines), 2)
        for model, wrong, status in (
            ("pharma.coverage.report", "{}", 422),
            ("pharma.coverage.report", "[[1]]", 422),
            ("pharma.coverage.report", "x", 422),
            ("res.users", "[]", 404),
            ("pharma.nothing", "[]", 404),
        ):
            with self.subTest(model=model, domain=wrong):
                self.assertEqual(self._post(model, wrong).status_code, status)
