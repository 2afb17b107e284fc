# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The CalDAV client against a real server."""

from odoo.tests import tagged

from odoo.addons.clinic_engine.sync_payload import digest

from ..providers.base import CalendarError
from .common import CalendarSyncCommon

PAYLOAD = {
    "title": "Appointment",
    "description": "Line 1\nLine 2; with, signs",
    "location": "North \u2013 Étage 2",
    "start": 1906700400,
    "stop": 1906702200,
}


@tagged("post_install", "-at_install")
class TestCaldav(CalendarSyncCommon):
    """Requests and answers."""

    def setUp(self):
        super().setUp()
        self.provider = self.account._get_provider()
        self.remote = self.calendar.remote_id

    def _create(self):
        stamp = digest(PAYLOAD)
        return self.provider.create(self.remote, "key1", PAYLOAD, stamp, "ref")

    def assert_refused(self, status, reason, call, *args):
        with self.assertRaises(CalendarError) as caught:
            call(*args)
        self.assertEqual(
            (caught.exception.status, caught.exception.reason), (status, reason)
        )

    def test_what_is_written_is_read(self):
        written = self._create()
        item = self.provider.get(self.remote, written.remote_id)
        self.assertEqual(item.copy.payload, PAYLOAD)
        self.assertEqual(item.copy.stamp, digest(PAYLOAD))
        self.assertEqual((item.key, item.reference), ("key1", "ref"))
        self.assertEqual(item.copy.etag, written.etag)

    def test_a_second_creation_is_refused(self):
        self._create()
        self.assert_refused(412, "", self._create)
        self.assertEqual(len(self.server.list()), 1)

    def test_a_write_over_another_version_is_refused(self):
        written = self._create()
        self.server.edit(written.remote_id, "SUMMARY:Appointment", "SUMMARY:Mine")
        other = {**PAYLOAD, "title": "Other"}
        stamp = digest(other)
        update = self.provider.update
        self.assert_refused(
            412, "", update, self.remote, written.remote_id, other, stamp, written.etag
        )
        delete = self.provider.delete
        self.assert_refused(
            412, "", delete, self.remote, written.remote_id, written.etag
        )
        self.assertIn("SUMMARY:Mine", self.server.get(written.remote_id))

    def test_what_is_gone(self):
        written = self._create()
        self.provider.delete(self.remote, written.remote_id, written.etag)
        self.assertIsNone(self.provider.get(self.remote, written.remote_id))
        delete = self.provider.delete
        self.assert_refused(404, "", delete, self.remote, written.remote_id, "")

    def test_changes_since_a_cursor(self):
        first = self.provider.changes(self.remote, "")
        self.assertTrue(first.full)
        written = self._create()
        second = self.provider.changes(self.remote, first.cursor)
        self.assertEqual([item.key for item in second.items], ["key1"])
        self.server.stop()
        self.server.start()
        third = self.provider.changes(self.remote, second.cursor)
        self.assertEqual(third.items, ())
        self.server.delete(written.remote_id)
        [item] = self.provider.changes(self.remote, third.cursor).items
        self.assertTrue(item.removed)
        self.assertEqual(item.remote_id, written.remote_id)

    def test_a_cursor_that_is_forgotten(self):
        cursor = "http://radicale.org/ns/sync/" + "0" * 64
        changes = self.provider.changes
        self.assert_refused(403, "valid-sync-token", changes, self.remote, cursor)

    def test_many_events(self):
        for number in range(60):
            self.server.put(
                f"many{number}",
                f"DTSTART:{self._ics(10)}",
                f"DTEND:{self._ics(11)}",
            )
        items = self.provider.changes(self.remote, "").items
        self.assertEqual(len({item.remote_id for item in items}), 60)

    def test_no_answer(self):
        self.server.stop()
        self.addCleanup(self.server.start)
        self.assert_refused(None, "no_answer", self.provider.calendars)

    def test_an_address_without_calendars(self):
        self.account.url = f"{self.server.url}nowhere/"
        with self.assertRaises(CalendarError):
            self.account._get_provider().dav.send("GET", "/other-user/x.ics")
        with self.assertRaises(CalendarError) as caught:
            self.provider.dav.send("GET", "http://127.0.0.1:1/x")
        self.assertEqual(caught.exception.reason, "address")
