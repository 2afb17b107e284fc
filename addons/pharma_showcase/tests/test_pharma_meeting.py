# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The meeting in the representative's calendar follows the showcase."""

from datetime import timedelta

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import PharmaCommon


@tagged("post_install", "-at_install")
class TestPharmaMeeting(PharmaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.showcase = cls.env["pharma.showcase"].create(
            cls._showcase_vals(
                site_id=cls.practice.id,
                line_ids=[
                    Command.create({"product_id": product.id})
                    for product in cls.products
                ],
            )
        )
        cls.mails = cls.env["mail.mail"].search_count([])

    def _reach(self, state, **values):
        """Write as the door does once it has decided."""
        self.showcase._write_by_door({"state": state, **values})
        return self.showcase.calendar_event_id

    def test_a_draft_is_in_no_calendar(self):
        self.assertFalse(self.showcase.calendar_event_id)

    def test_a_proposal_is_in_the_calendar_and_mails_nobody(self):
        event = self._reach("proposed")
        self.assertEqual((event.start, event.stop), self._get_times())
        self.assertEqual(event.user_id, self.representative.user_id)
        self.assertEqual(event.partner_ids, self.representative.partner_id)
        self.assertEqual(event.attendee_ids.mapped("state"), ["accepted"])
        self.assertIn("Olive Outside", event.name)
        self.assertIn("Outside Practice", event.location)
        self.assertIn("Test Product 1", event.description)
        self.assertEqual(self.env["mail.mail"].search_count([]), self.mails)

    def _get_times(self):
        return self.showcase.start, self.showcase.stop

    def test_it_moves_with_the_showcase(self):
        event = self._reach("proposed")
        later = self.showcase.start + timedelta(days=1)
        moved = self._reach("proposed", start=later, stop=later + timedelta(minutes=20))
        self.assertEqual(moved, event)
        self.assertEqual((event.start, event.stop), self._get_times())
        self.assertEqual(event.attendee_ids.mapped("state"), ["accepted"])
        self.assertEqual(self.env["mail.mail"].search_count([]), self.mails)

    def test_it_goes_to_another_representative(self):
        event = self._reach("proposed")
        self._reach("proposed", representative_id=self.other_representative.id)
        self.assertEqual(event.user_id, self.other_representative.user_id)
        self.assertEqual(event.partner_ids, self.other_representative.partner_id)
        self.assertEqual(self.env["mail.mail"].search_count([]), self.mails)

    def test_it_leaves_the_calendar_and_comes_back(self):
        event = self._reach("proposed")
        self._reach("declined")
        self.assertFalse(event.active)
        self._reach("proposed")
        self.assertTrue(event.active)
        self.assertEqual(self.showcase.calendar_event_id, event)
        self._reach("cancelled")
        self.assertFalse(event.active)

    def test_it_is_a_meeting_of_the_opportunity(self):
        event = self._reach("confirmed")
        lead = self.env["crm.lead"].create({"name": "Test", "type": "opportunity"})
        self.showcase.opportunity_id = lead
        self.assertEqual(lead.calendar_event_ids, event)

    def test_nobody_moves_it_away_from_its_showcase(self):
        event = self._reach("proposed")
        mine = event.with_user(self.representative.user_id)
        later = event.start + timedelta(hours=1)
        with self.assertRaisesRegex(UserError, "showcase"):
            mine.write({"start": later, "stop": later + timedelta(minutes=20)})
        with self.assertRaises(UserError):
            mine.action_archive()
        with self.assertRaises(UserError):
            mine.sudo().unlink()
        # what is not the showcase's business may change, and saving the same may, too
        mine.write({"start": event.start, "description": "Bring the badge"})
        self._reach("cancelled")
        event.sudo().unlink()
        self.assertFalse(event.exists())

    def test_other_meetings_stay_free(self):
        event = self.env["calendar.event"].create(
            {
                "name": "Test lunch",
                "start": self._at(12),
                "stop": self._at(13),
            }
        )
        event.write({"start": self._at(11)})
        event.unlink()
        self.assertFalse(event.exists())
