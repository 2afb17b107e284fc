# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Campaigns: what they give to show, and how far they got."""

import base64
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import PharmaCommon


@tagged("post_install", "-at_install")
class TestPharmaCampaign(PharmaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager_user = cls._create_pharma_user("manager")
        today = fields.Date.context_today(cls.env.user)
        cls.campaign = cls.env["pharma.campaign"].create(
            {
                "name": "Launch",
                "date_start": today - timedelta(days=10),
                "date_end": today + timedelta(days=9),
                "product_ids": [Command.set(cls.products.ids)],
                "territory_ids": [Command.set(cls.territory.ids)],
                "target_ids": [
                    Command.create({"segment_id": cls.segment.id, "target_calls": 2})
                ],
                "message_line_ids": [
                    Command.create(
                        {"product_id": product.id, "name": f"About {product.name}"}
                    )
                    for product in cls.products
                ],
            }
        )
        cls.second = cls._create_outside_doctor("Oscar Outside")

    def _call(self, doctor, state, **values):
        """Return a call in the campaign in that state, whatever came before."""
        showcase = self.env["pharma.showcase"].create(
            self._showcase_vals(
                doctor_id=doctor.id, campaign_id=self.campaign.id, **values
            )
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE pharma_showcase SET state = %s WHERE id = %s",
            (state, showcase.id),
        )
        self.env.invalidate_all()
        return showcase

    def _attach(self, name, **values):
        return self.env["product.document"].create(
            {
                "name": name,
                "datas": base64.b64encode(b"Approved"),
                "res_model": "product.product",
                "res_id": self.products[0].id,
                "is_showcase_material": True,
                **values,
            }
        )

    def test_progress(self):
        for number in range(3):
            self._call(self.outside, "done", hour=12 + number)
        self._call(self.second, "declined", hour=16)
        self._call(self.second, "confirmed", hour=17)
        campaign = self.campaign
        self.assertEqual(campaign.doctor_count, 2)
        self.assertEqual(campaign.reached_count, 1)
        self.assertEqual(campaign.coverage, 0.5)
        self.assertEqual(campaign.target_count, 4)
        # the third call to the same doctor does not count
        self.assertEqual(campaign.attainment, 0.5)
        self.assertEqual(campaign.held_count, 3)
        self.assertEqual(campaign.declined_count, 1)
        self.assertEqual(campaign.planned_count, 1)
        self.assertEqual(campaign.elapsed, 0.5)
        target = campaign.target_ids
        self.assertEqual((target.doctor_count, target.call_count), (2, 3))
        self.assertEqual((target.coverage, target.attainment), (0.5, 0.5))

    def test_who_is_meant(self):
        campaign = self.campaign
        self.second.no_see = True
        self.assertEqual(campaign.doctor_count, 1)
        self.outside.territory_id = self.other_territory
        campaign.invalidate_recordset()
        self.assertEqual(campaign.doctor_count, 0)
        campaign.territory_ids = False
        self.assertEqual(campaign.doctor_count, 1)
        campaign.specialty_ids = self.env["clinic.specialty"].create(
            {"name": "Test Other Specialty"}
        )
        campaign.invalidate_recordset()
        self.assertEqual(campaign.doctor_count, 0)

    def test_revenue_is_won_and_lost(self):
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": "Test",
                    "type": "opportunity",
                    "pharma_doctor_id": doctor.id,
                    "pharma_campaign_id": self.campaign.id,
                    "expected_revenue": amount,
                }
                for doctor, amount in (
                    (self.outside, 100.0),
                    (self.second, 30.0),
                    (self.doctor, 7.0),
                )
            ]
        )
        leads[0].action_set_won()
        leads[1].action_set_lost()
        campaign = self.campaign
        self.assertEqual(campaign.won_revenue, 100.0)
        self.assertEqual(campaign.lost_revenue, 30.0)
        self.assertEqual(campaign.expected_revenue, 7.0)
        self.assertEqual(
            (campaign.opportunity_count, campaign.won_count, campaign.lost_count),
            (3, 1, 1),
        )

    def test_nothing_starts_without_products_and_targets(self):
        campaign = self.campaign.with_user(self.manager_user)
        campaign.action_start()
        self.assertEqual(campaign.state, "running")
        campaign.action_close()
        campaign.action_reset()
        campaign.target_ids = False
        with self.assertRaises(ValidationError):
            campaign.action_start()
        with self.assertRaises(AccessError):
            self.campaign.with_user(self.representative.user_id).action_close()

    def test_one_target_for_each_segment(self):
        with self.assertRaises(ValidationError):
            self.campaign.target_ids = [Command.create({"segment_id": self.segment.id})]

    def test_representatives_find_valid_material(self):
        today = fields.Date.context_today(self.env.user)
        valid = self._attach("Leaflet", showcase_valid_until=today)
        self._attach("Old", showcase_valid_until=today - timedelta(days=1))
        self._attach("Internal", is_showcase_material=False)
        other = self._attach("Other product", res_id=self.products[1].id)
        link = self._attach(
            "Film", datas=False, type="url", url="https://example.com/film"
        )
        link.write(
            {
                "res_model": "product.template",
                "res_id": self.products[0].product_tmpl_id.id,
            }
        )
        showcase = self._call(self.outside, "confirmed")
        showcase.line_ids = [Command.create({"product_id": self.products[0].id})]
        mine = showcase.with_user(self.representative.user_id)
        self.assertEqual(mine.material_ids, valid | link)
        self.assertEqual(mine.message_line_ids.mapped("name"), ["About Test Product 1"])
        self.assertEqual(self.campaign.material_ids, valid | link | other)
        documents = self.env["product.document"]
        domain = [("is_showcase_valid", "=", True)]
        self.assertEqual(documents.search(domain), valid | link | other)
        action = link.with_user(self.representative.user_id)
        self.assertEqual(
            action.action_open_showcase_material()["url"], "https://example.com/film"
        )

    def test_a_link_leads_to_the_web(self):
        with self.assertRaises(ValidationError):
            self._attach("Trap", datas=False, type="url", url="javascript:alert(1)")

    def test_a_campaign_fills_in_its_products(self):
        self.campaign.state = "running"
        self.representative.product_ids = self.products[1]
        user = self.representative.user_id
        with Form(self.env["pharma.showcase"].with_user(user)) as form:
            form.doctor_id = self.outside
            form.start = self._at(12)
            form.campaign_id = self.campaign
        showcase = form.record
        self.assertEqual(showcase.line_ids.product_id, self.products[1])
        self.assertEqual(showcase.campaign_id, self.campaign)
