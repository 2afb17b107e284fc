# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The outbox of refunds: written with the change that causes them, sent after it.

No request that may be repeated talks to a provider. A scheduled action sends what is
queued, each in a transaction of its own that is marked before the provider is asked:
what breaks off in between is not sent a second time by itself.
"""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_amount, format_date

_logger = logging.getLogger(__name__)

#: A refund that was being sent for longer (minutes) has broken off.
SENDING_MINUTES = 15

MANAGER = "clinic_scheduling.group_clinic_manager"


class ClinicPaymentRefund(models.Model):
    """Money that goes back to who paid for a visit."""

    _name = "clinic.payment.refund"
    _description = "Refund of a Visit"
    _order = "id desc"
    _rec_name = "appointment_id"

    appointment_id = fields.Many2one(
        "clinic.appointment",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="appointment_id.company_id", store=True)
    site_id = fields.Many2one(related="appointment_id.site_id", store=True)
    transaction_id = fields.Many2one(
        "payment.transaction",
        string="Payment",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        groups="base.group_system",
    )
    refund_transaction_id = fields.Many2one(
        "payment.transaction",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_system",
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True)
    reason = fields.Char(readonly=True)
    state = fields.Selection(
        [
            ("queued", "Waiting to be sent"),
            ("sending", "Being sent"),
            ("sent", "At the provider"),
            ("done", "Refunded"),
            ("unknown", "To check: no answer came"),
            ("failed", "Failed"),
            ("by_hand", "Paid back by hand"),
            ("dropped", "Not needed any more"),
        ],
        default="queued",
        required=True,
        readonly=True,
        index=True,
    )
    message = fields.Char(readonly=True, help="Why it failed.")
    decision = fields.Char(
        readonly=True,
        help="What a manager found out where no answer came, or how it was paid back.",
    )
    hand_date = fields.Date(
        string="Paid Back On",
        readonly=True,
        help="By hand, on the site's clock.",
    )
    send_after = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now
    )

    _check_amount = models.Constraint(
        "CHECK (amount > 0)", "Enter an amount above zero."
    )

    # ------------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------------

    @api.model
    def _wake_sender(self, moment=None):
        """Have queued refunds sent once this transaction is committed."""
        cron_sudo = self.env.ref("clinic_payment.ir_cron_send_refunds").sudo()
        cron_sudo._trigger(moment)

    @api.model
    def _cron_send(self):
        """Scheduled action: send what is queued, one by one."""
        self._give_up_broken()
        domain = [
            ("state", "=", "queued"),
            ("send_after", "<=", fields.Datetime.now()),
        ]
        queued = self.search(domain, order="id", limit=100)
        left = len(queued)
        for refund in queued:
            left -= 1
            refund._send_one()
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                break

    def _send_one(self):
        """Ask the provider for this refund, unless somebody else does."""
        self.ensure_one()
        if not self.try_lock_for_update() or self.state != "queued":
            return
        if refusal := self._get_refusal():
            self._fail(refusal)
            return
        self.write({"state": "sending", "message": False})
        # from here on it counts as sent: a crash must not send it twice
        self.env["ir.cron"]._commit_progress()
        try:
            self._ask_provider()
        except UserError as error:
            self.env.cr.rollback()
            self._fail(str(error))

    def _ask_provider(self):
        payment_sudo = self.sudo().transaction_id.with_context(clinic_refund_id=self.id)
        if payment_sudo.state == "authorized":
            answer_sudo = payment_sudo._void(self.amount)
        else:
            answer_sudo = payment_sudo._refund(self.amount)
        self.write({"state": "sent", "refund_transaction_id": answer_sudo.id})
        self._update_from_transaction()

    def _get_refusal(self):
        """Return why the provider cannot be asked, or an empty text."""
        payment_sudo = self.sudo().transaction_id
        if payment_sudo.state == "authorized":
            if payment_sudo.currency_id.compare_amounts(
                self.amount, payment_sudo.amount
            ):
                return self.env._(
                    "This payment is authorized only, and is released as a whole: "
                    "capture it first, then refund a part."
                )
            return ""
        support = payment_sudo.provider_id.support_refund or "none"
        of_method = payment_sudo.primary_payment_method_id.support_refund or "none"
        if "none" in (support, of_method):
            return self.env._(
                "%(provider)s cannot pay back: pay back by hand.",
                provider=payment_sudo.provider_id.name,
            )
        is_partial = payment_sudo.currency_id.compare_amounts(
            self.amount, payment_sudo.amount
        )
        if is_partial and "full_only" in (support, of_method):
            return self.env._(
                "%(provider)s pays back whole payments only: pay back by hand.",
                provider=payment_sudo.provider_id.name,
            )
        return ""

    def _fail(self, message):
        self.write({"state": "failed", "message": message})
        self.appointment_id.sudo()._tell_refund_failed(message)

    def _doubt(self):
        """Have a manager find out what the provider did: it may have paid back."""
        message = self.env._(
            "No answer came. See at the provider whether it was paid back, then decide."
        )
        self.write({"state": "unknown", "message": message})
        self.appointment_id.sudo()._tell_refund_failed(message)

    def _update_from_transaction(self):
        """Take over what the provider answered. It may be called at any time."""
        for refund in self.sudo():
            answer_sudo = refund.refund_transaction_id
            if answer_sudo.state == "done" or (
                answer_sudo.state == "cancel" and answer_sudo.operation != "refund"
            ):
                refund.write({"state": "done", "message": False})
            elif refund.state in ("failed", "unknown"):
                if answer_sudo.state == "pending":
                    refund.write({"state": "sent", "message": False})
            elif answer_sudo.state == "error" and answer_sudo.clinic_unanswered:
                refund._doubt()
            elif answer_sudo.state in ("cancel", "error"):
                refund._fail(answer_sudo.state_message or self.env._("Refused."))

    def _hear_of(self, transaction):
        """Take over what became of any of the transactions that were sent for these.

        An answer may come late: after a manager had it sent again, even.
        """
        open_states = ("queued", "sending", "sent", "unknown", "failed")
        for refund in self.sudo().filtered(lambda item: item.state in open_states):
            if transaction.state in ("done", "pending"):
                refund.refund_transaction_id = transaction
            if refund.refund_transaction_id == transaction:
                refund._update_from_transaction()

    def _adopt(self, transaction):
        """Return which of these broke off and came back as ``transaction``, if any.

        What breaks off takes its transaction along. The provider made the refund all
        the same, and tells of it: counted apart from its row, it would count twice.
        """
        if transaction.clinic_refund_id or transaction.state not in ("done", "pending"):
            return self.browse()
        lost = self.filtered(
            lambda item: (
                item.state in ("sending", "unknown")
                and not item.refund_transaction_id
                and item.transaction_id == transaction.source_transaction_id
                and not item.currency_id.compare_amounts(
                    item.amount, -transaction.amount
                )
            )
        ).sorted("id")[:1]
        if lost:
            transaction.clinic_refund_id = lost
        return lost

    @api.model
    def _give_up_broken(self):
        """Tell of refunds that broke off: only the provider knows the outcome."""
        since = fields.Datetime.now() - timedelta(minutes=SENDING_MINUTES)
        broken = self.search([("state", "=", "sending"), ("write_date", "<", since)])
        for refund in broken:
            refund._doubt()

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def _check_manager(self):
        self.check_access("read")
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Refunds are up to clinic managers."))

    def action_send_again(self):
        """Queue failed refunds again."""
        self._check_manager()
        self.sudo().filtered(lambda item: item.state == "failed")._queue_again()

    def action_decide(self):
        """Open the form that asks what became of this refund."""
        self.ensure_one()
        self._check_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Did the Refund Arrive?"),
            "res_model": "clinic.payment.refund.decide",
            "view_mode": "form",
            "target": "new",
            "context": {"default_refund_id": self.id},
        }

    def _decide(self, has_arrived, reason):
        """End the doubt about a refund, as a manager found out.

        :param bool has_arrived: it was paid back; else it is sent again
        :raise AccessError: the user is no manager
        :raise UserError: there is no doubt (any more)
        :raise ValidationError: no reason
        """
        self.ensure_one()
        self._check_manager()
        reason = (reason or "").strip()
        if not reason:
            raise ValidationError(self.env._("Enter how you found out."))
        refund_sudo = self.sudo()
        refund_sudo.appointment_id._queue_up_for_money()
        if refund_sudo.state != "unknown":
            raise UserError(self.env._("What became of it is known by now."))
        refund_sudo.decision = reason
        amount = format_amount(self.env, self.amount, self.currency_id)
        values = {"amount": amount, "reason": reason}
        if has_arrived:
            refund_sudo._note_arrived()
            text = self.env._("The refund of %(amount)s arrived: %(reason)s", **values)
        else:
            refund_sudo._queue_again()
            text = self.env._(
                "The refund of %(amount)s is sent again: %(reason)s", **values
            )
        self._log_decision(text)

    def _note_arrived(self):
        """Count the money as paid back; as superuser."""
        payment = self.transaction_id
        if payment.state == "authorized":  # what was never taken is released
            payment._set_canceled()
            self.write({"state": "done", "message": False})
            return
        answer = self.refund_transaction_id
        if not answer:
            answer = payment.with_context(
                clinic_refund_id=self.id
            )._create_child_transaction(self.amount, is_refund=True)
            self.refund_transaction_id = answer
        answer._set_done()
        answer._post_process()

    def _queue_again(self):
        self.write(
            {
                "state": "queued",
                "message": False,
                "refund_transaction_id": False,
                "send_after": fields.Datetime.now(),
            }
        )
        self._wake_sender()

    def action_paid_by_hand(self):
        """Open the form that asks when and how this refund was paid back by hand."""
        self.ensure_one()
        self._check_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Paid Back by Hand"),
            "res_model": "clinic.payment.refund.by.hand",
            "view_mode": "form",
            "target": "new",
            "context": {"default_refund_id": self.id},
        }

    def _note_by_hand(self, reason, date=None):
        """Note that the money of a failed refund was paid back another way.

        :param str reason: how, for the history
        :param date: when, on the site's clock; today unless told
        :raise AccessError: the user is no manager
        :raise UserError: it did not fail
        :raise ValidationError: no reason, or a day to come
        """
        self.ensure_one()
        self._check_manager()
        refund_sudo = self.sudo()
        visit_sudo = refund_sudo.appointment_id
        reason = (reason or "").strip()
        if not reason:
            raise ValidationError(self.env._("Enter how the money was paid back."))
        today = visit_sudo._get_desk_today()
        date = date or today
        if date > today:
            raise ValidationError(self.env._("This day is yet to come."))
        visit_sudo._queue_up_for_money()
        if refund_sudo.state != "failed":
            raise UserError(
                self.env._("This refund did not fail, or was looked after.")
            )
        values = {"state": "by_hand", "message": False}
        refund_sudo.write({**values, "decision": reason, "hand_date": date})
        self._log_decision(
            self.env._(
                "%(amount)s was paid back by hand on %(date)s: %(reason)s",
                amount=format_amount(self.env, self.amount, self.currency_id),
                date=format_date(self.env, date),
                reason=reason,
            )
        )

    def _log_decision(self, text):
        self.sudo().appointment_id.message_post(
            body=text,
            author_id=self.env.user.partner_id.id,
            subtype_xmlid="mail.mt_note",
        )
