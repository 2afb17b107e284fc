# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Pay for a visit: at its booking, or later from its page.

Amount, currency, payer and where the payer comes back to are the server's. The visit is
looked at again before a payment is started; what the payment does to it is in
``models/clinic_appointment_payment.py``.
"""

from urllib.parse import urlencode

from werkzeug.exceptions import HTTPException

from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.http import request
from odoo.tools import float_compare

from odoo.addons.clinic_scheduling.controllers.portal_appointments import (
    find_visit,
    get_link,
    get_visit_values,
)
from odoo.addons.clinic_scheduling.controllers.portal_common import (
    get_address,
    get_appointment,
    get_given_token,
    show_page,
    to_buttons,
)
from odoo.addons.clinic_scheduling.controllers.portal_wizard import (
    BOOKED,
    get_first_step,
    get_intake,
    get_step_links,
    get_step_url,
    get_summary,
    get_times_url,
    redirect_to,
    show_expired,
    with_hold,
)
from odoo.addons.clinic_scheduling.exceptions import TooManyRequests
from odoo.addons.payment.controllers.portal import PaymentPortal

from .portal_call import refuse_call

FLOWS = ("redirect", "direct", "token")

#: No visit costs as much: JSON knows numbers that no amount can be compared with.
MAX_AMOUNT = 1e12

#: States of a payment that did not work.
FAILED = ("cancel", "error")


class ClinicPaymentPortal(PaymentPortal):
    """The payment pages of a visit."""

    # ------------------------------------------------------------------
    # At the booking
    # ------------------------------------------------------------------

    @http.route(
        "/clinic/book/<int:appointment_id>/pay",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def clinic_book_pay(self, appointment_id, access_token=None, other=None, **params):
        """Show what is to be paid before the held time is booked, and how.

        :param other: another way than the bank transfer that was announced
        """
        appointment_sudo = get_appointment(appointment_id, access_token, "book")
        is_booked = appointment_sudo.state in BOOKED
        if not is_booked and self._must_wait(appointment_sudo, other):
            return redirect_to(appointment_sudo, "paid")
        return self._show_book_pay(appointment_id, access_token, **params)

    @with_hold("review")
    def _show_book_pay(self, hold_sudo, **_params):
        if not self._is_reviewed(hold_sudo) or not hold_sudo._must_pay_first():
            return redirect_to(hold_sudo, "review")
        token = get_given_token(hold_sudo)
        values = {
            "page_name": "clinic_book",
            "title": request.env._("Pay for the appointment"),
            "appointment": hold_sudo,
            "step": "pay",
            "step_links": get_step_links(hold_sudo, "pay"),
            "book_url": f"/clinic/book/{hold_sudo.id}",
            "times_url": get_times_url(hold_sudo),
            "seconds_left": hold_sudo._get_seconds_left(),
            "summary": get_summary(hold_sudo),
            "error": self._get_failure(hold_sudo),
            **self._get_money_values(hold_sudo),
            **self._get_form_values(
                hold_sudo, token, "/clinic/book/%s/transaction", "/clinic/book/%s/paid"
            ),
        }
        return show_page("clinic_payment.portal_book_pay", values)

    @http.route(
        "/clinic/book/<int:appointment_id>/transaction",
        type="jsonrpc",
        auth="public",
        website=True,
        sitemap=False,
    )
    def clinic_book_transaction(self, appointment_id, access_token=None, **kwargs):
        """Start a payment for a held time; return what the page goes on with."""

        def start():
            hold_sudo = get_appointment(appointment_id, access_token, "book")
            if not self._is_reviewed(hold_sudo):
                raise UserError(request.env._("Please complete the steps before."))
            hold_sudo._check_upcoming_limit(hold_sudo.patient_id)
            # it is the visitor's again, until its end: a payment takes a while
            hold_sudo._keep_hold()
            hold_sudo._extend_hold_to_pay()
            landing = f"/clinic/book/{hold_sudo.id}/paid"
            return self._start_payment(hold_sudo, access_token, landing, kwargs)

        return self._answer(start)

    def _is_reviewed(self, hold_sudo):
        """Whether the visitor has been through every step before the payment."""
        is_complete = get_first_step(hold_sudo) == "review"
        is_reviewed = get_intake(hold_sudo).get("is_reviewed")
        return bool(hold_sudo.patient_id and is_complete and is_reviewed)

    @http.route(
        "/clinic/book/<int:appointment_id>/paid",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def clinic_book_paid(self, appointment_id, access_token=None, **_params):
        """Say what became of the payment and of the time; it changes nothing."""
        appointment_sudo = get_appointment(appointment_id, access_token, "book")
        if appointment_sudo.state in BOOKED:
            return redirect_to(appointment_sudo, "done")
        if appointment_sudo.name != "/":
            # it was booked, and ended since: its own page says what goes back
            link = get_link(appointment_sudo, access_token)
            return request.redirect(link(), code=303)
        payment_sudo = self._get_last_payment(appointment_sudo)
        is_waiting = payment_sudo.state in ("pending", "authorized", "done")
        if appointment_sudo._get_seconds_left() and not is_waiting:
            return redirect_to(appointment_sudo, "pay")
        if not is_waiting and not appointment_sudo.amount_paid:
            return show_expired(appointment_sudo, appointment_sudo._get_hold_expired())
        values = {
            "page_name": "clinic_book",
            "title": request.env._("Your payment"),
            "appointment": appointment_sudo,
            "payment_sudo": payment_sudo,
            "payment_message": payment_sudo.provider_id._get_status_message(
                payment_sudo.state
            ),
            "alternatives": self._get_alternatives(appointment_sudo),
            "times_action": "/clinic/book/hold",
            "times_captcha": "clinic_booking",
            "times_values": {"service": appointment_sudo.service_id.id},
            "times_url": get_times_url(appointment_sudo),
            "receipt_url": self._get_receipt_link(appointment_sudo),
            **self._get_ways_on(appointment_sudo),
            **self._get_money_values(appointment_sudo),
        }
        return show_page("clinic_payment.portal_book_paid", values)

    def _get_ways_on(self, appointment_sudo):
        """Return until when the time is held, and where who waits goes on."""
        is_held = bool(appointment_sudo._get_seconds_left())
        is_guest = request.env.user._is_public()
        return {
            "held_until": is_held
            and appointment_sudo._format_time(
                appointment_sudo.hold_expires_at, appointment_sudo.site_id
            ),
            "access_token": get_given_token(appointment_sudo),
            "review_url": is_held and get_step_url(appointment_sudo, "review"),
            "other_url": self._get_other_url(appointment_sudo),
            "list_url": not is_guest and "/my/appointments",
        }

    def _get_other_url(self, hold_sudo):
        """Return where a held time is paid another way than by transfer."""
        url = get_step_url(hold_sudo, "pay")
        return f"{url}{'&' if '?' in url else '?'}other=1"

    def _get_alternatives(self, appointment_sudo):
        """Return the nearest free times in place of one that is lost."""
        if appointment_sudo.state != "cancelled":
            return []
        visit = appointment_sudo._get_visit({})
        visit.public = True
        return to_buttons(appointment_sudo._get_alternatives(visit))

    # ------------------------------------------------------------------
    # Later
    # ------------------------------------------------------------------

    @http.route(
        "/my/appointments/<int:appointment_id>/pay",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def clinic_visit_pay(
        self, appointment_id, access_token=None, other=None, **_params
    ):
        """Show what is due for a visit, and how to pay it.

        :param other: another way than the bank transfer that was announced
        """
        visit_sudo = find_visit(appointment_id, access_token, "book")
        if self._must_wait(visit_sudo, other):
            link = get_link(visit_sudo, access_token)
            return request.redirect(link("/paid"), code=303)
        values = {
            **get_visit_values(visit_sudo, access_token),
            "error": self._get_failure(visit_sudo),
            **self._get_money_values(visit_sudo),
        }
        if not visit_sudo._is_nothing(visit_sudo.amount_due_now):
            values |= self._get_form_values(
                visit_sudo,
                access_token,
                "/my/appointments/%s/transaction",
                "/my/appointments/%s/paid",
            )
        # the form's own token may be empty: the account opens the visit then
        values["access_token"] = access_token or ""
        return show_page("clinic_payment.portal_my_pay", values)

    @http.route(
        "/my/appointments/<int:appointment_id>/transaction",
        type="jsonrpc",
        auth="public",
        website=True,
        sitemap=False,
    )
    def clinic_visit_transaction(self, appointment_id, access_token=None, **kwargs):
        """Start a payment for what is due of a visit."""

        def start():
            visit_sudo = get_appointment(appointment_id, access_token, "book")
            if visit_sudo.name == "/":
                raise UserError(request.env._("This appointment is not booked."))
            landing = f"/my/appointments/{visit_sudo.id}/paid"
            return self._start_payment(visit_sudo, access_token, landing, kwargs)

        return self._answer(start)

    @http.route(
        "/my/appointments/<int:appointment_id>/paid",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def clinic_visit_paid(self, appointment_id, access_token=None, **_params):
        """Lead back to the visit, or to another try when the payment failed."""
        visit_sudo = find_visit(appointment_id, access_token, "view")
        has_failed = self._get_last_payment(visit_sudo).state in FAILED
        link = get_visit_values(visit_sudo, access_token)["link"]
        return request.redirect(link("/pay" if has_failed else ""), code=303)

    # ------------------------------------------------------------------
    # Starting a payment
    # ------------------------------------------------------------------

    def _answer(self, start):
        """Return what ``start`` returns, or why not, as the payment form shows it.

        An error of Odoo's JSON-RPC would tell strangers the traceback.
        """
        try:
            request.env["clinic.rate.limit"]._count("change", get_address())
            with request.env.cr.savepoint():
                return start()
        except TooManyRequests as error:
            refuse_call(error)
        except UserError as error:
            message = error.args[0]
        except HTTPException:
            message = request.env._("This appointment cannot be paid here.")
        return {"state": "error", "state_message": message}

    def _start_payment(self, appointment_sudo, access_token, landing, kwargs):
        """Create the transaction of what is due, and return its processing values.

        :param dict kwargs: what the client sent: it chooses provider and method only
        :raise UserError: nothing is due, a payment is on its way, or something sent is
            not what it must be
        """
        self._validate_transaction_kwargs(kwargs)
        self._check_nothing_comes(appointment_sudo)
        amount, currency = appointment_sudo.amount_due_now, appointment_sudo.currency_id
        if appointment_sudo._is_nothing(amount):
            raise UserError(request.env._("Nothing is due for this appointment."))
        self._check_amount(kwargs.get("amount"), amount, currency)
        options = self._get_options(appointment_sudo)
        self._check_choice(kwargs, options)
        if access_token:
            landing = f"{landing}?{urlencode({'access_token': access_token})}"
        transaction_sudo = self._create_transaction(
            provider_id=kwargs["provider_id"],
            payment_method_id=kwargs.get("payment_method_id"),
            token_id=kwargs.get("token_id"),
            flow=kwargs["flow"],
            tokenization_requested=bool(kwargs.get("tokenization_requested"))
            and not request.env.user._is_public(),
            amount=amount,
            currency_id=currency.id,
            partner_id=options["partner"].id,
            landing_route=landing,
            custom_create_values={
                "appointment_ids": [Command.set(appointment_sudo.ids)],
            },
        )
        return transaction_sudo._get_processing_values()

    def _must_wait(self, appointment_sudo, other):
        """Whether a payment on its way comes first.

        In place of an announced transfer patients may choose another way, and try
        that again where it did not work.
        """
        if appointment_sudo._get_blocking_payments():
            return True
        has_failed = self._get_last_payment(appointment_sudo).state in FAILED
        return bool(appointment_sudo._get_transfers()) and not (other or has_failed)

    def _check_nothing_comes(self, appointment_sudo):
        """Refuse a second payment while the first may still arrive."""
        if appointment_sudo._get_blocking_payments():
            amount = appointment_sudo._get_coming_text()
            raise UserError(
                request.env._(
                    "A payment is on its way already: %(amount)s. Please wait until it "
                    "has arrived.",
                    amount=amount,
                )
            )

    def _check_amount(self, given, amount, currency):
        """Refuse an amount other than the page's: the price changed meanwhile."""
        is_number = isinstance(given, (int, float)) and not isinstance(given, bool)
        # what no currency knows is not compared: it would raise (NaN is never less)
        if not (is_number and abs(given) < MAX_AMOUNT) or float_compare(
            given, amount, precision_rounding=currency.rounding
        ):
            raise UserError(
                request.env._("The amount has changed. Please load the page again.")
            )

    def _check_choice(self, kwargs, options):
        """Refuse providers, methods and tokens that the page did not offer."""
        refusal = request.env._("Choose how to pay from the list.")
        flow, provider = kwargs.get("flow"), kwargs.get("provider_id")
        if kwargs.get("is_validation") or flow not in FLOWS:
            raise UserError(refusal)
        if provider not in options["providers_sudo"].ids:
            raise UserError(refusal)
        if flow == "token":
            tokens_sudo = options["tokens_sudo"].filtered(
                lambda token: token.provider_id.id == provider
            )
            if kwargs.get("token_id") not in tokens_sudo.ids:
                raise UserError(refusal)
            return
        methods_sudo = options["payment_methods_sudo"].filtered(
            lambda method: provider in method.provider_ids.ids
        )
        if kwargs.get("payment_method_id") not in methods_sudo.ids:
            raise UserError(refusal)

    # ------------------------------------------------------------------
    # What the pages show
    # ------------------------------------------------------------------

    def _get_options(self, appointment_sudo, report=None):
        """Return who pays, and by which providers, methods and saved cards."""
        user = request.env.user
        is_guest = user._is_public()
        partner_sudo = (
            appointment_sudo.partner_id if is_guest else user.partner_id
        ).sudo()
        currency = appointment_sudo.currency_id
        # sudo: visitors may not read what they choose from
        providers_sudo = request.env["payment.provider"].sudo()
        providers_sudo = providers_sudo._get_compatible_providers(
            appointment_sudo.company_id.id,
            partner_sudo.id,
            appointment_sudo.amount_due_now,
            currency_id=currency.id,
            report=report,
        )
        # nobody would capture the money of a visit by hand
        providers_sudo = providers_sudo.filtered(lambda item: not item.capture_manually)
        methods_sudo = request.env["payment.method"].sudo()
        methods_sudo = methods_sudo._get_compatible_payment_methods(
            providers_sudo.ids,
            partner_sudo.id,
            currency_id=currency.id,
            report=report,
        )
        tokens_sudo = request.env["payment.token"].sudo()
        if not is_guest:
            tokens_sudo = tokens_sudo._get_available_tokens(
                providers_sudo.ids, partner_sudo.id
            )
        return {
            "partner": partner_sudo,
            "providers_sudo": providers_sudo,
            "payment_methods_sudo": methods_sudo,
            "tokens_sudo": tokens_sudo,
        }

    def _get_form_values(self, appointment_sudo, token, transaction, landing):
        """Return the values of the template ``payment.form``."""
        report = {}
        options = self._get_options(appointment_sudo, report)
        partner_sudo = options.pop("partner")
        providers_sudo = options["providers_sudo"]
        if request.env.user._is_public():
            saves_cards = dict.fromkeys(providers_sudo.ids, False)
        else:
            saves_cards = self._compute_show_tokenize_input_mapping(providers_sudo)
        company = appointment_sudo.company_id
        context = {
            "is_clinic_visit": True,
            "amount": appointment_sudo.amount_due_now,
            "currency": appointment_sudo.currency_id,
            "partner_id": partner_sudo.id,
            "transaction_route": transaction % appointment_sudo.id,
            "landing_route": landing % appointment_sudo.id,
            "access_token": token or "",
            "availability_report": report,
            "show_tokenize_input_mapping": saves_cards,
            "res_company": company,
            "expected_company": company,
            "company_mismatch": not self._can_partner_pay_in_company(
                partner_sudo, company
            ),
            **options,
        }
        return context | self._get_extra_payment_form_values(**context)

    def _get_money_values(self, appointment_sudo):
        """Return the amounts as texts, and what the cancel policy says."""
        currency = appointment_sudo.currency_id
        names = ("amount_total", "amount_due_now", "amount_paid", "amount_refunded")
        transfers_sudo = appointment_sudo._get_transfers()
        announced = sum(transfers_sudo.mapped("amount"))
        money = {name: currency.format(appointment_sudo[name]) for name in names}
        return {
            "money": money,
            "announced": transfers_sudo and currency.format(announced),
            "sentences": appointment_sudo._get_payment_sentences(
                money, currency.format(announced)
            ),
            "policy_sentences": appointment_sudo._get_policy_sentences(),
        }

    def _get_last_payment(self, appointment_sudo):
        """Return the latest payment that somebody tried."""
        return appointment_sudo.transaction_ids.filtered(
            lambda tx: tx.operation != "refund" and not tx.source_transaction_id
        ).sorted("id", reverse=True)[:1]

    def _get_receipt_link(self, appointment_sudo):
        """Return the receipt's address, with the secret only if this request had it."""
        token = get_given_token(appointment_sudo)
        return get_link(appointment_sudo, token)("/receipt")

    def _get_failure(self, appointment_sudo):
        """Return what is said of a payment that did not work, or None."""
        if self._get_last_payment(appointment_sudo).state not in FAILED:
            return None
        return request.env._("The payment was not completed. Please try again.")
