# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What patients read of the money of a visit."""

from odoo import models

from .clinic_appointment_money import ENDED_STATES

#: Refunds that the provider makes, or is going to.
OPEN_REFUNDS = ("queued", "sending", "sent")


class ClinicAppointment(models.Model):
    """The figures of a visit's page, as texts."""

    _inherit = "clinic.appointment"

    def _get_patient_price(self):
        """Override: taxes included, as it is paid."""
        self.ensure_one()
        return self.amount_total

    def _get_money_page(self):
        """Return what the page of this visit says of its money.

        ``has_status``: the status of payment says something of the whole price. It does
        not where a fee is owed instead of it, or money goes back. Amounts are texts,
        empty where there is nothing.
        """
        self.ensure_one()
        has_ended = self.state in ENDED_STATES
        refunds = self.sudo().refund_ids
        # what the provider does not pay back is no more on its way than what failed
        refused = refunds.filtered(
            lambda item: (
                item.state == "failed"
                or (item.state == "queued" and item._get_refusal())
            )
        )
        amounts = {
            "paid": self.amount_paid,
            "fee": 0.0 if self.fee_waiver else self.amount_fee,
            "refunded": self.amount_refunded,
            "refunding": self._get_refunding(refunds - refused, OPEN_REFUNDS),
            "unknown": self._get_refunding(refunds, ("unknown",)),
            "failed": sum(refused.mapped("amount")),
            "rest": 0.0 if has_ended else self._get_rest(),
            # what no provider takes back is given back by hand
            "excess": self._get_excess() if has_ended else 0.0,
        }
        texts = {
            name: "" if self._is_nothing(amount) else self.currency_id.format(amount)
            for name, amount in amounts.items()
        }
        is_odd = has_ended or bool(self.refund_status)
        return {**texts, "has_ended": has_ended, "has_status": not is_odd}

    def _get_refund_sentences(self):
        """Return [(kind, sentence)]: what became of the money that goes back."""
        money = self._get_money_page()
        sentences = {
            "refunded": self.env._("%(amount)s was paid back."),
            "refunding": self.env._(
                "%(amount)s is on its way back to you. That may take some days."
            ),
            "excess": self.env._("%(amount)s is given back to you by the practice."),
            "unknown": self.env._(
                "We are finding out whether %(amount)s was paid back, and will be in "
                "touch."
            ),
            "failed": self.env._(
                "%(amount)s could not be paid back yet. We look after it, and will be "
                "in touch."
            ),
        }
        return [
            (kind, sentence % {"amount": money[kind]})
            for kind, sentence in sentences.items()
            if money[kind]
        ]

    def _get_refunding(self, refunds, states):
        """Return the sum of refunds in these states, without those that arrived."""
        return sum(
            refund.amount
            for refund in refunds
            if refund.state in states
            and not (
                refund.state == "sent" and refund.refund_transaction_id.state == "done"
            )
        )

    def _get_payment_sentences(self, money, announced):
        """Return {name: sentence} of the payment pages; whole, to be translated.

        :param dict money: amounts as texts
        :param str announced: what is to come by bank transfer, as text
        """
        self.ensure_one()
        moment = self._format_time(self.start, self.site_id)
        until = self.hold_expires_at and self._format_time(
            self.hold_expires_at, self.site_id
        )
        return {
            "price": self._get_price_sentence(money),
            "pay": self.env._("Pay %(amount)s", amount=money["amount_due_now"]),
            "announced": self.env._(
                "You announced a bank transfer of %(amount)s. If you pay another way "
                "now, do not send it: should it arrive all the same, it goes back to "
                "you.",
                amount=announced,
            ),
            "booked_later": self.env._(
                "The appointment of %(when)s is booked when the money has arrived.",
                when=moment,
            ),
            "held_until": self.env._(
                "The time is held for you until %(until)s. If the money arrives later "
                "and somebody else has taken the time by then, all of it goes back to "
                "you.",
                until=until,
            ),
            "too_late": self.env._(
                "When it arrived, the appointment of %(when)s was not held for you any "
                "more, so it is not booked.",
                when=moment,
            ),
        }

    def _get_price_sentence(self, money):
        if self._is_nothing(self.amount_paid):
            return self.env._("The price is %(amount_total)s.", **money)
        return self.env._(
            "The price is %(amount_total)s, of which %(amount_paid)s is paid.", **money
        )

    def _get_coming_sentence(self, is_review=False):
        """Return what is said of money on its way; empty where there is none.

        :param is_review: the visit is not booked yet
        """
        amount = self._get_coming_text()
        if not amount:
            return ""
        if is_review:
            return self.env._(
                "Your payment of %(amount)s is on its way. The appointment is booked "
                "when it has arrived.",
                amount=amount,
            )
        return self.env._("Your payment of %(amount)s is on its way.", amount=amount)

    def _get_due_text(self):
        """Return what is still to be paid of a visit, when and where; or nothing."""
        rest = self._get_money_page()["rest"]
        if not rest:
            return ""
        values = {"rest": rest, "now": self.currency_id.format(self.amount_due_now)}
        if self._is_nothing(self.amount_due_now):
            return self.env._(
                "Still to be paid: %(rest)s, at the practice on the day of the "
                "appointment.",
                **values,
            )
        if self.currency_id.compare_amounts(self.amount_due_now, self._get_rest()) < 0:
            return self.env._(
                "Still to be paid: %(rest)s, of which %(now)s now as a deposit.",
                **values,
            )
        return self.env._(
            "Still to be paid: %(rest)s, by the day of the appointment.", **values
        )

    def _get_pay_now_text(self, is_review=False):
        """Return how the payment of what is due now is called.

        :param is_review: on the page before the payment
        """
        amount = self.currency_id.format(self.amount_due_now)
        if is_review:
            return self.env._(
                "To book it you pay %(amount)s on the next page.", amount=amount
            )
        return self.env._("Pay %(amount)s now", amount=amount)

    def _get_asked_text(self):
        """Return what is asked online before this visit, while nothing is paid."""
        self.ensure_one()
        if not self._is_nothing(self.amount_paid) or self.fee_waiver:
            return ""
        # what was paid at booking is not to be announced any more
        if self.state != "hold" and self.payment_when == "booking":
            return ""
        return self.service_id._format_asked(
            self.amount_asked, self.amount_total, self.payment_when, self.currency_id
        )
