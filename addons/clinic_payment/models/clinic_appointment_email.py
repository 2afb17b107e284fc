# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What e-mails about money say, as placeholders that managers may move around."""

from markupsafe import Markup

from odoo import api, models
from odoo.tools import format_amount

#: {placeholder: what it stands for, of a visit}
MONEY_PLACEHOLDERS = {
    "object._get_due_words()": lambda visit: visit._get_due_words(),
    "object._get_pay_link()": lambda visit: visit._get_pay_link(),
    "object._get_refund_words()": lambda visit: visit._get_refund_words(),
    "object._get_free_times()": lambda visit: visit._get_free_times(),
    "object._get_times_link()": lambda visit: visit._get_times_link(),
}

LINK = Markup('<a href="{url}">{label}</a>')
BUTTON = Markup(
    '<a href="{url}" style="background-color: #0b6e69; padding: 8px 16px; '
    'text-decoration: none; color: #ffffff; border-radius: 5px;">{label}</a>'
)


class ClinicAppointment(models.Model):
    """What the placeholders stand for; call these as superuser."""

    _inherit = "clinic.appointment"

    @api.model
    def _get_email_placeholders(self):
        """Override: those about money, too."""
        return {**super()._get_email_placeholders(), **MONEY_PLACEHOLDERS}

    def _get_due_words(self):
        """Return the amount that is due now, with its currency."""
        return format_amount(self.env, self.amount_due_now, self.currency_id)

    def _get_pay_link(self):
        """Return a button that leads to the page where the visit is paid."""
        return BUTTON.format(url=self._get_pay_url(), label=self.env._("Pay now"))

    def _get_refund_words(self):
        """Return the amount that goes back, with its currency.

        Which one it is, and which times are free, stands in the context of who writes
        that a payment came too late.
        """
        amount = self.env.context.get("clinic_refund", 0.0)
        return format_amount(self.env, amount, self.currency_id)

    def _get_free_times(self):
        """Return the free times that are offered instead as a list, or ""."""
        offers = self.env.context.get("clinic_offers")
        if not offers:
            return ""
        items = Markup("").join(Markup("<li>{}</li>").format(item) for item in offers)
        words = self.env._("These times are free:")
        return Markup("<p>{}</p><ul>{}</ul>").format(words, items)

    def _get_times_link(self):
        """Return a link to the page where another time is chosen."""
        url = self.get_base_url() + self._get_times_url()
        return LINK.format(url=url, label=self.env._("Choose another time"))
