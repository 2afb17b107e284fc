# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Links, and a CalDAV calendar that is connected by one."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .. import secret_box
from .common import CalendarSyncCommon
from .connect_common import ConnectScenarios
from .radicale_server import LOGIN, PASSWORD


@tagged("post_install", "-at_install")
class TestConnectCaldav(ConnectScenarios, CalendarSyncCommon, HttpCase):
    """The doctor enters an address, a login and an app password."""

    def _enter(self, **values):
        values = {"url": self.server.url, "login": LOGIN, "password": PASSWORD} | values
        return self._post(self._page("/caldav"), **values)

    def test_from_the_mail_to_the_calendar(self):
        mail = self.env["mail.mail"].search([]) - self.mails
        self.assertEqual(mail.email_to, "ben@example.org")
        self.assertIn(self._page(), mail.body_html)
        self.assertTrue(mail.auto_delete)
        page = self._get(self._page())
        self.assertIn("Ben Moreau", page.text)
        self.assertIn("App password", page.text)
        self.assertNotIn("Google Calendar", page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        response = self._enter()
        self.assertEqual(response.status_code, 303, response.text[:3000])
        self.assertIn("Which calendar?", self._get(self._page()).text)
        response = self._choose()
        self.assertEqual(response.status_code, 303, response.text[:3000])
        self.assertIn("is connected", self._get(response.headers["Location"]).text)
        self._assert_connected()
        stored = self.link.account_id.sudo().secret
        self.assertEqual(secret_box.decrypt(stored), PASSWORD)

    def test_a_wrong_password_is_said_in_words_and_leaves_nothing(self):
        accounts = self.env["calendar.sync.account"].with_context(active_test=False)
        before = accounts.search_count([])
        response = self._enter(password="wrong")
        self.assertEqual(response.status_code, 422)
        self.assertIn("not accepted", response.text)
        self.assertIn(f'value="{LOGIN}"', response.text)
        self.assertNotIn("wrong", response.text)
        self.assertEqual(accounts.search_count([]), before)
        for values in ({"url": ""}, {"url": "https://127.0.0.1/"}, {"login": " "}):
            self.assertEqual(self._enter(**values).status_code, 422, values)
        self.assertEqual(accounts.search_count([]), before)

    def test_looking_changes_nothing(self):
        before = self.link.read()
        for step in ("", "/caldav", "/consent", "/choose"):
            for method in ("GET", "HEAD"):
                response = self.opener.request(
                    method, self.base_url() + self._page(step), timeout=60
                )
                self.assertLess(response.status_code, 500)
        self.env.invalidate_all()
        self.assertEqual(self.link.read(), before)

    def test_links_that_open_nothing(self):
        pages = [self._get(f"/calendar/connect/{text}") for text in ("x" * 43, "x")]
        self.link.expires_at = fields.Datetime.now() - timedelta(minutes=1)
        pages.append(self._get(self._page()))
        self.link.expires_at = fields.Datetime.now() + timedelta(days=1)
        self.link.action_revoke()
        pages.append(self._get(self._page()))
        pages.append(self._enter())
        for page in pages:
            self.assertEqual(page.status_code, 404)
            self.assertIn("does not open anything", page.text)
        self.assertFalse(self.link.account_id)

    def test_a_newer_link_replaces_the_older_one(self):
        self._invite()
        self.assertEqual(self.link.state, "revoked")

    def test_guessing_is_slowed_down(self):
        self.env["ir.config_parameter"].set_param(
            "clinic_scheduling.limit.calendar_unknown", "3/600"
        )
        found = [
            self._get(f"/calendar/connect/{number:043d}").status_code
            for number in range(4)
        ]
        self.assertEqual(found, [404, 404, 404, 429])
        self.env["ir.config_parameter"].set_param(
            "clinic_scheduling.limit.calendar_attempt", "2/600"
        )
        found = [self._enter(password="wrong").status_code for _time in range(3)]
        self.assertEqual(found, [422, 422, 429])

    @mute_logger("odoo.http")
    def test_forms_without_our_proof_or_with_more_are_refused(self):
        response = self.url_open(self._page("/caldav"), data={"url": "x"}, timeout=60)
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self._enter(partner_id="1").status_code, 400)

    def test_a_mailbox_of_somebody_else(self):
        self.account.active = True
        response = self._enter()
        self.assertEqual(response.status_code, 422)
        self.assertIn("connected already", response.text)
        self.assertEqual(self.account.partner_id, self.doctor.partner_id)

    def test_calendars_of_others_are_not_chosen(self):
        self._enter()
        response = self._post(
            self._page("/choose"), calendar=self.calendar.id, publish="on"
        )
        self.assertEqual(response.status_code, 422)
        self.assertEqual(self.calendar.resource_id, self.doctor.resource_id)
        chosen = self.link.account_id.calendar_ids[:1]
        response = self._post(self._page("/choose"), calendar=chosen.id)
        self.assertIn("at least one", response.text)

    def test_bookings_that_go_elsewhere_already(self):
        self._enter()
        self.calendar.resource_id = self.colleague.resource_id
        response = self._choose()
        self.assertEqual(response.status_code, 422)
        self.assertIn("go to another calendar already", response.text)
        self.assertEqual(self.link.state, "open")

    def test_connecting_again(self):
        """A login that ended: one activity, one mail; what was chosen goes on."""
        self.account.active = True
        self.doctor.email = "ada@example.org"
        self.account.sudo().secret = secret_box.encrypt("wrong")
        before = self.env["mail.mail"].search([])
        links = self.env["calendar.sync.invitation"].search([])
        for _time in range(3):
            self.calendar._job_pull()
        self.assertEqual(self.account.state, "needs_consent")
        mail = self.env["mail.mail"].search([]) - before
        mail = mail.filtered("email_to")  # the others tell of the activity
        self.assertEqual(mail.mapped("email_to"), ["ada@example.org"])
        self.link = self.env["calendar.sync.invitation"].search([]) - links
        self.assertEqual(self.link.account_id, self.account)
        self.token = mail.body_html.split("/calendar/connect/")[1].split('"')[0]
        page = self._get(self._page())
        self.assertIn("has ended", page.text)
        response = self._enter()
        self.assertIn("/done", response.headers["Location"], response.text[:3000])
        self.assertEqual(self.account.state, "active")
        self.assertEqual(self.link.state, "used")
        self.assertTrue(self.calendar.publish)

    def test_who_sends(self):
        manager = new_test_user(
            self.env, "sync_sender", "calendar_sync.group_calendar_sync_manager"
        )
        doctor = self.colleague.with_user(manager)
        notice = doctor.action_send_calendar_link()
        self.assertIn("ben@example.org", notice["params"]["message"])
        self.assertEqual(self.link.state, "revoked")
        with self.assertRaises(AccessError):
            self.link.with_user(manager).read(["secret"])
        self.colleague.email = False
        with self.assertRaises(UserError):
            doctor.action_send_calendar_link()
