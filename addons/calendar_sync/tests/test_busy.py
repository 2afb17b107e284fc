# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What stands in the doctor's calendar is not offered."""

from unittest.mock import patch

from odoo.tests import tagged

from ..providers import ical
from .common import CalendarSyncCommon, GoogleSyncCommon, MicrosoftSyncCommon
from .scenarios_busy import BusyScenarios


@tagged("post_install", "-at_install")
class TestBusyCaldav(BusyScenarios, CalendarSyncCommon):
    """On a CalDAV server."""

    allow_inherited_tests_method = True

    def test_cancelled_events_take_no_time(self):
        self._put_busy("off", 12, 0, 1, "STATUS:CANCELLED")
        self._sync()
        self.assertTrue(self._is_free(12))

    def test_an_event_that_cannot_be_read_hinders_nobody(self):
        self._put_busy("golf", 10)
        self.server.put("odd", f"DTSTART:{self._ics(12)}", "SUMMARY:Odd")
        read = ical.read_busy

        def stumble(calendar, *window):
            if "Odd" in str(calendar.to_ical()):
                raise ZeroDivisionError
            return read(calendar, *window)

        with patch.object(ical, "read_busy", stumble):
            self._sync()
        self.assertFalse(self._is_free(10))
        self.assertTrue(self.calendar.cursor)


@tagged("post_install", "-at_install")
class TestBusyGoogle(BusyScenarios, GoogleSyncCommon):
    """At Google."""

    allow_inherited_tests_method = True


@tagged("post_install", "-at_install")
class TestBusyMicrosoft(BusyScenarios, MicrosoftSyncCommon):
    """At Microsoft 365."""

    allow_inherited_tests_method = True
