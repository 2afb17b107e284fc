# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import random
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestDemoHistory(ClinicCommon):
    """Months of a practice, made of the weeks that were booked through the door."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.demo = cls.env["clinic.demo"]
        cls.visits = cls._book(9, state="completed") | cls._book(11, state="completed")

    def _repeat(self):
        others = {self.patient.id: self.other_patient.id}
        return self.demo._repeat(self.visits, 2, others)

    def test_visits_are_repeated_with_their_claims(self):
        made = self._repeat()
        for old, new in zip(self.visits, made, strict=True):
            self.assertEqual(new.start, old.start - timedelta(weeks=6))
            self.assertEqual(new.patient_id, self.other_patient)
            self.assertEqual(new.duration, old.duration)
            claims = [
                [(claim.role, claim.start - visit.start) for claim in visit_claims]
                for visit, visit_claims in (
                    (old, old.reservation_ids.sorted("role")),
                    (new, new.reservation_ids.sorted("role")),
                )
            ]
            self.assertTrue(claims[0])
            self.assertEqual(*claims)
            self.assertEqual(
                new.reservation_ids.partner_id, self.other_patient.partner_id
            )

    def test_who_stays_away_gives_the_time_back(self):
        made = self._repeat()
        with patch.object(type(self.demo), "_get_chance", return_value=1.0):
            self.demo._draw_missed(made, random.Random(1))
        self.assertEqual(set(made.mapped("state")), {"no_show"})
        self.assertFalse(made.reservation_ids)
        self.assertEqual(set(self.visits.mapped("state")), {"completed"})

    def test_the_pattern_can_be_learned(self):
        visit = self._repeat()[0]
        self.demo._book_earlier(visit, random.Random(1))
        usual = self.demo._get_chance(visit, set())
        forgetful = self.demo._get_chance(visit, {visit.patient_id.id})
        self.assertGreater(forgetful, 2 * usual)
        visit._write_by_door({"start": visit.start + timedelta(weeks=4)})
        self.env.flush_all()
        self.assertGreater(self.demo._get_chance(visit, set()), usual)

    def test_numbers_follow_the_booking(self):
        made = self._repeat()
        self.demo._book_earlier(made, random.Random(1))
        self.demo._number_by_booking()
        visits = (self.visits | made).sorted(lambda item: (item.create_date, item.id))
        names = visits.mapped("name")
        self.assertNotIn("/", names)
        self.assertEqual(len(set(names)), len(names))
        self.assertEqual(names, sorted(names))
