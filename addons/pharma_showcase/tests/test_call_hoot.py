# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import HttpCase, tagged

from odoo.addons.clinic_scheduling.tests.test_hoot import hoot_id


@tagged("post_install", "-at_install")
class TestCallHoot(HttpCase):
    """The browser tests of this addon's own modules."""

    def test_desktop(self):
        suite = hoot_id("@pharma_showcase")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )
