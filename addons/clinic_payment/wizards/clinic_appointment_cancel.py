# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class ClinicAppointmentCancel(models.TransientModel):
    """Say what a cancellation costs before staff cancel for a patient."""

    _inherit = "clinic.appointment.cancel"

    has_policy = fields.Boolean(compute="_compute_has_policy")
    applies_policy = fields.Boolean(
        string="By the Cancel Policy",
        compute="_compute_applies_policy",
        readonly=False,
        store=True,
        help="The patient cancels: what the policy says is kept. Otherwise all of "
        "the money goes back.",
    )
    money_text = fields.Text(compute="_compute_money_text")

    @api.depends("appointment_ids")
    def _compute_has_policy(self):
        for wizard in self:
            wizard.has_policy = any(
                visit.cancel_policy_id or visit.amount_paid
                for visit in wizard.appointment_ids
            )

    @api.depends("cause")
    def _compute_applies_policy(self):
        for wizard in self:
            wizard.applies_policy = wizard.cause == "patient"

    @api.depends("appointment_ids", "applies_policy")
    def _compute_money_text(self):
        for wizard in self:
            lines = []
            for visit in wizard.appointment_ids._origin:
                visit = visit.with_context(clinic_fee_by_policy=wizard.applies_policy)
                paid, fee = visit._get_refundable(), visit._get_fee("cancelled")
                refund = max(visit.currency_id.round(paid - fee), 0.0)
                if text := visit._get_terms_text(fee, paid, refund, by_staff=True):
                    lines.append(f"{visit.display_name}: {text}")
            wizard.money_text = "\n".join(lines)

    def action_cancel(self):
        """Override: with the fee of the cancel policy, if the patient cancels."""
        wizard = self.with_context(clinic_fee_by_policy=self.applies_policy)
        return super(ClinicAppointmentCancel, wizard).action_cancel()
