# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.clinic_engine.queue_accuracy import judge

from .common import QueueCommon

#: A Tuesday, 11:00 in Paris.
NOW = "2030-06-04 09:00:00"
TODAY = "2030-06-04"


class ReportCommon(QueueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user("manager")
        cls.report = cls.env["clinic.queue.report"].with_user(cls.manager)

    def setUp(self):
        super().setUp()
        clock = freeze_time(NOW)
        clock.start()
        self.addCleanup(clock.stop)

    def _pass(self, arrived, called=None, lasted=10, level=4, **values):
        """Return a ticket of so many minutes ago that was served, or is not yet."""
        ticket = self._join(arrived, level=level, **values)
        if called is not None:
            self._write(ticket, called, lasted)
        return ticket

    def _write(self, ticket, called, lasted):
        moment = fields.Datetime.now() - timedelta(minutes=called)
        ticket.sudo().write(
            {
                "state": "completed",
                "desk_id": self.desk.id,
                "provider_key": f"doctor:{self.doctor.id}",
                "call_count": 1,
                "called_at": moment,
                "started_at": moment,
                "completed_at": moment + timedelta(minutes=lasted),
            }
        )

    def _get_row(self, ticket):
        self.env.flush_all()
        row = self.report.browse(ticket.id)
        row.invalidate_recordset()
        return row

    def _get_dashboard(self, start=TODAY, stop=TODAY, user=None):
        self.env.flush_all()
        report = self.report.with_user(user or self.manager)
        return report.get_dashboard(start, stop, self.queue.id)


@tagged("post_install", "-at_install")
class TestQueueReport(ReportCommon):
    def test_a_row(self):
        ticket = self._pass(80, called=30, lasted=12)
        row = self._get_row(ticket)
        self.assertEqual((row.wait_minutes, row.consultation_minutes), (50, 12))
        self.assertEqual((row.target, row.in_target, row.left_rate), (60, 1, 0))
        self.assertEqual((row.kind, row.level_id), ("walk_in", self.levels[4]))
        self.assertEqual(row.urgency, "4")
        self.assertEqual((row.doctor_id, row.desk_id), (self.doctor, self.desk))
        # 7:40 UTC is 9:40 in Paris, on a Tuesday
        self.assertEqual((row.hour, row.weekday), (9, "1"))
        self.assertEqual(row.action_view_ticket()["res_id"], ticket.id)

    def test_within_the_target_of_the_level(self):
        cases = (
            (1, 2, 1),
            (1, 3, 0),
            (2, 10, 1),
            (2, 11, 0),
            (3, 30, 1),
            (3, 31, 0),
            (None, 60, 1),
            (None, 61, 0),
        )
        for level, waited, expected in cases:
            with self.subTest(level=level, waited=waited):
                ticket = self._pass(waited, called=0, level=level)
                self.assertEqual(self._get_row(ticket).in_target, expected)

    def test_an_appointment_waits_from_its_slot(self):
        visit = self._book(10, day=1)
        early = self._pass(90, 50, level=None, appointment_id=visit.id)
        row = self._get_row(early)
        # came 9:30 for 10:00, was called 10:10
        self.assertEqual((row.kind, row.target), ("appointment", 15))
        self.assertEqual((row.wait_minutes, row.in_target), (10, 1))
        self.assertFalse(row.level_id)
        self.assertEqual(row.urgency, "appointment")
        early.sudo().arrived_at = fields.Datetime.now() - timedelta(minutes=45)
        self._write(early, called=0, lasted=5)
        # came 10:15, after the grace: as a walk-in, from then on
        row = self._get_row(early)
        self.assertEqual((row.target, row.wait_minutes), (60, 45))

    def test_an_urgent_appointment_is_judged_by_its_level(self):
        visit = self._book(10, day=1)
        ticket = self._pass(60, 48, level=2, appointment_id=visit.id)
        row = self._get_row(ticket)
        self.assertEqual((row.kind, row.level_id), ("walk_in", self.levels[2]))
        self.assertEqual((row.wait_minutes, row.in_target), (12, 0))

    def test_who_left_stands_beside(self):
        left, absent, waiting = (self._pass(30) for _turn in range(3))
        left.leave_queue()
        self._open()._call_ticket(absent, "First")
        absent.mark_absent()
        rates = [self._get_row(item).left_rate for item in (left, absent)]
        self.assertEqual(rates, [1, 1])
        figures = self._get_dashboard()["total"]
        self.assertEqual((figures["people"], figures["seen"]), (3, 0))
        self.assertEqual((figures["in_target"], figures["left"]), (None, 1))
        self.assertEqual(self._get_row(waiting).waiting_minutes, 30)

    def test_a_number_given_by_mistake_is_not_counted(self):
        ticket = self._pass(30, called=10)
        ticket.sudo().is_void = True
        self.env.flush_all()
        self.assertFalse(self.report.search([("ticket_id", "=", ticket.id)]))

    def test_overtakes(self):
        first = self._pass(60, called=5, level=5)
        self._pass(50, called=20, level=4)
        self._pass(40, called=30, level=5)
        self._pass(3, called=1, level=4)
        self._pass(30, called=29, level=5).sudo().is_void = True
        row = self._get_row(first)
        self.assertEqual((row.overtakes, row.equal_overtakes), (2, 1))

    def test_groups_average_exactly(self):
        self._pass(100, called=50), self._pass(100, called=10)
        self.env.flush_all()
        domain = [("queue_id", "=", self.queue.id)]
        [[level, waited, share]] = self.report._read_group(
            domain, ["level_id"], ["wait_minutes:avg", "in_target:avg"]
        )
        self.assertEqual((level, waited, share), (self.levels[4], 70, 0.5))


@tagged("post_install", "-at_install")
class TestQueueDashboard(ReportCommon):
    def test_percentiles(self):
        for waited in (10, 20, 30, 40, 110):
            self._pass(waited, called=0)
        figures = self._get_dashboard()
        total = figures["total"]
        self.assertEqual((total["median"], total["longest"]), (30, 110))
        self.assertAlmostEqual(total["ninety"], 82)
        self.assertEqual(total["in_target"], 0.8)
        [level] = figures["levels"]
        self.assertEqual((level["name"], level["threshold"]), ("4 Standard", 0.7))
        self.assertEqual((level["people"], level["median"]), (5, 30))

    def test_beside_the_period_before(self):
        self._pass(30, called=0)
        old = self._join(50, level=4)
        self._write(old, called=0, lasted=10)
        old.sudo().day = "2030-06-03"
        figures = self._get_dashboard()
        self.assertEqual(figures["total"]["median"], 30)
        self.assertEqual(figures["before"]["median"], 50)
        figures = self._get_dashboard("2030-06-03", TODAY)
        self.assertEqual(figures["total"]["people"], 2)
        self.assertIsNone(figures["before"])

    def test_nothing(self):
        figures = self._get_dashboard("2029-01-01", "2029-01-31")
        self.assertIsNone(figures["total"])
        self.assertEqual(figures["levels"] + figures["desks"], [])
        self.assertEqual(figures["peaks"]["hours"], [])
        for start, stop in (("2030-06-05", TODAY), ("2028-01-01", TODAY)):
            with self.assertRaises(UserError):
                self._get_dashboard(start, stop)

    def test_now(self):
        self._pass(70), self._pass(20), self._pass(90, called=10)
        now = self._get_dashboard()["now"]
        self.assertEqual(now, {"waiting": 2, "longest": 70, "overdue": 1})
        # whatever the date is where the user is
        for zone in ("Pacific/Kiritimati", "Pacific/Niue"):
            self.report = self.report.with_context(tz=zone)
            self.assertEqual(self._get_dashboard()["now"], now)

    def test_peaks(self):
        self._pass(80), self._pass(85), self._pass(5)
        peaks = self._get_dashboard()["peaks"]
        self.assertEqual((peaks["hours"], peaks["by_hour"]), ([9, 10], [2, 1]))
        self.assertEqual(peaks["weekdays"], [{"name": "Tuesday", "values": [2, 1]}])
        peaks = self._get_dashboard("2030-05-29", TODAY)["peaks"]
        self.assertEqual(len(peaks["weekdays"]), 7)

    def test_who_serves(self):
        # two services of 10 minutes between 8:00 and 9:00 UTC
        self._pass(70, called=60), self._pass(20, called=10)
        figures = self._get_dashboard()
        for key, name in (("desks", "Desk 1"), ("doctors", "Ada Martin")):
            [line] = figures[key]
            self.assertIn(name, line["name"])
            self.assertEqual((line["served"], line["minutes"]), (2, 10))
            self.assertEqual(line["per_hour"], 2)
            self.assertAlmostEqual(line["idle"], 2 / 3)

    def _tell(self, ticket, audience):
        """Let somebody have been told 10 to 15 minutes at the check-in."""
        shown = self.env["clinic.queue.estimate"].create(
            {
                "ticket_id": ticket.id,
                "moment": ticket.arrived_at,
                "shown_to": audience,
                "low": 600,
                "high": 900,
            }
        )
        shown._settle_actual(ticket)

    def test_estimates(self):
        for waited, audience in ((8, "desk"), (20, "patient")):
            self._tell(self._pass(waited, called=0), audience)
        lines = {line["name"]: line for line in self._get_dashboard()["estimates"]}
        self.assertEqual(set(lines), {"Staff", "Patient's page", "All"})
        self.assertEqual((lines["All"]["count"], lines["All"]["bias"]), (2, 4))
        self.assertEqual((lines["All"]["mae"], lines["All"]["within"]), (6, 0.5))
        self.assertEqual(lines["Staff"]["shorter"], 1)
        self._tell(self._pass(40, called=0), "desk")
        self.env.flush_all()
        lines = {line["name"]: line for line in self._get_dashboard()["estimates"]}
        # as the engine judges the same three waits
        judged = judge([(600, 900, 480), (600, 900, 1200), (600, 900, 2400)])
        names = {"bias": "bias", "mae": "mae", "rmse": "rmse", "median_ae": "median"}
        for theirs, ours in names.items():
            expected = getattr(judged, theirs) / 60
            self.assertAlmostEqual(lines["All"][ours], expected, 1)
        self.assertEqual(lines["All"]["median"], 10)

    def test_the_number_of_queries_does_not_grow(self):
        self._pass(60, called=10)
        counts = []
        for _turn in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._get_dashboard()
            counts.append(self.env.cr.sql_log_count - before)
            for number in range(20):
                self._pass(60 + number, called=10, level=1 + number % 5)
        self.assertLessEqual(counts[1], counts[0] + 1)

    def test_for_managers_of_the_site(self):
        self._pass(60, called=10)
        for user in (self.nurse, self.receptionist):
            with self.assertRaises(AccessError):
                self._get_dashboard(user=user)
        self.manager.clinic_site_ids = self.other_site
        figures = self._get_dashboard()
        self.assertIsNone(figures["total"])
        self.assertNotIn(self.queue.id, [item["id"] for item in figures["queues"]])

    def test_names_nobody(self):
        self._pass(60, called=10, patient_id=self.patient.id)
        self.assertNotIn(self.patient.name, str(self._get_dashboard()))
        self.assertNotIn("patient_id", self.report.fields_get())
