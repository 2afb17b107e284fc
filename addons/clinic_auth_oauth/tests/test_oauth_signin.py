# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
from urllib.parse import urlencode

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import OTHER_CLIENT, TOKEN, OauthCommon


@tagged("post_install", "-at_install")
class TestOauthSignin(OauthCommon, HttpCase):
    """The way back from the provider."""

    def _return(self):
        state = {"d": self.env.cr.dbname, "p": self.google.id, "r": "/my"}
        query = urlencode({"access_token": TOKEN, "state": json.dumps(state)})
        return self.url_open(f"/auth_oauth/signin?{query}", allow_redirects=False)

    def test_a_good_token_signs_in(self):
        self._issue()
        answer = self._return()
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(answer.headers["Location"].endswith("/my"))
        self.assertEqual(self.url_open("/my").status_code, 200)

    @mute_logger("odoo.addons.clinic_auth_oauth.models.auth_oauth_provider")
    def test_a_token_of_another_application_does_not(self):
        self._issue(token={"aud": OTHER_CLIENT, "azp": OTHER_CLIENT})
        answer = self._return()
        self.assertEqual(answer.status_code, 303)
        self.assertIn("oauth_error=3", answer.headers["Location"])
        self.assertIn("/web/login", self.url_open("/my").url)
