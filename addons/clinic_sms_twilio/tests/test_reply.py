# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import NUMBER, OUR_NUMBER, TwilioCommon


@tagged("post_install", "-at_install")
class TestReply(TwilioCommon):
    """What a reply means, and for which visit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.count = 0

    def _reply(self, body, number=NUMBER, opt_out="", company=None, **values):
        type(self).count += 1
        values = {
            "message_sid": f"SM{self.count}",
            "number": number,
            "to_number": OUR_NUMBER,
            "body": body,
            **values,
        }
        replies = self.env["clinic.sms.reply"]
        return replies._receive(company or self.company, values, opt_out)

    def _is_blocked(self, number=NUMBER):
        domain = [("number", "=", number)]
        return bool(self.env["phone.blacklist"].search_count(domain))

    # Confirm and cancel -------------------------------------------------

    def test_1_confirms(self):
        self._create_reminder()
        for body in ("1", " 1. ", "(1)", "１"):
            with self.subTest(body=body):
                reply = self._reply(body)
                self.assertEqual(reply.outcome, "confirmed")
        self.assertEqual(self.visit.state, "confirmed")
        self.assertEqual(reply.appointment_id, self.visit)
        self.assertEqual(reply.patient_id, self.patient)
        self.assertIn("Jun", reply.answer)
        self.assertIn("10:00", reply.answer)

    def test_2_cancels(self):
        self._create_reminder()
        reply = self._reply("2")
        self.assertEqual(reply.outcome, "cancelled")
        self.assertEqual(self.visit.state, "cancelled")
        self.assertIn("is cancelled", reply.answer)
        again = self._reply("2")
        self.assertEqual(again.outcome, "unknown")

    def test_2_is_too_late_within_the_notice(self):
        ahead = self.visit.start - fields.Datetime.now()
        self.service.cancel_notice = ahead.days * 24 + 48
        self._create_reminder()
        reply = self._reply("2")
        self.assertEqual(reply.outcome, "late")
        self.assertEqual(self.visit.state, "scheduled")
        self.assertIn("Please call us", reply.answer)
        self.assertIn("+33 1 99 00 55 55", reply.answer)

    def test_it_is_the_visit_of_the_last_sms_not_the_next(self):
        sooner = self._book(9, doctor_id=self.colleague.id)
        self._create_reminder()
        self._reply("1")
        self.assertEqual(self.visit.state, "confirmed")
        self.assertEqual(sooner.state, "scheduled")

    def test_several_visits_are_not_guessed(self):
        other = self._book(11, patient_id=self.other_patient.id)
        self.other_patient.phone = NUMBER
        for visit in (self.visit, other):
            self._create_reminder(visit)
        for body in ("1", "2"):
            reply = self._reply(body)
            self.assertEqual(reply.outcome, "link")
            self.assertIn("link", reply.answer)
            self.assertFalse(reply.appointment_id)
        self.assertEqual(set((self.visit | other).mapped("state")), {"scheduled"})

    def test_an_old_sms_about_another_visit_does_not_count(self):
        other = self._book(11)
        old = self._create_reminder(other)
        old.sent_at = fields.Datetime.now() - timedelta(hours=25)
        self._create_reminder()
        self.assertEqual(self._reply("1").outcome, "confirmed")
        self.assertEqual(other.state, "scheduled")

    def test_visits_told_in_one_sms(self):
        other = self._book(11)
        reminder = self._create_reminder()
        merged = self._create_reminder(other, send=False)
        merged.write({"state": "sent", "merged_into_id": reminder.id})
        self.assertEqual(self._reply("1").outcome, "link")
        other.cancel()
        self.assertEqual(self._reply("1").outcome, "confirmed")

    def test_a_visit_that_moved_since(self):
        self._create_reminder()
        self.visit.reschedule({"start": self._at(15)})
        self.visit.history_ids.flush_recordset()
        self.env.cr.execute(
            "UPDATE clinic_appointment_history SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() + timedelta(minutes=1), self.visit.history_ids.id],
        )
        self.env.invalidate_all()
        reply = self._reply("2")
        self.assertEqual(reply.outcome, "link")
        self.assertIn(f"/my/appointments/{self.visit.id}", reply.answer)
        self.assertEqual(self.visit.state, "scheduled")

    def test_a_visit_that_is_somebody_elses_now(self):
        self._create_reminder()
        self.other_patient.email = "olga@example.com"
        self.visit.patient_id = self.other_patient
        self.assertEqual(self._reply("2").outcome, "link")
        self.assertEqual(self.visit.state, "scheduled")

    def test_an_offer_is_answered_on_its_page(self):
        self.rule.event = "away_offer"
        self._create_reminder(event="away_offer")
        self.assertEqual(self._reply("1").outcome, "link")
        self.assertEqual(self.visit.state, "scheduled")

    def test_nobody_was_written_to(self):
        for body in ("1", "2"):
            reply = self._reply(body, number="+33199009999")
            self.assertEqual(reply.outcome, "unknown")

    def test_an_sms_of_another_company_does_not_count(self):
        other = self.env["res.company"].create({"name": "Other"})
        self._create_reminder().company_id = other
        self.assertEqual(self._reply("1").outcome, "unknown")

    def test_a_failed_sms_does_not_count(self):
        self._create_reminder().state = "failed"
        self.assertEqual(self._reply("1").outcome, "unknown")

    def test_the_same_message_twice(self):
        self._create_reminder()
        first = self._reply("1", message_sid="SMtwice")
        self.visit.reopen()
        second = self._reply("1", message_sid="SMtwice")
        self.assertEqual(first, second)
        self.assertEqual(self.visit.state, "scheduled")

    # Stop and start -----------------------------------------------------

    def test_stop_and_start(self):
        for body in ("STOP", "Stop.", "unsubscribe", "Stop all", "ARRÊT"):
            with self.subTest(body=body):
                self.assertEqual(self._reply(body).outcome, "stopped")
                self.assertTrue(self._is_blocked())
                self.assertEqual(self._reply("start").outcome, "started")
                self.assertFalse(self._is_blocked())

    def test_start_leaves_what_staff_have_blocked(self):
        blacklist = self.env["phone.blacklist"]
        blacklist.add(NUMBER)
        self._create_reminder(send=False)
        self.assertEqual(self._reply("START").outcome, "noted")
        self.assertTrue(self._is_blocked())
        self.assertTrue(self.patient.activity_ids)
        self._reply("STOP")
        self._reply("START")
        self.assertTrue(self._is_blocked(), "staff blocked it first")
        blacklist.remove(NUMBER)
        self._reply("STOP")
        blacklist.add(NUMBER)
        self._reply("START")
        self.assertTrue(self._is_blocked(), "staff blocked it later")
        blacklist.remove(NUMBER)
        self._reply("STOP")
        self.assertEqual(self._reply("START").outcome, "started")
        self.assertFalse(self._is_blocked())

    def test_start_at_one_company_leaves_stop_at_another(self):
        other = self.env["res.company"].create({"name": "Other"})
        self._reply("STOP")
        self._reply("STOP", company=other)
        self.assertEqual(self._reply("START").outcome, "noted")
        self.assertTrue(self._is_blocked())
        self.assertEqual(self._reply("START", company=other).outcome, "started")
        self.assertFalse(self._is_blocked())

    def test_who_stopped_gets_no_sms(self):
        self._reply("STOP")
        reminder = self._create_reminder(send=False)
        reminder._process(None)
        self.assertEqual(reminder.state, "failed")
        instead = self.env["clinic.reminder"].search(
            [("fallback_of_id", "=", reminder.id)]
        )
        self.assertEqual(instead.channel, "email")
        self._reply("START")
        reminder = self._create_reminder(occurrence=7)
        self.assertEqual(reminder.channel, "sms")

    def test_twilio_has_answered_already(self):
        reply = self._reply("ferma", opt_out="STOP")
        self.assertEqual((reply.outcome, reply.answer), ("stopped", False))
        self.assertTrue(self._is_blocked())

    # Everything else ----------------------------------------------------

    def test_other_words_go_to_reception(self):
        self._create_reminder()
        reply = self._reply("I am late <b>sorry</b>")
        self._reply("Ten minutes")
        self.assertEqual(reply.outcome, "noted")
        activity = self.visit.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertIn("I am late &lt;b&gt;sorry", activity.note)
        self.assertIn("Ten minutes", activity.note)

    def test_cancel_may_mean_this_or_that(self):
        self._create_reminder()
        self.assertEqual(self._reply("Cancel").outcome, "noted")
        self.assertEqual(self.visit.state, "scheduled")
        self.assertFalse(self._is_blocked())

    def test_other_words_without_a_visit_are_kept(self):
        reply = self._reply("Who are you?", number="+33199009999")
        self.assertEqual(reply.outcome, "noted")
        self.assertTrue(reply.answer)

    def test_help(self):
        reply = self._reply("HELP")
        self.assertEqual(reply.patient_id, self.patient)
        self.assertEqual(reply.outcome, "helped")
        self.assertIn(self.company.name, reply.answer)

    def test_answers_speak_the_patients_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.patient.lang = "fr_FR"
        self._create_reminder()
        answer = self._reply("1").answer
        self.assertIn("juin", answer)

    # What the SMS says --------------------------------------------------

    def test_sms_say_how_to_answer(self):
        self.company.clinic_sms_replies = False
        self.assertNotIn("Reply 1", self._get_sms(self._create_reminder()).body)
        self.company.clinic_sms_replies = True
        reminder = self._create_reminder(occurrence=8)
        self.assertIn("Reply 1 to confirm", self._get_sms(reminder).body)
        self.rule.event = "follow_up"
        follow_up = self._create_reminder(send=False, event="follow_up")
        self.assertNotIn("Reply 1", follow_up._get_short_text())

    def test_old_replies_are_removed(self):
        old, young = self._reply("x"), self._reply("y")
        self.env.cr.execute(
            "UPDATE clinic_sms_reply SET create_date = '2020-01-01' WHERE id = %s",
            [old.id],
        )
        self.env["clinic.sms.reply"]._gc_old()
        self.assertFalse(old.exists())
        self.assertTrue(young.exists())
