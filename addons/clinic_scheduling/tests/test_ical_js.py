# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import unittest
from datetime import timedelta

from odoo.tests import tagged

from .common import ClinicCommon
from .ical_js import has_ical_js, read_calendar

#: Zones of each kind: northern, southern, half hours, irregular changes, none.
ZONES = (
    "America/New_York",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Jerusalem",
    "Asia/Kolkata",
)


@tagged("post_install", "-at_install")
@unittest.skipUnless(has_ical_js(), "Node.js is not here: run `make test`")
class TestIcalJs(ClinicCommon):
    """What another reader than Python's makes of our calendars."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls._book()

    def _read(self, visits, **options):
        return read_calendar(visits.sudo()._prepare_patient_calendar(**options))

    def test_both_seasons_in_many_zones(self):
        """No visit is an hour off, whichever rules a zone's clock follows."""
        visits = self.visit
        for number, tz in enumerate(ZONES):
            site = self._create_site(f"Site {number}", tz=tz)
            doctor = self._create_doctor(f"Doctor {number}")
            doctor.site_ids = site
            doctor.availability_ids.site_id = site
            patient = self.env["clinic.patient"].create({"name": f"Patient {number}"})
            for day in range(-168, 168, 42):
                # in the morning of the site
                start = self._at(10, day=day, tz=tz)
                visits |= self._book(
                    start=start,
                    doctor_id=doctor.id,
                    patient_id=patient.id,
                    site_id=site.id,
                )
        found = {event["uid"]: event for event in self._read(visits)["events"]}
        self.assertEqual(len(found), len(visits))
        for visit in visits:
            event = found[visit._get_ical_uid()]
            with self.subTest(zone=visit.site_id.tz, start=visit.start):
                self.assertEqual(event["start"], visit.start)
                self.assertEqual(event["end"], visit.stop)
                self.assertEqual(event["zone"], visit.site_id.tz)

    def test_folded_and_escaped_texts(self):
        name = "Ünïversität; Klinik, Süd\nEND:VEVENT " + "ä€" * 60
        self.site.name = name
        (event,) = self._read(self.visit)["events"]
        self.assertEqual(event["location"], name)

    def test_versions(self):
        first = self._read(self.visit)["events"][0]
        self.visit.reschedule({"start": self._at(14)})
        moved = self._read(self.visit)["events"][0]
        self.visit.cancel()
        cancelled = self._read(self.visit)["events"][0]
        versions = [first, moved, cancelled]
        self.assertEqual(len({version["uid"] for version in versions}), 1)
        self.assertEqual([version["sequence"] for version in versions], [0, 1, 2])
        self.assertEqual(moved["start"], self._at(14))
        self.assertEqual(cancelled["status"], "CANCELLED")

    def test_feed(self):
        options = {"name": "Visits, mine", "refresh": timedelta(hours=1)}
        calendar = self._read(self.visit, **options)
        self.assertEqual(calendar["name"], "Visits, mine")
        self.assertEqual(calendar["method"], "PUBLISH")
        self.assertEqual(calendar["refresh"], ["duration", "PT1H"])

    def test_export_of_staff(self):
        (event,) = read_calendar(self.visit._export_ics())["events"]
        self.assertEqual((event["start"], event["zone"]), (self.visit.start, "UTC"))
