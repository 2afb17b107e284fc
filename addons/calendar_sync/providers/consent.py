# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Consent of a mailbox's owner: OAuth 2.0, authorization code with PKCE (RFC 7636)."""

import base64
import secrets
from hashlib import sha256
from urllib.parse import urlencode

import requests

from . import google_login, microsoft_login
from .base import TIMEOUT, CalendarError

GOOGLE_ASK = "https://accounts.google.com/o/oauth2/v2/auth"
GOOGLE_REVOKE = "https://oauth2.googleapis.com/revoke"

#: Who has no organization in mind is asked for any of Microsoft's accounts.
ANY_TENANT = "common"


def make_verifier():
    """Return a secret that only who began can show at the end."""
    return secrets.token_urlsafe(48)


def get_challenge(verifier):
    """Return what is told of the secret at the beginning."""
    digest = sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def get_ask_address(client, redirect, state, verifier, hint=""):
    """Return the provider's page on which the owner consents.

    :param client: dict of ``provider``, ``tenant``, ``client_id``
    :param redirect: the page of this database that follows
    :param hint: the mailbox's address, where it is known
    """
    values = {
        "client_id": client["client_id"],
        "redirect_uri": redirect,
        "response_type": "code",
        "state": state,
        "code_challenge": get_challenge(verifier),
        "code_challenge_method": "S256",
    }
    if hint:
        values["login_hint"] = hint
    if client["provider"] == "google":
        scope = " ".join(google_login.SCOPES)
        values |= {"scope": scope, "access_type": "offline", "prompt": "consent"}
        return f"{GOOGLE_ASK}?{urlencode(values)}"
    scope = " ".join(("offline_access", *microsoft_login.SCOPES))
    values |= {"scope": scope, "prompt": "select_account"}
    return f"{get_authority(client)}/authorize?{urlencode(values)}"


def get_authority(client, stand_in=""):
    """Return where the organization of a client logs in."""
    tenant = client["tenant"] or ANY_TENANT
    if not microsoft_login.TENANT.fullmatch(tenant):
        raise CalendarError(None, "bad_tenant")
    server = stand_in.rstrip("/") or microsoft_login.AUTHORITY
    return f"{server}/{tenant}/oauth2/v2.0"


def exchange(client, redirect, code, verifier, now, stand_in=""):
    """Return the refresh token for a code that the provider gave.

    :param client: as above, and ``client_secret``
    :param now: epoch seconds
    :raise CalendarError: for all that goes wrong
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect,
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "code_verifier": verifier,
    }
    if client["provider"] == "google":
        url = f"{stand_in.rstrip('/')}/token" if stand_in else None
        url = url or google_login.TOKEN_ADDRESS
    else:
        url = f"{get_authority(client, stand_in)}/token"
    answer = post(url, form)
    if answer.status_code != 200:
        raise microsoft_login.to_login_error(answer, now)
    try:
        token = answer.json().get("refresh_token")
    except ValueError as error:
        raise CalendarError(None, "no_answer", detail="token") from error
    if not token:
        raise CalendarError(401, "consent_required")
    return token


def revoke(provider, token, stand_in=""):
    """Take a consent back at a provider that has a way to.

    Microsoft has none for one application: there, the token is only forgotten.

    :return: whether the provider was told
    """
    if provider != "google":
        return False
    url = f"{stand_in.rstrip('/')}/revoke" if stand_in else GOOGLE_REVOKE
    return post(url, {"token": token}).status_code == 200


def post(url, form):
    """Send a form to a provider, and to nobody's proxy.

    :raise CalendarError: when there is no answer
    """
    with requests.Session() as session:
        session.trust_env = False
        try:
            return session.post(url, data=form, timeout=TIMEOUT, allow_redirects=False)
        except requests.RequestException as error:
            detail = type(error).__name__
            raise CalendarError(None, "no_answer", detail=detail) from error
