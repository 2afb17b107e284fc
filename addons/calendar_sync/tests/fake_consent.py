# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The page of a provider on which the owner of a mailbox consents."""

import base64
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

from .fake_server import Refusal

ASKED = {
    "accounts.google.com": "https://www.googleapis.com/auth/calendar.calendarlist"
    ".readonly https://www.googleapis.com/auth/calendar.events",
    "login.microsoftonline.com": "offline_access "
    "https://graph.microsoft.com/Calendars.ReadWrite",
}


class ConsentPage:
    """Codes that are exchanged once, by who began."""

    def reset_consents(self, owner):
        """Forget all codes; ``owner`` is who is logged in there."""
        self.owner = owner
        self.codes = {}
        self.taken_back = []

    def agree(self, address):
        """Consent on the page at ``address``; return what comes back with the owner."""
        parts = urlsplit(address)
        asked = dict(parse_qsl(parts.query))
        if parts.scheme != "https" or asked["response_type"] != "code":
            raise AssertionError(address)
        if asked["scope"] != ASKED[parts.hostname]:
            raise AssertionError(asked["scope"])
        if asked["code_challenge_method"] != "S256":
            raise AssertionError(asked["code_challenge_method"])
        code = f"code-{next(self.numbers)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def use_code(self, form):
        """Return the refresh token for a code."""
        asked = self.codes.pop(form["code"], None)
        digest = sha256(form["code_verifier"].encode()).digest()
        shown = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            not asked
            or asked["code_challenge"] != shown
            or asked["client_id"] != form["client_id"]
            or asked["redirect_uri"] != form["redirect_uri"]
        ):
            raise Refusal(400, {"error": "invalid_grant"})
        token = f"refresh-{next(self.numbers)}"
        self.keep_consent(token, form)
        return {"refresh_token": token}

    def take_back(self, form):
        """Forget a consent."""
        self.taken_back.append(form["token"])
        self.refresh_tokens.pop(form["token"], None)
        return {}
