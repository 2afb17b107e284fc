# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import io
from datetime import date, datetime, time

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest

from odoo.tests import BaseCase, tagged

from ..controllers.portal_parameters import (
    BadParameter,
    read,
    to_day,
    to_id,
    to_moment,
    to_number,
    to_time,
    to_token,
    to_zone,
)

READERS = (to_id, to_number, to_day, to_time, to_moment, to_zone, to_token)


@tagged("post_install", "-at_install")
class TestPortalParameters(BaseCase):
    def test_values(self):
        self.assertEqual(to_id("7"), 7)
        self.assertEqual(to_number("07"), 7)
        self.assertEqual(to_day("2030-06-03"), date(2030, 6, 3))
        self.assertEqual(to_time("08:30"), time(8, 30))
        self.assertEqual(to_moment("1906704000"), datetime(2030, 6, 3, 8))
        self.assertEqual(to_zone("America/Port-au-Prince"), "America/Port-au-Prince")
        self.assertEqual(to_token("a-B_9"), "a-B_9")

    def test_what_is_none_of_the_kind(self):
        upload = FileStorage(io.BytesIO(b"7"), filename="7")
        for to_value in READERS:
            for odd in (None, "", upload, "\0", "é", "1 or 1=1", "[1]", "1\n", " 1"):
                with self.subTest(to_value=to_value.__name__, odd=odd):
                    self.assertIsNone(to_value(odd))

    def test_bounds(self):
        for to_value, odd in (
            *((to_id, odd) for odd in ("0", "-1", "1e9", "07", "٣", "9" * 10)),
            *((to_number, odd) for odd in ("-1", "100")),
            *((to_day, odd) for odd in ("1999-12-31", "2200-01-02", "2030-02-30")),
            *((to_day, odd) for odd in ("20300603", "2030-W23-1", "٢٠٣٠-06-03")),
            *((to_time, odd) for odd in ("25:00", "x")),
            *((to_moment, odd) for odd in ("0", "-1", "1.5", "9" * 11)),
            *((to_zone, odd) for odd in ("Mars/Olympus", "../etc/passwd", "A" * 65)),
            *((to_token, odd) for odd in ("a b", "a" * 101)),
        ):
            with self.subTest(to_value=to_value.__name__, odd=odd):
                self.assertIsNone(to_value(odd))
        for to_value, text in (
            (to_id, "9" * 9),
            (to_day, "2000-01-01"),
            (to_day, "2200-01-01"),
            (to_moment, "9" * 10),
        ):
            with self.subTest(to_value=to_value.__name__, text=text):
                self.assertIsNotNone(to_value(text))

    def test_empty_is_left_out_and_odd_is_refused(self):
        self.assertEqual(read({"day": "2030-06-03"}, "day", to_day), date(2030, 6, 3))
        for params in ({}, {"id": ""}, {"id": None}):
            self.assertIsNone(read(params, "id", to_id))
            with self.assertRaises(BadParameter):
                read(params, "id", to_id, needed=True)
        with self.assertRaises(BadParameter) as caught:
            read({"id": "x"}, "id", to_id)
        self.assertEqual(caught.exception.parameter, "id")
        self.assertIsInstance(caught.exception, BadRequest)
