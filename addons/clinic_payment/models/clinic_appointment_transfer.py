# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Wire transfers: no provider tells when their money arrives, or that it never will.

So a patient may pay another way meanwhile. What settles first wins: a transfer that was
begun before is given up then, and every one once nothing is due. Should its money
arrive all the same, staff note it by a button of its own, and what is too much goes
back.
"""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .clinic_appointment_desk import RECEPTIONIST


class ClinicAppointment(models.Model):
    """Transfers that were announced for a visit."""

    _inherit = "clinic.appointment"

    transfer_text = fields.Char(
        string="Bank Transfer",
        compute="_compute_transfer_text",
        help="What was announced, and not seen yet.",
    )

    def _compute_transfer_text(self):
        for appointment in self:
            transfer_sudo = appointment._get_awaited_transfer()
            appointment.transfer_text = False
            if transfer_sudo:
                appointment.transfer_text = self.env._(
                    "Bank transfer %(reference)s of %(amount)s",
                    reference=transfer_sudo.reference,
                    amount=transfer_sudo.currency_id.format(transfer_sudo.amount),
                )

    def _get_transfers(self, states=("pending",)):
        """Return the announced transfers in these states."""
        return self.sudo().transaction_ids.filtered(
            lambda tx: tx.state in states and tx._is_clinic_transfer()
        )

    def _get_awaited_transfer(self):
        """Return the transfer that may come: a pending one, else one given up."""
        pending_sudo = self._get_transfers().sorted("id")
        given_up_sudo = self._get_transfers(("cancel",)).sorted("id", reverse=True)
        return (pending_sudo or given_up_sudo)[:1]

    def _get_blocking_payments(self):
        """Return the payments on their way that forbid another one."""
        return self._get_coming_payments() - self._get_transfers()

    def _owes_nothing(self):
        """Whether nothing more is to be paid; a hold is still to be paid for."""
        self.ensure_one()
        return self.state != "hold" and self._is_nothing(self.amount_due)

    def _drop_transfers(self, payment=None):
        """Give up pending transfers, as something else was paid; as superuser.

        :param payment: the transaction that was paid: transfers that were begun after
            it are for something else
        """
        for transfer in self._get_transfers():
            if not payment or transfer.id < payment.id:
                transfer._set_canceled(state_message=self.env._("Paid another way."))

    def action_transfer_arrived(self):
        """Note that the money of an announced transfer is there.

        :raise AccessError: the user is no receptionist
        :raise UserError: none was announced, or nothing is due (any more)
        """
        self._note_transfer(is_too_much=False)

    def action_transfer_arrived_late(self):
        """Note that the money of a transfer came though nothing is due any more.

        What is too much goes back.

        :raise AccessError: the user is no receptionist
        :raise UserError: none was announced, or something is due
        """
        self._note_transfer(is_too_much=True)

    def _note_transfer(self, is_too_much):
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group(RECEPTIONIST):
            raise AccessError(self.env._("Money at the desk is up to reception."))
        self._queue_up_for_money()
        transfer_sudo = self._get_awaited_transfer()
        if not transfer_sudo:
            raise UserError(self.env._("No bank transfer was announced."))
        if self.sudo()._owes_nothing() != is_too_much:
            # counted is what somebody saw on the account, as they saw the visit
            raise UserError(
                self.env._("Something was paid meanwhile. Please load the page again.")
            )
        transfer_sudo._set_done(extra_allowed_states=("cancel",))
        transfer_sudo._post_process()
