# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
from urllib.parse import urlsplit

from odoo import fields, models
from odoo.exceptions import AccessDenied

_logger = logging.getLogger(__name__)

#: Where Google says for whom it issued a token: its user info does not.
GOOGLE_TOKEN_INFO = "https://oauth2.googleapis.com/tokeninfo"

#: Names of claims, newest first. Google's older addresses use the others.
AUDIENCE = ("aud", "audience")
PARTY = ("azp", "issued_to")
SUBJECT = ("sub", "user_id")
VERIFIED = ("email_verified", "verified_email")


def get_claim(claims, names):
    """Return the first claim of ``names`` that is there, or None."""
    return next((claims[name] for name in names if claims.get(name) is not None), None)


class AuthOauthProvider(models.Model):
    """For whom a provider issued a token, and whom it is about."""

    _inherit = "auth.oauth.provider"

    token_info_endpoint = fields.Char(
        string="Token Info URL",
        help="Where the provider says for which client it issued a token. With it, "
        "sign-ins are refused that were not issued for this client, or whose e-mail "
        "is not verified. Empty for Google: Google's own.",
    )

    def _is_google(self):
        """Whether people sign in at Google, whatever the record is called."""
        host = urlsplit(self.auth_endpoint or "").hostname or ""
        return host == "google.com" or host.endswith(".google.com")

    def _get_token_info_endpoint(self):
        default = GOOGLE_TOKEN_INFO if self._is_google() else False
        return self.token_info_endpoint or default

    def _check_validation(self, validation, token_info):
        """Refuse a token that was issued for another client.

        Without its check, whoever runs any other application that people sign in to
        with Google could use their tokens to get in here.

        :param dict validation: what the provider says of the user
        :param token_info: what it says of the token; None: it is not asked
        :raise AccessDenied: in the words of the log; people read Odoo's own
        """
        self.ensure_one()
        problem = self._find_audience_problem({**validation, **(token_info or {})})
        if token_info is not None:
            problem = problem or self._find_token_problem(validation, token_info)
        if problem:
            _logger.warning("Sign-in through %s refused: %s", self.name, problem)
            raise AccessDenied(problem)

    def _find_audience_problem(self, claims):
        """Return why the audience is not ours; None also when none is named."""
        is_strict = bool(self._get_token_info_endpoint())
        # the older names mean something else at other providers
        audience = get_claim(claims, AUDIENCE if is_strict else AUDIENCE[:1])
        party = get_claim(claims, PARTY if is_strict else PARTY[:1])
        audience = [audience] if isinstance(audience, str) else audience or []
        if not audience and (is_strict or party):
            return self.env._("The provider does not say for whom the token is.")
        if audience and (not self.client_id or self.client_id not in audience):
            return self.env._("The token was issued for another application.")
        if party and party != self.client_id:
            return self.env._("The token was asked for by another application.")
        return None

    def _find_token_problem(self, validation, token_info):
        subject = get_claim(token_info, SUBJECT)
        if subject is not None and subject != validation.get("user_id"):
            return self.env._("The token is about somebody else.")
        # user info answers true, token info "true"
        verified = get_claim({**token_info, **validation}, VERIFIED)
        if str(verified).lower() != "true":
            return self.env._("The e-mail address is not verified.")
        return None
