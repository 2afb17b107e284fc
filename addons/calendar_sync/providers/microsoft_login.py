# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who asks Microsoft 365: an application for its organization, or an owner's consent.

Tokens come from Microsoft Entra through Microsoft's own library. Each login that is
renewed gets an application object of its own: the library remembers refusals for a
minute inside that object, also after a person has consented again.
"""

import json
import re
from hashlib import sha256

import msal
import requests
from msal.exceptions import MsalError

from odoo.addons.clinic_engine.sync_errors import parse_retry_after

from .address import same_server
from .base import TIMEOUT, CalendarError

AUTHORITY = "https://login.microsoftonline.com"

#: An application has what its organization granted; an owner is asked for this alone.
#: The library adds ``offline_access``, which makes the consent last.
APP_SCOPES = ("https://graph.microsoft.com/.default",)
SCOPES = ("https://graph.microsoft.com/Calendars.ReadWrite",)

#: A tenant is a name of the Internet, an id, or ``common``.
TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")

#: Entra's numbers, to word a refusal. It is judged by ``error``: numbers may change.
REASONS = {
    90002: "bad_tenant",
    900023: "bad_tenant",
    900021: "bad_tenant",
    700016: "unknown_app",
    7000215: "bad_secret",
    7000222: "old_secret",
    65001: "consent_required",
}

#: {digest of a login: (access token, its end in epoch seconds)} of this process.
TOKENS = {}

#: More logins than that are not remembered.
MOST_TOKENS = 1000

#: Seconds before its end that an access token is renewed.
MARGIN = 120


class LoginHttp:
    """Requests of Microsoft's library: to Entra alone, and to nobody's proxy.

    ``last`` is the answer that came last, of which the library tells too little.

    :param stand_in: address of a server of this machine to ask in place of Entra
    """

    def __init__(self, stand_in=""):
        self.stand_in = stand_in.rstrip("/")
        self.session = requests.Session()
        self.session.trust_env = False
        self.last = None

    def get(self, url, **values):
        """Send a GET."""
        return self._send("GET", url, **values)

    def post(self, url, **values):
        """Send a POST."""
        return self._send("POST", url, **values)

    def close(self):
        """Close the connections."""
        self.session.close()

    def _send(self, method, url, params=None, data=None, headers=None, **_rest):
        if not same_server(url, AUTHORITY):
            raise CalendarError(None, "address", detail=url)
        self.last = self.session.request(
            method,
            url.replace(AUTHORITY, self.stand_in or AUTHORITY, 1),
            params=params,
            data=data,
            headers=headers,
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        return self.last


def make_app(tenant, client_id, client_secret, http):
    """Return Microsoft's application object, which asks for tokens.

    :param http: a ``LoginHttp``
    :raise CalendarError: with reason ``bad_tenant`` or ``bad_key``
    :raise ValueError: from the library, when Entra does not know the tenant
    """
    if not TENANT.fullmatch(tenant or ""):
        raise CalendarError(None, "bad_tenant")
    if not (client_id and client_secret):
        raise CalendarError(None, "bad_key")
    return msal.ConfidentialClientApplication(
        client_id,
        client_credential=client_secret,
        authority=f"{AUTHORITY}/{tenant}",
        instance_discovery=False,
        http_client=http,
    )


class MicrosoftLogin:
    """Access tokens of one mailbox.

    :param mode: ``app`` (the organization's application) or ``oauth`` (the owner's
        consent)
    :param tenant: the organization: its id or one of its domains
    :param secret: a JSON object of ``client_secret``, and of ``refresh_token`` for an
        owner's consent
    :param clock: returns the present moment in epoch seconds
    :param keep: called with the newest refresh token, which replaces the one before
    """

    def __init__(self, mode, tenant, client_id, secret, clock, stand_in="", keep=None):
        self.mode = mode
        self.tenant = tenant
        self.client_id = client_id
        self.clock = clock
        self.stand_in = stand_in
        self.keep = keep
        try:
            self.secrets = dict(json.loads(secret))
        except (TypeError, ValueError) as error:
            raise CalendarError(None, "bad_key") from error
        if mode == "oauth" and not self.secrets.get("refresh_token"):
            raise CalendarError(401, "consent_required")

    def get_token(self, renew=False):
        """Return an access token.

        :param renew: the one that was returned before is not accepted
        :raise CalendarError: for all that goes wrong
        """
        token, end = TOKENS.get(self._get_digest(), ("", 0))
        if token and not renew and self.clock() < end - MARGIN:
            return token
        answer = self._ask()
        self._keep_refresh_token(answer.get("refresh_token"))
        if len(TOKENS) >= MOST_TOKENS:
            TOKENS.clear()
        end = self.clock() + float(answer.get("expires_in", 0))
        TOKENS[self._get_digest()] = answer["access_token"], end
        return answer["access_token"]

    def _ask(self):
        """Return Entra's answer with a token."""
        http = LoginHttp(self.stand_in)
        answer = {}
        try:
            secret = self.secrets.get("client_secret")
            app = make_app(self.tenant, self.client_id, secret, http)
            if self.mode == "app":
                answer = app.acquire_token_for_client(list(APP_SCOPES))
            else:
                token = self.secrets["refresh_token"]
                answer = app.acquire_token_by_refresh_token(token, list(SCOPES))
        except requests.RequestException as error:
            detail = type(error).__name__
            raise CalendarError(None, "no_answer", detail=detail) from error
        except (MsalError, RuntimeError, ValueError) as error:
            raise to_login_error(http.last, self.clock()) from error
        finally:
            http.close()
        if "access_token" not in answer:
            raise to_login_error(http.last, self.clock())
        return answer

    def _keep_refresh_token(self, token):
        """Use the newest refresh token from now on; the one before soon ends."""
        if self.mode != "oauth" or not token or token == self.secrets["refresh_token"]:
            return
        self.secrets["refresh_token"] = token
        if self.keep:
            self.keep(token)

    def _get_digest(self):
        """Return what this login is remembered by; nothing can be read from it."""
        parts = self.mode, self.tenant, self.client_id, sorted(self.secrets.items())
        return sha256(json.dumps(parts).encode()).hexdigest()


def to_login_error(answer, now):
    """Return why no access token was given.

    What may be better in a minute is told apart from what a person has to mend.

    :param answer: Entra's last answer; None when there was none
    :param now: epoch seconds
    """
    if answer is None:
        return CalendarError(None, "no_answer", detail="token")
    if answer.status_code == 429 or answer.status_code >= 500:
        wait = parse_retry_after(answer.headers.get("Retry-After"), now)
        return CalendarError(answer.status_code, "", wait, detail="token")
    try:
        values = dict(answer.json())
    except (TypeError, ValueError):
        values = {}
    if not values.get("error"):
        return CalendarError(None, "no_answer", detail="token")
    numbers = values.get("error_codes") or ()
    known = [REASONS[number] for number in numbers if number in REASONS]
    if not known and values["error"] == "invalid_tenant":
        known = ["bad_tenant"]
    detail = str(values.get("error_description", "")).partition("\r\n")[0][:200]
    return CalendarError(401, (known or [values["error"]])[0], detail=detail)
