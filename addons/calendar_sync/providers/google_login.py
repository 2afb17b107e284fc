# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who asks Google: a service account in the name of a mailbox, or its owner's consent.

What was pasted is not trusted with addresses: keys and tokens are shown to Google
alone, whatever address a key file names.
"""

import json
from hashlib import sha256

from google.oauth2 import credentials, service_account

from .base import CalendarError

#: The smallest scopes that let calendars be chosen, and events be read and written.
SCOPES = (
    "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
    "https://www.googleapis.com/auth/calendar.events",
)

TOKEN_ADDRESS = "https://oauth2.googleapis.com/token"  # an address, no secret

#: {digest of a login: (access token, its end)} of this process, for an hour at most.
TOKENS = {}

#: More logins than that are not remembered.
MOST_TOKENS = 1000


def make_login(mode, mailbox, secret, stand_in=""):
    """Return the credentials of a mailbox.

    :param mode: ``app``, with the JSON key of a service account as ``secret``, or
        ``oauth``, with a JSON object of ``client_id``, ``client_secret`` and
        ``refresh_token``
    :param stand_in: address of a server of this machine to ask in place of Google
    :raise CalendarError: with reason ``bad_key``
    """
    address = f"{stand_in.rstrip('/')}/token" if stand_in else TOKEN_ADDRESS
    try:
        values = json.loads(secret)
        make = make_service_login if mode == "app" else make_own_login
        login = make(values, mailbox, address)
    except (KeyError, TypeError, ValueError) as error:
        raise CalendarError(None, "bad_key", detail=type(error).__name__) from error
    login.token, login.expiry = TOKENS.get(
        get_digest(mode, mailbox, secret), (None,) * 2
    )
    return login


def make_service_login(values, mailbox, address):
    """Return the credentials of a service account that acts for a mailbox."""
    info = {name: values[name] for name in ("client_email", "private_key")}
    return service_account.Credentials.from_service_account_info(
        {**info, "token_uri": address}, scopes=SCOPES, subject=mailbox
    )


def make_own_login(values, _mailbox, address):
    """Return the credentials that the owner of a mailbox consented to."""
    return credentials.Credentials(
        None,
        refresh_token=values["refresh_token"],
        client_id=values["client_id"],
        client_secret=values["client_secret"],
        token_uri=address,
    )


def keep_token(mode, mailbox, secret, login):
    """Remember the access token: the next request need not ask for one."""
    if len(TOKENS) >= MOST_TOKENS:
        TOKENS.clear()
    TOKENS[get_digest(mode, mailbox, secret)] = login.token, login.expiry


def get_digest(*parts):
    """Return what a login is remembered by; nothing can be read from it."""
    return sha256(json.dumps(parts).encode()).hexdigest()
