# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import csv
import io
import json
from datetime import timedelta, timezone

from icalendar import Calendar

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..utils import to_safe_cell
from .common import ClinicCommon

#: Words of the fixture that no calendar may show.
PRIVATE_WORDS = ("Paul", "Patient", "Consultation", "fever", "rash", "wheelchair")


@tagged("post_install", "-at_install")
class TestExport(ClinicCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receptionist.group_ids += cls.env.ref("base.group_allow_export")
        cls.visit = cls._book(10)
        cls.visit.write(
            {
                "reason": "fever",
                "symptoms": "rash",
                "special_requirements": "wheelchair",
            }
        )

    def _csv(self, visits, user=None):
        """Return the rows of the export as dicts."""
        visits = visits.with_user(user or self.receptionist)
        text = visits._export_csv().decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    def _event(self, visit):
        """Return the one event of a visit, parsed again."""
        (event,) = Calendar.from_ical(visit._export_ics()).walk("VEVENT")
        return event

    # -- right and limit ---------------------------------------------------

    def test_limit_says_what_to_do(self):
        self.env.company.clinic_export_limit = 1
        visits = self.visit | self._book(11)
        for method in (visits.action_export_csv, visits.action_export_ics):
            with self.assertRaises(UserError) as caught:
                method()
            message = str(caught.exception)
            self.assertIn("2 appointments", message)
            self.assertIn("may hold 1 ", message)
            self.assertIn("Narrow the filter", message)
        self.assertTrue(self.visit.action_export_csv(), "one is allowed")

    def test_limit_holds_for_the_builtin_export(self):
        self.env.company.clinic_export_limit = 1
        visits = (self.visit | self._book(11)).with_user(self.receptionist)
        with self.assertRaisesRegex(UserError, "2 appointments"):
            visits.export_data(["name"])
        self.assertEqual(
            visits[:1].export_data(["name"]), {"datas": [[visits[:1].name]]}
        )

    def test_limit_counts_the_domain_when_the_list_was_cut(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("web.active_ids_limit", 1)
        other = self._book(11)
        domain = [("id", "in", (self.visit | other).ids)]
        visits = self.visit.with_context(active_domain=domain)
        action = visits.action_export_csv()
        self.assertEqual(json.loads(action["params"]["data"]["domain"])[0][0], "id")
        self.env.company.clinic_export_limit = 1
        with self.assertRaisesRegex(UserError, "2 appointments"):
            visits.action_export_csv()

    def test_who_may_not_export_is_told(self):
        self.receptionist.group_ids -= self.env.ref("base.group_allow_export")
        with self.assertRaisesRegex(UserError, "may not export"):
            self.visit.with_user(self.receptionist).action_export_csv()

    def test_who_may_not_read_gets_nothing(self):
        self.receptionist.clinic_site_ids = self.other_site
        with self.assertRaises(AccessError):
            self.visit.with_user(self.receptionist).action_export_ics()

    def test_server_actions(self):
        for name in ("csv", "ics"):
            action = self.env.ref(
                f"clinic_scheduling.clinic_appointment_action_export_{name}"
            )
            result = (
                action.with_user(self.receptionist)
                .with_context(
                    active_model="clinic.appointment", active_ids=self.visit.ids
                )
                .run()
            )
            self.assertEqual(result["tag"], "clinic_scheduling.download")
            self.assertEqual(result["params"]["data"], {"ids": str(self.visit.id)})
            self.assertTrue(result["params"]["url"].endswith(name))

    # -- CSV ---------------------------------------------------------------

    def test_csv_row(self):
        (row,) = self._csv(self.visit)
        self.assertEqual(row["Number"], self.visit.name)
        self.assertEqual(row["Date"], "2030-06-03")
        self.assertEqual((row["Start"], row["End"]), ("10:00", "10:30"))
        self.assertEqual(row["Time Zone"], "Europe/Paris")
        self.assertEqual(row["Start (UTC)"], "2030-06-03T08:00:00Z")
        self.assertEqual(row["State"], "Scheduled")
        self.assertEqual(row["Doctor"], "Ada Martin")
        self.assertIn("Paul Patient", row["Patient"])
        self.assertEqual(row["Overbooked"], "no")
        self.assertEqual(row["Reschedule Count"], "0")

    def test_csv_holds_nothing_clinical(self):
        nurse = self._create_user("nurse")
        text = self.visit.with_user(nurse)._export_csv().decode()
        for word in ("fever", "rash", "wheelchair"):
            self.assertNotIn(word, text)

    def test_csv_formulas_are_neutralised(self):
        self.patient.phone = "+33 1 23 45"
        self.patient.name = "=HYPERLINK(1)"
        self.visit.cancel(reason='@SUM(1);"quoted", with comma')
        (row,) = self._csv(self.visit)
        self.assertEqual(row["Phone"], "'+33 1 23 45")
        self.assertTrue(row["Patient"].startswith("'=HYPERLINK(1)"))
        self.assertEqual(row["Cancel Reason"], '\'@SUM(1);"quoted", with comma')

    def test_safe_cells(self):
        for text in ("=1", "+1", "-1", "@a", "\tx", "\rx"):
            self.assertEqual(to_safe_cell(text), f"'{text}")
        for value in (-1, 0, -0.5, "a=1", "10:00", ""):
            self.assertEqual(to_safe_cell(value), value)
        self.assertEqual((to_safe_cell(None), to_safe_cell(False)), ("", ""))

    # -- iCalendar ---------------------------------------------------------

    def test_ical_event(self):
        event = self._event(self.visit)
        start = self._at(10).replace(tzinfo=timezone.utc)
        self.assertEqual(event.decoded("dtstart"), start)
        self.assertEqual(event.decoded("dtend"), start + timedelta(minutes=30))
        self.assertEqual(event["sequence"], 0)
        self.assertEqual(event["status"], "CONFIRMED")
        self.assertEqual(event["class"], "PRIVATE")
        self.assertIn("Ada Martin", event["summary"])
        self.assertIn("North", event["location"])
        self.assertTrue(event["uid"].startswith(f"appointment-{self.visit.id}@"))

    def test_ical_is_utc_without_time_zones(self):
        text = self.visit._export_ics().decode()
        self.assertIn("\r\nDTSTART:20300603T080000Z\r\n", text)
        self.assertNotIn("TZID", text)
        self.assertNotIn("VTIMEZONE", text)

    def test_ical_names_neither_patient_nor_service(self):
        text = self.visit._export_ics().decode().replace("\r\n ", "")
        for word in PRIVATE_WORDS:
            self.assertNotIn(word, text)

    def test_ical_after_a_move(self):
        uid = self._event(self.visit)["uid"]
        self.visit.reschedule({"start": self._at(14)})
        event = self._event(self.visit)
        self.assertEqual((event["uid"], event["sequence"]), (uid, 1))
        self.assertEqual(
            event.decoded("dtstart"), self._at(14).replace(tzinfo=timezone.utc)
        )

    def test_ical_states(self):
        self.assertEqual(self._event(self.visit)["transp"], "OPAQUE")
        self.visit.mark_no_show()
        self.assertEqual(self._event(self.visit)["status"], "CANCELLED")
        self.visit.reopen()
        self.visit.cancel()
        event = self._event(self.visit)
        self.assertEqual(
            (event["status"], event["transp"]), ("CANCELLED", "TRANSPARENT")
        )
        hold = self.env["clinic.appointment"].hold(self._vals(15))
        event = self._event(hold)
        self.assertEqual(event["status"], "TENTATIVE")
        self.assertNotIn("/", event["summary"], "a hold has no number yet")

    def test_ical_lines_are_folded_and_texts_escaped(self):
        name = "Ünïversität; Klinik, Süd\nnew line " + "ä" * 80
        self.site.name = name
        content = self.visit._export_ics()
        for line in content.split(b"\r\n"):
            self.assertLessEqual(len(line), 75)
        self.assertEqual(self._event(self.visit)["location"], name)

    def test_ical_of_many(self):
        visits = self.visit | self._book(11) | self._book(12)
        calendar = Calendar.from_ical(visits._export_ics())
        self.assertEqual(calendar["version"], "2.0")
        self.assertFalse(calendar.errors)
        events = calendar.walk("VEVENT")
        self.assertEqual(len({event["uid"] for event in events}), 3)
        self.assertFalse(any(event.errors for event in events))

    def test_queries_do_not_grow(self):
        """A longer export takes more rows, not more queries."""
        visits = self.visit
        for day in range(3):
            for hour in range(11, 16):
                visits |= self._book(hour, day=day)
        counts = {}
        for method in ("_export_csv", "_export_ics"):
            for records in (visits[:2], visits):
                records = records.with_user(self.receptionist)
                self.env.invalidate_all()
                getattr(records, method)()  # warm: rules and groups are cached
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                getattr(records, method)()
                found = self.env.cr.sql_log_count - before
                counts.setdefault(method, []).append(found)
        for method, (few, many) in counts.items():
            self.assertEqual(few, many, method)


@tagged("post_install", "-at_install")
class TestExportOtherCompany(ClinicCommon):
    def test_limit_is_of_the_own_company(self):
        company = self.env["res.company"].create(
            {"name": "Other Practice", "clinic_export_limit": 1}
        )
        self.env.user.company_ids += company
        visits = self._book(10) | self._book(11)
        self.assertTrue(visits.action_export_csv())
        with self.assertRaises(UserError):
            visits.with_context(
                allowed_company_ids=[company.id, self.env.company.id]
            ).action_export_csv()
