# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..models.clinic_payment_refund import MANAGER


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
    may_waive = fields.Boolean(compute="_compute_may_waive")
    waives_fee = fields.Boolean(compute="_compute_waives_fee")
    waive_reason = fields.Char(
        string="Waived Because", help="Nothing clinical: it is tracked."
    )
    money_text = fields.Text(compute="_compute_money_text")

    def _get_ending(self):
        """Return the visits that are cancelled, be they of the series."""
        # the opened one and itself in its series have one origin: count it once
        return self._get_appointments()._origin.union()

    @api.depends("appointment_ids", "scope")
    def _compute_has_policy(self):
        for wizard in self:
            wizard.has_policy = any(
                visit.cancel_policy_id or visit.amount_paid
                for visit in wizard._get_ending()
            )

    @api.depends_context("uid")
    def _compute_may_waive(self):
        self.may_waive = self.env.user.has_group(MANAGER)

    @api.depends("appointment_ids", "scope", "cause", "applies_policy")
    def _compute_waives_fee(self):
        for wizard in self:
            wizard.waives_fee = bool(wizard._get_waived())

    def _get_waived(self):
        """Return the visits whose patients would owe a fee, and are to owe none."""
        if self.cause != "patient" or self.applies_policy:
            return self.env["clinic.appointment"]
        by_policy = self._get_ending().with_context(clinic_fee_by_policy=True)
        return by_policy.filtered(
            lambda visit: not visit._is_nothing(visit._get_fee("cancelled"))
        )

    @api.depends("cause")
    def _compute_applies_policy(self):
        for wizard in self:
            wizard.applies_policy = wizard.cause == "patient"

    @api.depends("appointment_ids", "scope", "applies_policy")
    def _compute_money_text(self):
        for wizard in self:
            lines = []
            for visit in wizard._get_ending():
                visit = visit.with_context(clinic_fee_by_policy=wizard.applies_policy)
                paid, fee = visit._get_refundable(), visit._get_fee("cancelled")
                refund = max(visit.currency_id.round(paid - fee), 0.0)
                if text := visit._get_terms_text(fee, paid, refund, by_staff=True):
                    lines.append(f"{visit.display_name}: {text}")
            wizard.money_text = "\n".join(lines)

    def action_cancel(self):
        """Override: with the fee of the cancel policy, if the patient cancels.

        :raise AccessError: a fee is waived by who is no manager
        :raise ValidationError: it is waived without a reason
        """
        if waived := self._get_waived():
            if not self.may_waive:
                raise AccessError(self.env._("Only clinic managers waive fees."))
            if not (self.waive_reason or "").strip():
                raise ValidationError(self.env._("Say why the fee is waived."))
            waived._waive_fee(self.waive_reason)
        wizard = self.with_context(clinic_fee_by_policy=self.applies_policy)
        return super(ClinicAppointmentCancel, wizard).action_cancel()
