# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Bookings in the doctor's own calendar."""

from odoo.tests import tagged

from .common import CalendarSyncCommon, GoogleSyncCommon, MicrosoftSyncCommon
from .scenarios_out import OutScenarios


@tagged("post_install", "-at_install")
class TestOutCaldav(OutScenarios, CalendarSyncCommon):
    """On a CalDAV server."""

    allow_inherited_tests_method = True

    def test_other_bookings_say_no_more_than_that(self):
        """Showcases, which are in an addon of their own."""
        kind = self.env["clinic.reservation.mixin"]
        for detail in ("minimal", "service", "initials"):
            self.assertEqual(kind._get_sync_title(detail), "Showcase")


@tagged("post_install", "-at_install")
class TestOutGoogle(OutScenarios, GoogleSyncCommon):
    """At Google."""

    allow_inherited_tests_method = True


@tagged("post_install", "-at_install")
class TestOutMicrosoft(OutScenarios, MicrosoftSyncCommon):
    """At Microsoft 365."""

    allow_inherited_tests_method = True
