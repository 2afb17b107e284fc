# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from lxml import html

from odoo.tests import Form, tagged

from .common import QueueCommon


@tagged("post_install", "-at_install")
class TestPolicyOrder(QueueCommon):
    """What a policy's numbers mean is told beside them."""

    def _get_rows(self, policy=None):
        """Return {(who waits, who comes): [ahead after, passed after]} by code."""
        text = (policy or self.policy).order_text
        found = {}
        for row in html.fromstring(text).findall(".//tbody/tr"):
            name, other, *minutes = [cell.text for cell in row]
            found[name.split()[0], other.split()[0]] = minutes
        return found

    def test_the_published_crossings(self):
        rows = self._get_rows()
        self.assertEqual(rows["4", "3"], ["18 min", "42 min"])
        self.assertEqual(rows["5", "3"], ["72 min", "16 min"])
        self.assertEqual(rows["5", "4"], ["36 min", "84 min"])
        # who is slower never passes, and tiers are strict
        for pair in (("3", "4"), ("3", "5"), ("4", "5"), ("2", "1"), ("5", "2")):
            self.assertNotIn(pair, rows)
        # an appointment has no head start, and a quarter of the time
        self.assertEqual(rows["4", "Appointment"], ["–", "26 min"])

    def test_as_they_are_changed(self):
        with Form(self.policy) as form:
            with form.level_ids.edit(2) as line:
                line.head_start = 0
            self.assertIn("<td>–</td>", form.order_text)
        self.assertEqual(self._get_rows()["5", "3"], ["–", "40 min"])

    def test_where_nobody_passes(self):
        for tier, level in enumerate(self.policy.level_ids.sorted("code")):
            level.tier = tier
        self.policy.appointment_tier = 9
        self.policy.late_target = self.policy.appointment_target
        self.assertFalse(self.policy.order_text)

    def test_names_are_text(self):
        self.levels[5].name = "<b>Later</b>"
        self.assertNotIn("<b>", self.policy.order_text)
        self.assertIn("&lt;b&gt;Later", self.policy.order_text)
