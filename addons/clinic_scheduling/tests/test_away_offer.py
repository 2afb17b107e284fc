# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..exceptions import HoldExpired, SlotTaken
from .impact_common import ImpactCommon


@tagged("post_install", "-at_install")
class TestAwayOffer(ImpactCommon):
    """Asking the patients of a doctor who is away: what is held, told and tracked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cron = cls.env.ref("clinic_scheduling.ir_cron_expire_away_offers")
        cls.visit = cls._book(10)

    def _ask(self, **values):
        """Enter the absence and ask everybody; return the wizard."""
        impact = self._absence(**values)
        impact.action_propose()
        return impact

    def _offer(self, visit=None):
        return (visit or self.visit)._get_away_offer()

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()

    def _let_expire(self, offer):
        past = fields.Datetime.now() - timedelta(minutes=1)
        offer.hold_id._hold_until(past)
        offer.deadline = past

    # ------------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------------

    def test_the_time_is_held_and_the_visit_stays(self):
        impact = self._ask()
        offer = self._offer()
        self.assertEqual((impact.state, impact.proposed_count), ("done", 1))
        self.assertEqual(self.visit.start, self._at(10))
        self.assertEqual(self.visit.attention, "absence")
        self.assertEqual((offer.state, offer.user_id), ("waiting", self.receptionist))
        self.assertEqual(offer.new_start, offer.hold_id.start)
        left = offer.deadline - fields.Datetime.now()
        self.assertGreater(left, timedelta(hours=23))
        self.assertLessEqual(left, timedelta(hours=24))
        self.assertEqual(offer.hold_id.hold_expires_at, offer.deadline)
        with self.assertRaises(SlotTaken):
            self._book(
                doctor_id=offer.new_doctor_id.id,
                start=offer.new_start,
                patient_id=self.other_patient.id,
            )

    def test_the_screen_counts_nothing_that_was_not_done(self):
        impact = self._ask()
        counts = ("moved_count", "kept_count", "cancelled_count", "mail_count")
        view = "clinic_scheduling.clinic_impact_view_form"
        with Form(impact, view) as form:
            for name in counts:
                self.assertTrue(form._get_modifier(name, "invisible"), name)
        self._book(15, patient_id=self.other_patient.id, day=1)
        other = self._absence(start=self._at(8, day=1), stop=self._at(20, day=1))
        other.line_ids.action_keep()
        other.action_apply()
        with Form(other, view) as form:
            for name in counts[:3]:
                self.assertFalse(form._get_modifier(name, "invisible"), name)

    def test_the_hold_outlives_the_screen(self):
        impact = self._ask()
        impact.line_ids.unlink()
        impact.unlink()
        self.assertTrue(self._offer()._is_live())

    def test_the_patient_is_told_once(self):
        self._ask()
        rows = self.visit.reminder_ids.filtered(lambda row: row.event == "away_offer")
        self.assertEqual(set(rows.mapped("occurrence")), {self._offer().id})
        link = self.visit.sudo()._get_message_link("away_offer")
        self.assertIn(f"/my/appointments/{self.visit.id}/away?", link)
        self.assertIn(self.visit.access_token, link)

    def test_a_reminder_of_the_old_time_is_not_sent(self):
        self._ask()
        row = self.env["clinic.reminder"].create(
            {
                "appointment_id": self.visit.id,
                "event": "reminder",
                "channel": "email",
                "due_at": fields.Datetime.now(),
            }
        )
        self.assertIn("doctor is away", row._get_obstacle())
        self._offer()._accept()
        self.assertFalse(row._get_obstacle())

    def test_a_reminder_waits_until_the_visit_is_kept(self):
        self._ask()
        row = self.visit.reminder_ids.filtered(lambda item: item.event == "reminder")
        row = row.sudo()[:1]
        row.due_at = fields.Datetime.now()
        row._process(None)
        self.assertEqual(row.state, "pending")
        self.assertGreater(row.due_at, fields.Datetime.now())
        self.visit.action_keep()
        self.assertFalse(row._get_obstacle())

    def test_who_cannot_be_told_is_called(self):
        self.other_patient.phone = False
        silent = self._book(11, patient_id=self.other_patient.id)
        impact = self._ask()
        self.assertEqual(impact.uncalled_count, 1)
        self.assertEqual(self._offer(silent).call_reason, "no_contact")
        self.assertFalse(self._offer().needs_call)

    def test_without_a_free_time_the_patient_is_told_and_called(self):
        self.colleague.action_archive()
        self.doctor.availability_ids.filtered(
            lambda hours: hours.weekday != "0"
        ).unlink()
        self._ask(start=self._at(8, day=-14), stop=self._at(20, day=60))
        offer = self._offer()
        self.assertFalse(offer.hold_id)
        self.assertEqual((offer.needs_call, offer.call_reason), (True, "no_time"))
        with self.assertRaises(HoldExpired):
            offer._accept()

    def test_asked_again_replaces_the_first_question(self):
        self._ask()
        first = self._offer()
        action = self.visit.with_user(self.receptionist).action_decide()
        impact = self.env["clinic.impact"].browse(action["res_id"])
        impact.with_user(self.receptionist).action_propose()
        second = self._offer()
        self.assertNotEqual(first, second)
        self.assertEqual(first.state, "settled")
        self.assertTrue(second._is_live())
        self.assertEqual(len(self._holds()), 1)

    # ------------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------------

    def test_accept(self):
        self._ask()
        offer = self._offer()
        wanted = offer.new_start, offer.new_doctor_id
        offer._accept()
        self.assertEqual((self.visit.start, self.visit.doctor_id), wanted)
        self.assertEqual((offer.state, self.visit.state), ("accepted", "confirmed"))
        self.assertFalse(self.visit.attention)
        self.assertFalse(self._holds())
        offer._accept()
        self.assertEqual(self.visit.reschedule_count, 1)
        self._assert_ledger_agrees()

    def test_a_late_acceptance_is_refused(self):
        self._ask()
        offer = self._offer()
        self._let_expire(offer)
        with self.assertRaises(HoldExpired), self.env.cr.savepoint():
            offer._accept()
        self.assertEqual(self.visit.start, self._at(10))

    def test_no_answer_is_called(self):
        self._ask()
        offer = self._offer()
        self._run_cron()
        self.assertEqual(offer.state, "waiting")
        self._let_expire(offer)
        self._run_cron()
        self.assertEqual((offer.state, offer.call_reason), ("expired", "expired"))
        self.assertTrue(offer.needs_call)
        self.assertFalse(self._holds())
        offer.with_user(self.receptionist).action_called()
        self.assertFalse(offer.needs_call)
        self.assertTrue(offer.called_at)

    def test_one_that_cannot_end_holds_up_no_other(self):
        other = self._book(11, patient_id=self.other_patient.id)
        self._ask()
        stuck, late = self._offer(), self._offer(other)
        for offer in (stuck, late):
            self._let_expire(offer)
        finish = self.env.registry["clinic.away.offer"]._finish

        def refuse(self, state):
            if stuck in self:
                raise ValueError("stuck")
            return finish(self, state)

        with (
            patch.object(self.env.registry["clinic.away.offer"], "_finish", refuse),
            mute_logger("odoo.addons.clinic_scheduling.models.clinic_away_offer"),
        ):
            self._run_cron()
        self.assertEqual((stuck.state, late.state), ("waiting", "expired"))
        self._run_cron()
        self.assertEqual((stuck.state, stuck.call_reason), ("expired", "expired"))

    def test_a_message_that_failed_is_called(self):
        self._ask()
        rows = self.visit.reminder_ids.filtered(lambda row: row.event == "away_offer")
        rows.sudo().state = "failed"
        self._run_cron()
        offer = self._offer()
        self.assertEqual((offer.state, offer.call_reason), ("waiting", "failed"))

    def test_another_time_is_called_until_found(self):
        self._ask()
        offer = self._offer()
        offer._ask_another()
        self.assertEqual((offer.state, offer.needs_call), ("another", True))
        self.assertFalse(self._holds())
        self.assertTrue(self.visit._get_terms("reschedule").allowed)
        self.service.horizon_days = 0
        self.visit._reschedule_by_patient({"start": self._at(10, day=7)})
        self.assertFalse(offer.needs_call)

    def test_cancel(self):
        self._ask()
        offer = self._offer()
        offer._cancel_visit()
        self.assertEqual((self.visit.state, offer.state), ("cancelled",) * 2)
        self.assertFalse(self._holds())

    def test_staff_settle_it(self):
        self._ask()
        offer = self._offer()
        self.visit.action_keep()
        self.assertEqual(offer.state, "settled")
        self.assertFalse(self._holds())

    def test_a_doctor_who_is_back_settles_it(self):
        self._ask()
        offer = self._offer()
        self._leaves().unlink()
        self.assertFalse(self.visit.attention)
        self.assertEqual(offer.state, "settled")

    def test_changes_are_free_of_notices(self):
        self.visit.service_id.write({"cancel_notice": 1e6, "reschedule_notice": 1e6})
        self.assertFalse(self.visit._get_terms("cancel").allowed)
        self._ask()
        for change in ("cancel", "reschedule"):
            self.assertTrue(self.visit._get_terms(change).allowed)

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------

    def test_answers_for_patients_are_receptions(self):
        self._ask()
        self.doctor.user_id = self._create_user("doctor")
        offer = self._offer()
        for method in ("action_called", "action_accept", "action_decide"):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(offer.with_user(self.doctor.user_id), method)()
        offer.with_user(self.receptionist).action_accept()
        self.assertEqual(offer.state, "accepted")

    def test_other_sites_and_doctors_see_nothing(self):
        self._ask()
        offer = self._offer().with_user(self.receptionist)
        self.assertTrue(offer.has_access("read"))
        self.receptionist.clinic_site_ids = self.other_site
        self.assertFalse(offer.has_access("read"))
        colleague = self._create_user("doctor")
        self.colleague.user_id = colleague
        self.assertFalse(offer.with_user(colleague).has_access("read"))
