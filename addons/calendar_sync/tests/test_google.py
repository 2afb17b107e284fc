# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Google's client against a stand-in for Google: requests and answers."""

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_engine.sync_payload import digest

from ..providers import google
from ..providers.base import CalendarError
from .common import GoogleSyncCommon
from .fake_google import MAILBOX, refuse

PAYLOAD = {
    "title": "Appointment",
    "description": "Line 1\nLine 2; with, signs",
    "location": "North \u2013 Étage 2",
    "start": 1906700400,
    "stop": 1906702200,
}
KEY = "keep1"
EVENTS = f"/calendars/{MAILBOX}/events"


class GoogleCase(GoogleSyncCommon):
    """What tests of the client need."""

    def setUp(self):
        super().setUp()
        self.provider = self.account._get_provider()
        self.remote = self.calendar.remote_id

    def _create(self):
        stamp = digest(PAYLOAD)
        return self.provider.create(self.remote, KEY, PAYLOAD, stamp, "ref")

    def _refuse(self, method, path, status, reason, **values):
        body = refuse(status, reason).body
        self.server.fail(method, path, status=status, body=body, **values)

    def assert_refused(self, status, reason, call, *args):
        with self.assertRaises(CalendarError) as caught:
            call(*args)
        self.assertEqual(
            (caught.exception.status, caught.exception.reason), (status, reason)
        )
        return caught.exception


@tagged("post_install", "-at_install")
class TestGoogle(GoogleCase):
    """One request after the other."""

    def test_calendars_that_may_be_read(self):
        found = {item.remote_id: item.writable for item in self.provider.calendars()}
        self.assertEqual(found, {MAILBOX: True, "holidays": False})
        self.assertEqual(self.calendar.name, "Work")

    def test_what_is_written_is_read(self):
        written = self._create()
        item = self.provider.get(self.remote, written.remote_id)
        self.assertEqual(item.copy.payload, PAYLOAD)
        self.assertEqual(item.copy.stamp, digest(PAYLOAD))
        self.assertEqual((item.key, item.reference), (KEY, "ref"))
        self.assertEqual(item.copy.etag, written.etag)

    def test_nobody_is_invited_and_each_mailbox_has_its_own_quota(self):
        written = self._create()
        args = self.remote, KEY, {**PAYLOAD, "title": "Other"}, "stamp"
        etag = self.provider.update(*args, written.etag).etag
        self.provider.delete(self.remote, KEY, etag)
        writes = [r for r in self.server.requests if "/events" in r.path]
        self.assertEqual([r.method for r in writes], ["POST", "PATCH", "DELETE"])
        for request in writes:
            self.assertEqual(request.query["sendUpdates"], "none")
            self.assertLessEqual(len(request.query["quotaUser"]), 40)
            self.assertNotIn("attendees", request.body)

    def test_a_second_creation_is_refused(self):
        self._create()
        self.assert_refused(409, "duplicate", self._create)
        self.assertEqual(self.server.list(), [KEY])

    def test_a_write_over_another_version_is_refused(self):
        written = self._create()
        self.server.put(KEY, summary="Mine")
        args = self.remote, KEY, {**PAYLOAD, "title": "Other"}, "stamp", written.etag
        self.assert_refused(412, "conditionNotMet", self.provider.update, *args)
        args = self.remote, KEY, written.etag
        self.assert_refused(412, "conditionNotMet", self.provider.delete, *args)
        self.assertEqual(self.server.get(KEY)["summary"], "Mine")

    def test_an_event_made_one_of_a_whole_day_is_put_back(self):
        self._create()
        days = {"start": {"date": "2030-06-03"}, "end": {"date": "2030-06-04"}}
        self.server.put(KEY, **days)
        etag = self.provider.get(self.remote, KEY).copy.etag
        self.provider.update(self.remote, KEY, PAYLOAD, digest(PAYLOAD), etag)
        copy = self.provider.get(self.remote, KEY).copy
        self.assertEqual(copy.payload, PAYLOAD)
        self.assertNotIn("date", self.server.get(KEY)["start"])

    def test_what_is_gone(self):
        written = self._create()
        self.provider.delete(self.remote, KEY, written.etag)
        self.assertTrue(self.provider.get(self.remote, KEY).removed)
        self.assert_refused(410, "deleted", self.provider.delete, self.remote, KEY, "")
        self.assertIsNone(self.provider.get(self.remote, "never"))

    def test_a_calendar_that_is_gone(self):
        del self.server.calendars[MAILBOX]
        get = self.provider.get
        self.assert_refused(404, "calendar_gone", get, self.remote, "never")

    def test_changes_since_a_cursor(self):
        first = self.provider.changes(self.remote, "")
        self.assertTrue(first.full)
        self._create()
        self._put_busy("golf", 10)
        second = self.provider.changes(self.remote, first.cursor)
        self.assertEqual([item.key for item in second.items], ["", KEY])
        third = self.provider.changes(self.remote, second.cursor)
        self.assertEqual((third.items, third.full), ((), False))
        self.server.delete(KEY)
        [item] = self.provider.changes(self.remote, third.cursor).items
        self.assertEqual((item.remote_id, item.removed), (KEY, True))

    def test_cursors_that_lead_nowhere(self):
        cursor = self.provider.changes(self.remote, "").cursor
        changes = self.provider.changes
        args = self.remote, cursor.partition(":")[2]
        self.assert_refused(410, "fullSyncRequired", changes, *args)
        self.server.expire_cursors()
        self.assert_refused(410, "fullSyncRequired", changes, self.remote, cursor)

    def test_many_pages_and_an_empty_one(self):
        for number in range(20):
            self._put_busy(f"many{number}", 10)
        items = self.provider.changes(self.remote, "").items
        self.assertEqual(len({item.remote_id for item in items}), 20)
        listed = [r for r in self.server.asked("GET", EVENTS) if r.query]
        self.assertEqual(len(listed), 7)
        empty = {"items": [], "nextPageToken": "page-x"}
        self.server.pages["page-x"] = [], ("", "")
        self.server.fail("GET", EVENTS, status=200, body=empty)
        self.assertEqual(self.provider.changes(self.remote, "").items, ())

    def test_times_that_are_taken(self):
        me = {"self": True, "email": MAILBOX}
        declined = {**me, "responseStatus": "declined"}
        asked = {**me, "responseStatus": "needsAction"}
        self._put_busy("sure", 10)
        self._put_busy("asked", 11, attendees=[asked])
        self._put_busy("declined", 12, attendees=[declined])
        self._put_busy("office", 13, eventType="workingLocation")
        self._put_busy("away", 14, eventType="outOfOffice")
        self._put_busy("nothing", 15, hours=0)
        self.server.put("odd", start={"dateTime": "soon"}, end={}, summary="Odd")
        with patch("odoo.addons.calendar_sync.tests.fake_google.is_between"):
            items = self.provider.changes(self.remote, "").items
        tentative = {i.remote_id: b.tentative for i in items for b in i.busy}
        self.assertEqual(tentative, {"sure": False, "asked": True, "away": False})
        self.assertEqual([i.remote_id for i in items if i.error], ["odd"])

    def test_a_copy_that_lost_its_private_properties(self):
        visit = self._book()
        self._sync()
        self.server.put(self._path(visit), extendedProperties={})
        self._sync()
        self.assertFalse(self.calendar.busy_ids)
        self.assertEqual(self._link(visit).state, "synced")
        self.assertFalse(self.env["calendar.sync.conflict"].search([]))


@tagged("post_install", "-at_install")
class TestGoogleFaults(GoogleCase):
    """Refusals, lost answers, and logins that end."""

    @mute_logger("googleapiclient.http")
    def test_too_much_at_once_is_no_want_of_rights(self):
        for status, reason in (
            (403, "rateLimitExceeded"),
            (403, "userRateLimitExceeded"),
            (429, "rateLimitExceeded"),
        ):
            self._refuse("POST", EVENTS, status, reason, headers={"Retry-After": 90})
            error = self.assert_refused(status, reason, self._create)
            self.assertEqual(error.wait, 90)
            self.assertEqual(self.account._note_error(error), "retry")
        self.assertEqual(len(self.server.asked("POST", EVENTS)), 3)

    def test_a_pause_until_a_date(self):
        date = "Wed, 21 Oct 2026 07:28:00 GMT"
        self._refuse("POST", EVENTS, 429, "x", headers={"Retry-After": date})
        self.provider.clock = lambda: 1792567680 - 60
        self.assertEqual(self.assert_refused(429, "x", self._create).wait, 60)

    @mute_logger("googleapiclient.http")
    def test_a_quota_that_is_used_up(self):
        self._refuse("POST", EVENTS, 403, "quotaExceeded")
        error = self.assert_refused(403, "quotaExceeded", self._create)
        self.account._note_error(error)
        wait = self.account.next_allowed_at - self.env.cr.now()
        self.assertGreaterEqual(wait.total_seconds(), 3599)

    @mute_logger("googleapiclient.http")
    def test_a_refusal_for_good(self):
        visit = self._book()
        self._commit()
        self._refuse("POST", EVENTS, 403, "accessNotConfigured")
        self.assertIn("permanent", self._link(visit)._job_push())
        self.assertIn("not enabled", self._link(visit).error)
        self.assertFalse(self.account.next_allowed_at)
        self.assertEqual(self.account.state, "active")

    def test_a_listing_that_ends_midway_begins_anew(self):
        self._sync()
        for number in range(5):
            self._put_busy(f"many{number}", 10 + number)
        cursor = self.calendar.cursor
        self._refuse("GET", EVENTS, 503, "backendError", skip=1)
        self.calendar._job_pull()
        self.assertEqual(self.calendar.cursor, cursor)
        self.assertFalse(self.calendar.busy_ids)
        self._end_pause()
        self._refuse("GET", EVENTS, 410, "fullSyncRequired", skip=1)
        self.calendar._job_pull()
        self.assertEqual(len(self.calendar.busy_ids), 5)
        self.assertNotEqual(self.calendar.cursor, cursor)

    def test_an_answer_that_is_lost(self):
        """Google's client sends a request again whose answer was lost."""
        visit = self._book()
        self._commit()
        link = self._link(visit)
        for method, change in (
            ("POST", lambda: None),
            ("PATCH", lambda: visit.reschedule({"start": self._at(14)})),
            ("DELETE", visit.cancel),
        ):
            change()
            self._commit()
            self.server.fail(method, EVENTS, times=2, kind="lose")
            link._job_push()
            self._sync()
            with self.subTest(method=method):
                self.assertEqual(len(self.server.mine), 1)
                self.assertFalse(link.waits)
        self.assertEqual(self.server.list(), [])
        self.assertEqual(link.state, "done")
        self.assertFalse(self.env["calendar.sync.conflict"].search([]))

    def test_an_answer_that_comes_too_late(self):
        visit = self._book()
        self._commit()
        self.server.fail("POST", EVENTS, kind="hang", seconds=1)
        with patch.object(google, "TIMEOUT", 0.2):
            self._link(visit)._job_push()
        self.assertEqual(self._link(visit).state, "new")
        self.assertTrue(self.account.next_allowed_at)
        self._sync()
        self.assertEqual(len(self.server.mine), 1)
        self.assertEqual(self._link(visit).state, "synced")

    def test_no_line(self):
        self.server.fail("GET", EVENTS, times=9, kind="drop")
        get = self.provider.get
        self.assert_refused(None, "no_answer", get, self.remote, KEY)

    def test_a_calendar_that_is_not_shared_any_more(self):
        visit = self._book()
        self._sync()
        del self.server.calendars[MAILBOX]
        self.calendar._job_pull()
        self.calendar._job_pull(full=True)
        visit.reschedule({"start": self._at(14)})
        self._commit()
        for _round in range(3):
            self._push_all()
        self.assertEqual(self._link(visit).state, "synced")
        self.assertIn("deleted", self._link(visit).error)
        self.assertTrue(self.calendar.error)
        self.assertFalse(visit.activity_ids)

    def test_nobody_is_asked_for_what_is_past(self):
        visits = [self._book(hour) for hour in range(10, 16)]
        self._sync()
        for visit in visits:
            times = self._times(self._at(10, day=90), self._at(11, day=90))
            self.server.put(self._path(visit), **times)
        for link in self.calendar.link_ids:
            link.base = {**link.base, "start": 0, "stop": 1}
        self.server.requests.clear()
        self.calendar._job_pull(full=True)
        self.assertFalse(self.calendar.error)
        self.assertEqual(len(self.server.asked("GET", EVENTS)), 1)
