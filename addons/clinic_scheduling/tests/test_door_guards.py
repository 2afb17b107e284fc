# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Datetime
from odoo.tests import new_test_user, tagged

from ..exceptions import (
    BookingError,
    HoldExpired,
    IllegalTransition,
    OutsideAvailability,
    SlotTaken,
)
from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestDoorGuards(ClinicCommon):
    """Nobody gets around the door and the gate, whatever a client sends."""

    def test_reschedule_takes_nothing_but_a_move(self):
        visit = self._book()
        for vals in (
            {"state": "cancelled"},
            {"start": self._at(11), "state": "completed"},
            {"start": self._at(11), "active": False},
            {"start": self._at(11), "payment_status": "paid"},
            {"no_such_field": 1},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                visit.reschedule(vals)
        self.assertEqual(visit.start, self._at(10))
        self.assertEqual(len(visit.reservation_ids), 2)

    def test_every_readonly_field_is_protected(self):
        visit = self._book()
        protected = visit._get_protected_fields()
        for name in ("payment_status", "confirmed_at", "cancel_reason", "partner_id"):
            self.assertIn(name, protected)
        for name in protected:
            with self.subTest(name=name), self.assertRaises(AccessError):
                visit.write({name: False})

    def test_context_defaults_do_not_reach_protected_fields(self):
        past = Datetime.now() - timedelta(days=1)
        door = self.env["clinic.appointment"].with_context(
            default_hold_expires_at=past,
            default_payment_status="paid",
            default_reschedule_count=7,
            default_note="Welcome",
        )
        visit = door.book(self._vals())
        self.assertFalse(visit.hold_expires_at)
        self.assertFalse(any(visit.reservation_ids.mapped("expires_at")))
        self.assertEqual(visit.payment_status, "not_required")
        self.assertEqual(visit.reschedule_count, 0)
        self.assertEqual(visit.note, "Welcome")

    def test_a_hold_becomes_a_booking_only_by_confirmation(self):
        for target in ("scheduled", "confirmed"):
            with self.subTest(target=target):
                hold = self.env["clinic.appointment"].hold(self._vals())
                hold.write({"state": target})
                self.assertEqual(hold.state, target)
                self.assertNotEqual(hold.name, "/")
                self.assertFalse(hold.hold_expires_at)
                self.assertFalse(any(hold.reservation_ids.mapped("expires_at")))
                hold.cancel()

    def test_an_expired_hold_does_not_become_a_booking_by_write(self):
        hold = self.env["clinic.appointment"].hold(self._vals())
        hold.reservation_ids.sudo().expires_at = Datetime.now() - timedelta(minutes=1)
        with self.assertRaises(HoldExpired):
            hold.write({"state": "scheduled"})

    def test_a_hold_without_a_patient_is_no_booking(self):
        vals = self._vals()
        vals.pop("patient_id")
        hold = self.env["clinic.appointment"].hold(vals)
        with self.assertRaises(BookingError):
            hold.confirm()

    def test_expired_claims_of_a_booking_end_the_search_for_them(self):
        visit = self._book()
        visit.reservation_ids.sudo().expires_at = Datetime.now() - timedelta(days=1)
        ledger = self.env["clinic.reservation"]
        ledger._release_expired()
        self.assertEqual(ledger._release_expired(), 0)
        self.assertEqual(len(visit.reservation_ids), 2)

    def test_holds_last_within_reason(self):
        for minutes in (-1, 0, 10**8):
            with self.subTest(minutes=minutes), self.assertRaises(BookingError):
                self.env["clinic.appointment"].hold(self._vals(), minutes=minutes)

    def test_confirming_a_hold_asks_no_rule_again(self):
        self.doctor.availability_ids.overbook_limit = 1
        self._book(patient_id=self.other_patient.id)
        manager = self._create_user("manager")
        door = self.env["clinic.appointment"].with_user(manager)
        hold = door.hold(self._vals(overbook=True))
        hold.with_user(self.receptionist).confirm()
        self.assertEqual(hold.state, "scheduled")
        self.assertTrue(hold.is_overbooked)

    def test_a_doctor_cannot_open_a_patient_by_booking(self):
        self.doctor.user_id = self._create_user("doctor")
        door = self.env["clinic.appointment"].with_user(self.doctor.user_id)
        stranger = self.other_patient.with_user(self.doctor.user_id)
        with self.assertRaises(AccessError):
            door.book(self._vals(patient_id=self.other_patient.id))
        self.assertFalse(stranger.has_access("read"))
        visit = self._book(patient_id=self.other_patient.id)
        self.assertTrue(stranger.has_access("read"))
        visit.cancel()
        self.assertFalse(stranger.has_access("read"))

    def test_a_patient_of_another_company_cannot_be_booked(self):
        company = self.env["res.company"].create({"name": "Other Practice"})
        self.other_patient.company_id = company
        staff = self.env["clinic.appointment"].with_user(self.receptionist)
        with self.assertRaises(AccessError):
            staff.book(self._vals(patient_id=self.other_patient.id))
        with self.assertRaises(UserError):
            self._book(patient_id=self.other_patient.id)

    def test_an_archived_site_does_not_open_the_others(self):
        self.receptionist.clinic_site_ids = self.other_site
        visit = self._book().with_user(self.receptionist)
        self.assertFalse(visit.has_access("read"))
        self.other_site.active = False
        self.assertFalse(visit.has_access("read"))

    def test_a_visit_cannot_move_out_of_sight(self):
        self._create_hours(self.doctor, "0", 18, 20, site_id=self.other_site.id)
        self.receptionist.clinic_site_ids = self.site
        visit = self._book().with_user(self.receptionist)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            visit.reschedule({"start": self._at(18)})
        self.assertEqual(visit.start, self._at(10))

    def test_a_named_site_is_kept_or_refused(self):
        visit = self._book()
        with self.assertRaises(OutsideAvailability):
            visit.reschedule({"site_id": self.other_site.id})

    def test_pulling_the_upper_edge_makes_the_visit_longer(self):
        visit = self._book(10)
        visit.write({"start": self._at(9, 30), "stop": self._at(10, 30)})
        self.assertEqual((visit.start, visit.duration), (self._at(9, 30), 60))

    def test_a_visit_that_takes_time_is_not_archived(self):
        visit = self._book()
        with self.assertRaises(IllegalTransition):
            visit.action_archive()
        visit.cancel()
        visit.action_archive()
        self.assertFalse(visit.active)

    def test_staff_move_what_was_booked_online(self):
        self.service.horizon_days = 0
        visit = self._book(source="portal")
        visit.reschedule({"start": self._at(10, 10)})
        self.assertEqual(visit.start, self._at(10, 10))
        with self.assertRaises(OutsideAvailability):
            visit.reschedule({"start": self._at(10, 20)}, public=True)

    def test_search_and_door_agree_on_overlapping_hours(self):
        self._create_hours(self.doctor, "0", 9, 12, capacity=3)
        self._book()
        start = self._at(9)
        found = self.env["clinic.schedule"]._find_starts(
            self.service, start, start + timedelta(hours=3), doctors=self.doctor
        )
        moment = int(
            (self._at(10) - Datetime.to_datetime("1970-01-01")).total_seconds()
        )
        self.assertIn(moment, found[self.doctor.id, self.site.id])
        self.assertTrue(self._book(patient_id=self.other_patient.id))

    def test_what_is_not_offered_is_not_booked(self):
        self.service.doctor_ids = self.colleague
        with self.assertRaises(OutsideAvailability):
            self._book()
        self.service.doctor_ids = False
        self.service.bookable_online = False
        with self.assertRaises(OutsideAvailability):
            self._book(source="portal")
        self.assertTrue(self._book())

    def test_what_is_archived_is_not_booked(self):
        for record in (self.service, self.doctor, self.site):
            with self.subTest(model=record._name):
                record.active = False
                with self.assertRaises(BookingError):
                    self._book(site_id=self.site.id)
                record.active = True

    def test_a_claimed_contact_is_not_exchanged(self):
        self._book()
        with self.assertRaises(ValidationError):
            self.patient.partner_id = self.env["res.partner"].create({"name": "New"})
        with self.assertRaises(ValidationError):
            self.doctor.resource_id = self.colleague.resource_id.copy()

    def test_both_sites_hear_of_a_move(self):
        self._create_hours(self.doctor, "0", 18, 20, site_id=self.other_site.id)
        visit = self._book()
        self.env.cr.postcommit.clear()
        visit.reschedule({"start": self._at(18)})
        poked = self.env.cr.postcommit.data["clinic.calendar"]
        self.assertEqual(poked, {self.site.id, self.other_site.id})

    def test_the_same_key_finds_an_archived_booking(self):
        door = self.env["clinic.appointment"]
        visit = door.book(self._vals(), key="once")
        visit.cancel()
        visit.action_archive()
        self.assertEqual(door.book(self._vals(), key="once"), visit)

    def test_a_user_of_all_groups_is_still_bound_by_the_ledger(self):
        self._book()
        groups = ",".join(
            f"clinic_scheduling.group_clinic_{name}"
            for name in ("manager", "nurse", "exception")
        )
        boss = new_test_user(self.env, "test_boss", groups=groups)
        door = self.env["clinic.appointment"].with_user(boss)
        with self.assertRaises(SlotTaken):
            door.book(
                self._vals(
                    patient_id=self.other_patient.id,
                    exception_reason="I am the boss",
                    equipment_ids=[Command.clear()],
                )
            )
