# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import csv
import io
import logging
import time
from datetime import date, datetime, timedelta

from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import file_open, mute_logger

_logger = logging.getLogger(__name__)

#: Templates in the order in which they refer to each other.
TEMPLATES = {
    "specialties": "clinic.specialty",
    "sites": "clinic.site",
    "room_kinds": "clinic.room.kind",
    "rooms": "clinic.room",
    "services": "clinic.service",
    "doctors": "clinic.doctor",
    "availability": "clinic.availability",
    "patients": "clinic.patient",
}

WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


class ImportCase(TransactionCase):
    """Imports as a clinic manager does: rights, rules and messages are real."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "test_manager", groups="clinic_scheduling.group_clinic_manager"
        )
        cls.env = cls.env(user=cls.manager)

    def _template(self, name):
        """Return (columns, rows) of a shipped template."""
        with file_open(f"clinic_scheduling/static/csv/{name}.csv", "r") as file:
            columns, *rows = csv.reader(file)
        return columns, rows

    def _load(self, model, columns, rows):
        """Import rows and return the records; fail with the messages if any."""
        result = self.env[model].load(columns, rows)
        self.assertFalse(result["messages"])
        return self.env[model].browse(result["ids"])

    def _load_templates(self):
        for name, model in TEMPLATES.items():
            self._load(model, *self._template(name))

    def _get(self, name):
        return self.env.ref(f"__import__.{name}")


@tagged("post_install", "-at_install")
class TestImportTemplates(ImportCase):
    def test_import_screen_offers_them(self):
        for name, model in TEMPLATES.items():
            (template,) = self.env[model].get_import_templates()
            self.assertIn("Import Template for", template["label"])
            path = template["template"].lstrip("/")
            with file_open(path, "r") as file:
                self.assertTrue(file.readline().startswith("id,"), name)

    def test_columns_can_be_chosen_in_the_import_screen(self):
        """Every column of a template is one that the screen knows."""
        for name, model in TEMPLATES.items():
            tree = self.env["base_import.import"].get_fields_tree(model)
            for column in self._template(name)[0]:
                known = {item["name"]: item for item in tree}
                parent, _sep, child = column.partition("/")
                self.assertIn(parent, known, f"{name}: {column}")
                if child:
                    children = {item["name"] for item in known[parent]["fields"]}
                    self.assertIn(child, children, f"{name}: {column}")

    def test_templates_import_as_they_are(self):
        self._load_templates()
        doctor = self._get("doctor_rivera")
        self.assertEqual(doctor.partner_id.name, "Camille Rivera")
        self.assertEqual(doctor.site_ids.mapped("code"), ["CTR", "HBR"])
        self.assertEqual(len(doctor.availability_ids), 5)
        dependant = self._get("patient_1002")
        self.assertEqual(dependant.guardian_id, self._get("patient_1001"))
        self.assertTrue(dependant.number.startswith("PAT-"))
        self.assertEqual(self._get("room_harbour_1").wheelchair_accessible, False)

    def test_empty_cells_mean_the_default(self):
        self._load_templates()
        hours = self._get("hours_rivera_mon")
        self.assertEqual((hours.every_weeks, hours.capacity), (1, 1))
        service = self._get("service_video")
        self.assertEqual((service.buffer_after, service.slot_step), (0, 0))

    def test_breaks_on_rows_of_their_own(self):
        self._load_templates()
        breaks = self._get("hours_okafor_thu").break_ids
        self.assertEqual(
            [(pause.hour_from, pause.hour_to) for pause in breaks],
            [(14, 14.25), (16.5, 17)],
        )

    def test_again_changes_and_adds_nothing(self):
        self._load_templates()
        counts = {model: self.env[model].search_count([]) for model in self._models()}
        self._load_templates()
        for model, count in counts.items():
            self.assertEqual(self.env[model].search_count([]), count, model)
        columns, rows = self._template("doctors")
        rows[0][columns.index("fee")] = "45"
        self._load("clinic.doctor", columns, rows)
        self.assertEqual(self._get("doctor_rivera").fee, 45)

    def _models(self):
        return [*TEMPLATES.values(), "clinic.availability.break", "res.partner"]

    def test_slots_come_out(self):
        """What was imported can be booked: Monday 9 to 17:30, a break at noon."""
        self._load_templates()
        starts = self._starts(date(2030, 6, 3))
        expected = [9 + 20 * n / 60 for n in range(9)]
        # the grid starts at 9:00, so after the break at 13:00 again
        expected += [13 + 20 * n / 60 for n in range(13)]
        self.assertEqual(starts, [round(hour, 4) for hour in expected])

    def test_override_and_closed_day(self):
        self._load_templates()
        self.assertEqual(len(self._starts(date(2030, 12, 24))), 9)
        self.assertFalse(self._starts(date(2030, 12, 31)))

    def _starts(self, day):
        """Return the free starts of that date at the centre, in hours of Paris."""
        start = datetime.combine(day, datetime.min.time())
        found = self.env["clinic.schedule"]._find_starts(
            self._get("service_video"),
            start,
            start + timedelta(days=1),
            doctors=self._get("doctor_rivera"),
            sites=self._get("site_centre"),
        )
        offset = 2 if 4 <= day.month <= 10 else 1
        epoch = start.timestamp() - datetime(1970, 1, 1).timestamp()
        return [
            round((moment - epoch) / 3600 + offset, 4)
            for starts in found.values()
            for moment in starts
        ]


@tagged("post_install", "-at_install")
class TestImportErrors(ImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = cls.env["clinic.site"].create({"name": "Errors", "tz": "UTC"})
        cls.doctor = cls.env["clinic.doctor"].create({"name": "Erin Errors"})

    def _messages(self, rows, columns=None):
        """Import rows of availability; nothing may stay; return {row: text}."""
        columns = columns or ["doctor_id", "site_id", "weekday", "hour_from", "hour_to"]
        before = self.env["clinic.availability"].search_count([])
        with mute_logger("odoo.sql_db"):
            result = self.env["clinic.availability"].load(columns, rows)
        self.assertFalse(result["ids"], "a file with a bad row imports nothing")
        self.assertEqual(self.env["clinic.availability"].search_count([]), before)
        texts = {}
        for message in result["messages"]:
            row = message["rows"]["from"]
            texts[row] = f"{texts.get(row, '')}\n{message['message']}"
        return texts

    def test_each_bad_row_is_named_with_its_reason(self):
        good = ["Erin Errors", "Errors", "Monday", "9", "17"]
        messages = self._messages(
            [
                good,
                ["Nobody Known", "Errors", "Monday", "9", "17"],
                ["Erin Errors", "Nowhere", "Monday", "9", "17"],
                ["Erin Errors", "Errors", "Moonday", "9", "17"],
                ["Erin Errors", "Errors", "Monday", "nine", "17"],
                good,
            ]
        )
        self.assertEqual(set(messages), {1, 2, 3, 4})
        self.assertIn("Nobody Known", messages[1])
        self.assertIn("Nowhere", messages[2])
        self.assertIn("Moonday", messages[3])
        self.assertIn("nine", messages[4])

    def test_rules_of_the_model_are_told_in_words(self):
        cases = {
            "Choose the weekday": ["Erin Errors", "Errors", "", "9", "17"],
            "between 0:00 and 24:00": ["Erin Errors", "Errors", "Monday", "9", "25"],
        }
        for words, row in cases.items():
            messages = self._messages([row])
            self.assertIn(words, messages[0])

    def test_unknown_external_id(self):
        messages = self._messages(
            [["doctor_unknown", "Errors", "Monday", "9", "17"]],
            ["doctor_id/id", "site_id", "weekday", "hour_from", "hour_to"],
        )
        self.assertIn("doctor_unknown", messages[0])

    def test_bad_recurrence_rule(self):
        messages = self._messages(
            [["Erin Errors", "Errors", "rrule", "every day", "2030-01-01"]],
            ["doctor_id", "site_id", "recurrence", "rrule", "valid_from"],
        )
        self.assertIn("every day", messages[0])
        self.assertIn("FREQ=MONTHLY", messages[0], "the message shows how")

    def test_reception_may_not_import_hours(self):
        user = new_test_user(
            self.env(su=True),
            "test_desk",
            groups="clinic_scheduling.group_clinic_receptionist",
        )
        model = self.env["clinic.availability"].with_user(user)
        result = model.load(
            ["doctor_id", "site_id", "weekday"], [["Erin Errors", "Errors", "Monday"]]
        )
        self.assertFalse(result["ids"])
        self.assertTrue(result["messages"])


@tagged("post_install", "-at_install")
class TestImportBulk(ImportCase):
    """A practice of fifty doctors moves in with a year of hours."""

    DOCTORS = 50
    OVERRIDES = 20
    #: Seconds for all files; a slow machine needs about a fifth of it.
    PATIENCE = 60

    def _rows_of_hours(self):
        """Return columns and rows: a week for each doctor, and dates of the year."""
        columns = ["id", "doctor_id/id", "site_id/id", "recurrence", "weekday", "date"]
        columns += ["override", "valid_from", "valid_until", "hour_from", "hour_to"]
        year = ["2030-01-01", "2030-12-31"]
        rows = []
        for number in range(self.DOCTORS):
            who = [f"doctor_{number}", f"site_{number % 4}"]
            for day, name in enumerate(WEEKDAY_NAMES):
                key = f"hours_{number}_{day}"
                rows.append([key, *who, "weekly", name, "", "", *year, "9", "17"])
            for week in range(self.OVERRIDES):
                day = date(2030, 1, 7) + timedelta(weeks=2 * week, days=number % 5)
                kind = ("closed", "replace")[week % 2]
                key = f"date_{number}_{week}"
                rows.append([key, *who, "date", "", str(day), kind, "", "", "10", "14"])
        return columns, rows

    def _files(self):
        """Yield (model, columns, rows) of the practice."""
        yield "clinic.specialty", ["id", "name"], [["spec_bulk", "Bulk Medicine"]]
        sites = [[f"site_{n}", f"Bulk {n}", "Europe/Paris"] for n in range(4)]
        yield "clinic.site", ["id", "name", "tz"], sites
        services = [[f"service_{n}", f"Bulk {n}", "spec_bulk", "30"] for n in range(40)]
        columns = ["id", "name", "specialty_id/id", "duration"]
        yield "clinic.service", columns, services
        doctors = [
            [f"doctor_{n}", f"Bulk Doctor {n}", "spec_bulk", f"site_{n % 4}"]
            for n in range(self.DOCTORS)
        ]
        columns = ["id", "name", "specialty_ids/id", "site_ids/id"]
        yield "clinic.doctor", columns, doctors
        yield "clinic.availability", *self._rows_of_hours()
        patients = [[f"patient_{n}", f"Bulk Patient {n}"] for n in range(300)]
        yield "clinic.patient", ["id", "name"], patients

    def test_a_year_of_fifty_doctors(self):
        began = time.monotonic()
        for model, columns, rows in self._files():
            since = time.monotonic()
            records = self._load(model, columns, rows)
            self.assertEqual(len(records), len(rows))
            seconds = time.monotonic() - since
            _logger.info("%s: %s rows in %.1f s", model, len(rows), seconds)
        self.assertLess(time.monotonic() - began, self.PATIENCE)
        self._check_starts()

    def _check_starts(self):
        """Spot checks over the year: a plain, a closed and a changed Monday."""
        service = self._get("service_0")
        doctor = self._get("doctor_0")
        for day, expected in (
            (date(2030, 1, 14), 16),  # 9 to 17, every 30 minutes
            (date(2030, 1, 7), 0),  # closed
            (date(2030, 1, 21), 8),  # 10 to 14
            (date(2031, 1, 6), 0),  # after the last date
        ):
            start = datetime.combine(day, datetime.min.time())
            found = self.env["clinic.schedule"]._find_starts(
                service, start, start + timedelta(days=1), doctors=doctor, step=1800
            )
            self.assertEqual(sum(map(len, found.values())), expected, day)

    def test_through_the_import_screen(self):
        """The same file as an upload, through the steps of the screen."""
        for model, columns, rows in self._files():
            if model == "clinic.availability":
                break
            self._load(model, columns, rows)
        file = io.StringIO()
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows[:200])
        wizard = self.env["base_import.import"].create(
            {
                "res_model": model,
                "file": file.getvalue().encode(),
                "file_type": "text/csv",
                "file_name": "availability.csv",
            }
        )
        options = {"quoting": '"', "separator": ",", "has_headers": True}
        preview = wizard.parse_preview(options)
        self.assertNotIn("error", preview)
        chosen = ["/".join(preview["matches"][n]) for n in range(len(columns))]
        self.assertEqual(chosen, columns, "columns match by themselves")
        result = wizard.execute_import(chosen, columns, preview["options"])
        self.assertFalse(result["messages"])
        self.assertEqual(len(result["ids"]), 200)
