# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Why calls do not take place: asked, kept, told and counted."""

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from odoo.addons.clinic_scheduling.exceptions import IllegalTransition

from .common import PharmaCommon


@tagged("post_install", "-at_install")
class TestShowcaseReason(PharmaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ours = cls.env.ref("pharma_showcase.reason_planning")
        cls.theirs = cls.env.ref("pharma_showcase.reason_no_time")

    def _end(self, showcases, method="action_cancel", user=None, **values):
        """Answer the question that a button asks."""
        user = user or self.representative.user_id
        action = getattr(showcases.with_user(user), method)()
        wizards = self.env[action["res_model"]].with_user(user)
        form = Form(wizards.with_context(**action["context"]))
        for name, value in values.items():
            setattr(form, name, value)
        return form.save().action_end()

    def test_cancelling_asks_why(self):
        showcase = self._propose()
        with self.assertRaises(AssertionError):  # the reason is mandatory
            self._end(showcase)
        self._end(showcase, reason_id=self.ours, note="  Wrong week ")
        self.assertEqual(showcase.state, "cancelled")
        self.assertEqual(showcase.end_reason_id, self.ours)
        self.assertEqual(showcase.cancel_reason, "Wrong week")
        self.assertFalse(showcase.sudo().reservation_ids)
        for name in ("state", "end_reason_id", "cancel_reason"):
            self.assertTrue(showcase._fields[name].tracking, name)

    def test_several_are_cancelled_at_once_or_not_at_all(self):
        first, second = self._propose(), self._propose(start=self._at(13))
        second.cancel()
        third = self._propose(start=self._at(13, day=1))
        third._answer_accept()
        self._end(first | third, reason_id=self.ours)
        self.assertEqual((first | third).mapped("state"), ["cancelled"] * 2)
        self.assertEqual(first.cancel_reason, self.ours.name)
        past = self.showcases.create(
            self._showcase_vals(
                start=self._at(12, day=-700), site_id=self.practice.id, state="done"
            )
        )
        fourth = self._propose(start=self._at(12, day=2))
        with self.assertRaises(IllegalTransition):
            self._end(fourth | past, reason_id=self.ours)

    def test_a_doctor_who_declines_by_telephone(self):
        showcase = self._propose()
        self._end(showcase, "action_decline", reason_id=self.theirs)
        self.assertEqual(showcase.state, "declined")
        self.assertEqual(showcase.decline_reason, self.theirs.name)
        showcase.propose()
        self.assertFalse(showcase.end_reason_id)

    def test_a_doctor_chooses_a_reason_on_the_page(self):
        showcase = self._propose().sudo()
        names = {item["id"] for item in showcase._get_page_reasons()}
        self.assertIn(self.theirs.id, names)
        self.assertNotIn(self.ours.id, names)
        showcase._answer_decline("", self.theirs.id)
        self.assertEqual(showcase.end_reason_id, self.theirs)
        self.assertEqual(showcase.decline_reason, self.theirs.name)

    def test_a_reason_that_is_not_theirs_is_none(self):
        showcase = self._propose().sudo()
        showcase._answer_decline("Later", self.ours.id)
        self.assertEqual(showcase.state, "declined")
        self.assertFalse(showcase.end_reason_id)

    def test_reasons_are_counted(self):
        showcase = self._propose()
        self._end(showcase, reason_id=self.ours)
        self.env.flush_all()
        report = self.env["pharma.showcase.report"].search(
            [("showcase_id", "=", showcase.id)]
        )
        self.assertEqual(report.end_reason_id, self.ours)

    def test_nobody_cancels_for_others(self):
        showcase = self._propose()
        other = self.other_representative.user_id
        with self.assertRaises(AccessError):
            showcase.with_user(other).action_cancel()
        wizards = self.env["pharma.showcase.end"].with_user(other)
        with self.assertRaises(AccessError):
            wizards.create(
                {"showcase_ids": showcase.ids, "reason_id": self.ours.id}
            ).action_end()
        self.assertEqual(showcase.state, "proposed")
