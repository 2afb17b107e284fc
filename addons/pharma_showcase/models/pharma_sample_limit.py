# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from odoo.addons.clinic_engine.sample_limits import (
    Drop,
    SampleRule,
    allowance,
    check_drop,
    choose_rules,
)


class PharmaSampleLimit(models.Model):
    """How many samples a doctor may get, in a country and of a product.

    Where a country has limits of its own, those for all countries and those of the
    settings say nothing about it; likewise a product. 0 means: without limit.
    """

    _name = "pharma.sample.limit"
    _description = "Limit of Samples"
    _order = "country_id, product_id, id"
    _check_company_auto = True

    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, default=lambda self: self.env.company
    )
    country_id = fields.Many2one("res.country", help="Of the doctor. Empty: all.")
    product_id = fields.Many2one(
        "product.product", check_company=True, help="Empty: all of them."
    )
    per_call = fields.Integer(string="A Call", aggregator=None, help="0: no limit.")
    per_period = fields.Integer(
        string="A Period",
        aggregator=None,
        help="Packs of one product for one doctor. 0: no limit.",
    )
    months = fields.Integer(
        string="Period (months)", default=12, required=True, aggregator=None
    )
    years = fields.Integer(
        string="For (years)",
        aggregator=None,
        help="So many years after the doctor's first request for the product. 0: no "
        "limit.",
    )
    note = fields.Char(string="Source", help="The rule that it follows.")

    _check_numbers = models.Constraint(
        "CHECK (per_call >= 0 AND per_period >= 0 AND months > 0 AND years >= 0)",
        "Limits are not negative, and a period has at least a month.",
    )

    @api.depends("country_id", "product_id")
    def _compute_display_name(self):
        for limit in self:
            names = limit.country_id.name, limit.product_id.display_name
            limit.display_name = " · ".join(filter(None, names)) or self.env._("All")

    def _to_rule(self):
        self.ensure_one()
        return SampleRule(
            country=self.country_id.id or None,
            product=self.product_id.id or None,
            per_call=self.per_call or None,
            per_period=self.per_period or None,
            months=self.months,
            years=self.years or None,
        )

    @api.model
    def _get_rules(self, doctor, products, company):
        """Return {product: the engine's rules for a doctor}.

        Those of the limits, else that of the company's settings.
        """
        # sudo: limits bind whoever they are hidden from
        limits_sudo = self.sudo().search([("company_id", "in", [company.id, False])])
        country_sudo = doctor.sudo().partner_id.country_id or company.sudo().country_id
        rules = [limit._to_rule() for limit in limits_sudo]
        return {
            product: choose_rules(rules, country_sudo.id or None, product.id)
            or [company._get_sample_rule()]
            for product in products
        }

    @api.model
    def _get_drops(self, doctor, products, company, without=None):
        """Return {product: what the doctor got of it}, as the engine reads it.

        :param without: a movement that is asked about, and does not count yet
        """
        movements_sudo = self.env["pharma.sample.movement"].sudo()
        found = movements_sudo.search_fetch(
            [
                ("kind", "=", "drop"),
                ("doctor_id", "=", doctor.id),
                ("product_id", "in", products.ids),
                ("company_id", "=", company.id),
                ("id", "not in", without.ids if without else []),
            ],
            ["date", "quantity", "product_id"],
        )
        drops = {product: [] for product in products}
        for item in found:
            drops[item.product_id].append(Drop(item.date, item.quantity))
        return drops

    @api.model
    def _get_first_requests(self, doctor, products, company):
        """Return {product: day of the doctor's first request}, where there is any."""
        requests_sudo = self.env["pharma.sample.request"].sudo()
        return dict(
            requests_sudo._read_group(
                [
                    ("doctor_id", "=", doctor.id),
                    ("product_id", "in", products.ids),
                    ("company_id", "=", company.id),
                ],
                ["product_id"],
                ["date:min"],
            )
        )

    @api.model
    def _check(self, drop, same_call):
        """Return the engine's breaches of a drop, see ``check_drop``.

        :param drop: the movement, which does not count yet
        :param int same_call: packs of the product from other movements of the call
        """
        product = drop.product_id
        whose = drop.doctor_id, product, drop.company_id
        return check_drop(
            self._get_rules(*whose)[product],
            self._get_drops(*whose, without=drop)[product],
            drop.date,
            drop.quantity,
            same_call=same_call,
            first_request=self._get_first_requests(*whose).get(product),
        )

    @api.model
    def _get_allowances(self, doctor, products, company, day):
        """Return {product: packs that the doctor may get on ``day``}.

        None: without limit.
        """
        whose = doctor, products, company
        rules, drops = self._get_rules(*whose), self._get_drops(*whose)
        first = self._get_first_requests(*whose)
        return {
            product: allowance(
                rules[product], drops[product], day, first_request=first.get(product)
            )
            for product in products
        }
