# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import AccessDenied


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
            token_info = self._auth_oauth_rpc(endpoint, access_token)
            if not isinstance(token_info, dict) or token_info.get("error"):
                raise AccessDenied(self.env._("The provider does not know the token."))
        record._check_validation(validation, token_info)
        return validation
