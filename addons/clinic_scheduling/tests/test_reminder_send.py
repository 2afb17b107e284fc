# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from icalendar import Calendar

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .message_common import MessageCommon


@tagged("post_install", "-at_install")
class TestReminderSend(MessageCommon):
    """Messages that are due go out, to who is to read them."""

    def _told(self, visit, event="booked"):
        self._send()
        return self._rows(visit, event)

    def _get_invitation(self, number=0):
        """Return the event of the n-th mail's invitation, and its method."""
        name, content, mimetype = self._mails[number]["attachments"][0]
        self.assertEqual((name, mimetype), ("invite.ics", "text/calendar"))
        calendar = Calendar.from_ical(content)
        return calendar.walk("VEVENT")[0], calendar["METHOD"]

    def test_a_booking_is_confirmed(self):
        visit = self._book(10)
        message = self._told(visit)
        self.assertEqual(message.state, "sent", message.error)
        self.assertEqual(len(self._mails), 1)
        self.assertEqual(message.address, "paul@example.com")
        self.assertTrue(message.sent_at)
        self.assertIn("Mon, Jun 3, 2030, 10:00 AM", message.body)
        self.assertIn(visit.get_portal_url(), self._mails[0]["body"])
        self.assertNotIn(self.service.name, message.body)

    def test_nothing_stays_behind_but_the_row(self):
        visit = self._book(10)
        before = self.env["ir.attachment"].search_count([])
        told = visit.message_ids
        self._send(mail_unlink_sent=True)
        self.assertFalse(self.env["mail.mail"].search([("res_id", "=", visit.id)]))
        self.assertEqual(visit.message_ids, told)
        self.assertEqual(self.env["ir.attachment"].search_count([]), before)

    def test_what_is_not_due_waits(self):
        visit = self._book(14)
        self._send()
        self.assertEqual(
            set(self._rows(visit, "reminder").mapped("state")), {"pending"}
        )
        with freeze_time(visit.start - timedelta(hours=1, minutes=59)):
            self._send()
        rows = self._rows(visit, "reminder").sorted("planned_at")
        self.assertEqual(rows.mapped("state"), ["sent", "sent", "pending"])

    def test_sending_twice_sends_once(self):
        visit = self._book(10)
        self._told(visit)
        self._told(visit)
        self.assertFalse(self._mails)

    def test_the_patients_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self._rule("booked").mail_template_id
        template.with_context(lang="fr_FR").subject = "Rendez-vous pris"
        self.patient.lang = "fr_FR"
        message = self._told(self._book(10))
        self.assertEqual(message.subject, "Rendez-vous pris")
        self.assertIn("lun. 3 juin 2030, 10:00", message.body)

    # ------------------------------------------------------------------
    # Invitations
    # ------------------------------------------------------------------

    def test_a_booking_invites_a_move_updates_a_cancellation_cancels(self):
        visit = self._book(10)
        self._send()
        first, method = self._get_invitation()
        self.assertEqual(method, "REQUEST")
        self.assertEqual(first["ATTENDEE"], "mailto:paul@example.com")
        self.assertEqual(first["ORGANIZER"], "mailto:north@practice.example.com")
        self.assertNotIn(self.service.name, first["SUMMARY"])
        visit.reschedule({"start": self._at(11, day=1)})
        self._send()
        second, method = self._get_invitation()
        self.assertEqual((method, second["UID"]), ("REQUEST", first["UID"]))
        self.assertGreater(second["SEQUENCE"], first["SEQUENCE"])
        self.assertEqual(second.decoded("DTSTART").hour, 11)
        visit.cancel()
        self._send()
        third, method = self._get_invitation()
        self.assertEqual((method, third["UID"]), ("CANCEL", first["UID"]))
        self.assertGreater(third["SEQUENCE"], second["SEQUENCE"])
        self.assertEqual(third["STATUS"], "CANCELLED")

    def test_mail_programs_are_told_the_method(self):
        server = self.env["ir.mail_server"]
        message = server._build_email__(
            *("a@example.com", ["b@example.com"], "Subject", "Text"),
            attachments=[("invite.ics", b"METHOD:CANCEL\r\n", "text/calendar")],
        )
        (part,) = message.iter_attachments()
        self.assertEqual(part.get_param("method"), "CANCEL")

    # ------------------------------------------------------------------
    # Who reads it, and by which channel
    # ------------------------------------------------------------------

    def test_guardians_read_for_who_has_no_address(self):
        child = self.env["clinic.patient"].create(
            {"name": "Kim", "guardian_id": self.patient.id}
        )
        message = self._told(self._book(10, patient_id=child.id))
        self.assertEqual(message.partner_id, self.patient.partner_id)
        event, _method = self._get_invitation()
        self.assertIn("Kim", event["SUMMARY"])
        child.email = "kim@example.com"
        message = self._told(self._book(11, patient_id=child.id))
        self.assertEqual(message.partner_id, child.partner_id)

    def test_guardians_who_may_act_no_longer_read_nothing(self):
        child = self.env["clinic.patient"].create(
            {"name": "Kim", "guardian_id": self.patient.id}
        )
        visit = self._book(10, patient_id=child.id)
        self.assertEqual(visit._get_message_partner(), self.patient.partner_id)
        yesterday = fields.Date.today() - timedelta(days=1)
        child.consent_ids.write({"valid_from": yesterday, "valid_until": yesterday})
        self.assertEqual(child.guardian_id, self.patient)
        self.assertEqual(visit._get_message_partner(), child.partner_id)

    def test_a_parent_with_an_account_reads_for_a_child(self):
        parent = self.env["res.partner"].create(
            {"name": "Pat", "email": "pat@example.com"}
        )
        child = self.env["clinic.patient"].create({"name": "Kim"})
        child._grant(parent, "parent", "book", "registration")
        message = self._told(self._book(10, patient_id=child.id))
        self.assertEqual(message.address, "pat@example.com")

    def test_who_prefers_sms_gets_sms(self):
        self.patient.communication_channel = "sms"
        visit = self._book(14)
        with freeze_time(visit.start - timedelta(minutes=59)):
            rows = self._told(visit, None)
        self.assertEqual(
            [(row.event, row.channel, row.state) for row in rows],
            [
                ("booked", "sms", "sent"),
                ("reminder", "sms", "sent"),
                ("reminder", "sms", "sent"),
                ("reminder", "email", "skipped"),
            ],
        )
        sms = self.env["sms.sms"].search(
            [("partner_id", "=", self.patient.partner_id.id)]
        )
        self.assertEqual(len(sms), 3)
        self.assertEqual(set(sms.mapped("state")), {"outgoing"})
        self.assertIn("Mon, Jun 3, 2030, 2:00 PM", sms[0].body)
        self.assertNotIn(self.service.name, sms[0].body)

    def test_who_wants_nothing_gets_nothing(self):
        self.patient.communication_channel = "none"
        visit = self._book(10)
        message = self._told(visit)
        self.assertEqual((message.state, bool(message.reason)), ("skipped", True))
        visit.cancel()
        message = self._told(visit, "cancelled")
        self.assertEqual((message.channel, message.state), ("call", "sent"))
        self.assertTrue(visit.activity_ids)

    def test_a_patients_own_doing_makes_no_call(self):
        self.patient.communication_channel = "phone"
        visit = self._book(10)
        public = self.env.ref("base.public_user")
        visit.with_user(public).sudo().cancel()
        message = self._told(visit, "cancelled")
        self.assertEqual(message.state, "skipped")
        self.assertFalse(visit.activity_ids)

    def test_several_visits_of_a_day_are_told_at_once(self):
        visits = self._book(10) | self._book(14) | self._book(10, day=1)
        self._send()
        self.assertEqual(len(self._mails), 1)
        self.assertEqual(len(self._mails[0]["attachments"]), 3)
        booked = self._rows(visits, "booked")
        self.assertEqual(set(booked.mapped("state")), {"sent"})
        self.assertEqual(len(booked.merged_into_id), 1)
        with freeze_time(self._at(10, 5, day=-1)):
            self._send()
        self.assertEqual(len(self._mails), 1)
        self.assertIn("2:00 PM", self._mails[0]["body"])
        self.assertNotIn("Jun 4", self._mails[0]["body"])
        states = {row.state for row in visits[1].reminder_ids if row.merged_into_id}
        self.assertEqual(states, {"sent"})
        # an hour before, the afternoon is far away
        with freeze_time(self._at(9, 5)):
            self._send()
        bodies = [mail["body"] for mail in self._mails]
        self.assertEqual(sum("2:00" in body for body in bodies), 0)

    # ------------------------------------------------------------------
    # Too late
    # ------------------------------------------------------------------

    def test_the_state_of_the_visit_counts(self):
        visit = self._book(10)
        row = self._rows(visit, "booked")
        visit.with_context(clinic_silent=["cancelled"]).cancel()
        row.sudo().state = "pending"
        self._send()
        self.assertFalse(self._mails)
        self.assertEqual(row.state, "cancelled")

    def test_a_sender_that_was_away_reminds_of_nothing_past(self):
        visit = self._book(10)
        with freeze_time(visit.start + timedelta(minutes=1)):
            self._send()
        self.assertFalse(self._mails)
        self.assertEqual(set(visit.reminder_ids.mapped("state")), {"cancelled"})

    def test_a_sender_that_was_away_wakes_nobody(self):
        visit = self._book(14)
        late = self._rule("reminder", "sms").copy({"offset": 20, "channel": "sms"})
        self._rows(visit).sudo().unlink()
        visit._plan_reminders()
        row = self._rows(visit).filtered(lambda item: item.rule_id == late)
        self.assertTrue(row)
        with freeze_time(self._at(23, day=-1)):
            self._send()
        self.assertEqual(row.state, "pending")
        self.assertEqual(row.due_at, self._at(8))

    @mute_logger(
        "odoo.addons.clinic_scheduling.models.clinic_reminder_send",
        "odoo.addons.mail.models.mail_render_mixin",
    )
    def test_a_broken_template_stops_nobody_else(self):
        visit = self._book(10)
        other = self._book(
            10, patient_id=self.other_patient.id, doctor_id=self.colleague.id
        )
        self.other_patient.email = "olga@example.com"
        name, broken = "_get_message_partner", self._fail_for(visit)
        with patch.object(type(visit), name, broken):
            self._send()
        row = self._rows(visit, "booked")
        self.assertEqual((row.state, row.attempt_count), ("pending", 1))
        self.assertTrue(row.error)
        self.assertEqual(self._rows(other, "booked").state, "sent")

    def _fail_for(self, visit):
        """Return a method that works for all visits but one."""

        def get_message_partner(record):
            if record == visit:
                raise ValueError("broken")
            return record.patient_id.partner_id

        return get_message_partner
