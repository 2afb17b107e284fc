# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A list of providers as another system wrote it becomes bookable, hour by hour.

The real list is not ours to ship: it is read from the folder that the environment
variable CLINIC_SHARED_DATA names (else a folder beside the repository). Where it is
missing the log says so, and only the sample that ships is tried.
"""

import importlib.util
import logging
import os
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import SkipTest
from zoneinfo import ZoneInfo

from odoo.tests import tagged

from .test_import import ImportCase

_logger = logging.getLogger(__name__)

REPOSITORY = Path(__file__).resolve().parents[3]
SAMPLE = Path(__file__).parent / "data" / "providers_sample.csv"
REAL = Path("providers") / "connectathon-sprint-data.csv"
TZ = "America/Los_Angeles"

#: What the texts mean, read by a human: {text: {weekday: (first hour, last hour)}}.
MEANING = {
    "M-F 10am - 5pm": dict.fromkeys(range(5), (10, 17)),
    "M-F 8am - 4pm": dict.fromkeys(range(5), (8, 16)),
    "M, W, F 8am - 4pm": dict.fromkeys((0, 2, 4), (8, 16)),
    "M-Th 9am - 5pm": dict.fromkeys(range(4), (9, 17)),
    "M-Th 8am - 5pm": dict.fromkeys(range(4), (8, 17)),
    "M, Th 10am - 3pm": dict.fromkeys((0, 3), (10, 15)),
    "Tue-F 8am - 5pm": dict.fromkeys(range(1, 5), (8, 17)),
    "M-F 8am - 4pm; Sat 9am - 12:30pm": {
        **dict.fromkeys(range(5), (8, 16)),
        5: (9, 12.5),
    },
}

#: Two weeks around the Sunday on which clocks go forward there.
FIRST_DAY = date(2030, 3, 4)
DAYS = 14


def load_converter():
    """Return the repository's tool as a module."""
    path = REPOSITORY / "tools" / "providers_to_csv.py"
    spec = importlib.util.spec_from_file_location("providers_to_csv", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def shared_data():
    """Return the folder of data that is not ours to ship; it may not exist."""
    beside = REPOSITORY.parent / "shared" / "data"
    return Path(os.environ.get("CLINIC_SHARED_DATA") or beside)


@tagged("post_install", "-at_install")
class TestProvidersImport(ImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not (REPOSITORY / "tools" / "providers_to_csv.py").exists():
            raise SkipTest("the converter is in the repository, not in the addon")
        cls.converter = load_converter()

    def _import(self, path):
        """Import a list of providers and return its rows."""
        providers = self.converter.read(path)
        for name, (columns, *rows) in self.converter.convert(providers, TZ).items():
            model = {
                "specialties": "clinic.specialty",
                "sites": "clinic.site",
                "services": "clinic.service",
                "doctors": "clinic.doctor",
                "availability": "clinic.availability",
            }[name]
            self._load(model, columns, [[str(cell) for cell in row] for row in rows])
        return providers

    def _get_doctor(self, provider):
        return self.env["clinic.doctor"].search(
            [("license_number", "=", provider["npi"])]
        )

    def _get_starts(self, doctor):
        """Return the free starts of the two weeks as local wall-clock times."""
        service = self.env["clinic.service"].search(
            [("specialty_id", "in", doctor.specialty_ids.ids)], limit=1
        )
        start = datetime.combine(FIRST_DAY, datetime.min.time()) + timedelta(hours=8)
        found = self.env["clinic.schedule"]._find_starts(
            service, start, start + timedelta(days=DAYS), doctors=doctor, step=1800
        )
        zone = ZoneInfo(TZ)
        return [
            datetime.fromtimestamp(moment, zone).replace(tzinfo=None)
            for starts in found.values()
            for moment in starts
        ]

    def _expected_starts(self, text):
        """Return every half hour in which a visit of half an hour fits."""
        hours = MEANING[text]
        starts = []
        for number in range(DAYS):
            day = FIRST_DAY + timedelta(days=number)
            first, last = hours.get(day.weekday(), (0, 0))
            midnight = datetime.combine(day, datetime.min.time())
            starts += [
                midnight + timedelta(hours=first, minutes=30 * step)
                for step in range(round((last - first) * 2))
            ]
        return starts

    def _check(self, path):
        providers = self._import(path)
        self.assertTrue(providers)
        patient = self.env["clinic.patient"].create({"name": "First Patient"})
        for provider in providers:
            with self.subTest(provider=provider["id"]):
                doctor = self._get_doctor(provider)
                self.assertEqual(len(doctor), 1)
                starts = self._get_starts(doctor)
                text = provider["Working Hours"]
                self.assertEqual(starts, self._expected_starts(text), text)
                self._check_bookable(doctor, starts, patient)

    def _check_bookable(self, doctor, starts, patient):
        """Book the first half hour that the patient has left."""
        service = self.env["clinic.service"].search(
            [("specialty_id", "in", doctor.specialty_ids.ids)], limit=1
        )
        for local in starts:
            moment = local.replace(tzinfo=ZoneInfo(TZ)).astimezone(ZoneInfo("UTC"))
            moment = moment.replace(tzinfo=None)
            taken = [("patient_id", "=", patient.id), ("start", "=", moment)]
            if self.env["clinic.appointment"].search_count(taken):
                continue
            self.env["clinic.appointment"].book(
                {
                    "doctor_id": doctor.id,
                    "patient_id": patient.id,
                    "service_id": service.id,
                    "start": moment,
                }
            )
            break
        left = self._get_starts(doctor)
        self.assertEqual(left, [start for start in starts if start != local])

    def test_sample(self):
        self._check(SAMPLE)

    def test_real_list(self):
        path = shared_data() / REAL
        if not path.exists():
            _logger.info("%s is missing: only the sample is tried", REAL)
            path = SAMPLE
        self._check(path)

    def test_second_specialty_without_code(self):
        self._import(SAMPLE)
        doctor = self.env["clinic.doctor"].search(
            [("license_number", "=", "1999999101")]
        )
        self.assertEqual(
            set(doctor.specialty_ids.mapped("name")),
            {"Dermatology", "Cosmetic Dermatology"},
        )

    def test_hours_in_other_words(self):
        for text, expected in {
            "m-f 9:30am - 12pm": [(day, 9.5, 12) for day in range(5)],
            "Sat, Sun 12am-1am": [(5, 0, 1), (6, 0, 1)],
            "Wednesday 12pm - 11:45pm": [(2, 12, 23.75)],
            "T, Th 1pm - 2pm; F 8am - 9am": [(1, 13, 14), (3, 13, 14), (4, 8, 9)],
        }.items():
            self.assertEqual(self.converter.parse_hours(text), expected, text)

    def test_unreadable_hours_are_named(self):
        for text in ("by appointment", "M-F", "Q 9am - 5pm", "F-M 9am - 5pm", ""):
            with self.assertRaises(self.converter.HoursError, msg=text):
                self.converter.parse_hours(text)
        with self.assertRaisesRegex(self.converter.HoursError, "13pm"):
            self.converter.parse_hours("M 13pm - 2pm")

    def test_files_of_the_tool_import_as_well(self):
        """The command writes what the import screen reads."""
        temporary = TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        folder = Path(temporary.name)
        self.assertEqual(self.converter.main([str(SAMPLE), str(folder), "--tz", TZ]), 0)
        names = {path.name for path in folder.iterdir()}
        self.assertIn("availability.csv", names)
        first = (folder / "availability.csv").read_text().splitlines()[0]
        self.assertTrue(first.startswith("id,doctor_id/id,site_id/id,weekday"))
