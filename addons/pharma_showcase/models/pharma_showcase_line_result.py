# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

#: Proof that a write comes from the filing of a report: JSON cannot carry an object.
FILING = object()

#: What a report says about a product.
RESULT_FIELDS = {
    "is_discussed",
    "interest",
    "questions",
    "is_requested",
    "requested_quantity",
}


class PharmaShowcaseLine(models.Model):
    """What came of a product in the call. Only the filing of a report writes it."""

    _inherit = "pharma.showcase.line"

    is_unplanned = fields.Boolean(
        string="Not Planned", readonly=True, copy=False, help="Came up in the call."
    )
    is_discussed = fields.Boolean(string="Discussed", readonly=True, copy=False)
    interest = fields.Integer(
        readonly=True,
        copy=False,
        aggregator="avg",
        help="The doctor's interest, from 0 (none) to 5 (wants it).",
    )
    is_requested = fields.Boolean(
        string="Requested",
        readonly=True,
        copy=False,
        help="The doctor asks for the product.",
    )
    requested_quantity = fields.Integer(
        string="Quantity Asked for",
        readonly=True,
        copy=False,
        help="How many the doctor asks for. 0: it was not said.",
    )
    questions = fields.Text(
        readonly=True,
        copy=False,
        help="What the doctor asked about the product. Nothing about patients.",
    )

    _check_interest = models.Constraint(
        "CHECK (interest BETWEEN 0 AND 5)", "The interest is between 0 and 5."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: results come with a report, and a filed call gets no products."""
        if self.env.context.get("pharma_filing") is not FILING:
            if any(RESULT_FIELDS & vals.keys() for vals in vals_list):
                self._refuse_result()
            ids = [vals.get("showcase_id") for vals in vals_list]
            self.env["pharma.showcase"].browse(ids)._check_unfiled()
        return super().create(vals_list)

    def write(self, vals):
        """Override: see ``create``."""
        if self.env.context.get("pharma_filing") is not FILING:
            if RESULT_FIELDS & vals.keys():
                self._refuse_result()
            showcase = self.showcase_id.browse(vals.get("showcase_id"))
            (self.showcase_id | showcase)._check_unfiled()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_filed(self):
        self.showcase_id._check_unfiled()

    def _refuse_result(self):
        raise UserError(
            self.env._("What came of a call is written by filing its report.")
        )
