# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .message_common import MessageCommon

PENDING = ("booked", "pending"), ("reminder", "pending")


@tagged("post_install", "-at_install")
class TestReminderPlan(MessageCommon):
    """What is planned when a visit is booked, moved, cancelled, or over."""

    def _states(self, visit, event=None):
        return self._rows(visit, event).mapped("state")

    def _times(self, visit, state="pending"):
        rows = self._rows(visit, "reminder").filtered(lambda row: row.state == state)
        return {(row.channel, row.planned_at) for row in rows}

    def _usual_times(self, start):
        return {
            ("email", start - timedelta(hours=24)),
            ("sms", start - timedelta(hours=2)),
            ("email", start - timedelta(hours=1)),
        }

    def test_a_booking_plans_the_usual(self):
        visit = self._book(14)
        self.assertEqual(self._states(visit, "booked"), ["pending"])
        self.assertEqual(self._times(visit), self._usual_times(visit.start))

    def test_a_hold_and_its_end_are_not_told(self):
        hold = self.env["clinic.appointment"].hold(self._vals(14))
        self.assertFalse(hold.reminder_ids)
        hold._expire_hold()
        self.assertFalse(hold.reminder_ids)
        hold = self.env["clinic.appointment"].hold(self._vals(14))
        hold.reschedule({"start": self._at(15)})
        self.assertFalse(hold.reminder_ids)
        hold.confirm()
        self.assertEqual(self._states(hold, "booked"), ["pending"])
        self.assertEqual(self._times(hold), self._usual_times(self._at(15)))

    def test_a_patients_confirmation_is_not_a_booking(self):
        visit = self._book(14)
        visit.confirm()
        self.assertEqual(self._states(visit, "booked"), ["pending"])

    def test_who_stands_at_the_desk_needs_no_confirmation(self):
        for values in ({"kind": "walk_in"}, {"source": "import"}):
            visit = self._book(14 + len(values), day=len(values), **values)
            self.assertFalse(self._rows(visit, "booked"))
            self.assertTrue(self._rows(visit, "reminder"))
            visit.cancel()

    def test_booked_after_the_time_of_a_reminder(self):
        with freeze_time(self._at(12, 30)):
            visit = self._book(14)
        skipped = self._rows(visit).filtered(lambda row: row.state == "skipped")
        self.assertEqual(skipped.mapped("channel"), ["email", "sms"])
        self.assertTrue(all(skipped.mapped("reason")))
        self.assertEqual(
            self._times(visit), {("email", visit.start - timedelta(hours=1))}
        )

    def test_a_visit_that_is_over_is_not_told(self):
        with freeze_time(self._at(12, day=3)):
            visit = self._book(14, exception_reason="Entered later")
        self.assertFalse(visit.reminder_ids)

    def test_quiet_hours_move_a_reminder_ahead(self):
        self._create_hours(self.doctor, "6", 6, 9)
        visit = self._book(9, day=1)
        self.env.company.clinic_quiet_to = 8.5
        visit.reschedule({"start": self._at(9, 30, day=2)})
        # 7:30 and 8:30: the first is in the quiet hours
        self.assertIn(("sms", self._at(20, 50, day=1)), self._times(visit))
        self.assertIn(("email", self._at(8, 30, day=2)), self._times(visit))

    def test_reminders_that_fall_together_go_once(self):
        """Not two of them in the evening before: the first that reaches the patient."""
        evening = self._at(20, 50, day=1)
        self._create_hours(self.doctor, "2", 8, 9)
        for phone, channel in (("+33 6 12 34 56 78", "sms"), (False, "email")):
            self.patient.phone = phone
            visit = self._book(8, 30, day=2)
            self.assertEqual(
                self._times(visit),
                {("email", visit.start - timedelta(days=1)), (channel, evening)},
            )
            dropped = self._rows(visit).filtered(lambda row: row.state == "skipped")
            self.assertEqual(dropped.planned_at, evening)
            self.assertIn("another reminder", dropped.reason)
            visit.cancel()

    def test_a_move_takes_the_reminders_along(self):
        visit = self._book(14)
        before = self._rows(visit, "reminder")
        visit.reschedule({"start": self._at(15, day=2)})
        self.assertEqual(self._rows(visit, "reminder"), before)
        self.assertEqual(self._times(visit), self._usual_times(visit.start))
        # the confirmation waits still, and says the new time
        self.assertFalse(self._rows(visit, "moved"))

    def test_a_move_after_the_confirmation_is_told(self):
        visit = self._book(14)
        self._send()
        visit.reschedule({"start": self._at(15, day=2)})
        self.assertEqual(self._states(visit, "moved"), ["pending"])
        visit.reschedule({"start": self._at(16, day=2)})
        self.assertEqual(self._states(visit, "moved"), ["pending"])
        self._send()
        visit.reschedule({"start": self._at(15, day=2)})
        self.assertEqual(self._states(visit, "moved"), ["sent", "pending"])

    def test_a_reminder_that_went_is_planned_anew(self):
        visit = self._book(14)
        with freeze_time(self._at(14, 1, day=-1)):
            self._send()
            self.assertEqual(
                self._rows(visit, "reminder").mapped("state"),
                ["sent", "pending", "pending"],
            )
            visit.reschedule({"start": self._at(14, day=4)})
        self.assertEqual(self._times(visit), self._usual_times(visit.start))
        self.assertEqual(len(self._times(visit, "sent")), 1)

    def test_another_room_is_no_move(self):
        visit = self._book(14, room_id=self.rooms[0].id)
        self._send()
        visit.reschedule({"room_id": self.rooms[1].id})
        self.assertFalse(self._rows(visit, "moved"))

    def test_cancelling_drops_what_is_planned(self):
        visit = self._book(14)
        self._send()
        visit.cancel()
        self.assertEqual(set(self._states(visit, "reminder")), {"cancelled"})
        self.assertEqual(self._states(visit, "cancelled"), ["pending"])

    def test_what_is_over_is_not_reminded_of(self):
        for number, step in enumerate(("mark_no_show", "complete")):
            visit = self._book(14, day=number)
            if step == "complete":
                visit.arrive()
                visit.begin()
            getattr(visit, step)()
            rows = self._rows(visit).filtered(lambda row: row.event != "feedback")
            self.assertEqual(set(rows.mapped("state")), {"cancelled"})

    def test_completion_asks_for_a_follow_up_where_there_is_a_rule(self):
        rule = self._rule("booked").copy(
            {"event": "follow_up", "timing": "after", "offset": 1, "unit": "days"}
        )
        visit = self._book(14)
        for step in ("arrive", "begin", "complete", "reopen", "complete"):
            getattr(visit, step)()
        row = self._rows(visit, "follow_up")
        self.assertEqual(row.rule_id, rule)
        self.assertEqual(row.planned_at, visit.stop + timedelta(days=1))

    def test_the_most_specific_rules_win(self):
        self._rule("reminder", "email", 24).copy(
            {"offset": 48, "service_ids": [Command.set(self.service.ids)]}
        )
        visit = self._book(14)
        emails = {at for channel, at in self._times(visit) if channel == "email"}
        self.assertEqual(emails, {visit.start - timedelta(hours=48)})
        other = self._create_service("Other")
        visit = self._book(14, day=1, service_id=other.id)
        self.assertEqual(self._times(visit), self._usual_times(visit.start))

    def test_a_silent_rule_keeps_general_ones_from_sending(self):
        self._rule("booked").copy(
            {"is_silent": True, "doctor_ids": [Command.set(self.doctor.ids)]}
        )
        self.assertFalse(self._rows(self._book(14), "booked"))
        visit = self._book(14, day=1, doctor_id=self.colleague.id)
        self.assertTrue(self._rows(visit, "booked"))

    def test_nothing_is_planned_while_switched_off(self):
        self.env.company.clinic_messages_active = False
        visit = self._book(14)
        self.assertFalse(visit.reminder_ids)
        visit.cancel()
        self.assertFalse(visit.reminder_ids)

    def test_staff_may_do_it_in_silence(self):
        visit = self._book(14)
        self._send()
        visit.with_context(clinic_silent=["cancelled"]).cancel()
        self.assertFalse(self._rows(visit, "cancelled"))
        self.assertEqual(set(self._states(visit, "reminder")), {"cancelled"})

    def test_a_message_is_planned_once(self):
        visit = self._book(14)
        row = self._rows(visit, "booked")
        visit._emit("running_late", occurrence=3)
        self.assertFalse(visit._emit("running_late", occurrence=3))
        self.assertTrue(visit._emit("running_late", occurrence=4))
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            row.sudo().copy({"state": "pending", "appointment_id": visit.id})

    def test_unknown_events_are_refused(self):
        with self.assertRaises(ValueError):
            self._book(14)._emit("birthday")

    def test_each_company_starts_with_rules_once(self):
        company = self.env["res.company"].create({"name": "Other Practice"})
        # some of them are there to be switched on
        rules = self.env["clinic.reminder.rule"].with_context(active_test=False)
        rules = rules.search([("company_id", "=", company.id)])
        first = rules._prepare_first_rules()
        self.assertEqual(len(rules), len(first))
        self.assertEqual(
            set(rules.mapped("event")), {values["event"] for values in first}
        )
        rules.unlink()
        self.env["res.company"]._init_clinic_reminder_rules()
        self.assertFalse(rules.search([("company_id", "=", company.id)]))

    def test_events_are_told_in_few_queries(self):
        visits = self.env["clinic.appointment"]
        for day in range(5):
            visits |= self._book(14, day=day)
        self.env.flush_all()
        visits[:1]._emit("running_late", occurrence=1)
        self.env.flush_all()
        counts = []
        for number, some in enumerate((visits[:1], visits)):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._emit("running_late", occurrence=number + 2)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)

    def test_the_sender_is_woken_when_something_is_due(self):
        cron = self.env.ref("clinic_scheduling.ir_cron_send_messages")
        triggers = self.env["ir.cron.trigger"]

        def get_calls():
            self.env.flush_all()
            self.env.cr.precommit.run()
            found = triggers.search([("cron_id", "=", cron.id)])
            calls = found.mapped("call_at")
            found.unlink()
            return calls

        get_calls()
        visit = self._book(14)
        self._book(15)
        self.assertEqual(set(get_calls()), {self._at(10, day=-7)})
        visit._plan_reminders()
        self.assertEqual(get_calls(), [])
        with freeze_time(visit.start - timedelta(hours=1, minutes=8)):
            visit._plan_reminders()
            due_at = visit.start - timedelta(hours=1)
            self.assertIn(due_at + timedelta(minutes=1), get_calls())
