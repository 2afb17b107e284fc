# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""From the call to the opportunity, and from there to the figures."""

import uuid
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import PharmaCommon


@tagged("post_install", "-at_install")
class TestPharmaFollowUp(PharmaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now().replace(second=0, microsecond=0)
        cls.first, cls.second = cls.products
        cls.first.list_price, cls.second.list_price = 10.0, 3.0
        cls.campaign = cls.env["pharma.campaign"].create(
            {
                "name": "Launch",
                "date_start": cls.now - timedelta(days=60),
                "date_end": cls.now + timedelta(days=60),
                "product_ids": [Command.set(cls.products.ids)],
            }
        )
        cls.user = cls.representative.user_id
        cls.manager_user = cls._create_pharma_user("manager")

    def _hold(self, days=1, **values):
        """Return a call of some days ago that was held."""
        vals = {
            "start": self.now - timedelta(days=days),
            "site_id": self.practice.id,
            "campaign_id": self.campaign.id,
            "line_ids": [
                Command.create({"product_id": product.id}) for product in self.products
            ],
            "state": "done",
            **values,
        }
        return self.env["pharma.showcase"].create(self._showcase_vals(**vals))

    def _report(self, showcase, wanted=None, user=None, reason="", **values):
        """File a report as its representative; return the opportunity."""
        wanted = wanted or {}
        self.env["pharma.call.report"].with_user(user or self.user).submit_call(
            showcase.id,
            {
                "uuid": str(uuid.uuid4()),
                "reason": reason,
                "lines": [
                    {
                        "product_id": product.id,
                        "interest": 4,
                        "is_requested": product in wanted,
                        "requested_quantity": wanted.get(product, 0),
                    }
                    for product in self.products
                ],
                "next_step": "none",
                "has_adverse_event": False,
                **values,
            },
        )
        return showcase.opportunity_id

    def _lines(self, lead):
        return {
            line.product_id: (line.requested_quantity, line.quantity)
            for line in lead.pharma_line_ids
        }

    def test_a_call_without_result_leads_to_nothing(self):
        self.assertFalse(self._report(self._hold()))

    def test_a_request_becomes_an_opportunity(self):
        day = fields.Date.context_today(self.env.user) + timedelta(days=5)
        lead = self._report(
            self._hold(),
            {self.first: 3, self.second: 0},
            next_step="offer",
            next_step_note="With the new price",
            follow_up_on=str(day),
            competitor="Other Product",
        )
        self.assertEqual(lead.type, "opportunity")
        self.assertEqual(lead.partner_id, self.outside.partner_id)
        self.assertEqual((lead.user_id, lead.team_id), (self.user, self.team))
        self.assertEqual(self._lines(lead), {self.first: (3, 3), self.second: (1, 1)})
        self.assertEqual(lead.expected_revenue, 33.0)
        self.assertEqual(lead.priority, "2")
        activity = lead.activity_ids
        self.assertEqual((activity.user_id, activity.date_deadline), (self.user, day))
        self.assertIn("With the new price", activity.summary)
        said = "".join(lead.message_ids.mapped("body"))
        self.assertIn("Other Product", said)
        self.assertIn("3 requested", said)
        # the representative may open it
        self.assertTrue(lead.with_user(self.user).has_access("write"))
        self.assertEqual(lead.with_user(self.user).pharma_showcase_count, 1)

    def test_the_next_call_adds_to_it(self):
        lead = self._report(self._hold(9), {self.first: 3})
        # somebody expects less than was asked for
        lead.pharma_line_ids.quantity = 2
        again = self._report(self._hold(2), {self.first: 4, self.second: 1})
        self.assertEqual(again, lead)
        self.assertEqual(self._lines(lead), {self.first: (7, 6), self.second: (1, 1)})
        self.assertEqual(lead.expected_revenue, 63.0)

    def test_an_amendment_corrects_it(self):
        showcase = self._hold()
        lead = self._report(showcase, {self.first: 3})
        self._report(showcase, {self.second: 2}, reason="Mixed up the products")
        self.assertEqual(self._lines(lead), {self.first: (0, 0), self.second: (2, 2)})
        self.assertEqual(lead.expected_revenue, 6.0)

    def test_a_later_date_moves_the_activity(self):
        today = fields.Date.context_today(self.env.user)
        for days, call in ((5, self._hold(9)), (8, self._hold(2))):
            lead = self._report(
                call,
                {self.first: 1},
                next_step="follow_up",
                follow_up_on=str(today + timedelta(days=days)),
            )
        self.assertEqual(len(lead.activity_ids), 1)
        self.assertEqual(lead.activity_ids.date_deadline, today + timedelta(days=8))

    def test_each_campaign_has_its_own(self):
        lead = self._report(self._hold(9), {self.first: 1})
        other = self._report(self._hold(2, campaign_id=False), {self.first: 1})
        self.assertNotEqual(lead, other)
        self.assertFalse(other.pharma_campaign_id)
        self.assertIn("Launch", lead.name)
        self.assertIn("Test Product 1, Test Product 2", other.name)

    def test_won_and_lost_come_back_to_the_campaign(self):
        lead = self._report(self._hold(9), {self.first: 3})
        self.assertEqual(self.campaign.expected_revenue, 30.0)
        lead.action_set_won()
        self.campaign.invalidate_recordset()
        self.assertEqual(self.campaign.won_revenue, 30.0)
        self.assertEqual(self.campaign.expected_revenue, 0.0)
        # what is asked for afterwards is business of its own
        other = self._report(self._hold(2), {self.first: 1})
        self.assertNotEqual(lead, other)
        self.assertEqual(lead.expected_revenue, 30.0)
        other.action_set_lost()
        self.campaign.invalidate_recordset()
        self.assertEqual(self.campaign.lost_revenue, 10.0)
        self.assertEqual(self.campaign.request_count, 2)

    def test_a_closed_opportunity_keeps_its_products(self):
        showcase = self._hold()
        lead = self._report(showcase, {self.first: 3})
        lead.action_set_won()
        self._report(showcase, {self.second: 9}, reason="Mixed up the products")
        self.assertEqual(self._lines(lead), {self.first: (3, 3)})
        self.assertEqual(lead.expected_revenue, 30.0)

    def test_colleagues_share_the_doctor_s_opportunity(self):
        lead = self._report(self._hold(9), {self.first: 1})
        other = self.other_representative.user_id
        showcase = self._hold(2, representative_id=self.other_representative.id)
        with self.assertRaises(AccessError):
            self._report(showcase, {self.first: 1})
        self.assertEqual(self._report(showcase, {self.first: 1}, other), lead)
        self.assertEqual(lead.user_id, self.user)
        self.assertEqual(lead.expected_revenue, 20.0)

    def test_the_meeting_is_one_of_the_opportunity(self):
        showcase = self._hold()
        lead = self._report(showcase, {self.first: 1})
        self.assertEqual(lead.calendar_event_ids, showcase.calendar_event_id)

    # ------------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------------

    def _figures(self, model, groupby, *measures, domain=()):
        rows = (
            self.env[model]
            .with_user(self.manager_user)
            ._read_group([("team_id", "=", self.team.id), *domain], [groupby], measures)
        )
        return {group: tuple(values) for group, *values in rows}

    def test_the_funnel_leads_from_plan_to_order(self):
        lead = self._report(self._hold(9), {self.first: 3})
        self._report(self._hold(5), {self.first: 1, self.second: 2})
        self._hold(2, state="declined")
        measures = (
            "planned_count:sum",
            "discussed_count:sum",
            "requested_count:sum",
            "won_count:sum",
            "won_revenue:sum",
            "expected_revenue:sum",
        )
        found = self._figures("pharma.product.report", "product_id", *measures)
        self.assertEqual(found[self.first], (2, 2, 2, 0, 0, 40))
        self.assertEqual(found[self.second], (2, 2, 1, 0, 0, 6))
        lead.action_set_won()
        found = self._figures("pharma.product.report", "product_id", *measures)
        self.assertEqual(found[self.first], (2, 2, 2, 1, 40, 0))

    def _discuss(self, showcase, interest, products):
        lines = [
            {"product_id": product.id, "interest": interest, "is_requested": False}
            for product in products
        ]
        self._report(showcase, lines=lines)

    def test_planned_is_what_was_to_be_shown(self):
        planned = [Command.create({"product_id": self.first.id})]
        call = self._hold(9, line_ids=planned)
        self._discuss(call, 3, self.products)
        for number, state in enumerate(
            ("declined", "cancelled", "no_show", "confirmed")
        ):
            self._hold(8 - number, state=state, line_ids=planned)
        measures = ("planned_count:sum", "discussed_count:sum")
        found = self._figures("pharma.product.report", "product_id", *measures)
        # held, missed and to come; the second product only came up
        self.assertEqual(found, {self.first: (3, 1), self.second: (0, 1)})

    def test_no_interest_counts_in_the_mean(self):
        self._discuss(self._hold(9), 0, [self.first])
        self._discuss(self._hold(5), 3, [self.first])
        self._hold(4, state="no_show")
        domain = [("product_id", "=", self.first.id)]
        found = self._figures(
            "pharma.product.report", "product_id", "interest:avg", domain=domain
        )
        self.assertEqual(found[self.first], (1.5,))
        rows = self.env["pharma.product.report"].search(
            [*domain, ("team_id", "=", self.team.id)]
        )
        cells = {row._to_cell("interest", {}) for row in rows}
        self.assertEqual(cells, {0, 3, ""})

    def test_orders_count_on_the_day_of_the_practice(self):
        self.practice.tz = "Europe/Paris"
        lead = self._report(self._hold(9), {self.first: 1})
        lead.action_set_won()
        self.env.flush_all()
        for closed, day in (
            ("2030-05-31 21:59:00", "2030-05-31"),
            ("2030-05-31 22:00:00", "2030-06-01"),
        ):
            self.env.cr.execute(
                "UPDATE crm_lead SET date_closed = %s WHERE id = %s", (closed, lead.id)
            )
            self.env.invalidate_all()
            row = self.env["pharma.product.report"].search([("lead_id", "=", lead.id)])
            row = row.filtered(lambda item: item.kind == "opportunity")
            self.assertEqual(str(row.date), day)

    def test_requests_have_a_trend(self):
        manager = self.manager_user.with_user(self.manager_user)
        month = fields.Date.context_today(manager).replace(day=1)
        starts = [
            fields.Datetime.to_datetime(month) - timedelta(days=days, hours=-12)
            for days in (40, 10)
        ]
        for start, count in zip(starts, (10, 4), strict=True):
            self._report(self._hold(start=start), {self.first: count})
        months = [start.date().replace(day=1) for start in starts]
        measures = ("quantity:sum", "previous_quantity:sum", "change:sum")
        found = self._figures("pharma.request.report", "date:month", *measures)
        self.assertEqual(found[months[0]], (10, 0, 10))
        self.assertEqual(found[months[1]], (4, 10, -6))
        # nothing more was asked for this month
        self.assertEqual(found[month], (0, 4, -4))
        by_area = self._figures("pharma.request.report", "specialty_id", *measures)
        self.assertEqual(by_area[self.specialty], (14, 14, 0))

    def test_calls_have_a_success_rate(self):
        self._report(self._hold(9), {self.first: 3})
        for days, state in ((8, "declined"), (7, "no_show"), (6, "cancelled")):
            self._hold(days, state=state)
        found = self._figures(
            "pharma.showcase.report",
            "representative_id",
            "call_count:sum",
            "held_count:sum",
            "success_rate:avg",
            "request_count:sum",
        )
        self.assertEqual(found[self.representative], (4, 1, 0.25, 1))
