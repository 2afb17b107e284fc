# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What owners of calendars do to our events."""

from urllib.parse import urljoin

from odoo.tests import tagged

from .common import CalendarSyncCommon, GoogleSyncCommon, MicrosoftSyncCommon
from .fake_graph import SHARED
from .scenarios_moved import MovedScenarios


@tagged("post_install", "-at_install")
class TestMovedCaldav(MovedScenarios, CalendarSyncCommon):
    """On a CalDAV server."""

    allow_inherited_tests_method = True

    def _move_to_another_calendar(self):
        other = self.server.make_calendar("private", "Private")
        self.addCleanup(self.server.request, "DELETE", other)
        path = other + self.path.rpartition("/")[2]
        self.server.request(
            "MOVE", self.path, Destination=urljoin(self.server.url, path)
        )


@tagged("post_install", "-at_install")
class TestMovedGoogle(MovedScenarios, GoogleSyncCommon):
    """At Google."""

    allow_inherited_tests_method = True

    def _move_to_another_calendar(self):
        self.server.events["holidays"][self.path] = dict(self.server.get(self.path))
        self.server.touch("holidays", self.path)
        self.server.delete(self.path)


@tagged("post_install", "-at_install")
class TestMovedMicrosoft(MovedScenarios, MicrosoftSyncCommon):
    """At Microsoft 365."""

    allow_inherited_tests_method = True

    def _move_to_another_calendar(self):
        event = self.server.get(self.path)
        self.server.events[SHARED][self.path] = dict(event)
        self.server.touch(SHARED, self.path)
        self.server.delete(self.path)
