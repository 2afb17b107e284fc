# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessDenied
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..hooks import post_init_hook
from ..models.auth_oauth_provider import GOOGLE_TOKEN_INFO
from .common import CLIENT, OTHER_CLIENT, TOKEN, OauthCommon

REFUSALS = "odoo.addons.clinic_auth_oauth.models.auth_oauth_provider"


@tagged("post_install", "-at_install")
class TestOauthAudience(OauthCommon):
    """Only tokens that were issued for this practice let anybody in."""

    def _assert_refused(self, word, **answers):
        self._issue(**answers)
        before = self.env["res.users"].search_count([])
        with mute_logger(REFUSALS), self.assertRaises(AccessDenied) as caught:
            self._sign_in()
        self.assertIn(word, str(caught.exception))
        self.assertEqual(self.env["res.users"].search_count([]), before)

    def test_good_token(self):
        self._issue()
        user = self._sign_in()
        self.assertEqual(user.oauth_uid, "1001")
        self.assertEqual(user.email, "gail@example.com")
        self.assertTrue(user._is_portal())

    def test_each_address_gets_the_token_as_it_takes_it(self):
        self._issue()
        self.fake.asked.clear()
        self._sign_in()
        self.assertEqual(
            self.fake.asked, ["/userinfo", f"/tokeninfo?access_token={TOKEN}"]
        )

    def test_token_of_another_application(self):
        self._assert_refused(
            "issued for another", token={"aud": OTHER_CLIENT, "azp": OTHER_CLIENT}
        )
        self._assert_refused("asked for by another", token={"azp": OTHER_CLIENT})

    def test_several_audiences(self):
        self._issue(token={"aud": [OTHER_CLIENT, CLIENT]})
        self.assertTrue(self._sign_in())

    def test_audience_that_is_missing(self):
        self._assert_refused("for whom", token={"aud": None})
        self._assert_refused("for whom", token={"aud": None, "azp": None})

    def test_we_have_no_client(self):
        self.google.client_id = False
        self._assert_refused("issued for another")

    def test_a_token_that_is_unknown(self):
        self._issue()
        del self.fake.tokens[TOKEN]["tokeninfo"]
        with self.assertRaises(AccessDenied):
            self._sign_in()

    def test_a_token_about_somebody_else(self):
        self._assert_refused("somebody else", token={"sub": "2002"})

    def test_unverified_address(self):
        self._assert_refused("not verified", user={"email_verified": False})
        nothing = {"email_verified": None}
        self._assert_refused("not verified", user=nothing, token=nothing)

    def test_older_names_of_google(self):
        old = {"aud": None, "azp": None, "audience": CLIENT, "issued_to": CLIENT}
        self._issue(token=old)
        self.assertTrue(self._sign_in())
        self._assert_refused("another", token={**old, "audience": OTHER_CLIENT})

    def test_google_is_always_asked(self):
        self.google.token_info_endpoint = False
        self.assertEqual(self.google._get_token_info_endpoint(), GOOGLE_TOKEN_INFO)
        self.google.auth_endpoint = "https://accounts.google.com.example.com/auth"
        self.assertFalse(self.google._get_token_info_endpoint())

    def test_other_providers_work_as_before(self):
        other = self.google.copy(
            {
                "auth_endpoint": "https://id.example.com/auth",
                "token_info_endpoint": False,
            }
        )
        self._issue(user={"email_verified": None})
        self.fake.asked.clear()
        self.assertTrue(self._sign_in(other))
        self.assertEqual(self.fake.asked, ["/userinfo"])
        self._issue(user={"aud": OTHER_CLIENT})
        with mute_logger(REFUSALS), self.assertRaises(AccessDenied):
            self._sign_in(other)

    def test_installation_keeps_tokens_out_of_addresses_and_providers_on(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("auth_oauth.authorization_header", False)
        before = self.env["auth.oauth.provider"].search([]).mapped("enabled")
        post_init_hook(self.env)
        self.assertEqual(
            parameters.get_param("auth_oauth.authorization_header"), "True"
        )
        after = self.env["auth.oauth.provider"].search([]).mapped("enabled")
        self.assertEqual(after, before)
