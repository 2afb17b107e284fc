# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One state machine ties hold, payment and refund.

A payment tells its visit what became of it by ``_settle_transaction``. What is to be
done follows from how things stand, never from what was announced before: it may
run twice, late, or in another order, and changes nothing then.

=====================  ==========================================================
The visit is           A payment arrives
=====================  ==========================================================
held                   enough is paid: it is booked
held, time is up       its time is taken again if it is free, else all is refunded
booked                 it stays; what exceeds the whole price is refunded
cancelled              what exceeds the fee is refunded
=====================  ==========================================================

A pending payment (wire transfer) books the visit where the provider's setting says
so. A failed one changes nothing: as long as the time is held there is another try.
"""

import logging
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.clinic_scheduling.exceptions import BookingError, NoticeTooShort
from odoo.addons.clinic_scheduling.models.clinic_appointment_booking import (
    PUBLIC_SOURCES,
)

from .clinic_appointment_money import ENDED_STATES

_logger = logging.getLogger(__name__)

#: A no-show may be a slip of reception: its refund waits for so long (hours).
NO_SHOW_HOURS = 24


class ClinicAppointment(models.Model):
    """What payments do to a visit."""

    _inherit = "clinic.appointment"

    is_hold_extended = fields.Boolean(readonly=True, copy=False)

    # ------------------------------------------------------------------
    # On the way to the payment
    # ------------------------------------------------------------------

    def _get_next_portal_step(self):
        """Override: who has to pay at booking pays before the hold is confirmed."""
        self.ensure_one()
        if self._must_pay_first():
            return "pay"
        return super()._get_next_portal_step()

    def _must_pay_first(self):
        """Whether this hold waits for a payment."""
        return self.state == "hold" and not self._is_nothing(self.amount_due_now)

    def _is_nothing(self, amount):
        currency = self.currency_id or self.env.company.currency_id
        return currency.compare_amounts(amount, 0.0) <= 0

    def _confirm_hold(self):
        """Override: in the portal there is no way around the payment."""
        is_settled = self.env.context.get("clinic_payment_settled")
        is_theirs = self.source in (*PUBLIC_SOURCES, "waitlist")
        is_patient = is_theirs and not self.env.user._is_internal()
        if is_patient and not is_settled and self._must_pay_first():
            raise BookingError(self.env._("Pay first: then the time is yours."))
        return super()._confirm_hold()

    def _extend_hold_to_pay(self):
        """Once, as a payment begins, hold the time long enough to finish it."""
        self.ensure_one()
        minutes = self.company_id.clinic_payment_minutes
        if self.state != "hold" or self.is_hold_extended or not minutes:
            return
        wanted = fields.Datetime.now() + timedelta(minutes=minutes)
        end = max(wanted, self.hold_expires_at)
        self.sudo().reservation_ids.expires_at = end
        # an offer of the waitlist stands as long as its hold
        self._get_open_waitlist_offers().expires_at = end
        self._write_by_door({"hold_expires_at": end, "is_hold_extended": True})

    def _leave_hold(self):
        """Override: who left the page to pay at the provider has not left."""
        if self.state == "hold" and self._get_open_payments():
            return
        super()._leave_hold()

    def _get_open_payments(self):
        """Return the payments of this visit that may still come."""
        return self.sudo().transaction_ids.filtered(
            lambda tx: tx.state in ("draft", "pending") and tx.operation != "refund"
        )

    def _get_coming_payments(self):
        """Return the payments that were made and have not arrived, or not for good.

        As long as there is one, nobody is asked for the same money again.
        """
        return self.sudo().transaction_ids.filtered(
            lambda tx: (
                tx.state in ("pending", "authorized")
                and tx.operation not in ("refund", "validation")
                and not tx.source_transaction_id
            )
        )

    def _get_coming_text(self):
        """Return how much is on its way, as text; empty where nothing is."""
        self.ensure_one()
        coming_sudo = self._get_coming_payments()
        if not coming_sudo:
            return ""
        return self.currency_id.format(sum(coming_sudo.mapped("amount")))

    # ------------------------------------------------------------------
    # What a payment says
    # ------------------------------------------------------------------

    def _settle_transaction(self, transaction):
        """Do what ``transaction`` in its present state means for this visit.

        Called as superuser, as often as you like.
        """
        self.ensure_one()
        self._queue_up_for_money()
        # whose company: numbers, currencies and mails are the practice's
        visit = self.with_company(self.company_id).with_context(
            clinic_payment_settled=True
        )
        if transaction.operation == "refund" or transaction.source_transaction_id:
            visit._settle_refund(transaction)
        elif transaction.state in ("authorized", "done"):
            visit._settle_paid()
            visit._drop_transfers(None if visit._owes_nothing() else transaction)
        elif transaction.state == "pending":
            visit._settle_pending(transaction)

    def _queue_up_for_money(self):
        """Let one transaction at a time decide over the money of this visit.

        Who comes second waits, and is then repeated by Odoo (serialization failure),
        so that it sees what the first decided. A lock alone would not do: the
        snapshot is older than the lock.
        """
        self.env.cr.execute(
            SQL("UPDATE clinic_appointment SET id = id WHERE id = %s", self.id)
        )

    def _settle_paid(self):
        """Book what was paid for, or give the money back."""
        refusal = None
        if self._is_hold():
            if self._is_enough_paid():
                refusal = self._book_paid()
            elif self.state == "hold" and self._has_live_hold():
                return  # the rest may come as long as the time is held
            elif self.state == "hold":
                self._expire_hold()
        if refunds := self._refund_excess():
            self._tell_of_refund(refunds, refusal)

    def _settle_pending(self, transaction):
        """Book while the money is on its way, where the provider's setting says so."""
        books = transaction.provider_id.clinic_pending == "book"
        if not (books and self.state == "hold" and self._has_live_hold()):
            return
        try:
            with self.env.cr.savepoint():
                self._confirm_hold()
        except BookingError:
            # it stays a hold: the money is not here yet, and nothing is lost
            _logger.info("Payment %s books nothing yet", transaction.reference)

    def _settle_refund(self, transaction):
        refunds = self.sudo().refund_ids.filtered(
            lambda item: (
                item.refund_transaction_id == transaction
                or item == transaction.clinic_refund_id
            )
        )
        refunds = refunds or self.sudo().refund_ids._adopt(transaction)
        refunds._hear_of(transaction)

    def _is_enough_paid(self):
        """Whether what is asked of this hold (be it over) is there, and stays."""
        missing = self.amount_asked - self._get_refundable()
        return bool(self.fee_waiver) or self._is_nothing(missing)

    def _book_paid(self):
        """Book a hold that is paid for: the same time again where it was given back.

        :return: None, or the ``BookingError`` that says why it cannot be
        """
        try:
            with self.env.cr.savepoint():
                if self.state == "hold" and self._has_live_hold():
                    self._confirm_hold()
                else:
                    self._take_time_again()
        except BookingError as error:
            if self.state == "hold":
                self._expire_hold()
            return error
        return None

    def _take_time_again(self):
        """Take the time of a hold that is over, through the door.

        :raise BookingError: it is taken, past, or not offered any more
        """
        if self.state == "hold":
            self._expire_hold()
        if not self.patient_id:
            raise BookingError(self.env._("Nobody was named for this time."))
        if self.start <= fields.Datetime.now():
            raise NoticeTooShort(self.env._("This time is over."))
        changes = {
            "state": "scheduled",
            "hold_expires_at": False,
            "cancel_reason": False,
            "cancelled_at": False,
        }
        if self.name == "/":
            changes["name"] = self._next_number()
        self._write_by_door(changes)
        self._claim_again()
        # it ended before it was booked: nobody was told of it yet
        self._tell_booked()

    # ------------------------------------------------------------------
    # What a visit's own life says
    # ------------------------------------------------------------------

    def _transition(self, target, **values):
        """Override: a cancelled or missed visit owes its fee and no more."""
        ending = self.filtered(
            lambda item: target in ENDED_STATES and item.state != target
        )
        returning = self.filtered(
            lambda item: item.state in ENDED_STATES and target not in ENDED_STATES
        )
        fees = {item: item._get_fee(target) for item in ending}
        res = super()._transition(target, **values)
        for appointment, fee in fees.items():
            appointment._end_money(fee)
        for appointment in returning:
            appointment._resume_money()
        return res

    def _end_money(self, fee):
        """Note the fee of a visit that ended, and refund what exceeds it."""
        appointment_sudo = self.sudo()
        if self._is_hold() and appointment_sudo._is_enough_paid():
            return  # paid as its time ran out: the payment takes it again, or refunds
        if not self._is_nothing(fee):
            appointment_sudo._write_by_door({"amount_fee": fee})
        waits = NO_SHOW_HOURS if self.state == "no_show" else 0
        if refunds := appointment_sudo._refund_excess(waits):
            appointment_sudo._log_refund(refunds)

    def _resume_money(self):
        """Forget fee and waiting refunds of a visit that goes on after all."""
        appointment_sudo = self.sudo()
        queued_sudo = appointment_sudo.refund_ids.filtered(
            lambda item: item.state == "queued"
        )
        queued_sudo.write({"state": "dropped"})
        if appointment_sudo.amount_fee:
            appointment_sudo._write_by_door({"amount_fee": 0.0})

    def _get_fee(self, target, moment=None):
        """Return what the policy keeps if this visit ends now.

        :param str target: "cancelled" or "no_show"
        """
        self.ensure_one()
        policy_sudo = self.sudo().cancel_policy_id
        if self._is_hold() or self.fee_waiver:
            return 0.0
        kept = self._get_refundable()
        if target == "no_show":
            # without a policy it is up to the staff: nothing goes back by itself
            if not policy_sudo:
                return kept
            return policy_sudo._get_no_show_fee(self.amount_total, kept)
        if not policy_sudo or not self.env.context.get("clinic_fee_by_policy"):
            return 0.0
        if self._is_practice_at_fault():
            return 0.0
        return policy_sudo._get_cancel_fee(
            self._get_free_start(),
            moment or fields.Datetime.now(),
            self.amount_total,
            kept,
        )
