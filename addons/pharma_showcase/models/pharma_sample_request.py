# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class PharmaSampleRequest(models.Model):
    """A doctor asks for samples: in writing, signed and dated, or nothing is given.

    A wish that is not signed yet is kept too, and opens no right to hand out.
    """

    _name = "pharma.sample.request"
    _description = "Request for Samples"
    _inherit = ["pharma.append.only.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _later_fields = frozenset({"state", "signature", "signed_by", "signed_at"})

    doctor_id = fields.Many2one(
        "clinic.doctor",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    representative_id = fields.Many2one(
        "pharma.representative",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    user_id = fields.Many2one(
        related="representative_id.user_id", store=True, index=True, precompute=True
    )
    team_id = fields.Many2one(
        related="representative_id.team_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    showcase_id = fields.Many2one(
        "pharma.showcase",
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    product_id = fields.Many2one(
        "product.product",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    quantity = fields.Integer(string="Packs", required=True, readonly=True)
    date = fields.Date(
        required=True, readonly=True, default=fields.Date.context_today, index=True
    )
    state = fields.Selection(
        [
            ("asked", "Not Signed"),
            ("signed", "Signed"),
            ("fulfilled", "Fulfilled"),
            ("dropped", "Given Up"),
        ],
        required=True,
        readonly=True,
        default="asked",
        index=True,
    )
    signature = fields.Image(readonly=True, max_width=1024, max_height=512)
    signed_by = fields.Char(readonly=True)
    signed_at = fields.Datetime(readonly=True)
    movement_ids = fields.One2many("pharma.sample.movement", "request_id")

    _check_quantity = models.Constraint(
        "CHECK (quantity > 0)", "A request is for at least one pack."
    )
    _check_signature = models.Constraint(
        "CHECK (state NOT IN ('signed', 'fulfilled')"
        " OR (signed_by IS NOT NULL AND signed_at IS NOT NULL))",
        "A signed request says by whom and when.",
    )

    @api.depends("doctor_id", "product_id", "quantity")
    def _compute_display_name(self):
        for request in self:
            what = f"{request.quantity} × {request.product_id.display_name}"
            request.display_name = f"{request.doctor_id.display_name} · {what}"

    def _is_signed(self):
        self.ensure_one()
        return self.state == "signed" and bool(self.signature)

    def action_give_up(self):
        """Close wishes that were never signed."""
        self.check_access("read")
        opened = self.filtered(lambda request: request.state in ("asked", "signed"))
        opened.sudo().write({"state": "dropped"})
