# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from odoo.addons.clinic_scheduling.tests.common import ClinicCommon

from .fake_provider import FakeProvider

CLIENT = "1234-clinic.apps.example.com"
OTHER_CLIENT = "9999-game.apps.example.com"
TOKEN = "ya29.token"


class OauthCommon(ClinicCommon):
    """Google's record with the addresses of a stand-in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fake = FakeProvider()
        cls.fake.__enter__()
        cls.addClassCleanup(cls.fake.__exit__)
        cls.google = cls.env.ref("auth_oauth.provider_google")
        cls.google.write(
            {
                "client_id": CLIENT,
                "enabled": True,
                "validation_endpoint": cls.fake.get_url("userinfo"),
                "token_info_endpoint": cls.fake.get_url("tokeninfo"),
            }
        )
        set_param = cls.env["ir.config_parameter"].set_param
        set_param("auth_signup.invitation_scope", "b2c")
        set_param("auth_oauth.authorization_header", "True")

    def _issue(self, user=None, token=None):
        """Let the provider know a token; values replace what it says of it."""
        user_info = {
            "sub": "1001",
            "name": "Gail Grant",
            "email": "gail@example.com",
            "email_verified": True,
            **(user or {}),
        }
        token_info = {
            "aud": CLIENT,
            "azp": CLIENT,
            "sub": user_info["sub"],
            "email": user_info["email"],
            "email_verified": "true",
            "expires_in": "3599",
            **(token or {}),
        }
        known = {"userinfo": user_info, "tokeninfo": token_info}
        self.fake.tokens[TOKEN] = {
            path: {key: value for key, value in answer.items() if value is not None}
            for path, answer in known.items()
        }

    def _sign_in(self, provider=None, **state):
        """Sign in with the token; return the account."""
        provider = provider or self.google
        params = {"access_token": TOKEN, "state": json.dumps(state)}
        _db, login, _token = self.env["res.users"].auth_oauth(provider.id, params)
        return self.env["res.users"].search([("login", "=", login)])
