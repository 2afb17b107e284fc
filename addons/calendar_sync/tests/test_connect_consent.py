# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Consents: by a link, and by an administrator."""

from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import GoogleSyncCommon, MicrosoftSyncCommon
from .connect_common import ConnectScenarios
from .fake_entra import CLIENT, SECRET
from .fake_google import MAILBOX

BACK = "/calendar_sync/consent"


class ConsentScenarios(ConnectScenarios):
    """The owner goes to the provider and comes back."""

    def setUp(self):
        super().setUp()
        self.client = self.env["calendar.sync.client"].create(
            {
                "provider": self.provider,
                "client_id": CLIENT,
                "client_secret": SECRET,
            }
        )
        self.env.flush_all()

    def _ask(self):
        """Begin on the page; return the address at the provider."""
        response = self._post(self._page("/consent"), provider=self.provider)
        self.assertEqual(response.status_code, 303, response.text[:3000])
        return response.headers["Location"]

    def _come_back(self, **values):
        query = "&".join(f"{name}={value}" for name, value in values.items())
        return self._get(f"{BACK}?{query}")

    def test_from_the_link_to_the_calendar(self):
        answer = self.server.agree(self._ask())
        response = self._come_back(**answer)
        self.assertEqual(response.status_code, 303, response.text[:3000])
        self.assertIn(self._page(), response.headers["Location"])
        self.assertEqual(self.link.account_id.login, MAILBOX)
        self.assertEqual(self.link.account_id.mode, "oauth")
        self.assertIn("Which calendar?", self._get(self._page()).text)
        self.assertEqual(self._choose().status_code, 303)
        self._assert_connected()
        self.assertNotIn("refresh-", self.link.account_id.sudo().secret)

    def test_the_answer_counts_once_and_in_one_browser(self):
        answer = self.server.agree(self._ask())
        self.authenticate(None, None)  # another browser
        self.assertEqual(self._come_back(**answer).status_code, 400)
        answer = self.server.agree(self._ask())
        forged = answer | {"state": answer["state"][:-6] + "AAAAAA"}
        self.assertEqual(self._come_back(**forged).status_code, 400)
        # the attempt is over by that
        self.assertEqual(self._come_back(**answer).status_code, 400)
        self.assertEqual(self._come_back().status_code, 400)
        self.assertFalse(self.link.account_id)

    def test_a_code_of_another_attempt(self):
        """The secret that began is not shown to who did not begin."""
        first = self.server.agree(self._ask())
        second = self.server.agree(self._ask())
        mixed = {"code": first["code"], "state": second["state"]}
        response = self._come_back(**mixed)
        self.assertEqual(response.status_code, 422)
        self.assertFalse(self.link.account_id)

    def test_a_refusal_in_words(self):
        state = self.server.agree(self._ask())["state"]
        response = self._come_back(state=state, error="access_denied")
        self.assertEqual(response.status_code, 422)
        self.assertIn("The consent was not given", response.text)
        self.assertIn(self._page(), response.text)

    def test_a_link_that_was_revoked_meanwhile(self):
        answer = self.server.agree(self._ask())
        self.link.action_revoke()
        self.env.flush_all()
        self.assertEqual(self._come_back(**answer).status_code, 404)
        self.assertFalse(self.link.account_id)

    def test_without_an_application_it_is_not_offered(self):
        self.assertIn('value="%s"' % self.provider, self._get(self._page()).text)
        self.client.unlink()
        self.env.flush_all()
        page = self._get(self._page())
        self.assertNotIn('value="%s"' % self.provider, page.text)
        response = self._post(self._page("/consent"), provider=self.provider)
        self.assertEqual(response.status_code, 404)

    def _become_administrator(self):
        new_test_user(
            self.env, "sync_admin", "calendar_sync.group_calendar_sync_manager"
        )
        self.authenticate("sync_admin", "sync_admin")

    def _create_own(self, **values):
        return self.env["calendar.sync.account"].create(
            {
                "partner_id": self.colleague.partner_id.id,
                "provider": self.provider,
                "mode": "oauth",
                "login": MAILBOX,
                **values,
            }
        )

    def test_asked_by_an_administrator(self):
        account = self._create_own()
        self.assertTrue(account.can_ask)
        url = account.action_ask_consent()["url"]
        self.env.flush_all()
        self._become_administrator()
        response = self._get(url)
        self.assertEqual(response.status_code, 303)
        answer = self.server.agree(response.headers["Location"])
        self.assertIn(f"login_hint={MAILBOX.replace('@', '%40')}", response.text)
        response = self._come_back(**answer)
        self.assertEqual(response.status_code, 303, response.text[:3000])
        self.assertEqual(account.state, "active")
        self.assertTrue(account.calendar_ids)

    def test_the_consent_of_another_mailbox(self):
        account = self._create_own(login="ben@example.org")
        self.env.flush_all()
        self._become_administrator()
        answer = self.server.agree(
            self._get(account.action_ask_consent()["url"]).headers["Location"]
        )
        response = self._come_back(**answer)
        self.assertEqual(response.status_code, 422)
        self.assertIn("for another mailbox", response.text)
        self.assertEqual(account.state, "draft")
        self.assertFalse(account.sudo().secret)

    def test_others_do_not_ask(self):
        account = self._create_own()
        url = account.action_ask_consent()["url"]
        self.env.flush_all()
        new_test_user(self.env, "sync_other", "base.group_user")
        self.authenticate("sync_other", "sync_other")
        self.assertEqual(self._get(url).status_code, 404)
        self.authenticate(None, None)
        self.assertIn("/web/login", self._get(url).headers["Location"])

    def test_no_application_at_all(self):
        account = self._create_own()
        self.client.unlink()
        account.invalidate_recordset()
        self.assertFalse(account.can_ask)
        with self.assertRaisesRegex(UserError, "client ID"):
            account.action_ask_consent()

    def test_a_new_secret_reaches_all_who_consented(self):
        self._come_back(**self.server.agree(self._ask()))
        account = self.link.account_id
        self.client.client_secret = "another"
        self.assertEqual(account._read_secrets()["client_secret"], "another")
        self.assertTrue(account._read_secrets()["refresh_token"])


@tagged("post_install", "-at_install")
class TestConsentGoogle(ConsentScenarios, GoogleSyncCommon, HttpCase):
    """At Google."""

    allow_inherited_tests_method = True
    provider = "google"


@tagged("post_install", "-at_install")
class TestConsentMicrosoft(ConsentScenarios, MicrosoftSyncCommon, HttpCase):
    """At Microsoft 365."""

    allow_inherited_tests_method = True
    provider = "microsoft"
