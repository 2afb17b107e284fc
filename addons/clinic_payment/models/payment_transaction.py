# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import requests

from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: Refunds that hold their share of a payment without a transaction of their own.
WAITING_REFUNDS = ("queued", "sending", "unknown", "failed", "by_hand")


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

    clinic_refund_id = fields.Many2one(
        "clinic.payment.refund",
        string="Refund of a Visit",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="For which this was sent: each refund may be sent more than once.",
    )
    clinic_unanswered = fields.Boolean(
        readonly=True,
        copy=False,
        help="The provider was asked and no answer came: it may have done it.",
    )

    @api.model
    def _compute_reference_prefix(self, separator, **values):
        """Override: payments of a visit begin with its number, or one of their own."""
        if commands := values.get("appointment_ids"):
            ids = self._fields["appointment_ids"].convert_to_cache(commands, self)
            visits = self.env["clinic.appointment"].browse(ids).exists()
            if visits:
                return separator.join(visit._get_payment_number() for visit in visits)
        return super()._compute_reference_prefix(separator, **values)

    def _create_child_transaction(
        self, amount, is_refund=False, **custom_create_values
    ):
        """Override: refunds and captures are of the same visit."""
        if self.appointment_ids:
            custom_create_values.setdefault(
                "appointment_ids", [fields.Command.set(self.appointment_ids.ids)]
            )
        if row_id := is_refund and self.env.context.get("clinic_refund_id"):
            custom_create_values.setdefault("clinic_refund_id", row_id)
        return super()._create_child_transaction(
            amount, is_refund=is_refund, **custom_create_values
        )

    def _send_api_request(self, method, endpoint, **kwargs):
        """Override: note of refunds that nobody knows whether they were made."""
        try:
            return super()._send_api_request(method, endpoint, **kwargs)
        except ValidationError as error:
            if self.operation == "refund" and is_without_answer(error):
                self.clinic_unanswered = True
            raise

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

    def _is_clinic_transfer(self):
        """Whether staff, and no provider, say when its money has arrived."""
        self.ensure_one()
        return (
            self.provider_id.clinic_by_staff
            and self.operation not in ("refund", "validation")
            and not self.source_transaction_id
        )

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
                    ("state", "in", WAITING_REFUNDS),
                ]
            )
        )
        return self.currency_id.round(self.amount - given_back - waiting)


def is_without_answer(error):
    """Tell whether the payment module's error leaves open what the provider did."""
    cause = error.__context__
    if isinstance(cause, requests.exceptions.HTTPError):
        return cause.response is not None and cause.response.status_code >= 500
    lost = (requests.exceptions.ConnectionError, requests.exceptions.Timeout)
    return isinstance(cause, lost)
