# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

import psycopg2.errors

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_engine.claims import Claim
from odoo.addons.clinic_scheduling.models.clinic_reservation_mixin import ClaimLost
from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestReservation(ClinicCommon):
    """The ledger itself: what PostgreSQL refuses, whoever asks."""

    def test_constraints_are_in_the_database(self):
        self.assertEqual(self.env["clinic.reservation"]._missing_constraints(), [])

    def test_missing_constraint_is_seen(self):
        self.env.cr.execute(
            "ALTER TABLE clinic_reservation DROP CONSTRAINT"
            " clinic_reservation_no_overlap"
        )
        self.assertEqual(
            self.env["clinic.reservation"]._missing_constraints(),
            ["clinic_reservation_no_overlap"],
        )

    @mute_logger("odoo.sql_db")
    def test_overlap_of_a_seat_is_refused(self):
        resource = self.colleague.resource_id.id
        vals = {"role": "doctor", "resource_id": resource}
        start, stop = self._at(10), self._at(11)
        ledger = self.env["clinic.reservation"]
        ledger.create({**vals, "start": start, "stop": stop})
        with (
            self.assertRaises(psycopg2.errors.ExclusionViolation),
            self.env.cr.savepoint(),
        ):
            late = start + timedelta(minutes=59)
            ledger.create({**vals, "start": late, "stop": stop})
        ledger.create({**vals, "start": start, "stop": stop, "seat": 1})
        ledger.create({**vals, "start": stop, "stop": stop + timedelta(hours=1)})

    @mute_logger("odoo.sql_db")
    def test_row_is_of_a_resource_or_of_a_person(self):
        both = {
            "resource_id": self.doctor.resource_id.id,
            "partner_id": self.patient.partner_id.id,
        }
        for subject in ({}, both):
            with (
                self.subTest(subject=subject),
                self.assertRaises(psycopg2.errors.CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.env["clinic.reservation"].create(
                    {
                        **subject,
                        "role": "doctor",
                        "start": self._at(10),
                        "stop": self._at(11),
                    }
                )

    def test_health_check_is_clean_and_sees_faults(self):
        visit = self._book()
        health = self.env["clinic.health"].create({})
        self.assertTrue(health.is_healthy)
        visit.reservation_ids.sudo().unlink()
        health = self.env["clinic.health"].create({})
        self.assertFalse(health.is_healthy)
        self.assertEqual(sum(health.line_ids.mapped("count")), 1)

    def test_lost_claim_is_named(self):
        """Of several claims written at once, the caller hears which one is lost."""
        visit, taken = (
            self._book(10),
            self._book(
                11, doctor_id=self.colleague.id, patient_id=self.other_patient.id
            ),
        )
        times = (epoch(taken.start), epoch(taken.stop))
        free = self.doctor.resource_id.id
        for held in taken.sudo().reservation_ids:
            subject = held.resource_id.id, held.partner_id.id or None
            lost = Claim(subject[0] or None, subject[1], 0, *times, held.role)
            claims = [Claim(free, None, 0, *times, "doctor"), lost]
            claims.append(Claim(self.rooms[1].resource_id.id, None, 0, *times, "room"))
            with (
                self.subTest(role=held.role),
                self.assertRaises(ClaimLost) as caught,
                self.env.cr.savepoint(),
            ):
                visit._insert_claims(claims)
            self.assertEqual(caught.exception.claim, lost)
