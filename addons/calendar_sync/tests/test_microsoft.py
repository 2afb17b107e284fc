# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Requests to a stand-in for Microsoft Graph, and its answers."""

import json
from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.clinic_engine.sync_identity import transaction_id
from odoo.addons.clinic_engine.sync_payload import digest

from ..providers.base import CalendarError
from ..providers.microsoft_events import read_time, write_time
from .common import MicrosoftSyncCommon
from .fake_graph import SHARED, WORK, refuse_graph

PAYLOAD = {
    "title": "Appointment",
    "description": "https://practice.example.org/odoo/clinic.appointment/1",
    "location": "North \u2013 Étage 2",
    "start": 1906700400,
    "stop": 1906702200,
}
KEY = "keep1"
EVENTS = f"/calendars/{WORK}/events"
DELTA = f"/calendars/{WORK}/calendarView/delta"


class MicrosoftCase(MicrosoftSyncCommon):
    """What tests of the client need."""

    def setUp(self):
        super().setUp()
        self.provider = self.account._get_provider()
        self.remote = self.calendar.remote_id

    def _create(self, **values):
        payload = {**PAYLOAD, **values}
        return self.provider.create(self.remote, KEY, payload, digest(payload), "ref")

    def _get(self):
        remote_id = self.provider.get_remote_id(self.remote, KEY)
        return self.provider.get(self.remote, remote_id)

    def _refuse(self, method, path, status, code, **values):
        body = refuse_graph(status, code).body
        self.server.fail(method, path, status=status, body=body, **values)

    def assert_refused(self, status, reason, call, *args):
        with self.assertRaises(CalendarError) as caught:
            call(*args)
        self.assertEqual(
            (caught.exception.status, caught.exception.reason), (status, reason)
        )
        return caught.exception


@tagged("post_install", "-at_install")
class TestMicrosoft(MicrosoftCase):
    """One request after the other."""

    def test_calendars_of_the_mailbox(self):
        found = {item.remote_id: item.writable for item in self.provider.calendars()}
        self.assertEqual(found, {WORK: True, SHARED: False})
        self.assertEqual(self.calendar.name, "Work")

    def test_what_is_written_is_read(self):
        written = self._create()
        item = self._get()
        self.assertEqual(item.remote_id, written.remote_id)
        self.assertEqual(item.copy.payload, PAYLOAD)
        self.assertEqual(item.copy.stamp, digest(PAYLOAD))
        self.assertEqual((item.key, item.reference), (KEY, "ref"))
        self.assertEqual(item.copy.etag, written.etag)

    def test_nobody_is_invited_and_each_request_wants_ids_that_stay(self):
        written = self._create()
        changed = {**PAYLOAD, "title": "Other"}
        args = self.remote, written.remote_id, changed, "stamp", written.etag
        etag = self.provider.update(*args).etag
        self.provider.delete(self.remote, written.remote_id, etag)
        self.provider.changes(self.remote, "")
        writes = [r for r in self.server.requests if "/events" in r.path]
        methods = [r.method for r in writes]
        self.assertEqual(methods, ["POST", "GET", "PATCH", "DELETE"])
        for request in self.server.requests:
            self.assertIn('IdType="ImmutableId"', request.headers["Prefer"])
            self.assertNotIn("attendees", request.body)
        self.assertEqual(json.loads(writes[0].body)["sensitivity"], "private")

    def test_a_change_writes_what_differs_and_nothing_else(self):
        written = self._create()
        changed = {**PAYLOAD, "title": "Other"}
        args = self.remote, written.remote_id, changed, "stamp", written.etag
        self.provider.update(*args)
        [request] = self.server.asked("PATCH")
        sent = json.loads(request.body)
        self.assertEqual(sent.keys(), {"subject", "singleValueExtendedProperties"})
        self.assertEqual(request.headers["If-Match"], written.etag)

    def test_the_same_creation_is_done_once(self):
        first, second = self._create(), self._create()
        self.assertEqual(first, second)
        self.assertEqual(self.server.list(), [first.remote_id])
        [request, _again] = self.server.asked("POST", EVENTS)
        self.assertEqual(json.loads(request.body)["transactionId"], transaction_id(KEY))

    def test_another_creation_under_the_same_key_is_refused(self):
        self._create()
        with self.assertRaises(CalendarError) as caught:
            self._create(title="Other")
        self.assertEqual(caught.exception.status, 409)
        self.assertEqual(len(self.server.list()), 1)

    def test_an_answer_with_other_values_is_not_believed(self):
        """Some mailboxes answer a repeated creation with the event as it is now."""
        event_id = self._create().remote_id
        self.server.put(event_id, subject="Renamed")
        with self.assertRaises(CalendarError) as caught:
            self._create()
        self.assertEqual(caught.exception.status, 409)
        self.assertEqual(self._get().copy.payload["title"], "Renamed")

    def test_a_creation_whose_event_was_deleted_since(self):
        written = self._create()
        self.server.delete(written.remote_id)
        with self.assertRaises(CalendarError):
            self._create()
        self.assertTrue(self._get().removed)
        delete = self.provider.delete
        found = self.provider.get_remote_id(self.remote, KEY)
        self.assert_refused(404, "ErrorItemNotFound", delete, self.remote, found, "")

    def test_a_write_over_another_version_is_refused(self):
        written = self._create()
        self.server.put(written.remote_id, subject="Mine")
        changed = {**PAYLOAD, "title": "Other"}
        args = self.remote, written.remote_id, changed, "stamp", written.etag
        self.assert_refused(412, "", self.provider.update, *args)
        self.assertFalse(self.server.asked("PATCH"))
        args = self.remote, written.remote_id, written.etag
        code = "ErrorIrresolvableConflict"
        self.assert_refused(412, code, self.provider.delete, *args)
        self.assertEqual(self.server.get(written.remote_id)["subject"], "Mine")

    def test_a_change_between_look_and_write_is_refused(self):
        written = self._create()
        self._refuse("PATCH", EVENTS, 412, "ErrorIrresolvableConflict")
        changed = {**PAYLOAD, "title": "Other"}
        args = self.remote, written.remote_id, changed, "stamp", written.etag
        code = "ErrorIrresolvableConflict"
        self.assert_refused(412, code, self.provider.update, *args)

    def test_an_event_made_one_of_a_whole_day_is_put_back(self):
        written = self._create()
        days = {"start": write_time(1906675200), "end": write_time(1906761600)}
        self.server.put(written.remote_id, isAllDay=True, **days)
        etag = self._get().copy.etag
        args = self.remote, written.remote_id, PAYLOAD, digest(PAYLOAD), etag
        self.provider.update(*args)
        self.assertEqual(self._get().copy.payload, PAYLOAD)
        self.assertFalse(self.server.get(written.remote_id)["isAllDay"])

    def test_texts_that_the_mailbox_lays_out_anew(self):
        written = self._create(description="Line 1\nLine 2")
        text = {"contentType": "text", "content": " Line 1\r\n\r\nLine 2 \r\nMine"}
        self.server.put(written.remote_id, body=text)
        payload = self._get().copy.payload
        self.assertEqual(payload["description"], "Line 1\nLine 2")
        self.server.put(written.remote_id, body={**text, "content": "Mine"})
        self.assertEqual(self._get().copy.payload["description"], "Mine")

    def test_what_is_gone(self):
        written = self._create()
        self.provider.delete(self.remote, written.remote_id, written.etag)
        self.assertIsNone(self.provider.get(self.remote, written.remote_id))
        self.assertIsNone(self._get())
        args = self.remote, written.remote_id, ""
        self.assert_refused(404, "ErrorItemNotFound", self.provider.delete, *args)

    def test_a_calendar_that_is_gone(self):
        del self.server.calendars[WORK]
        get = self.provider.get
        self.assert_refused(404, "calendar_gone", get, self.remote, "never")


@tagged("post_install", "-at_install")
class TestMicrosoftChanges(MicrosoftCase):
    """What is listed since a cursor, and of series."""

    def _items(self, cursor=""):
        return {
            item.remote_id: item
            for item in self.provider.changes(self.remote, cursor).items
        }

    def test_changes_since_a_cursor(self):
        first = self.provider.changes(self.remote, "")
        self.assertTrue(first.full)
        written = self._create()
        self._put_busy("golf", 10)
        second = self.provider.changes(self.remote, first.cursor)
        unread = {item.remote_id: item.unread for item in second.items}
        self.assertEqual(unread, {"golf": False, written.remote_id: True})
        third = self.provider.changes(self.remote, second.cursor)
        self.assertEqual((third.items, third.full), ((), False))
        self.server.delete(written.remote_id)
        [item] = self.provider.changes(self.remote, third.cursor).items
        self.assertEqual((item.remote_id, item.removed), (written.remote_id, True))

    def test_an_event_of_ours_that_was_made_public_is_known_all_the_same(self):
        written = self._create()
        self.server.put(written.remote_id, sensitivity="normal")
        self.assertTrue(self._items()[written.remote_id].unread)

    def test_a_copy_that_lost_its_properties(self):
        visit = self._book()
        self._sync()
        self.server.put(self._path(visit), singleValueExtendedProperties=[])
        self._sync()
        self.assertFalse(self.calendar.busy_ids)
        self.assertEqual(self._link(visit).state, "synced")
        self.assertFalse(self._link(visit).error)
        visit.reschedule({"start": self._at(14)})
        self._sync()
        self.assertEqual(self.server.list(), [self._path(visit)])
        self.assertFalse(self.env["calendar.sync.conflict"].search([]))

    def test_another_event_with_a_transaction_of_that_kind(self):
        """A copy of another calendar, or of a copy of the database: a busy time."""
        other = "6f1c36ee-0a5b-5d3c-9a1e-4b7c0d6f2a91"
        self._put_busy("other", 10, transactionId=other)
        self._sync()
        self.assertFalse(self._is_free(10))

    def test_what_we_wrote_ourselves_is_not_asked_for(self):
        self._book()
        self._sync()
        self.server.requests.clear()
        self.calendar._job_pull()
        self.calendar._job_pull(full=True)
        self.assertFalse(self.server.asked("GET", EVENTS))

    def test_private_events_of_others_are_asked_for_and_take_their_time(self):
        self._put_busy("secret", 10, sensitivity="private")
        self._sync()
        self.assertEqual(len(self.server.asked("GET", f"{EVENTS}/secret")), 1)
        self.assertFalse(self._is_free(10))

    def test_cursors_that_lead_nowhere(self):
        cursor = self.provider.changes(self.remote, "").cursor
        changes = self.provider.changes
        args = self.remote, cursor.partition(":")[2]
        self.assert_refused(410, "resyncRequired", changes, *args)
        self.server.expire_cursors()
        self.assert_refused(410, "SyncStateNotFound", changes, self.remote, cursor)
        self._refuse("GET", DELTA, 400, "syncStateNotFound")
        self.calendar.cursor = cursor
        self.calendar._job_pull()
        self.assertFalse(self.calendar.error)
        self.assertTrue(self.calendar.cursor)

    def test_a_link_to_another_server_is_not_followed(self):
        self._put_busy("golf", 10)
        for name in ("@odata.nextLink", "@odata.deltaLink"):
            body = {"value": [], name: "http://192.0.2.1/v1.0/steal"}
            self.server.fail("GET", DELTA, status=200, body=body)
            changes = self.provider.changes
            with self.subTest(name=name), self.assertRaises(CalendarError) as caught:
                cursor = changes(self.remote, "").cursor
                changes(self.remote, cursor)
            self.assertEqual(caught.exception.reason, "address")

    def test_many_pages_an_empty_one_and_an_event_on_two(self):
        for number in range(20):
            self._put_busy(f"many{number}", 10)
        self.assertEqual(len(self._items()), 20)
        self.assertEqual(len(self.server.asked("GET", DELTA)), 7)
        link = f"{self.server.url}v1.0/me{DELTA}?$skiptoken="
        first = self._times(self._at(9), self._at(10))
        later = self._times(self._at(11), self._at(12))
        row = {
            "id": "one",
            "showAs": "busy",
            "sensitivity": "normal",
            "@odata.etag": "1",
        }
        pages = [
            {"value": [{**row, **first}], "@odata.nextLink": link},
            {"value": [], "@odata.nextLink": link},
            {"value": [{**row, **later}], "@odata.deltaLink": link},
        ]
        for page in pages:
            self.server.fail("GET", DELTA, status=200, body=page)
        [item] = self._items().values()
        self.assertEqual(item.busy[0].start, read_time(later["start"]))

    def test_an_event_that_left_the_window_and_came_back(self):
        visit = self._book()
        self._sync()
        event_id = self._path(visit)
        self.calendar.authority = "propose"
        far = self._times(self._at(10, day=200), self._at(10, 30, day=200))
        self.server.put(event_id, **far)
        self._sync()
        link = self._link(visit)
        self.assertEqual(link.state, "synced")
        self.assertTrue(link.has_proposal)
        self.server.put(event_id, **self._times(self._at(10), self._at(10, 30)))
        self._sync()
        self.assertEqual((link.state, link.has_proposal), ("synced", False))
        self.assertEqual(self.server.list(), [event_id])

    def test_times_that_are_taken(self):
        declined = {"response": "declined"}
        asked = {"response": "notResponded"}
        self._put_busy("sure", 10)
        self._put_busy("away", 11, showAs="oof")
        self._put_busy("asked", 12, responseStatus=asked)
        self._put_busy("maybe", 13, showAs="tentative")
        self._put_busy("unseen", 14, showAs="unknown")
        self._put_busy("declined", 15, responseStatus=declined)
        self._put_busy("elsewhere", 16, showAs="workingElsewhere")
        self._put_busy("off", 17, isCancelled=True)
        self._put_busy("nothing", 18, hours=0)
        self._put_busy("odd", 9)
        items = self._items()
        tentative = {key: busy.tentative for key, i in items.items() for busy in i.busy}
        self.assertEqual(
            tentative,
            {
                "odd": False,
                "sure": False,
                "away": False,
                "asked": True,
                "maybe": True,
                "unseen": False,
            },
        )
        row = {"id": "odd", "start": {"dateTime": "soon"}, "end": {}, "showAs": "busy"}
        body = {"value": [row], "@odata.deltaLink": self.server.url}
        self.server.fail("GET", DELTA, status=200, body=body)
        self.assertIn("ValueError", self._items()["odd"].error)

    def test_a_calendar_that_tells_free_or_busy_alone(self):
        times = self._times(self._at(10), self._at(11))
        self.server.put("shared", **times)
        self.server.get("shared").pop("subject", None)
        self._sync()
        self.assertFalse(self._is_free(10))

    def test_series(self):
        self._put_series("series", 10, days=3, without=1)
        first = self.provider.changes(self.remote, "")
        [item] = first.items
        self.assertEqual(len(item.busy), 2)
        self.assertFalse(self.server.asked("GET", "/instances"))
        # Graph does not tell that an occurrence was deleted; the series is listed anew
        self.server.put("series", gone=[0, 1])
        [item] = self.provider.changes(self.remote, first.cursor).items
        self.assertEqual(len(item.busy), 1)
        self.server.put("series", showAs="free")
        [item] = self.provider.changes(self.remote, first.cursor).items
        self.assertEqual(item.busy, ())
        self.server.put("series", subject="Now")
        self._refuse("GET", "/instances", 404, "ErrorItemNotFound")
        [item] = self.provider.changes(self.remote, first.cursor).items
        self.assertTrue(item.removed)

    def test_a_series_whose_own_row_is_not_listed(self):
        self._put_series("series", 10, days=3, without=1)
        row = {"id": "series.0", "type": "occurrence", "seriesMasterId": "series"}
        body = {"value": [row], "@odata.deltaLink": self.server.url}
        self.server.fail("GET", DELTA, status=200, body=body)
        self.assertEqual(len(self._items()["series"].busy), 2)

    def test_our_event_that_was_made_a_series(self):
        visit = self._book()
        self._sync()
        rule = {
            "pattern": {"type": "daily", "interval": 1},
            "range": {"type": "numbered", "numberOfOccurrences": 3},
        }
        event_id = self._path(visit)
        self.server.put(event_id, recurrence=rule, type="seriesMaster")
        self._sync()
        self.assertEqual(self._link(visit).state, "synced")
        self.assertFalse(self.calendar.busy_ids)

    def test_zones_that_nobody_knows(self):
        epoch = read_time(
            {"dateTime": "2030-06-03T10:00:00.0000000", "timeZone": "UTC"}
        )
        for zone, hours in (("tzone://Microsoft/Custom", 0), ("Europe/Paris", -2)):
            moment = {"dateTime": "2030-06-03T10:00:00", "timeZone": zone}
            expected = epoch + timedelta(hours=hours).total_seconds()
            self.assertEqual(read_time(moment), expected)
