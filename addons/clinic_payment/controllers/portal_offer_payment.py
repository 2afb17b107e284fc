# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who takes a time that the waitlist offers pays first, where that is asked."""

from odoo import http

from odoo.addons.clinic_scheduling.controllers.portal_appointments import (
    get_link,
    get_visit_values,
)
from odoo.addons.clinic_scheduling.controllers.portal_common import (
    get_appointment,
    get_given_token,
    show_page,
)
from odoo.addons.clinic_scheduling.controllers.portal_offer import (
    ClinicOffers,
    find_offer,
)
from odoo.addons.clinic_scheduling.controllers.portal_wizard import redirect_to

from .portal_payment import ClinicPaymentPortal


class ClinicPaidOffers(ClinicOffers):
    """Taking an offer leads to its payment."""

    @http.route()
    def portal_accept_offer(self, appointment_id, access_token=None, **posted):
        """Override: the offer is taken as the payment arrives, and held until then."""
        offer_sudo = find_offer(appointment_id, access_token)
        hold_sudo = offer_sudo.appointment_id
        is_open = offer_sudo._get_seconds_left() and not posted.get("move")
        if is_open and hold_sudo._must_pay_first():
            return redirect_to(hold_sudo, "pay")
        return super().portal_accept_offer(
            appointment_id, access_token=access_token, **posted
        )


class ClinicOfferPayment(ClinicPaymentPortal):
    """The page of that payment: there are no steps before it."""

    def _show_book_pay(self, appointment_id, access_token=None, **params):
        """Override: show what is to be paid for an offered time."""
        hold_sudo = get_appointment(appointment_id, access_token, "book")
        offer_sudo = hold_sudo._get_waitlist_offer()
        if not offer_sudo:
            return super()._show_book_pay(appointment_id, access_token, **params)
        token = get_given_token(hold_sudo)
        link = get_link(hold_sudo, token)
        if not offer_sudo._get_seconds_left() or not hold_sudo._must_pay_first():
            return http.request.redirect(link("/offer"), code=303)
        values = {
            **get_visit_values(hold_sudo, token),
            "link": lambda suffix="/offer", **query: link(suffix, **query),
            "error": self._get_failure(hold_sudo),
            **self._get_money_values(hold_sudo),
            **self._get_form_values(
                hold_sudo, token, "/clinic/book/%s/transaction", "/clinic/book/%s/paid"
            ),
        }
        return show_page("clinic_payment.portal_my_pay", values)

    def _is_reviewed(self, hold_sudo):
        """Override: an offer is for one patient, and says all of it."""
        if offer_sudo := hold_sudo._get_waitlist_offer():
            return bool(offer_sudo._get_seconds_left())
        return super()._is_reviewed(hold_sudo)
