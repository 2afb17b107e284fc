# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Times for one call, with reasons; choosing one books or moves."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.clinic_scheduling.exceptions import BookingError

from .common import PharmaCommon


@tagged("post_install", "-at_install")
class TestPharmaFindTime(PharmaCommon):
    def setUp(self):
        super().setUp()
        self.user = self.representative.user_id
        self.day = self._at(12).date()

    def find(self, **values):
        """Return a wizard of the representative with the times it offers."""
        wizard = (
            self.env["pharma.find.time"]
            .with_user(self.user)
            .create(
                {
                    "doctor_id": self.outside.id,
                    "representative_id": self.representative.id,
                    "date_from": self.day,
                    "date_to": self.day + timedelta(days=4),
                    **values,
                }
            )
        )
        wizard.action_find()
        return wizard

    def test_times_lie_in_the_hours_and_say_why(self):
        wizard = self.find()
        self.assertTrue(wizard.line_ids)
        for line in wizard.line_ids:
            local = self.showcases.new({"site_id": line.site_id.id})._localize(
                line.start
            )
            self.assertIn(local.hour, (12, 13))
        scores = wizard.line_ids.mapped("score")
        self.assertEqual(scores, sorted(scores, reverse=True))
        self.assertTrue(any(wizard.line_ids.mapped("reasons")))

    def test_the_hour_that_the_doctor_likes_comes_first(self):
        self.outside.write({"preferred_hour": 13.25, "preferred_weekday": False})
        best = self.find(date_to=self.day).line_ids[0]
        showcase = self.showcases.new({"site_id": best.site_id.id})
        local = showcase._localize(best.start)
        self.assertEqual((local.hour, local.minute), (13, 15))
        self.assertIn("likes", best.reasons)

    def test_choosing_books_through_the_door(self):
        wizard = self.find()
        line = wizard.line_ids[0]
        action = line.action_choose()
        showcase = self.showcases.browse(action["res_id"])
        self.assertEqual(showcase.start, line.start)
        self.assertEqual(showcase.state, "proposed")
        self.assertTrue(showcase.sudo().reservation_ids)

    def test_choosing_moves_a_call_that_is_there(self):
        showcase = self._propose()
        wizard = self.find(showcase_id=showcase.id)
        line = wizard.line_ids.filtered(lambda item: item.start != showcase.start)[0]
        line.action_choose()
        self.assertEqual(showcase.start, line.start)

    def test_a_time_that_was_taken_meanwhile_is_refused(self):
        line = self.find().line_ids[0]
        self.showcases.book(
            {
                "doctor_id": self.outside.id,
                "representative_id": self.representative.id,
                "start": line.start,
                "duration": 20,
            }
        )
        with self.assertRaises(BookingError):
            line.action_choose()

    def test_what_makes_no_sense_is_refused(self):
        with self.assertRaises(UserError):
            self.find(date_to=self.day - timedelta(days=1))
        with self.assertRaises(UserError):
            self.find(duration=0)

    def test_doctors_of_other_territories_are_none_of_theirs(self):
        self.outside.territory_id = self.other_territory
        with self.assertRaises(AccessError):
            self.find()
