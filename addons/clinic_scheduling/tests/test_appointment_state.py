# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo.fields import Datetime
from odoo.tests import tagged

from ..const import STATES, TRANSITIONS
from ..exceptions import HoldExpired, IllegalTransition, SlotTaken
from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestAppointmentState(ClinicCommon):
    """The gate: legal steps, holds, and what they do to the ledger."""

    def test_only_steps_of_the_table_are_legal(self):
        for index, (state, _label) in enumerate(STATES):
            for target, _target_label in STATES:
                if state == target or target in TRANSITIONS[state]:
                    continue
                with self.subTest(state=state, target=target):
                    visit = self._book(day=7 * index)
                    visit._write_by_door({"state": state})
                    with self.assertRaises(IllegalTransition):
                        visit.write({"state": target})
                    visit._write_by_door({"state": "scheduled"})
                    visit.cancel()

    def test_whole_life(self):
        visit = self._book()
        visit.confirm()
        visit.arrive()
        visit.begin()
        visit.complete()
        self.assertEqual(visit.state, "completed")
        for stamp in ("confirmed_at", "arrived_at", "started_at", "completed_at"):
            self.assertTrue(visit[stamp], stamp)

    def test_repeated_click_does_no_harm(self):
        visit = self._book()
        visit.arrive()
        stamp = visit.arrived_at
        visit.arrive()
        self.assertEqual(visit.arrived_at, stamp)

    def test_cancel_gives_the_time_back(self):
        visit = self._book()
        visit.cancel(reason="Ill")
        self.assertFalse(visit.reservation_ids)
        self.assertEqual(visit.cancel_reason, "Ill")
        self.assertTrue(self._book(patient_id=self.other_patient.id))

    def test_no_show_gives_the_time_back_and_coming_late_takes_it_again(self):
        visit = self._book()
        visit.mark_no_show()
        self.assertFalse(visit.reservation_ids)
        visit.arrive()
        self.assertEqual(len(visit.reservation_ids), 2)

    def test_coming_late_finds_the_time_taken(self):
        visit = self._book()
        visit.mark_no_show()
        self._book(patient_id=self.other_patient.id)
        with self.assertRaises(SlotTaken), self.env.cr.savepoint():
            visit.arrive()
        self.assertEqual(visit.state, "no_show")

    def test_hold_then_confirm(self):
        vals = self._vals()
        vals.pop("patient_id")
        hold = self.env["clinic.appointment"].hold(vals, minutes=10)
        self.assertEqual(hold.state, "hold")
        self.assertEqual(hold.name, "/")
        with self.assertRaises(SlotTaken):
            self._book(patient_id=self.other_patient.id)
        hold.patient_id = self.patient
        hold.confirm()
        self.assertEqual(hold.state, "scheduled")
        self.assertNotEqual(hold.name, "/")
        self.assertEqual(len(hold.reservation_ids), 2)
        self.assertFalse(any(hold.reservation_ids.mapped("expires_at")))

    def _expire(self, hold):
        past = Datetime.now() - timedelta(minutes=1)
        hold.reservation_ids.sudo().expires_at = past
        hold._write_by_door({"hold_expires_at": past})
        self.env.flush_all()

    def test_expired_hold_is_given_back_by_the_next_booking(self):
        hold = self.env["clinic.appointment"].hold(self._vals())
        self._expire(hold)
        visit = self._book(patient_id=self.other_patient.id)
        self.assertEqual(visit.state, "scheduled")
        self.assertEqual(hold.state, "cancelled")

    def test_expired_hold_cannot_be_confirmed(self):
        hold = self.env["clinic.appointment"].hold(self._vals())
        self._expire(hold)
        with self.assertRaises(HoldExpired):
            hold.confirm()

    def test_scheduled_action_gives_back_expired_holds(self):
        hold = self.env["clinic.appointment"].hold(self._vals())
        live = self.env["clinic.appointment"].hold(
            self._vals(12, patient_id=self.other_patient.id)
        )
        self._expire(hold)
        cron = self.env.ref("clinic_scheduling.ir_cron_release_expired_holds")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(hold.state, "cancelled")
        self.assertEqual(live.state, "hold")

    def test_only_what_never_was_a_visit_is_deleted(self):
        visit = self._book()
        with self.assertRaises(IllegalTransition):
            visit.unlink()
        visit.cancel()
        with self.assertRaisesRegex(IllegalTransition, "Archive it"):
            visit.with_user(self.receptionist).unlink()
        visit.with_user(self.receptionist).action_archive()
        self.assertFalse(visit.active)
        hold = self.env["clinic.appointment"].hold(self._vals(12))
        hold.unlink()
        self.assertFalse(hold.exists())

    def test_an_arrival_that_is_taken_back(self):
        visit = self._book()
        visit.confirm()
        stamp = visit.confirmed_at - timedelta(hours=3)
        visit._write_by_door({"confirmed_at": stamp})
        visit.arrive()
        visit.reopen()
        self.assertEqual((visit.state, visit.confirmed_at), ("confirmed", stamp))
        visit.reopen()
        visit.arrive()
        visit.begin()
        visit.reopen()
        visit.reopen()
        self.assertEqual(visit.state, "scheduled")

    def test_reopen_steps_back(self):
        visit = self._book()
        visit.arrive()
        visit.begin()
        visit.reopen()
        self.assertEqual(visit.state, "arrived")
