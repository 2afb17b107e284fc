# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_amount


class ClinicCancelPolicy(models.Model):
    """What is kept of the money when a visit is cancelled late, or nobody comes.

    It binds who cancels as a patient. Nothing is kept when the practice cancels.
    """

    _name = "clinic.cancel.policy"
    _description = "Cancel Policy"
    _inherit = ["mail.thread"]
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    free_hours = fields.Float(
        string="Free Until (h before)",
        default=24.0,
        tracking=True,
        help="Cancelling costs nothing up to this many hours before the visit.",
    )
    fee_base = fields.Selection(
        [("paid", "What was paid"), ("price", "The price of the visit")],
        string="Percent Of",
        default="paid",
        required=True,
        tracking=True,
    )
    late_percent = fields.Float(
        string="Then Kept (%)",
        default=50.0,
        tracking=True,
        help="Kept when the patient cancels later than that.",
    )
    no_show_kind = fields.Selection(
        [("percent", "Percent"), ("fixed", "Fixed amount")],
        string="No-show Fee",
        default="percent",
        required=True,
        tracking=True,
    )
    no_show_percent = fields.Float(
        string="Kept at a No-show (%)", default=100.0, tracking=True
    )
    no_show_amount = fields.Monetary(tracking=True)
    words = fields.Text(compute="_compute_words", help="What patients read of it.")

    _check_values = models.Constraint(
        "CHECK (free_hours >= 0 AND late_percent BETWEEN 0 AND 100"
        " AND no_show_percent BETWEEN 0 AND 100 AND no_show_amount >= 0)",
        "Hours and amounts are not negative, and percentages lie between 0 and 100.",
    )

    @api.depends("company_id")
    def _compute_currency_id(self):
        for policy in self:
            company = policy.company_id or self.env.company
            policy.currency_id = company.currency_id

    @api.depends(
        "free_hours",
        "fee_base",
        "late_percent",
        "no_show_kind",
        "no_show_percent",
        "no_show_amount",
        "currency_id",
    )
    @api.depends_context("lang")
    def _compute_words(self):
        for policy in self:
            policy.words = " ".join(policy._get_sentences())

    def _get_sentences(self, until=None):
        """Return the sentences that tell a patient what this policy means.

        :param until: the moment, in words, up to which cancelling is free; "" when
            it has passed, None for the policy in general
        """
        self.ensure_one()
        sentences = [self._get_late_sentence(until)]
        if no_show := self._get_no_show_sentence():
            sentences.append(no_show)
        return sentences

    def _get_late_sentence(self, until):
        if not self.late_percent:
            return self.env._("You can cancel free of charge.")
        if until:
            free = self.env._(
                "You can cancel free of charge until %(when)s.", when=until
            )
        elif until is None and self.free_hours:
            free = self.env._(
                "You can cancel free of charge up to %(hours)s hours before the "
                "appointment.",
                hours=f"{self.free_hours:g}",
            )
        else:
            free = ""
        return " ".join(filter(None, (free, self._get_late_fee_sentence(bool(free)))))

    def _get_late_fee_sentence(self, is_later):
        values = {"percent": f"{self.late_percent:g}"}
        if self.fee_base == "paid" and is_later:
            return self.env._(
                "If you cancel later, %(percent)s %% of what you paid is kept.",
                **values,
            )
        if self.fee_base == "paid":
            return self.env._(
                "If you cancel, %(percent)s %% of what you paid is kept.", **values
            )
        if is_later:
            return self.env._(
                "If you cancel later, it costs %(percent)s %% of the price.", **values
            )
        return self.env._(
            "If you cancel, it costs %(percent)s %% of the price.", **values
        )

    def _get_no_show_sentence(self):
        if self.no_show_kind == "fixed":
            if not self.no_show_amount:
                return ""
            return self.env._(
                "If you do not come, it costs %(amount)s.",
                amount=format_amount(self.env, self.no_show_amount, self.currency_id),
            )
        if not self.no_show_percent:
            return ""
        percent = f"{self.no_show_percent:g}"
        if self.fee_base == "paid":
            return self.env._(
                "If you do not come, %(percent)s %% of what you paid is kept.",
                percent=percent,
            )
        return self.env._(
            "If you do not come, it costs %(percent)s %% of the price.",
            percent=percent,
        )

    def _get_free_until(self, start):
        """Return the last moment (UTC) at which cancelling a visit costs nothing."""
        return start - timedelta(hours=self.free_hours)

    def _get_cancel_fee(self, start, moment, price, paid):
        """Return what is kept when a patient cancels.

        :param start: UTC datetime of the visit
        :param moment: UTC datetime at which it is cancelled
        :param float price: of the visit, with taxes
        :param float paid: and not refunded yet
        """
        self.ensure_one()
        if moment <= self._get_free_until(start):
            return 0.0
        return self._get_share(self.late_percent, price, paid)

    def _get_no_show_fee(self, price, paid):
        """Return what is kept when the patient does not come."""
        self.ensure_one()
        if self.no_show_kind == "fixed":
            return self.currency_id.round(self.no_show_amount)
        return self._get_share(self.no_show_percent, price, paid)

    def _get_share(self, percent, price, paid):
        base = paid if self.fee_base == "paid" else price
        return self.currency_id.round(base * percent / 100)
