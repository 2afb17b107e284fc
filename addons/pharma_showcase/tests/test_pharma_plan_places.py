# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Where calls are, and how long it takes from one to another."""

import math
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.pharma_plan_load import STEP, PlanLoader
from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestPharmaPlanPlaces(PlanCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.practice.partner_id.zip = "75001"
        cls.representative.home_partner_id.zip = "75014"
        cls.far_territory = cls.env["pharma.territory"].create(
            {"name": "Far Territory", "team_id": cls.team.id}
        )
        cls.representative.territory_ids += cls.far_territory

    def _stand_far_away(self, start):
        """Return a call that stands some hundred kilometres from the practice."""
        doctor = self._create_outside_doctor(
            "Far Doctor", territory_id=self.far_territory.id
        )
        partner = self.env["res.partner"].create(
            {
                "name": "Far Practice",
                "partner_latitude": 48.1,
                "partner_longitude": 3.3,
            }
        )
        site = self.practice.copy({"name": "Far", "partner_id": partner.id})
        return self.showcases.create(
            {
                "doctor_id": doctor.id,
                "representative_id": self.representative.id,
                "site_id": site.id,
                "start": start,
                "stop": start + timedelta(minutes=20),
                "state": "proposed",
                "exception_reason": "Agreed on the telephone",
            }
        )

    def _load(self):
        now = self._at(0) - timedelta(days=1)
        return PlanLoader(self.plan, now).load().problem

    def _reckon(self, one, other):
        """Return the minutes from contact to contact, by a formula of this test."""
        lat1, lon1, lat2, lon2 = (
            math.radians(value)
            for partner in (one, other)
            for value in (partner.partner_latitude, partner.partner_longitude)
        )
        cosine = math.sin(lat1) * math.sin(lat2)
        cosine += math.cos(lat1) * math.cos(lat2) * math.cos(lon1 - lon2)
        speed = self.representative.speed or self.territory.speed
        return 6371 * math.acos(min(1, cosine)) * 1.3 / speed * 60

    def test_calls_of_another_territory_are_where_they_are(self):
        """Ways are reckoned from records, neither by the loader nor by the checker."""
        far = self._stand_far_away(self._at(12, 30))
        plan = self.run_plan()
        self.assertTrue(plan.call_ids)
        spans = [(far.start, far.stop, far.site_id.partner_id)]
        spans += [
            (call.start, call.stop, call.site_id.partner_id) for call in plan.call_ids
        ]
        spans.sort()
        for (_, leave, one), (start, _, other) in zip(spans, spans[1:], strict=False):
            minutes = (start - leave).total_seconds() / 60
            self.assertGreaterEqual(minutes, math.floor(self._reckon(one, other)))
        # the way takes hours, and doctors receive for two of them
        self.assertNotIn(far.start.date(), plan.call_ids.mapped("date"))

    def test_loaded_times_come_before_the_great_circle(self):
        times = self.env["pharma.travel.time"]
        home = self.representative.home_partner_id
        practice = self.practice.partner_id

        def ways():
            travel = self._load().travel
            return travel[0][1] // 60, travel[1][0] // 60

        reckoned = math.ceil(self._reckon(home, practice))
        self.assertEqual(ways(), (reckoned, reckoned))
        times.create({"from_zip": " 75014", "to_zip": "75001", "minutes": 50})
        self.assertEqual(ways(), (50, 50))
        times.create(
            {
                "from_partner_id": home.id,
                "to_partner_id": practice.id,
                "minutes": 70,
                "both_ways": False,
            }
        )
        self.assertEqual(ways(), (70, 50))

    def test_find_a_time_uses_loaded_times(self):
        wizard = self.env["pharma.find.time"].create(
            {
                "doctor_id": self.outside.id,
                "representative_id": self.representative.id,
                "date_from": self.first_day,
                "date_to": self.first_day,
            }
        )
        self.env["pharma.travel.time"].create(
            {"from_zip": "75014", "to_zip": "75001", "minutes": 47}
        )
        wizard.action_find()
        self.assertEqual(set(wizard.line_ids.mapped("travel_minutes")), {94})

    def test_times_are_imported_from_a_file(self):
        fields = ["from_zip", "to_zip", "minutes", "both_ways"]
        result = self.env["pharma.travel.time"].load(
            fields, [["75001", "75002", "7", "0"], ["75002", "75001", "9", "0"]]
        )
        self.assertFalse(result["messages"])
        self.assertEqual(len(result["ids"]), 2)

    def test_a_time_is_from_like_to_like(self):
        for vals in (
            {"from_zip": "75001"},
            {"from_zip": "75001", "to_partner_id": self.practice.partner_id.id},
            {"from_zip": "75001", "to_zip": "  "},
            {"from_zip": "75001", "to_zip": "75002", "minutes": -1},
        ):
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.env["pharma.travel.time"].create({"minutes": 5, **vals})

    def test_the_speed_is_the_area_s_or_the_representative_s_own(self):
        self.territory.speed, self.representative.speed = 10, 0
        slow = self._load().travel[0][1]
        self.representative.speed = 20
        self.assertAlmostEqual(slow / self._load().travel[0][1], 2, delta=0.1)

    def test_calls_start_at_whole_steps(self):
        self._propose(minute=13)
        plan = self.run_plan()
        self.assertTrue(plan.call_ids)
        for call in plan.call_ids:
            self.assertEqual(call.start.timestamp() % STEP, 0)
