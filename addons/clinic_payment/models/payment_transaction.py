# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class PaymentTransaction(models.Model):
    """Payments of visits."""

    _inherit = "payment.transaction"

    appointment_ids = fields.Many2many(
        "clinic.appointment",
        "clinic_appointment_transaction_rel",
        "transaction_id",
        "appointment_id",
        string="Appointments",
        readonly=True,
        copy=False,
    )

    @api.model
    def _compute_reference_prefix(self, separator, **values):
        """Override: payments of a visit begin with its number."""
        if commands := values.get("appointment_ids"):
            ids = self._fields["appointment_ids"].convert_to_cache(commands, self)
            visits = self.env["clinic.appointment"].browse(ids).exists()
            if visits:
                return separator.join(
                    visit.name if visit.name != "/" else f"VISIT{visit.id}"
                    for visit in visits
                )
        return super()._compute_reference_prefix(separator, **values)

    def _create_child_transaction(
        self, amount, is_refund=False, **custom_create_values
    ):
        """Override: refunds and captures are of the same visit."""
        if self.appointment_ids:
            custom_create_values.setdefault(
                "appointment_ids", [fields.Command.set(self.appointment_ids.ids)]
            )
        return super()._create_child_transaction(
            amount, is_refund=is_refund, **custom_create_values
        )

    def _post_process(self):
        """Override: what a payment means for its visit. It may run many times."""
        res = super()._post_process()
        for transaction in self.filtered("appointment_ids"):
            for appointment in transaction.appointment_ids.sudo().sorted("id"):
                appointment._settle_transaction(transaction)
        return res

    def _log_message_on_linked_documents(self, message):
        """Override: the history of a visit tells of its payments."""
        res = super()._log_message_on_linked_documents(message)
        author = self.env.ref("base.partner_root")
        for appointment in self.appointment_ids.sudo():
            appointment.message_post(
                body=message, author_id=author.id, subtype_xmlid="mail.mt_note"
            )
        return res

    def _is_clinic_payment(self):
        """Whether money came in with it (captures are parts of their source)."""
        self.ensure_one()
        return (
            self.operation not in ("refund", "validation")
            and not self.source_transaction_id
            and self.state in ("authorized", "done")
        )

    def _get_clinic_refundable(self):
        """Return what may still be given back of this payment."""
        self.ensure_one()
        if not self._is_clinic_payment():
            return 0.0
        given_back = sum(
            -child.amount
            for child in self.child_transaction_ids
            if child.operation == "refund"
            and child.state in ("draft", "pending", "done")
        )
        waiting = sum(
            refund.amount
            for refund in self.env["clinic.payment.refund"]
            .sudo()
            .search(
                [
                    ("transaction_id", "=", self.id),
                    ("state", "in", ["queued", "sending", "failed", "by_hand"]),
                ]
            )
        )
        return self.currency_id.round(self.amount - given_back - waiting)
