# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What owners of calendars do to our events."""

from odoo.tests import tagged

from .common import CalendarSyncCommon, GoogleSyncCommon, MicrosoftSyncCommon
from .scenarios_moved import MovedScenarios


@tagged("post_install", "-at_install")
class TestMovedCaldav(MovedScenarios, CalendarSyncCommon):
    """On a CalDAV server."""

    allow_inherited_tests_method = True


@tagged("post_install", "-at_install")
class TestMovedGoogle(MovedScenarios, GoogleSyncCommon):
    """At Google."""

    allow_inherited_tests_method = True


@tagged("post_install", "-at_install")
class TestMovedMicrosoft(MovedScenarios, MicrosoftSyncCommon):
    """At Microsoft 365."""

    allow_inherited_tests_method = True
