# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Where Twilio brings what patients answer."""

import logging

from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse
from werkzeug.exceptions import Forbidden, NotFound

from odoo.http import Controller, request, route

from odoo.addons.clinic_scheduling.controllers.portal_common import (
    get_address,
    refuse_attempt,
)
from odoo.addons.clinic_scheduling.exceptions import TooManyRequests

from .. import const
from ..models.clinic_sms_reply import fold

_logger = logging.getLogger(__name__)

SIGNATURE = "X-Twilio-Signature"


def is_signed(url, form, signature, token):
    """Tell, in constant time, whether Twilio signed a request with this token."""
    return bool(token) and RequestValidator(token).validate(url, form, signature)


class ClinicSmsInbound(Controller):
    """The webhook of incoming SMS, which believes nothing that is not signed."""

    @route(
        const.INBOUND_PATH,
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def sms_inbound(self, **_params):
        """Take an SMS in and answer it in TwiML.

        404: the number is none of ours; 403: the signature is missing or wrong; 429:
        too many such requests from one address.
        """
        form = request.httprequest.form
        companies_sudo = request.env["res.company"].sudo()
        companies_sudo = companies_sudo._find_by_twilio_number(form.get("To"))
        company_sudo = self._find_signer(companies_sudo, form)
        if not company_sudo:
            return self._refuse(companies_sudo)
        values = {
            "message_sid": form.get("MessageSid", "")[:64],
            "number": form.get("From", "")[:32],
            "to_number": form.get("To", "")[:32],
            "body": form.get("Body", "")[: const.MAX_BODY].replace("\x00", ""),
        }
        if not values["message_sid"] or not values["number"]:
            return self._answer("")
        opt_out = form.get("OptOutType", "")
        opt_out = opt_out if opt_out in ("START", "STOP", "HELP") else ""
        is_stop = opt_out or const.WORDS.get(fold(values["body"])) == "stop"
        if not is_stop and self._is_too_often(values["number"]):
            return self._answer("")
        replies_sudo = request.env["clinic.sms.reply"].sudo()
        replies_sudo = replies_sudo.with_company(company_sudo)
        return self._answer(
            replies_sudo._receive(company_sudo, values, opt_out).answer or ""
        )

    def _find_signer(self, companies_sudo, form):
        """Return the company whose token signed this request, or none."""
        signature = request.httprequest.headers.get(SIGNATURE, "")
        query = request.httprequest.query_string.decode("ascii", "replace")
        for company_sudo in companies_sudo:
            url = company_sudo._get_sms_webhook() + (f"?{query}" if query else "")
            if is_signed(url, form, signature, company_sudo.sms_twilio_auth_token):
                return company_sudo
        return companies_sudo.browse()

    def _refuse(self, companies_sudo):
        """Return the answer to what Twilio did not send.

        :raise NotFound: to a number that is none of ours
        :raise Forbidden: without Twilio's signature
        """
        try:
            request.env["clinic.rate.limit"]._count("sms_unsigned", get_address())
        except TooManyRequests as error:
            return refuse_attempt(error)
        if not companies_sudo:
            raise NotFound()
        _logger.warning("An SMS without Twilio's signature was refused.")
        raise Forbidden()

    def _is_too_often(self, number):
        """Whether this number writes more than people do: robots get no answers."""
        try:
            request.env["clinic.rate.limit"]._count("sms_reply", number)
        except TooManyRequests:
            return True
        return False

    def _answer(self, text):
        """Return TwiML: send this text, or nothing."""
        twiml = MessagingResponse()
        if text:
            twiml.message(text)
        headers = {
            "Content-Type": "text/xml; charset=utf-8",
            "Cache-Control": "no-store",
        }
        return request.make_response(str(twiml), list(headers.items()))
