# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Sending through Odoo's addon, and asking through Twilio's SDK what became of it.

Odoo's addon takes whatever is not a clear yes for a failure. But a request without an
answer may have been taken: who sends it again sends it twice. So three ends are told
apart here: taken, certainly not taken (``REFUSED`` when it can be tried again), and
unknown (``UNANSWERED``).
"""

import logging
import re
import unicodedata
from datetime import timedelta, timezone
from urllib.parse import urlsplit

import requests
from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from odoo.addons.sms_twilio.tools.sms_api import SmsApiTwilio

from . import const

#: The SDK logs whom it asks about: telephone numbers of patients
_sdk_logger = logging.getLogger(f"{__name__}.sdk")
_sdk_logger.setLevel(logging.WARNING)

LOOPBACK = {"127.0.0.1", "::1", "localhost"}

#: What the network says before anything of a request was sent
NOTHING_SENT = (
    requests.exceptions.ConnectTimeout,
    requests.exceptions.SSLError,
    requests.exceptions.ProxyError,
)


def is_loopback(address):
    """Tell whether an address is plain HTTP to this very machine."""
    parts = urlsplit(address)
    return parts.scheme == "http" and parts.hostname in LOOPBACK


class Outcome:
    """Stands for an answer of Twilio that did not come, or says nothing."""

    ok = False

    def __init__(self, code):
        self.code = code

    def json(self):
        """Return the body of an error, as Odoo's addon reads it."""
        return {"code": self.code}


class Session:
    """What Odoo's addon posts an SMS with: it keeps how the request ended."""

    def __init__(self, session, address):
        self.session, self.address = session, address
        self.outcome = const.UNANSWERED

    def post(self, url, **kwargs):
        """Send a request, to the stand-in if there is one."""
        if self.address:
            url = url.replace(const.API_ADDRESS, self.address, 1)
        try:
            return self.session.post(url, **kwargs)
        except requests.exceptions.RequestException as error:
            if _was_nothing_sent(error):
                self.outcome = const.REFUSED
            raise


class ClinicSmsApiTwilio(SmsApiTwilio):
    """Odoo's way to Twilio, which knows what it does not know."""

    PROVIDER_TO_SMS_FAILURE_TYPE = SmsApiTwilio.PROVIDER_TO_SMS_FAILURE_TYPE | {
        "sms_optout": "sms_optout"
    }

    def _sms_twilio_send_request(self, session, to_number, body, uuid):
        """Override: an answer that says nothing is no failure."""
        address = (self.company or self.env.company)._get_twilio_test_address()
        session = Session(session, address)
        answer = super()._sms_twilio_send_request(session, to_number, body, uuid)
        if answer is None:
            return Outcome(session.outcome)
        if answer.status_code in const.REFUSED_STATUSES:
            return Outcome(const.REFUSED)
        if answer.status_code >= 500 or not _is_readable(answer):
            return Outcome(const.UNANSWERED)
        return answer

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        """Override: what is not known to have failed counts as under way."""
        results = super()._send_sms_batch(messages, delivery_reports_url)
        for result in results:
            if result["state"] in (const.UNANSWERED, const.REFUSED):
                outcome = result["state"]
                result.update(state="processing", twilio_outcome=outcome)
                result.update(failure_type=False, failure_reason=False)
        return results

    def _twilio_error_code_to_odoo_state(self, response_json):
        """Override: more of Twilio's codes have a meaning, and so have ours."""
        code = response_json.get("code")
        if code in (const.UNANSWERED, const.REFUSED):
            return code
        if code == const.ERROR_AUTHENTICATION:
            return "twilio_authentication"
        if code == const.ERROR_UNSUBSCRIBED:
            return "sms_optout"
        return super()._twilio_error_code_to_odoo_state(response_json)

    def _get_sms_api_error_messages(self):
        """Override: a sentence for who does not want any more."""
        sentence = self.env._("The patient has unsubscribed from SMS by STOP.")
        return {**super()._get_sms_api_error_messages(), "sms_optout": sentence}


class Answered(ClinicSmsApiTwilio):
    """Gives what Twilio has answered already, and asks nothing."""

    def __init__(self, env, results):
        super().__init__(env)
        self.results = results

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        """Override: see the class."""
        return self.results


def _was_nothing_sent(error):
    """Tell whether a request certainly did not reach Twilio."""
    if isinstance(error, NOTHING_SENT):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return type(reason).__name__ in ("NewConnectionError", "NameResolutionError")


def _is_readable(answer):
    """Tell whether an answer is what the API answers with."""
    try:
        body = answer.json()
    except ValueError:
        return False
    return isinstance(body, dict) and bool(not answer.ok or body.get("sid"))


# Asking -------------------------------------------------------------------


class StandInHttpClient(TwilioHttpClient):
    """The SDK's way out, with a time limit, to the stand-in if there is one."""

    def __init__(self, address):
        super().__init__(timeout=const.TIMEOUT, logger=_sdk_logger)
        self.address = address

    def request(self, method, url, *args, **kwargs):
        """Override: see the class."""
        if self.address:
            url = url.replace(const.API_ADDRESS, self.address, 1)
        return super().request(method, url, *args, **kwargs)


class TwilioReader:
    """Asks which SMS an account has sent."""

    def __init__(self, account, token, address=None):
        try:
            http_client = StandInHttpClient(address)
            self.client = Client(account, token, http_client=http_client)
        except TwilioException as error:  # nothing to sign in with
            raise TwilioError(type(error).__name__) from error

    def find(self, number, body, since):
        """Return the SMS with that text to that number, the first one first.

        :param since: naive UTC, when we asked for it
        :raise TwilioError: Twilio cannot be asked
        """
        since = since.replace(tzinfo=timezone.utc) - timedelta(minutes=const.SLACK)
        try:
            # newest first; what still waits there has no moment of sending to ask for
            found = self.client.messages.list(to=number, limit=200)
        except (TwilioException, requests.exceptions.RequestException) as error:
            raise TwilioError(type(error).__name__) from error
        mine = [
            message
            for message in found
            if message.direction.startswith("outbound")
            and message.date_created >= since
            and _fold(message.body).endswith(_fold(body))
        ]
        return sorted(mine, key=lambda message: message.date_created)


class TwilioError(Exception):
    """Twilio could not be asked; the words hold neither keys nor personal data."""


def _fold(text):
    """Return a text without what Twilio may replace on its way: signs and spaces."""
    text = unicodedata.normalize("NFKC", text or "").casefold()
    return re.sub(r"[\W_]+", "", text)
