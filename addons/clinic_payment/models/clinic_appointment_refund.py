# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What goes back to who paid, and how they learn of it."""

from datetime import timedelta
from urllib.parse import urlencode

from odoo import fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import format_amount

from .clinic_appointment_money import ENDED_STATES
from .clinic_payment_refund import MANAGER


class ClinicAppointment(models.Model):
    """Refunds of a visit."""

    _inherit = "clinic.appointment"

    amount_refundable = fields.Monetary(
        compute="_compute_amount_refundable",
        help="What was paid, and is neither refunded nor on its way back.",
    )

    amount_refundable_online = fields.Monetary(
        compute="_compute_amount_refundable",
        help="What of that was paid online, and can go back the same way.",
    )

    def _compute_amount_refundable(self):
        for appointment in self:
            appointment.amount_refundable = appointment._get_refundable()
            online = appointment._get_refundable_online()
            appointment.amount_refundable_online = online

    def _get_refundable_online(self):
        """Return what of the refundable money can go back the way it was paid."""
        self.ensure_one()
        currency = self.currency_id or self.env.company.currency_id
        payments_sudo = self.sudo().transaction_ids.filtered(
            lambda item: item.currency_id == currency
        )
        online = sum(item._get_clinic_refundable() for item in payments_sudo)
        return max(min(self._get_refundable(), currency.round(online)), 0.0)

    def _get_refundable(self):
        """Return what was paid and is neither refunded nor on its way back."""
        self.ensure_one()
        currency = self.currency_id or self.env.company.currency_id
        # refunds that are done are in what was refunded, be the row so or not
        waiting = sum(
            refund.amount
            for refund in self.sudo().refund_ids
            if refund.state in ("queued", "sending", "unknown", "failed")
            or (refund.state == "sent" and refund.refund_transaction_id.state != "done")
        )
        left = self.amount_paid - self.amount_refunded - waiting
        return max(currency.round(left), 0.0)

    def _get_excess(self):
        """Return what was paid beyond what this visit owes as it stands."""
        owed = self.amount_total
        if self.state in ENDED_STATES:
            owed = 0.0 if self.fee_waiver else self.amount_fee
        elif self.state == "hold":
            return 0.0
        if not (refundable := self._get_refundable()):
            return 0.0
        currency = self.currency_id or self.env.company.currency_id
        return max(currency.round(refundable - owed), 0.0)

    def _refund_excess(self, hours=0, reason=None):
        """Queue the refund of what exceeds what is owed; return the new rows.

        What was paid at the desk stays to be refunded: staff give it back by hand.

        :param hours: how long to wait before it is sent
        :param str reason: why, where the state of the visit does not say it
        """
        excess = self._get_excess()
        if self._is_nothing(excess):
            return self.env["clinic.payment.refund"]
        reasons = {
            "cancelled": self.env._("The appointment was cancelled."),
            "no_show": self.env._("The patient did not come."),
        }
        reason = reason or reasons.get(
            self.state, self.env._("More was paid than is due.")
        )
        return self._queue_refund(excess, reason, hours)

    def _queue_refund(self, amount, reason, hours=0):
        """Queue a refund over the latest payments first, and return its rows.

        :param float amount: at most ``_get_refundable()``
        :param hours: how long to wait before it is sent
        :raise ValidationError: it is more than can be refunded
        """
        self.ensure_one()
        refunds_sudo = self.env["clinic.payment.refund"].sudo()
        currency = self.currency_id
        left = currency.round(amount)
        if currency.compare_amounts(left, self._get_refundable()) > 0:
            raise ValidationError(
                self.env._(
                    "At most %(amount)s can be refunded.",
                    amount=format_amount(self.env, self._get_refundable(), currency),
                )
            )
        send_after = fields.Datetime.now() + timedelta(hours=hours)
        for payment_sudo in self.sudo().transaction_ids.sorted("id", reverse=True):
            part = min(left, payment_sudo._get_clinic_refundable())
            if payment_sudo.currency_id == currency and not self._is_nothing(part):
                refunds_sudo += refunds_sudo.create(
                    {
                        "appointment_id": self.id,
                        "transaction_id": payment_sudo.id,
                        "currency_id": currency.id,
                        "amount": part,
                        "reason": reason,
                        "send_after": send_after,
                    }
                )
                left = currency.round(left - part)
        refunds_sudo._wake_sender(send_after if hours else None)
        return refunds_sudo

    def _request_refund(self, amount, reason):
        """Refund part or all of what was paid, as a manager decides.

        :raise AccessError: the user is no manager
        :raise ValidationError: nothing, or more than was paid and not refunded
        """
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Refunds are up to clinic managers."))
        if self._is_nothing(amount):
            raise ValidationError(self.env._("Enter an amount above zero."))
        self._queue_up_for_money()
        online = self.sudo()._get_refundable_online()
        if self.currency_id.compare_amounts(amount, online) > 0:
            raise ValidationError(
                self.env._(
                    "At most %(amount)s can go back the way it was paid. What was "
                    "paid at the practice is given back there: register it.",
                    amount=format_amount(self.env, online, self.currency_id),
                )
            )
        refunds_sudo = self.sudo()._queue_refund(amount, reason)
        self.sudo()._log_refund(refunds_sudo)
        return refunds_sudo

    # ------------------------------------------------------------------
    # Telling
    # ------------------------------------------------------------------

    def _log_refund(self, refunds):
        for refund in refunds:
            self.message_post(
                body=self.env._(
                    "%(amount)s will be refunded: %(reason)s",
                    amount=format_amount(self.env, refund.amount, refund.currency_id),
                    reason=refund.reason,
                ),
                author_id=self.env.user.partner_id.id,
                subtype_xmlid="mail.mt_note",
            )

    def _tell_refund_failed(self, message):
        """Ask somebody to look after a refund that the provider did not make."""
        self.ensure_one()
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("A refund failed"),
            note=message,
            user_id=self.company_id._get_money_manager(self.site_id).id,
        )

    def _tell_of_refund(self, refunds, refusal=None):
        """Write to the patient whose payment could not be used, and into the history.

        :param refusal: the ``BookingError``, with its alternatives
        """
        self._log_refund(refunds)
        if self.state != "cancelled":
            return
        template = self.env.ref("clinic_payment.mail_template_paid_too_late")
        offers = refusal.context.get("alternatives", ()) if refusal else ()
        template.with_context(
            clinic_refund=sum(refunds.mapped("amount")),
            clinic_offers=[offer["label"] for offer in offers],
        ).send_mail(self.id, force_send=False)
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _get_times_url(self):
        """Return the address where another time for the same visit is chosen."""
        query = {
            "service": self.service_id.id,
            "doctor": self.doctor_id.id,
            "site": self.site_id.id,
        }
        return f"/clinic/book/times?{urlencode(query)}"
