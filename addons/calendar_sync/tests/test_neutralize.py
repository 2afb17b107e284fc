# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A copy of the database, made for trying things out, leaves calendars alone."""

from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import tagged

from .common import CalendarSyncCommon


@tagged("post_install", "-at_install")
class TestNeutralize(CalendarSyncCommon):
    """What ``odoo neutralize`` does."""

    def test_a_copy_cannot_reach_the_calendars(self):
        self._book()
        self._commit()
        waiting = self.env["queue.job"].search(
            [("model_name", "=like", "calendar.sync.%"), ("state", "=", "pending")]
        )
        self.assertTrue(waiting)
        (query,) = get_neutralization_queries(["calendar_sync"])
        self.env.flush_all()
        self.env.cr.execute(query)
        self.env.invalidate_all()
        self.assertEqual(set(waiting.mapped("state")), {"cancelled"})
        self.assertEqual(self.account.state, "paused")
        self.assertFalse(self.account.sudo().secret)
