# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What cancelling costs, said before the click."""

from dataclasses import replace

from odoo import fields, models
from odoo.tools import format_amount


class ClinicAppointment(models.Model):
    """Terms of a change, with money."""

    _inherit = "clinic.appointment"

    def _get_terms(self, change):
        """Override: add fee and refund of a cancellation, and say them."""
        terms = super()._get_terms(change)
        if not terms.allowed:
            return terms
        if change == "reschedule":
            return replace(terms, text=self._get_move_text())
        if self.state == "hold":
            return replace(terms, text=" ".join(self._get_policy_sentences()))
        fee = self.with_context(clinic_fee_by_policy=True)._get_fee("cancelled")
        kept = self._get_refundable()
        refund = max(self.currency_id.round(kept - fee), 0.0)
        return replace(
            terms, fee=fee, refund=refund, text=self._get_terms_text(fee, kept, refund)
        )

    def _get_terms_text(self, fee, paid, refund, by_staff=False):
        """Return what a cancellation costs; empty where no money is involved.

        :param by_staff: told to staff, and not to the patient
        """
        if self._is_nothing(fee) and self._is_nothing(paid):
            return ""
        values = {
            name: format_amount(self.env, amount, self.currency_id)
            for name, amount in (("fee", fee), ("paid", paid), ("refund", refund))
        }
        if by_staff:
            return self.env._(
                "%(paid)s paid, %(fee)s kept, %(refund)s refunded.", **values
            )
        if self._is_nothing(fee):
            return self.env._(
                "Cancelling is free of charge. You get back the %(refund)s that you "
                "paid.",
                **values,
            )
        if self._is_nothing(paid):
            return self.env._("Cancelling now costs %(fee)s.", **values)
        if self._is_nothing(refund):
            return self.env._(
                "Cancelling now costs %(fee)s. Of the %(paid)s that you paid nothing "
                "is refunded.",
                **values,
            )
        return self.env._(
            "Cancelling now costs %(fee)s. Of the %(paid)s that you paid you get back "
            "%(refund)s.",
            **values,
        )

    def _get_policy_sentences(self):
        """Return what patients read of the cancel policy that binds this visit."""
        self.ensure_one()
        policy_sudo = self.sudo().cancel_policy_id
        if not policy_sudo:
            return []
        until = policy_sudo._get_free_until(self._get_free_start())
        if until <= fields.Datetime.now():
            return policy_sudo._get_sentences("")
        return policy_sudo._get_sentences(self._format_time(until, self.site_id))

    def _get_free_start(self):
        """Return the start (UTC) from which the policy counts back.

        It is that of the visit, or an earlier one: who moves a visit when cancelling is
        not free any more cannot cancel it for nothing afterwards.
        """
        self.ensure_one()
        return min(self.fee_start or self.start, self.start)

    def _is_free_time_over(self):
        """Whether cancelling would cost something by now, whatever was paid."""
        policy_sudo = self.sudo().cancel_policy_id
        if not policy_sudo.late_percent or self.fee_waiver:
            return False
        if self._is_practice_at_fault():
            return False
        until = policy_sudo._get_free_until(self._get_free_start())
        return fields.Datetime.now() > until

    def _get_move_text(self):
        if not self._is_free_time_over():
            return ""
        return self.env._(
            "Moving it costs nothing. The time for cancelling free of charge is over, "
            "and stays so for the new time."
        )

    def _reschedule_by_patient(self, values):
        """Override: neither the fee nor the price changes by a move of the patient."""
        res = None
        for visit in self:
            kept = {"amount": visit.amount}
            if visit._is_free_time_over():
                kept["fee_start"] = visit._get_free_start()
            res = super(ClinicAppointment, visit)._reschedule_by_patient(values)
            visit.sudo()._write_by_door(kept)
        return res

    def _cancel_by_patient(self, reason=None):
        """Override: patients are bound by the cancel policy."""
        by_policy = self.with_context(clinic_fee_by_policy=True)
        return super(ClinicAppointment, by_policy)._cancel_by_patient(reason)
