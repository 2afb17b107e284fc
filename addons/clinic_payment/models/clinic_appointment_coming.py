# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Money on its way: what reception and patients read of it."""

from odoo import fields, models


class ClinicAppointment(models.Model):
    """Payments that were made and have not arrived yet."""

    _inherit = "clinic.appointment"

    coming_text = fields.Text(
        string="On Its Way",
        compute="_compute_coming_text",
        help="Payments that were made and have not arrived: one a line.",
    )

    def _compute_coming_text(self):
        for appointment in self:
            lines = [
                self.env._(
                    "%(amount)s on its way (%(provider)s, %(reference)s)",
                    amount=payment_sudo.currency_id.format(payment_sudo.amount),
                    provider=payment_sudo.provider_id.name,
                    reference=payment_sudo.reference,
                )
                for payment_sudo in appointment._get_coming_payments().sorted("id")
            ]
            appointment.coming_text = "\n".join(lines)

    def _get_held_sentence(self):
        """Return what becomes of money on its way if another time is chosen."""
        amount = self._get_coming_text()
        if not amount:
            return ""
        return self.env._(
            "Your payment of %(amount)s is on its way: if you give the time back, it "
            "goes back to you when it has arrived.",
            amount=amount,
        )
