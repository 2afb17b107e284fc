# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Events of strangers that are odd in one way or another."""

from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_scheduling.tests.common import MONDAY

from .common import CalendarSyncCommon, GoogleSyncCommon, MicrosoftSyncCommon

LONG = "<b>Übung</b> 🦷 \u202e " * 400
TITLES = ("", "(No title)", LONG, "Caf\u00e9 \U0001f9b7")


@tagged("post_install", "-at_install")
class TestOddEventsCaldav(CalendarSyncCommon):
    """Whatever a program writes into a calendar."""

    def _put(self, uid, *lines):
        return self.server.put(uid, *lines)

    @mute_logger("py.warnings")
    def test_series_of_all_kinds(self):
        """Additional days, left-out days, two ends of one rule, one without an end."""
        ten, eleven = self._ics(10), self._ics(11)
        times = (f"DTSTART:{ten}", f"DTEND:{eleven}")
        self._put("more", *times, f"RDATE:{self._ics(10, day=2)}")
        self._sync()
        free = [self._is_free(10, day=day) for day in range(4)]
        self.assertEqual(free, [False, True, False, True])
        self.server.delete(f"{self.server.calendar}more.ics")
        twice = f"RRULE:FREQ=DAILY;COUNT=2;UNTIL={self._ics(10, day=3)}"
        self._put("ends", *times, twice, f"EXDATE:{ten}")
        self._sync()
        self.assertTrue(self._is_free(10))
        self.assertTrue(self._is_free(10, day=4))
        self._put("ever", *times, "RRULE:FREQ=MINUTELY;COUNT=5000")
        self._sync()
        self.assertLessEqual(len(self.calendar.busy_ids), 2010)
        self.assertFalse(self._is_free(11))

    def test_an_exception_and_the_rest_of_a_series(self):
        """One is moved, and from the third on it is another series."""
        day = self._ics(10, day=1)
        lines = "\r\n".join(
            (
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN",
                f"BEGIN:VEVENT\r\nUID:series\r\nDTSTAMP:{day}\r\nSUMMARY:Golf",
                f"DTSTART:{self._ics(10)}\r\nDTEND:{self._ics(11)}",
                f"RRULE:FREQ=DAILY;UNTIL={self._ics(10, day=1)}\r\nEND:VEVENT",
                f"BEGIN:VEVENT\r\nUID:series\r\nDTSTAMP:{day}\r\nSUMMARY:Golf",
                f"RECURRENCE-ID:{day}\r\nDTSTART:{self._ics(14, day=1)}",
                f"DTEND:{self._ics(15, day=1)}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            )
        )
        path = f"{self.server.calendar}series.ics"
        self.server.request("PUT", path, lines.encode(), Content_Type="text/calendar")
        rest = (f"DTSTART:{self._ics(12, day=2)}", f"DTEND:{self._ics(13, day=2)}")
        self._put("rest", *rest, "RRULE:FREQ=DAILY;COUNT=2")
        self._sync()
        self.assertFalse(self._is_free(10))
        self.assertTrue(self._is_free(10, day=1))
        self.assertFalse(self._is_free(14, day=1))
        self.assertTrue(self._is_free(10, day=2))
        self.assertFalse(self._is_free(12, day=3))

    def test_times_that_are_none(self):
        """No length, an end before the start, ends of the calendar: others count."""
        ten = self._ics(10)
        self._put("nothing", f"DTSTART:{ten}", f"DTEND:{ten}")
        self._put("back", f"DTSTART:{self._ics(13)}", f"DTEND:{self._ics(12)}")
        self._put("first", "DTSTART;VALUE=DATE:00010101", "SUMMARY:Old")
        self._put("last", "DTSTART:99991231T230000Z", "DTEND:99991231T235900Z")
        self._put("golf", f"DTSTART:{self._ics(15)}", f"DTEND:{self._ics(16)}")
        days = f"DTSTART;VALUE=DATE:{MONDAY + timedelta(days=1):%Y%m%d}"
        end = f"DTEND;VALUE=DATE:{MONDAY + timedelta(days=4):%Y%m%d}"
        self._put("away", days, end)
        self._sync()
        free = [self._is_free(hour) for hour in (10, 12, 13, 15)]
        # of the one that ends before it starts, the time between
        self.assertEqual(free, [True, False, True, False])
        free = [self._is_free(10, day=day) for day in range(5)]
        self.assertEqual(free, [True, False, False, False, True])

    def test_a_time_without_a_clock(self):
        """It is taken as UTC."""
        start, stop = (f"{self._at(hour):%Y%m%dT%H%M%S}" for hour in (10, 11))
        self._put("odd", f"DTSTART:{start}", f"DTEND:{stop}")
        self._sync()
        self.assertFalse(self._is_free(10))
        self.assertTrue(self._is_free(12))

    def test_texts_of_all_kinds(self):
        for number, title in enumerate(TITLES):
            escaped = title.replace("\n", "\\n")
            self._put(
                f"odd{number}",
                f"DTSTART:{self._ics(9 + number)}",
                f"DTEND:{self._ics(10 + number)}",
                *([f"SUMMARY:{escaped}"] if title else []),
                f"DESCRIPTION:{LONG}",
            )
        self._sync()
        self.assertEqual(len(self.calendar.busy_ids), len(TITLES))
        stored = str(self.calendar.busy_ids.read())
        self.assertFalse([word for word in ("Übung", "title", "Caf") if word in stored])


class OddTexts:
    """Titles and descriptions, of which nothing is kept."""

    def test_texts_of_all_kinds(self):
        for number, title in enumerate(TITLES):
            self._put_busy(f"odd{number}", 9 + number, **self._texts(title))
        self._sync()
        self.assertEqual(len(self.calendar.busy_ids), len(TITLES))
        stored = str(self.calendar.busy_ids.read())
        self.assertFalse([word for word in ("Übung", "title", "Caf") if word in stored])


@tagged("post_install", "-at_install")
class TestOddEventsGoogle(OddTexts, GoogleSyncCommon):
    """At Google."""

    allow_inherited_tests_method = True

    def _texts(self, title):
        return {"location": title, "description": LONG}

    def test_an_exception_of_a_series(self):
        """An event of its own names the series, and the time it had."""
        self._put_series("golf", 10, days=3, without=2)
        moment = f"{self._at(10, day=1):%Y%m%dT%H%M%SZ}"
        self._put_busy(f"golf_{moment}", 14, day=1, recurringEventId="golf")
        self._sync()
        self.assertFalse(self._is_free(10))
        self.assertTrue(self._is_free(10, day=1))
        self.assertFalse(self._is_free(14, day=1))
        self.assertTrue(self._is_free(10, day=2))


@tagged("post_install", "-at_install")
class TestOddEventsMicrosoft(OddTexts, MicrosoftSyncCommon):
    """At Microsoft 365."""

    allow_inherited_tests_method = True

    def _texts(self, title):
        return {"location": {"displayName": title}, "body": {"content": LONG}}
