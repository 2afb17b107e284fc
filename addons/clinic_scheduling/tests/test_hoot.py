# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import HttpCase, tagged


def hoot_id(suite):
    """Return the id that Hoot gives to the suite of that path."""
    value = 0
    for char in suite:
        value = ((value << 5) - value + ord(char)) & 0xFFFFFFFF
    return f"{value:08x}"


@tagged("post_install", "-at_install")
class TestHoot(HttpCase):
    """The browser tests of this addon's own modules."""

    def test_desktop(self):
        self._run_hoot("desktop")

    def test_phone(self):
        self.browser_size = "375x667"
        self.touch_enabled = True
        self._run_hoot("mobile")

    def _run_hoot(self, preset):
        suite = hoot_id("@clinic_scheduling")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset={preset}&timeout=15000&id={suite}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )
