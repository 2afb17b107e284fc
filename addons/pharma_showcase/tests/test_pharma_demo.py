# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The demo's places and names, which are computed."""

import math
from datetime import timedelta
from random import Random
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import BaseCase, tagged

from odoo.addons.clinic_scheduling.models.clinic_guest_rating_mixin import (
    FEEDBACK_DAYS,
)

from ..models.pharma_demo import DOCTORS, REPRESENTATIVES, SEGMENTS
from ..models.pharma_demo_places import (
    COMMUNES,
    KM_PER_DEGREE,
    RADIUS,
    name_doctor,
    spread,
    to_ascii,
)
from .report_common import ReportCommon


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


@tagged("post_install", "-at_install")
class TestPharmaDemoRatings(ReportCommon):
    """On some days the oldest calls of the demo cannot be rated any more."""

    def _rate(self, call, days):
        rng = Random(1)
        with (
            freeze_time(call.stop + timedelta(days=days)),
            patch.object(rng, "random", return_value=0),
        ):
            self.env["pharma.demo"]._load_ratings(call, rng)
        return call.sudo()._get_feedback()

    def test_only_calls_that_can_be_rated_are(self):
        call = self.showcase
        call.complete()
        self.assertFalse(self._rate(call, FEEDBACK_DAYS + 1))
        self.assertTrue(self._rate(call, FEEDBACK_DAYS - 1))
