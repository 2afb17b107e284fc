# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, format_date

from .pharma_showcase_line_result import FILING

KINDS = [
    ("receipt", "Received"),
    ("drop", "Handed Out"),
    ("return", "Sent Back"),
    ("loss", "Lost or Stolen"),
    ("count", "Counted"),
]

#: What a movement does to the packs that a representative has. A count sets them.
SIGNS = {"receipt": 1, "drop": -1, "return": -1, "loss": -1}


class PharmaSampleMovement(models.Model):
    """Packs of a lot that came to, or left, a representative. Written once.

    A drop comes with the doctor's signed request alone, and within the limits; a count
    comes from a reconciliation by somebody else than who holds the packs.
    """

    _name = "pharma.sample.movement"
    _description = "Movement of Samples"
    _inherit = ["pharma.append.only.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    kind = fields.Selection(KINDS, required=True, default="receipt", index=True)
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    representative_id = fields.Many2one(
        "pharma.representative",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        default=lambda self: self._default_representative_id(),
    )
    user_id = fields.Many2one(
        related="representative_id.user_id", store=True, index=True, precompute=True
    )
    team_id = fields.Many2one(
        related="representative_id.team_id", store=True, index=True, precompute=True
    )
    lot_id = fields.Many2one(
        "pharma.sample.lot",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    product_id = fields.Many2one(
        related="lot_id.product_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="lot_id.company_id", store=True, index=True, precompute=True
    )
    quantity = fields.Integer(
        string="Packs", required=True, help="Of a count: how many were found."
    )
    change = fields.Integer(
        readonly=True, required=True, help="What it does to the packs at hand."
    )
    doctor_id = fields.Many2one(
        "clinic.doctor",
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    showcase_id = fields.Many2one(
        "pharma.showcase", readonly=True, index=True, ondelete="restrict"
    )
    request_id = fields.Many2one(
        "pharma.sample.request", readonly=True, index=True, ondelete="restrict"
    )
    reconciliation_id = fields.Many2one(
        "pharma.sample.reconciliation", readonly=True, index=True, ondelete="restrict"
    )
    recorded_by_id = fields.Many2one(
        "res.users", readonly=True, required=True, default=lambda self: self.env.user
    )
    note = fields.Char(help="Why: of a loss, what happened. Nothing about patients.")

    _check_quantity = models.Constraint(
        "CHECK (quantity > 0 OR (kind = 'count' AND quantity = 0))",
        "A movement has at least one whole pack.",
    )
    _check_drop = models.Constraint(
        "CHECK (kind <> 'drop' OR (doctor_id IS NOT NULL AND request_id IS NOT NULL))",
        "Samples are handed out against a doctor's request alone.",
    )
    _check_note = models.Constraint(
        "CHECK (kind <> 'loss' OR COALESCE(length(note), 0) > 2)",
        "Say what happened to the packs.",
    )

    def _default_representative_id(self):
        return self.env["pharma.representative"].search(
            [("user_id", "=", self.env.uid)], limit=1
        )

    @api.depends("kind", "quantity", "lot_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for movement in self:
            what = f"{movement.quantity} × {movement.lot_id.display_name}"
            movement.display_name = f"{kinds.get(movement.kind, '')} · {what}"

    @api.model_create_multi
    def create(self, vals_list):
        """Book the movements: check each, and add it to what is at hand.

        :raise UserError: saying which rule forbids it
        """
        filing = self.env.context.get("pharma_filing") is FILING
        self = self._refuse_forgeries(vals_list)
        vals_list = [self._add_missing_default_values(vals) for vals in vals_list]
        for vals in vals_list:
            kind = vals["kind"]
            if kind in ("drop", "count") and not filing:
                self._refuse_kind(kind)
            vals["change"] = self._get_change(kind, vals)
        movements = super().create(vals_list)
        for movement in movements:
            movement._check_movement()
            self.env["pharma.sample.stock"]._add(
                movement.representative_id, movement.lot_id, movement.change
            )
        return movements

    def _refuse_kind(self, kind):
        if kind == "drop":
            raise UserError(
                self.env._(
                    "Samples are handed out on the report of a call, where the doctor "
                    "signs for them."
                )
            )
        raise UserError(self.env._("Packs are counted in a reconciliation."))

    @api.model
    def _get_change(self, kind, vals):
        quantity = vals.get("quantity") or 0
        if kind != "count":
            return SIGNS[kind] * quantity
        stock = self.env["pharma.sample.stock"]
        representative = self.env["pharma.representative"].browse(
            vals["representative_id"]
        )
        lot = self.env["pharma.sample.lot"].browse(vals["lot_id"])
        return quantity - stock._get_quantity(representative, lot)

    def _check_movement(self):
        """Check one movement, before it counts.

        :raise UserError: saying which rule forbids it
        """
        self.ensure_one()
        if self.date > fields.Date.context_today(self):
            raise ValidationError(self.env._("Packs do not move in the future."))
        if not self.env.su and self.recorded_by_id != self.user_id:
            manager = "pharma_showcase.group_pharma_scheduler"
            if not self.env.user.has_group(manager):
                raise AccessError(
                    self.env._("These packs are another representative's.")
                )
        if self.kind in ("receipt", "drop"):
            self._check_carrier()
        if self.kind == "drop":
            self._check_drop_rules()
        if self.change < 0:
            self._check_at_hand()

    def _check_carrier(self):
        """Check that the representative may carry samples, and what is in the lot."""
        carrier_sudo = self.representative_id.sudo()
        is_over = carrier_sudo.licence_until and carrier_sudo.licence_until < self.date
        if not carrier_sudo.may_carry_samples or is_over:
            raise UserError(
                self.env._(
                    "%(name)s may not carry samples, or the licence for it has ended.",
                    name=carrier_sudo.name,
                )
            )
        if not self.product_id.is_sampled:
            raise UserError(
                self.env._(
                    "%(product)s is not given as a sample.",
                    product=self.product_id.display_name,
                )
            )

    def _check_at_hand(self):
        stock = self.env["pharma.sample.stock"]
        at_hand = stock._get_quantity(self.representative_id, self.lot_id)
        if at_hand + self.change < 0:
            raise UserError(
                self.env._(
                    "%(name)s has %(count)s packs of %(lot)s.",
                    name=self.representative_id.sudo().name,
                    count=at_hand,
                    lot=self.lot_id.display_name,
                )
            )

    def _check_drop_rules(self):
        """Check a drop: request, licence, lot and limits.

        :raise UserError: for the gravest rule that it breaks
        """
        self._queue_for_doctor()
        doctor_sudo, lot = self.doctor_id.sudo(), self.lot_id
        company_sudo = self.company_id.sudo()
        names = {"doctor": doctor_sudo.display_name, "lot": lot.display_name}
        if not self.request_id._is_signed() or self.request_id.doctor_id != (
            self.doctor_id
        ):
            raise UserError(
                self.env._("%(doctor)s has not signed a request for %(lot)s.", **names)
            )
        if not doctor_sudo.prescriber:
            raise UserError(self.env._("%(doctor)s does not prescribe.", **names))
        is_active = doctor_sudo.licence_state == "active"
        if not is_active and (
            company_sudo.pharma_sample_licence
            or doctor_sudo.licence_state == "inactive"
        ):
            raise UserError(
                self.env._(
                    "The licence of %(doctor)s is not known to be active.", **names
                )
            )
        left = (lot.expires_on - self.date).days
        if lot.is_blocked or left < company_sudo.pharma_sample_expiry_days:
            raise UserError(
                self.env._(
                    "%(lot)s is blocked, or expires too soon to be handed out.", **names
                )
            )
        self._check_limits(names)

    def _queue_for_doctor(self):
        """Let drops to one doctor come one after the other, or limits mean nothing.

        Changing the row makes whoever comes second begin anew, with what came first.
        """
        self.env.cr.execute(
            SQL(
                "UPDATE clinic_doctor SET sample_count = COALESCE(sample_count, 0) + 1"
                " WHERE id = %s",
                self.doctor_id.id,
            )
        )
        self.doctor_id.invalidate_recordset(["sample_count"])

    def _check_limits(self, names):
        same_call = self.sudo().search(
            [
                ("showcase_id", "=", self.showcase_id.id),
                ("kind", "=", "drop"),
                ("product_id", "=", self.product_id.id),
                ("id", "!=", self.id),
            ]
        )
        limits = self.env["pharma.sample.limit"]
        breaches = limits._check(self, sum(same_call.mapped("quantity")))
        if breaches:
            raise UserError(self._get_breach_sentence(breaches[0], names))

    def _get_breach_sentence(self, breach, names):
        values = {
            **names,
            "product": self.product_id.display_name,
            "limit": breach.limit,
            "left": breach.left,
            "until": format_date(self.env, breach.until) if breach.until else "",
        }
        sentences = {
            "quantity": self.env._("Samples are handed out in whole packs."),
            "too_late": self.env._(
                "%(doctor)s may get samples of %(product)s for %(limit)s years after "
                "the first request: until %(until)s.",
                **values,
            ),
            "per_call": self.env._(
                "At most %(limit)s packs of %(product)s in one call: %(left)s may "
                "still be handed out.",
                **values,
            ),
        }
        later = self.env._(
            "%(doctor)s has had the %(limit)s packs of %(product)s that a period "
            "allows, or would get more: %(left)s may still be handed out. Room for "
            "this many: %(until)s.",
            **{**values, "until": values["until"] or self.env._("never")},
        )
        return sentences.get(breach.code, later)
