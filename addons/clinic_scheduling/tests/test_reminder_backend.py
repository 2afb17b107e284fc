# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from ast import literal_eval
from datetime import timedelta

from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..exceptions import IllegalTransition
from .message_common import MessageCommon


@tagged("post_install", "-at_install")
class TestReminderBackend(MessageCommon):
    """What staff see of messages, and do with them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user("manager")

    def test_a_failed_message_is_sent_again_by_reception(self):
        visit = self._book(14)
        row = self._rows(visit, "booked")
        row.sudo().write({"state": "failed", "attempt_count": 6, "error": "No server"})
        row.with_user(self.receptionist).action_retry()
        self.assertEqual((row.state, row.attempt_count), ("pending", 0))
        self._send()
        self.assertEqual((row.state, row.error), ("sent", False))
        with self.assertRaises(UserError):
            row.with_user(self.receptionist).action_retry()

    def test_doctors_send_nothing_again(self):
        doctor = self._create_user("doctor")
        self.doctor.user_id = doctor
        row = self._rows(self._book(14), "booked")
        row.sudo().state = "failed"
        with self.assertRaises(AccessError):
            row.with_user(doctor).action_retry()
        self.assertEqual(row.state, "failed")

    def test_nobody_writes_the_log(self):
        row = self._rows(self._book(14), "booked").with_user(self.manager)
        for values in ({"state": "sent"}, {"body": "Other words"}):
            with self.assertRaises(AccessError):
                row.write(values)
        with self.assertRaises(AccessError):
            row.unlink()

    def test_what_was_told_about_a_hold_is_not_deleted_with_it(self):
        hold = self.env["clinic.appointment"].hold(self._vals(14))
        row = self.env["clinic.reminder"].create(
            {"appointment_id": hold.id, "event": "waitlist_offer", "channel": "sms"}
        )
        row.sent_at = self._at(9)
        for step in (lambda: None, hold.cancel):
            step()
            with self.assertRaises(IllegalTransition):
                hold.with_user(self.receptionist).unlink()
        row.sent_at = False
        hold.with_user(self.receptionist).unlink()
        self.assertFalse(row.exists())

    def test_the_buttons_open_the_messages(self):
        visit = self._book(14)
        self._send()
        count = visit.with_user(self.receptionist).reminder_count
        self.assertEqual(count, len(visit.reminder_ids))
        self.assertGreater(count, 1)
        for record in (visit, visit.patient_id):
            action = record.with_user(self.receptionist).action_view_reminders()
            found = self.env["clinic.reminder"].search(action["domain"])
            self.assertEqual(found, visit.reminder_ids)

    def test_the_list_shows_what_is_due_next(self):
        """A new practice finds its messages there: none may be due today."""
        visit = self._book(14)
        action = self.env.ref("clinic_scheduling.clinic_reminder_action")
        search = etree.fromstring(
            self.env.ref("clinic_scheduling.clinic_reminder_view_search").arch
        )
        (name,) = literal_eval(action.context)
        name = name.removeprefix("search_default_")
        domain = literal_eval(search.find(f".//filter[@name='{name}']").get("domain"))
        found = self.env["clinic.reminder"].search(domain)
        self.assertLessEqual(self._rows(visit), found)

    def test_overdue_messages_are_a_health_problem(self):
        count = self.env["clinic.reminder"]._count_overdue
        before = count()
        visit = self._book(14)
        self.assertEqual(count(), before)
        with freeze_time(visit.start):
            checks = self.env["clinic.health"].with_user(self.manager)._checks()
        self.assertIn(before + 4, [number for _name, number, _advice in checks])

    def test_the_preview_shows_a_visit_of_the_rule(self):
        self._book(14, doctor_id=self.colleague.id)
        visit = self._book(15)
        rule = self._rule("reminder", "sms").with_user(self.manager)
        rule.doctor_ids = [Command.set(self.doctor.ids)]
        self.assertEqual(rule.preview_appointment_id, visit)
        self.assertIn("Mon, Jun 3, 2030, 3:00 PM", rule.preview_body)
        self.assertIn("3:00 PM", rule.preview_sms)
        self.assertIn(visit.access_url, rule.preview_sms)
        with Form(rule) as form:
            form.sms_body = "{{ object.no_such_field }}"
            self.assertIn("no_such_field", form.preview_subject)
            form.sms_body = "{{ object.name }}"

    def test_a_rule_is_made_in_its_form(self):
        with Form(self.env["clinic.reminder.rule"].with_user(self.manager)) as form:
            form.name = "Two days before"
            form.offset, form.unit = 2, "days"
            form.mail_template_id = self._rule("reminder").mail_template_id
        rule = form.record
        self.assertEqual(rule._get_seconds(), 2 * 86400)
        visit = self._book(14)
        planned = self._rows(visit).filtered(lambda row: row.rule_id == rule)
        self.assertEqual(planned.planned_at, visit.start - timedelta(days=2))

    def test_a_rule_that_goes_leaves_the_proof(self):
        visit = self._book(14)
        self._send()
        self.rules.unlink()
        self.assertEqual(self._rows(visit, "booked").state, "sent")
        self.assertFalse(self._rows(visit).rule_id)

    def test_doctors_see_messages_of_their_own_visits(self):
        doctor = self._create_user("doctor")
        self.doctor.user_id = doctor
        own = self._book(14)
        other = self._book(15, doctor_id=self.colleague.id, day=1)
        found = self.env["clinic.reminder"].with_user(doctor).search([])
        self.assertEqual(found.appointment_id & (own | other), own)
