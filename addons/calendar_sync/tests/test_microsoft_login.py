# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Logins at Microsoft 365, what the test button says of them, and refusals."""

import json
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .. import secret_box
from ..providers import microsoft_login
from ..providers.base import CalendarError
from .fake_entra import CLIENT, SECRET, TENANT
from .fake_graph import MAILBOX, WORK
from .test_microsoft import EVENTS, MicrosoftCase

TOKEN = "/oauth2/v2.0/token"  # a path, no secret


class LoginCase(MicrosoftCase):
    """What tests of logins need."""

    def setUp(self):
        super().setUp()
        self._lose_tokens()

    def _lose_tokens(self):
        microsoft_login.TOKENS.clear()
        self.server.tokens.clear()

    def _connect_by_consent(self):
        self.account.active = False
        self.env.flush_all()
        account = self._create_account(mode="oauth", refresh_token="consent")
        account.action_connect()
        return account

    def _refuse_login(self, status, **values):
        body = values.pop("body", {"error": "temporarily_unavailable"})
        self.server.fail("POST", TOKEN, times=9, status=status, body=body, **values)


@tagged("post_install", "-at_install")
class TestMicrosoftVerdicts(LoginCase):
    """What an administrator is told."""

    def _assert_verdict(self, words, **values):
        self.account.write(values)
        self._lose_tokens()
        with self.assertRaisesRegex(UserError, words):
            self.account.action_connect()

    def test_it_works(self):
        self.account.action_connect()
        self.assertEqual(self.account.state, "active")
        [request] = self.server.asked("POST", TOKEN)
        self.assertIn(f"/{TENANT}/", request.path)
        self.assertIn("graph.microsoft.com%2F.default", request.body)
        self.assertIn(f"/users/{MAILBOX}/", self.server.asked("GET")[-1].path)

    def test_a_wrong_tenant(self):
        self._assert_verdict("no organization", tenant="elsewhere.example.org")

    def test_tenants_that_are_none(self):
        for tenant in ("", "a/b", "../common", "a b", "?x=1"):
            with self.subTest(tenant=tenant):
                self._assert_verdict("no organization", tenant=tenant)
        self.assertFalse(self.server.requests)

    def test_a_wrong_client(self):
        self._assert_verdict("no application with this client ID", client_id="client-2")

    def test_a_wrong_secret(self):
        self._assert_verdict("not its ID", client_secret="secret-2")

    def test_a_secret_that_has_ended(self):
        body = {"error": "invalid_client", "error_codes": [7000222]}
        self._refuse_login(401, body=body)
        self._assert_verdict("has ended")

    def test_a_refusal_that_is_not_known_by_number(self):
        self._refuse_login(401, body={"error": "invalid_client", "error_codes": [1]})
        self._assert_verdict("does not know this application")

    def test_a_consent_that_is_missing(self):
        self.server.app_may = False
        self._assert_verdict("lacks the permission")

    def test_a_mailbox_that_is_not_there(self):
        self._assert_verdict("no mailbox of that address", login="nobody@example.org")

    def test_a_person_without_a_licence(self):
        self.server.mailboxes[MAILBOX] = 404, "MailboxNotEnabledForRESTAPI"
        self._assert_verdict("licence")

    def test_no_line(self):
        self.server.fail("GET", "/.well-known", times=9, kind="drop")
        self._assert_verdict("does not answer")

    def test_what_is_missing(self):
        self._assert_verdict("no complete login", client_id=False)
        self.account.sudo().secret = secret_box.encrypt("nonsense")
        self._assert_verdict("no complete login", client_id=CLIENT)

    def test_secrets_are_shown_to_microsoft_alone(self):
        real = microsoft_login.AUTHORITY
        with patch.object(microsoft_login, "AUTHORITY", "https://other.example.org"):
            http = microsoft_login.LoginHttp(self.server.url)
            for url in (f"{real}/common", "http://192.0.2.1/", self.server.url):
                with self.subTest(url=url), self.assertRaises(CalendarError):
                    http.get(url)
        self.assertFalse(self.server.requests)


@tagged("post_install", "-at_install")
class TestMicrosoftTokens(LoginCase):
    """Access tokens, and consents that end."""

    def test_a_token_serves_many_jobs(self):
        for hour in range(10, 13):
            self._book(hour)
        self._sync()
        self.assertEqual(len(self.server.list()), 3)
        self.assertEqual(len(self.server.asked("POST", TOKEN)), 1)

    def test_a_token_is_renewed_before_its_end(self):
        self.account.action_connect()
        provider = self.account._get_provider()
        provider.login.clock = lambda: 4e9
        provider.calendars()
        self.assertEqual(len(self.server.asked("POST", TOKEN)), 2)

    def test_a_token_that_ends_midway_is_renewed_once(self):
        self._sync()
        for number in range(8):
            self._put_busy(f"many{number}", 9 + number)
        self.server.requests.clear()
        self.server.fail("GET", "/delta", skip=1, status=401)
        self.calendar._job_pull()
        self.assertEqual(len(self.calendar.busy_ids), 8)
        self.assertEqual(self.account.state, "active")
        self.assertEqual(len(self.server.asked("POST", TOKEN)), 1)

    def test_a_login_that_is_refused_all_the_same(self):
        visit = self._book()
        self._commit()
        self.server.fail("POST", "/events", times=9, status=401)
        self._link(visit)._job_push()
        self.assertEqual(self.account.state, "needs_consent")
        self.assertEqual(self._link(visit).state, "new")
        self.assertTrue(self._link(visit).waits)

    def test_a_permission_that_was_taken_back(self):
        visit = self._book()
        self._commit()
        self.server.app_may = False
        self._link(visit)._job_push()
        self.assertEqual(self.account.state, "needs_consent")
        self.assertIn("permission", self.account.last_error)
        self.assertTrue(self._link(visit).waits)
        self.server.app_may = True
        self.account.action_connect()
        self._sync()
        self.assertEqual(len(self.server.list()), 1)

    def test_a_calendar_that_may_not_be_written_any_more(self):
        visit = self._book()
        self._commit()
        self.server.calendars[WORK]["canEdit"] = False
        self.assertIn("permanent", self._link(visit)._job_push())
        self.assertEqual(self.account.state, "active")
        self.assertIn("may not be written", self._link(visit).error)

    def test_an_owners_consent(self):
        account = self._connect_by_consent()
        self.assertEqual(account.state, "active")
        [request] = self.server.asked("POST", TOKEN)
        self.assertIn("graph.microsoft.com%2FCalendars.ReadWrite", request.body)
        self.assertIn("offline_access", request.body)
        self.assertNotIn("User.Read", request.body)
        self.assertIn("/me/calendars", self.server.asked("GET")[-1].path)

    def test_the_newest_refresh_token_is_kept(self):
        account = self._connect_by_consent()
        secrets = json.loads(secret_box.decrypt(account.sudo().secret))
        self.assertEqual(secrets["client_secret"], SECRET)
        self.assertRegex(secrets["refresh_token"], "^refresh-")
        account.invalidate_recordset()
        self.assertFalse(account.refresh_token)
        self.server.consents = {secrets["refresh_token"]: CLIENT}
        self._lose_tokens()
        account.action_connect()

    def test_a_worker_that_dies_before_it_keeps_the_new_refresh_token(self):
        account = self._connect_by_consent()
        before = account.sudo().secret
        self._lose_tokens()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            account._get_provider().calendars()
            raise ZeroDivisionError
        account.invalidate_recordset()
        self.assertEqual(account.sudo().secret, before)
        self._lose_tokens()
        account.action_connect()
        self.assertEqual(account.state, "active")

    def test_a_consent_that_was_taken_back(self):
        account = self._connect_by_consent()
        self._lose_tokens()
        self.server.consents.clear()
        with self.assertRaisesRegex(UserError, "consent"):
            account.action_connect()
        self.server.consents["new"] = CLIENT
        account.refresh_token = "new"
        account.action_connect()
        self.assertEqual(account.state, "active")

    def test_an_owner_who_has_not_consented_yet(self):
        self.account.active = False
        self.env.flush_all()
        account = self._create_account(mode="oauth")
        with self.assertRaisesRegex(UserError, "consent is missing"):
            account.action_connect()


@tagged("post_install", "-at_install")
class TestMicrosoftFaults(LoginCase):
    """Pauses that are asked for, lost answers, and lines that break."""

    def _wait(self):
        return self.account.next_allowed_at - self.env.cr.now()

    def test_a_pause_of_the_place_of_tokens(self):
        visit = self._book()
        self._commit()
        self._refuse_login(429, headers={"Retry-After": 300})
        self._link(visit)._job_push()
        self.assertEqual(self.account.state, "active")
        self.assertGreaterEqual(self._wait().total_seconds(), 299)
        self.assertEqual(len(self.server.asked("POST", TOKEN)), 1)

    def test_a_place_of_tokens_that_is_out_of_order(self):
        visit = self._book()
        self._commit()
        self._refuse_login(503)
        self._link(visit)._job_push()
        self.assertEqual(self.account.state, "active")
        self.assertTrue(self.account.next_allowed_at)
        self.server.faults.clear()
        self._sync()
        self.assertEqual(len(self.server.list()), 1)

    def test_pauses_are_kept(self):
        date = "Wed, 21 Oct 2026 07:28:00 GMT"
        for status, header, wait in ((429, 90, 90), (503, date, 60), (429, None, 0)):
            headers = {"Retry-After": header} if header else {}
            self._refuse("GET", "/calendars", status, "Throttled", headers=headers)
            self.provider.clock = lambda: 1792567680 - 60
            with self.subTest(status=status):
                error = self.assert_refused(
                    status, "Throttled", self.provider.calendars
                )
                self.assertEqual(error.wait, wait)
                self.assertEqual(self.account._note_error(error), "retry")

    def test_a_listing_that_ends_midway_begins_anew(self):
        self._sync()
        for number in range(5):
            self._put_busy(f"many{number}", 10 + number)
        cursor = self.calendar.cursor
        self._refuse("GET", "/delta", 503, "serviceNotAvailable", skip=1)
        self.calendar._job_pull()
        self.assertEqual(self.calendar.cursor, cursor)
        self.assertFalse(self.calendar.busy_ids)
        self._end_pause()
        self._refuse("GET", "/delta", 410, "SyncStateNotFound", skip=1)
        self.calendar._job_pull()
        self.assertEqual(len(self.calendar.busy_ids), 5)
        self.assertNotEqual(self.calendar.cursor, cursor)

    def test_answers_that_are_lost(self):
        """Before anything was done, and after it was."""
        visit = self._book()
        self._commit()
        link = self._link(visit)
        for kind, hours in (("drop", (14, 11)), ("lose", (15, 12))):
            for method, change in (
                ("POST", lambda: None),
                ("PATCH", lambda hour=hours[0]: self._move(visit, hour)),
            ):
                change()
                self._commit()
                self.server.fail(method, EVENTS, kind=kind)
                link._job_push()
                self._sync()
                with self.subTest(method=method, kind=kind):
                    self.assertEqual(len(self.server.mine), 1)
                    self.assertFalse(link.waits)
        visit.cancel()
        self._commit()
        self.server.fail("DELETE", EVENTS, kind="lose")
        link._job_push()
        self._sync()
        self.assertEqual(self.server.list(), [])
        self.assertEqual(link.state, "done")
        self.assertFalse(self.env["calendar.sync.conflict"].search([]))

    def _move(self, visit, hour):
        visit.reschedule({"start": self._at(hour)})

    def test_an_answer_that_comes_too_late(self):
        visit = self._book()
        self._commit()
        send = self.client._send

        def impatient(client, method, url, *args):
            answer = send(client, method, url, *args)
            if method == "POST":
                raise CalendarError(None, "no_answer", detail="ReadTimeout")
            return answer

        with patch.object(self.client, "_send", impatient):
            self._link(visit)._job_push()
        self.assertEqual(self._link(visit).state, "new")
        self.assertTrue(self.account.next_allowed_at)
        self._sync()
        self.assertEqual(len(self.server.mine), 1)
        self.assertEqual(self._link(visit).state, "synced")

    def test_a_calendar_that_is_not_there_any_more(self):
        visit = self._book()
        self._sync()
        del self.server.calendars[WORK]
        self.calendar._job_pull()
        self.calendar._job_pull(full=True)
        self._move(visit, 14)
        self._commit()
        for _round in range(3):
            self._push_all()
        self.assertEqual(self._link(visit).state, "synced")
        self.assertIn("deleted", self._link(visit).error)
        self.assertTrue(self.calendar.error)
        self.assertFalse(visit.activity_ids)

    def test_a_mailbox_that_lost_its_licence(self):
        visit = self._book()
        self._sync()
        self.server.mailboxes[MAILBOX] = 404, "MailboxNotEnabledForRESTAPI"
        self._move(visit, 14)
        self._commit()
        self._link(visit)._job_push()
        self.assertEqual(self.account.state, "needs_consent")
        self.assertEqual(self._link(visit).state, "synced")
        self.assertFalse(visit.activity_ids)

    def test_answers_that_are_no_json(self):
        for body in ([], "text"):
            self.server.fail("GET", "/calendars", status=200, body=body)
            with self.subTest(body=body):
                error = self.assert_refused(None, "no_answer", self.provider.calendars)
            self.assertEqual(error.detail, "JSON")

    def test_a_deleted_event_is_not_made_again_by_a_late_repetition(self):
        visit = self._book()
        self._commit()
        link = self._link(visit)
        self.server.fail("POST", EVENTS, kind="lose")
        link._job_push()
        [event_id] = self.server.list()
        self.server.delete(event_id)
        self._end_pause()
        link._job_push()
        self.assertEqual(self.server.list(), [])
        self.assertEqual(link.state, "removed")
        self.assertTrue(visit.activity_ids)
