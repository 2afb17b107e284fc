# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The demo's places and names, which are computed."""

import math

from odoo.tests import BaseCase

from ..models.pharma_demo import DOCTORS, REPRESENTATIVES, SEGMENTS
from ..models.pharma_demo_places import (
    COMMUNES,
    KM_PER_DEGREE,
    RADIUS,
    name_doctor,
    spread,
    to_ascii,
)


class TestPharmaDemo(BaseCase):
    def test_sixty_doctors_in_four_territories(self):
        counts = {}
        for index, commune in enumerate(COMMUNES):
            counts.setdefault(commune[0], 0)
            counts[commune[0]] += DOCTORS[index % len(DOCTORS)]
        territories = {territory for _login, territory, _speed in REPRESENTATIVES}
        self.assertEqual(counts, dict.fromkeys(territories, len(SEGMENTS)))
        self.assertEqual(sum(counts.values()), 60)

    def test_no_two_have_the_same_name(self):
        self.assertEqual(len({name_doctor(number) for number in range(60)}), 60)

    def test_places_lie_apart_and_near_the_middle(self):
        latitude, longitude = COMMUNES[0][3:5]
        places = [spread(latitude, longitude, number, 5) for number in range(5)]
        self.assertEqual(len(set(places)), 5)
        shrink = math.cos(math.radians(latitude))
        for north, east in places:
            away = math.hypot(north - latitude, (east - longitude) * shrink)
            self.assertLessEqual(away * KM_PER_DEGREE, RADIUS + 0.01)

    def test_addresses_have_no_accents(self):
        self.assertEqual(to_ascii("Frédéric Stevens"), "Frederic Stevens")
