# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
import uuid
from datetime import timedelta
from unittest.mock import patch

from icalendar import Calendar

from odoo import fields, http
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..models import clinic_calendar_feed
from ..models.clinic_rate_limit import LIMITS
from .common import ClinicCommon

PAGE = "/my/clinic/calendar"


@tagged("post_install", "-at_install")
class TestCalendarFeed(ClinicCommon, HttpCase):
    """Calendars behind a secret link."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.feeds = cls.env["clinic.calendar.feed"]
        cls.user = new_test_user(
            cls.env,
            "test_feed_patient",
            groups="base.group_portal",
            password="test_feed_patient",
        )
        cls.patient.partner_id = cls.user.partner_id
        cls.child = cls.env["clinic.patient"].create({"name": "Kim Patient"})
        cls.consent = cls.env["clinic.consent"].create(
            {
                "patient_id": cls.child.id,
                "partner_id": cls.user.partner_id.id,
                "scope": "view",
            }
        )
        cls.doctor_user = cls._create_user("doctor", password="test_doctor")
        cls.doctor.user_id = cls.doctor_user
        cls.visit = cls._book(reason="Cough")
        cls.visit_of_child = cls._book(11, patient_id=cls.child.id)
        cls.visit_of_other = cls._book(12, patient_id=cls.other_patient.id)
        cls.secret = cls.feeds._make(cls.user, "patient")

    def _get(self, secret=None, status=200, **headers):
        address = f"/clinic/feed/{secret or self.secret}.ics"
        response = self.url_open(address, headers=headers)
        self.assertEqual(response.status_code, status)
        return response

    def _events(self, secret=None):
        """Return {visit: event} of the calendar behind the secret."""
        calendar = Calendar.from_ical(self._get(secret).content)
        events = {str(event["uid"]): event for event in calendar.walk("VEVENT")}
        visits = self.env["clinic.appointment"].search([])
        return {
            visit: events[visit._get_ical_uid()]
            for visit in visits
            if visit._get_ical_uid() in events
        }

    # -- Content -----------------------------------------------------------

    def test_own_and_dependants_visits(self):
        events = self._events()
        self.assertEqual(set(events), {self.visit, self.visit_of_child})
        self.assertTrue(events[self.visit]["summary"].startswith("Appointment"))
        self.assertTrue(events[self.visit_of_child]["summary"].startswith("Kim:"))

    def test_answer_is_a_private_calendar(self):
        response = self._get()
        self.assertEqual(
            response.headers["Content-Type"], "text/calendar; charset=utf-8"
        )
        self.assertIn("private", response.headers["Cache-Control"])
        self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
        self.assertNotIn("Set-Cookie", response.headers)
        calendar = Calendar.from_ical(response.content)
        self.assertEqual(calendar["method"], "PUBLISH")
        self.assertIn(self.env.company.name, calendar["x-wr-calname"])
        self.assertNotIn("Cough", response.text)

    def test_a_consent_that_ends_takes_its_visits_along(self):
        self.consent.action_revoke()
        self.assertEqual(set(self._events()), {self.visit})

    def test_companies_are_those_of_the_account(self):
        company = self.env["res.company"].create({"name": "Other Practice"})
        self.user.write({"company_ids": [Command.link(company.id)]})
        self.child.company_id = company
        self.assertIn(self.visit_of_child, self._events())
        self.user.write({"company_ids": [Command.unlink(company.id)]})
        self.assertNotIn(self.visit_of_child, self._events())

    def test_move_and_cancel_keep_the_event(self):
        self.visit.reschedule({"start": self._at(14)})
        event = self._events()[self.visit]
        self.assertEqual(event["sequence"], 1)
        self.visit.cancel()
        event = self._events()[self.visit]
        self.assertEqual((event["sequence"], event["status"]), (2, "CANCELLED"))

    def test_window(self):
        """What was long ago is left out; the rest, and no hold, is there."""
        now = fields.Datetime.now()
        door = self.env["clinic.appointment"].with_user(self.env.user)
        self.env.user.group_ids += self.env.ref(
            "clinic_scheduling.group_clinic_exception"
        )
        old, recent = (
            door.book(
                {
                    **self._vals(),
                    "start": now - timedelta(days=days),
                    "exception_reason": "Entered later",
                    "state": "scheduled",
                }
            )
            for days in (40, 20)
        )
        hold = door.hold(self._vals(15))
        visits = self._events()
        self.assertIn(recent, visits)
        self.assertNotIn(old, visits)
        self.assertNotIn(hold, visits)

    def test_times_that_were_given_back_crowd_nothing_out(self):
        for minute in (0, 30):
            hold = self.env["clinic.appointment"].hold(self._vals(9, minute))
            hold.write({"patient_id": self.patient.id})
            hold.cancel()
            self.assertEqual(hold.name, "/")
        with patch.object(clinic_calendar_feed, "MAX_EVENTS", 2):
            self.assertEqual(set(self._events()), {self.visit, self.visit_of_child})

    def test_doctors_calendar_names_nobody(self):
        secret = self.feeds._make(self.doctor_user, "doctor")
        events = self._events(secret)
        mine = {self.visit, self.visit_of_child, self.visit_of_other}
        self.assertEqual(set(events), mine)
        text = self._get(secret).text.replace("\r\n ", "")
        for word in ("Paul", "Patient", "Kim", "Olga", "Consultation", "P. P."):
            self.assertNotIn(word, text)
        self.assertIn(self.visit.name, text)
        self.env.company.clinic_feed_initials = True
        self.assertIn("(O. O.)", self._events(secret)[self.visit_of_other]["summary"])

    # -- Nothing new -------------------------------------------------------

    def test_not_modified(self):
        headers = self._get().headers
        tag, date = headers["ETag"], headers["Last-Modified"]
        answer = self._get(status=304, **{"If-None-Match": tag})
        self.assertFalse(answer.content)
        self.assertEqual(answer.headers["ETag"], tag)
        self._get(status=304, **{"If-Modified-Since": date})
        self._get(**{"If-None-Match": '"another"', "If-Modified-Since": date})
        self._get(**{"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"})

    def test_every_change_is_new(self):
        changes = [
            lambda: self.visit.reschedule({"start": self._at(14)}),
            lambda: self.visit.cancel(),
            lambda: self._book(15),
            lambda: self.consent.action_revoke(),
        ]
        for number, change in enumerate(changes):
            tag = self._get().headers["ETag"]
            change()
            with self.subTest(change=number):
                self._get(**{"If-None-Match": tag})

    def test_what_left_is_a_change_too(self):
        """For programs that know no tags, only dates."""
        secret = self.feeds._make(self.doctor_user, "doctor")
        later = fields.Datetime.now() + timedelta(days=1)
        changes = {
            secret: lambda: self.visit_of_other.reschedule(
                {"doctor_id": self.colleague.id}
            ),
            self.secret: lambda: self.consent.action_revoke(),
        }
        for link, change in changes.items():
            date = self._get(link).headers["Last-Modified"]
            self._get(link, status=304, **{"If-Modified-Since": date})
            with patch.object(self.env.cr, "now", lambda: later):
                change()
                self.env.flush_all()
            self._get(link, **{"If-Modified-Since": date})

    # -- Who may look ------------------------------------------------------

    def test_wrong_links_are_all_alike(self):
        doctor_secret = self.feeds._make(self.doctor_user, "doctor")
        self.feeds._get_open(self.doctor_user, "doctor")._revoke()
        stored = self.feeds._get_open(self.user, "patient").token_hash
        texts = set()
        for secret in (
            *("x", "False", "0", "' OR 1=1--", "%00", "%ff%fe", "a" * 4000),
            *(doctor_secret, stored, self.secret[:-1], self.secret + "x"),
        ):
            with self.subTest(secret=secret[:20]):
                text = self._get(secret, status=404).text
                self.assertNotIn("Traceback", text)
                texts.add(re.sub(r'csrf_token: "\w+"', "", text))
        self.assertEqual(len(texts), 1)

    def test_only_a_hash_is_stored(self):
        feed = self.feeds._get_open(self.user, "patient")
        self.assertNotIn(self.secret, str(feed.read()))
        manager = self._create_user("manager")
        self.assertNotIn("token_hash", feed.with_user(manager).fields_get())
        with self.assertRaises(AccessError):
            feed.with_user(manager).read(["token_hash"])

    def test_a_closed_account_opens_nothing(self):
        self.user.active = False
        self._get(status=404)

    def test_a_patient_who_is_gone_opens_nothing(self):
        self.consent.action_revoke()
        self.patient.active = False
        self._get(status=404)

    def test_a_doctor_who_leaves_opens_nothing(self):
        secret = self.feeds._make(self.doctor_user, "doctor")
        self._get(secret)
        self.doctor.user_id = False
        self._get(secret, status=404)

    def test_looking_changes_nothing(self):
        tables = ("clinic_calendar_feed", "clinic_appointment", "clinic_consent")
        before = [self._count_versions(table) for table in tables]
        self._get()
        self._get(status=404, secret="x")
        self.assertEqual([self._count_versions(table) for table in tables], before)

    def _count_versions(self, table):
        self.env.flush_all()
        self.env.cr.execute(f"SELECT max(xmin::text::bigint) FROM {table}")
        return self.env.cr.fetchone()

    def test_too_many_looks(self):
        with patch.dict(LIMITS, feed=(2, 60)):
            # one after the other from one address, as calendar services look
            other = self.feeds._make(self.doctor_user, "doctor")
            for secret in (self.secret, other) * 2:
                self._get(secret)
            for secret in (self.secret, other):
                answer = self._get(secret, status=429)
                self.assertGreater(int(answer.headers["Retry-After"]), 0)

    def test_too_many_guesses(self):
        address = "odoo.addons.clinic_scheduling.controllers.portal_calendar"
        guesser = str(uuid.uuid4())
        here = patch(f"{address}.get_address", return_value=guesser)
        with patch.dict(LIMITS, feed=(2, 60)), here:
            self._get("x", status=404)
            # a test takes back what was counted in a request that failed
            for _guess in range(2):
                self.env["clinic.rate.limit"]._count("feed", guesser)
            answer = self._get("z", status=429)
            self.assertGreater(int(answer.headers["Retry-After"]), 0)
            self._get()

    def test_make_copy_and_revoke_in_the_browser(self):
        self.start_tour(PAGE, "clinic_scheduling_calendar_link", login=self.user.login)
        feeds = self.feeds.search([("user_id", "=", self.user.id)])
        self.assertEqual(len(feeds), 2)
        self.assertTrue(all(feed.revoked_at for feed in feeds))

    # -- The page ----------------------------------------------------------

    def _post(self, action, **data):
        data.setdefault("csrf_token", http.Request.csrf_token(self))
        return self.url_open(f"{PAGE}/{action}", data=data, allow_redirects=False)

    def _read_secret(self, response):
        (secret,) = re.findall(r'/clinic/feed/([\w-]+)\.ics"', response.text)[:1]
        return secret

    def test_make_renew_and_revoke(self):
        self.authenticate("test_feed_patient", "test_feed_patient")
        page = self.url_open(PAGE)
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("/clinic/feed/", page.text, "an old link is never shown")
        answer = self._post("make", kind="patient")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        secret = self._read_secret(answer)
        self._get(status=404)
        self._get(secret)
        self.assertNotIn(secret, self.url_open(PAGE).text)
        answer = self._post("revoke", kind="patient")
        self.assertEqual(answer.status_code, 303)
        self._get(secret, status=404)

    def test_nobody_makes_what_is_not_theirs(self):
        self.authenticate("test_feed_patient", "test_feed_patient")
        self.assertEqual(self._post("make", kind="doctor").status_code, 404)
        self.assertEqual(self._post("make", kind="x").status_code, 400)
        self.assertEqual(self._post("revoke", kind="x").status_code, 400)
        forged = {"user_id": self.doctor_user.id, "token_hash": "x", "kind": "patient"}
        self._post("make", **forged)
        feed = self.feeds.search([], order="id desc", limit=1)
        self.assertEqual((feed.user_id, len(feed.token_hash)), (self.user, 64))

    def test_a_doctor_makes_it_from_the_backend_login(self):
        self.authenticate("test_doctor", "test_doctor")
        self.assertIn("of your patients", self.url_open(PAGE).text)
        secret = self._read_secret(self._post("make", kind="doctor"))
        self.assertIn(self.visit, self._events(secret))

    def test_accounts_without_visits_are_told_so(self):
        new_test_user(
            self.env, "test_nobody", groups="base.group_portal", password="test_nobody"
        )
        self.authenticate("test_nobody", "test_nobody")
        self.assertIn("no patient belongs to it", self._words(self.url_open(PAGE)))
        self.assertEqual(self._post("make", kind="patient").status_code, 404)

    def _words(self, response):
        return " ".join(response.text.split())

    @mute_logger("odoo.http")
    def test_changes_need_a_post_with_its_token(self):
        self.authenticate("test_feed_patient", "test_feed_patient")
        for action in ("make", "revoke"):
            with self.subTest(action=action):
                answer = self.url_open(
                    f"{PAGE}/{action}?kind=patient", allow_redirects=False
                )
                self.assertEqual(answer.status_code, 303)
                self.assertTrue(answer.headers["Location"].endswith(PAGE))
                answer = self._post(action, kind="patient", csrf_token="")
                self.assertEqual(answer.status_code, 400)
        self._get()

    def test_the_page_wants_a_login(self):
        self.authenticate(None, None)
        answer = self.url_open(PAGE, allow_redirects=False)
        self.assertIn("/web/login", answer.headers["Location"])

    def test_managers_revoke_others_do_not(self):
        feed = self.feeds._get_open(self.user, "patient")
        for user in (self.user, self.receptionist, self.doctor_user):
            with self.assertRaises(AccessError):
                feed.with_user(user).action_revoke()
        feed.with_user(self._create_user("manager")).action_revoke()
        self._get(status=404)
