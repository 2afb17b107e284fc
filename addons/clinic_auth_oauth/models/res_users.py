# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging

import requests

from odoo import api, models
from odoo.exceptions import AccessDenied

_logger = logging.getLogger(__name__)

TIMEOUT = 10  # seconds


class ResUsers(models.Model):
    """Sign-in through a provider."""

    _inherit = "res.users"

    @api.model
    def _auth_oauth_validate(self, provider, access_token):
        """Return the validation data of a token that was issued for us.

        :raise AccessDenied: for tokens of other clients and unverified addresses
        """
        validation = super()._auth_oauth_validate(provider, access_token)
        record = self.env["auth.oauth.provider"].browse(provider)
        endpoint, token_info = record._get_token_info_endpoint(), None
        if endpoint:
            token_info = self._auth_oauth_ask_token_info(endpoint, access_token)
        record._check_validation(validation, token_info)
        return validation

    @api.model
    def _auth_oauth_ask_token_info(self, endpoint, access_token):
        """Return what the provider says of a token.

        Google takes it as a parameter there, and documents no other way: not in a
        header, as for the user's data.

        :raise AccessDenied: the provider does not answer, or does not know the token
        """
        try:
            answer = requests.get(
                endpoint, params={"access_token": access_token}, timeout=TIMEOUT
            )
            token_info = answer.json() if answer.ok else None
        except (requests.RequestException, ValueError) as error:
            _logger.warning("The provider did not tell of a token: %s", type(error))
            token_info = None
        if not isinstance(token_info, dict) or token_info.get("error"):
            raise AccessDenied(self.env._("The provider does not know the token."))
        return token_info
