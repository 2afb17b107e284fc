# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timedelta, timezone

from icalendar import Calendar

from odoo.tests import tagged

from .common import ClinicCommon

PRIVATE_WORDS = ("Paul", "Patient", "Consultation", "Cough", "Test Medicine")


@tagged("post_install", "-at_install")
class TestIcal(ClinicCommon):
    """Visits as events of calendars."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.email = "north@example.com"
        cls.visit = cls._book(reason="Cough", note="Cough")

    def _parse(self, visits, **options):
        content = visits.sudo()._prepare_patient_calendar(**options)
        calendar = Calendar.from_ical(content)
        self.assertFalse(calendar.errors)
        return calendar

    def _event(self, visit=None, **options):
        calendar = self._parse(visit or self.visit, **options)
        (event,) = calendar.walk("VEVENT")
        self.assertFalse(event.errors)
        return event

    # -- Content -----------------------------------------------------------

    def test_event_of_a_patient(self):
        event = self._event()
        start = self._at(10).replace(tzinfo=timezone.utc)
        self.assertEqual(event.decoded("dtstart"), start)
        self.assertEqual(event.decoded("dtend") - start, timedelta(minutes=30))
        self.assertEqual(event["dtstart"].params["TZID"], "Europe/Paris")
        self.assertEqual(event["summary"], "Appointment with Ada Martin")
        self.assertIn("North", event["location"])
        self.assertEqual((event["status"], event["transp"]), ("CONFIRMED", "OPAQUE"))
        self.assertEqual(event["class"], "PRIVATE")
        self.assertTrue(event["url"].endswith(f"/my/appointments/{self.visit.id}"))
        self.assertEqual(event["organizer"], "mailto:north@example.com")
        self.assertNotIn("attendee", event)
        for name in ("dtstamp", "last-modified", "created"):
            self.assertTrue(event[name].to_ical().endswith(b"Z"))

    def test_nothing_clinical(self):
        self.visit.sudo()._portal_ensure_token()
        for audience in ("patient", "doctor"):
            content = self.visit.sudo()._prepare_patient_calendar(audience)
            text = content.decode().replace("\r\n ", "")
            for word in (*PRIVATE_WORDS, self.visit.sudo().access_token):
                with self.subTest(audience=audience, word=word):
                    self.assertNotIn(word, text)

    def test_dependants_are_told_apart_by_first_name(self):
        options = {"own": self.other_patient}
        summary = self._event(**options)["summary"]
        self.assertEqual(summary, "Paul: appointment with Ada Martin")
        summary = self._event(own=self.patient)["summary"]
        self.assertEqual(summary, "Appointment with Ada Martin")

    def test_a_doctor_sees_initials_if_allowed(self):
        event = self._event(audience="doctor")
        self.assertEqual(event["summary"], f"Appointment {self.visit.name}, North")
        event = self._event(audience="doctor", initials=True)
        self.assertIn("(P. P.)", event["summary"])

    def test_calendar_of_a_feed(self):
        refresh = timedelta(hours=1)
        calendar = self._parse(self.visit, name="My visits", refresh=refresh)
        self.assertEqual(calendar["method"], "PUBLISH")
        self.assertEqual(calendar["x-wr-calname"], "My visits")
        lines = calendar.to_ical().decode().split("\r\n")
        self.assertIn("REFRESH-INTERVAL;VALUE=DURATION:PT1H", lines)
        self.assertIn("X-PUBLISHED-TTL:PT1H", lines)

    def test_holds_are_left_out(self):
        hold = self.env["clinic.appointment"].hold(self._vals(15))
        self.assertFalse(self._parse(hold).walk("VEVENT"))
        hold.cancel()
        self.assertFalse(self._parse(hold).walk("VEVENT"))

    def test_lines_are_folded_and_texts_escaped(self):
        name = "Ünïversität; Klinik, Süd\nBEGIN:VEVENT " + "ä" * 80
        self.site.name = name
        content = self.visit.sudo()._prepare_patient_calendar()
        for line in content.split(b"\r\n"):
            self.assertLessEqual(len(line), 75)
        self.assertEqual(self._event()["location"], name)

    # -- Versions ----------------------------------------------------------

    def test_the_same_visit_is_the_same_text(self):
        first = self.visit.sudo()._prepare_patient_calendar()
        self.assertEqual(self.visit.sudo()._prepare_patient_calendar(), first)

    def test_every_change_that_matters_is_a_version(self):
        uid = self._event()["uid"]
        visit = self.visit
        steps = [
            (lambda: visit.confirm(), 0, "CONFIRMED"),
            (lambda: visit.write({"note": "Parking"}), 0, "CONFIRMED"),
            (lambda: visit.reschedule({"start": self._at(14)}), 1, "CONFIRMED"),
            (lambda: visit.reschedule({"duration": 60}), 2, "CONFIRMED"),
            (lambda: visit.reschedule({"doctor_id": self.colleague.id}), 3, None),
            (lambda: visit.mark_no_show(), 4, "CANCELLED"),
            (lambda: visit.reopen(), 5, "CONFIRMED"),
            (lambda: visit.cancel(), 6, "CANCELLED"),
        ]
        for number, (change, sequence, status) in enumerate(steps):
            with self.subTest(step=number):
                change()
                event = self._event()
                self.assertEqual(event["uid"], uid)
                self.assertEqual(event["sequence"], sequence)
                self.assertIn(event["status"], (status, "CONFIRMED"))
        self.assertEqual(event["status"], "CANCELLED")
        self.assertEqual(event["transp"], "TRANSPARENT")

    def test_a_copy_starts_anew(self):
        self.visit.reschedule({"start": self._at(14)})
        other = self._book(11)
        self.assertEqual(other.ical_sequence, 0)
        self.assertNotEqual(self._event(other)["uid"], self._event()["uid"])

    def test_clients_cannot_set_the_version(self):
        vals = self._vals(12, ical_sequence=9)
        with self.assertRaises(Exception) as caught:
            self.env["clinic.appointment"].book(vals)
        self.assertIn("ical_sequence", str(caught.exception))

    # -- Time zones --------------------------------------------------------

    def test_zones_on_both_sides_of_a_clock_change(self):
        """The wall clock of the site, and its instant, hold in both seasons."""
        self.other_site.tz = "America/New_York"
        away = self._create_doctor("Cy York", site_ids=[(6, 0, self.other_site.ids)])
        away.availability_ids.site_id = self.other_site
        winter = self._book(day=-150)
        abroad = [
            self._book(16, day=day, doctor_id=away.id, site_id=self.other_site.id)
            for day in (-90, -75)
        ]
        visits = self.visit | winter | abroad[0] | abroad[1]
        calendar = self._parse(visits)
        zones = {zone["tzid"]: zone for zone in calendar.walk("VTIMEZONE")}
        self.assertEqual(set(zones), {"Europe/Paris", "America/New_York"})
        events = {event["uid"]: event for event in calendar.walk("VEVENT")}
        for visit in visits:
            event = events[visit._get_ical_uid()]
            zone = zones[event["dtstart"].params["TZID"]].to_tz()
            wall = event.decoded("dtstart").replace(tzinfo=None)
            instant = self._to_utc(zone, wall)
            with self.subTest(visit=visit.start):
                self.assertEqual(instant, visit.start)

    def _to_utc(self, zone, wall):
        """Return the instant of a wall time by the file's own description."""
        aware = zone.localize(wall) if hasattr(zone, "localize") else None
        aware = aware or datetime.combine(wall.date(), wall.time(), zone)
        return aware.astimezone(timezone.utc).replace(tzinfo=None)

    def test_zones_are_described_by_rules(self):
        text = self.visit.sudo()._prepare_patient_calendar().decode()
        self.assertIn("RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", text)
        self.assertNotIn("RDATE", text)
