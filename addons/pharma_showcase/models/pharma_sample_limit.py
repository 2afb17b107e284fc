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
    def _get_rules(self, doctor, product, company):
        """Return the engine's rules for a doctor and a product.

        :return: those of the limits, else that of the company's settings
        """
        # sudo: limits bind whoever they are hidden from
        limits_sudo = self.sudo().search([("company_id", "in", [company.id, False])])
        country_sudo = doctor.sudo().partner_id.country_id or company.sudo().country_id
        found = choose_rules(
            [limit._to_rule() for limit in limits_sudo],
            country_sudo.id or None,
            product.id,
        )
        return found or [company._get_sample_rule()]

    @api.model
    def _get_drops(self, doctor, product, company, without=None):
        """Return what the doctor got of the product, as the engine reads it.

        :param without: a movement that is asked about, and does not count yet
        """
        movements_sudo = self.env["pharma.sample.movement"].sudo()
        found = movements_sudo.search_fetch(
            [
                ("kind", "=", "drop"),
                ("doctor_id", "=", doctor.id),
                ("product_id", "=", product.id),
                ("company_id", "=", company.id),
                ("id", "not in", without.ids if without else []),
            ],
            ["date", "quantity"],
        )
        return [Drop(item.date, item.quantity) for item in found]

    @api.model
    def _get_first_request(self, doctor, product, company):
        """Return the day of the doctor's first request for the product, if any."""
        requests_sudo = self.env["pharma.sample.request"].sudo()
        first = requests_sudo.search(
            [
                ("doctor_id", "=", doctor.id),
                ("product_id", "=", product.id),
                ("company_id", "=", company.id),
            ],
            order="date, id",
            limit=1,
        )
        return first.date or None

    @api.model
    def _check(self, drop, same_call):
        """Return the engine's breaches of a drop, see ``check_drop``.

        :param drop: the movement, which does not count yet
        :param int same_call: packs of the product from other movements of the call
        """
        whose = drop.doctor_id, drop.product_id, drop.company_id
        return check_drop(
            self._get_rules(*whose),
            self._get_drops(*whose, without=drop),
            drop.date,
            drop.quantity,
            same_call=same_call,
            first_request=self._get_first_request(*whose),
        )

    @api.model
    def _get_allowance(self, doctor, product, company, day):
        """Return how many packs the doctor may get on ``day``, None: without limit."""
        return allowance(
            self._get_rules(doctor, product, company),
            self._get_drops(doctor, product, company),
            day,
            first_request=self._get_first_request(doctor, product, company),
        )
