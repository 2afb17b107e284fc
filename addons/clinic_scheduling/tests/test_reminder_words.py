# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from ..const import REMINDER_EVENTS
from .message_common import MessageCommon
from .waitlist_common import WaitlistMixin


@tagged("post_install", "-at_install")
class TestReminderWords(WaitlistMixin, MessageCommon):
    """What messages and calls say, and what staff read of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user("manager")

    # ------------------------------------------------------------------
    # Calls
    # ------------------------------------------------------------------

    def _call(self):
        self.patient.communication_channel = "phone"
        visit = self._book(14)
        visit.cancel()
        self._send()
        return visit.activity_ids

    def test_a_call_says_what_to_say_and_what_to_note(self):
        call = self._call()
        for words in (
            self.patient.name,
            "+33 6 12 34 56 78",
            "We are sorry: your appointment is cancelled: Mon, Jun 3, 2030, 2:00 PM",
            "find and book it",
            "Mark this task as done",
        ):
            self.assertIn(words, call.note)
        self.assertNotIn(self.service.name, call.note)
        self.assertNotIn("http", call.note)

    def test_what_to_say_is_in_the_patients_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.patient.lang = "fr_FR"
        call = self._call()
        self.assertIn("Say in French<", call.note)
        self.assertIn("lun. 3 juin 2030, 14:00", call.note)

    def test_every_event_has_words_for_a_call(self):
        row = self._rows(self._book(14), "booked").sudo()
        for event, _label in REMINDER_EVENTS:
            row.event = event
            with self.subTest(event):
                self.assertTrue(row._get_call_summary())
                note = row._get_call_note()
                self.assertIn("Hello, this is", note)
                self.assertNotIn("%(", note)

    # ------------------------------------------------------------------
    # Dates
    # ------------------------------------------------------------------

    def test_times_are_written_as_on_the_pages(self):
        visit = self._book(14).sudo()
        words = visit._get_message_time()
        self.assertEqual(words, "Mon, Jun 3, 2030, 2:00 PM")
        self.assertTrue(words.isascii(), "an SMS would be twice as long")
        visit.env["res.lang"]._activate_lang("fr_FR")
        french = visit.with_context(lang="fr_FR", tz="Asia/Tokyo")
        self.assertEqual(french._get_message_time(), "lun. 3 juin 2030, 14:00")
        self.assertEqual(french._get_expected_time(), "14:00")

    # ------------------------------------------------------------------
    # Secrets
    # ------------------------------------------------------------------

    def test_staff_read_no_secret_and_patients_get_it(self):
        visit = self._book(14)
        secret = visit.sudo().access_token
        self._send()
        self.assertIn(secret, self._mails[0]["body"])
        message = self._rows(visit, "booked").with_user(self.receptionist)
        self.assertIn(visit.access_url, message.body)
        self.assertIn("access_token=…", message.body)
        self.assertNotIn(secret, message.body)

    def test_an_sms_holds_the_secret_and_the_log_does_not(self):
        self.patient.communication_channel = "sms"
        visit = self._book(14)
        secret = visit.sudo().access_token
        self._send()
        sms = self.env["sms.sms"].search(
            [("partner_id", "=", self.patient.partner_id.id)]
        )
        self.assertIn(secret, sms[-1:].body)
        self.assertNotIn(secret, self._rows(visit, "booked").body)

    def test_a_preview_opens_nothing(self):
        visit = self._book(14)
        rule = self._rule("booked").with_user(self.manager)
        self.assertEqual(rule.preview_appointment_id, visit)
        secret = visit.sudo().access_token
        for said in (rule.preview_body, rule.preview_sms):
            self.assertIn(visit.access_url, said)
            self.assertNotIn(secret, said)

    # ------------------------------------------------------------------
    # Offers that are taken back
    # ------------------------------------------------------------------

    def _offer(self):
        self._set_up_waitlist()
        self.first.write({"email": "wanda@example.com"})
        entry = self._join(self.first)
        gap = self._cancel_and_work(self._book(14))
        return entry, gap, self._get_offer(gap).appointment_id

    def test_who_was_sent_an_offer_hears_that_it_is_taken_back(self):
        _entry, gap, hold = self._offer()
        self._send()
        gap.with_user(self.receptionist).action_stop()
        self._send()
        told = self._rows(hold, "offer_withdrawn")
        self.assertEqual((told.state, told.channel), ("sent", "email"), told.error)
        self.assertIn("not free any more", told.body)
        self.assertIn("2:00 PM", told.body)

    def test_who_was_sent_nothing_hears_nothing(self):
        _entry, gap, hold = self._offer()
        gap.with_user(self.receptionist).action_stop()
        self._send()
        self.assertFalse(self._rows(hold, "offer_withdrawn"))
        self.assertFalse(self._rows(hold).filtered(lambda row: row.state == "sent"))

    def test_who_leaves_the_waitlist_hears_nothing(self):
        entry, _gap, hold = self._offer()
        self._send()
        entry.action_withdraw()
        self._send()
        self.assertEqual(hold.state, "cancelled")
        self.assertFalse(self._rows(hold, "offer_withdrawn"))
