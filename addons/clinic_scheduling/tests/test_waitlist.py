# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

import psycopg2.errors

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..exceptions import HoldExpired
from .common import ClinicCommon
from .waitlist_common import WaitlistMixin


@tagged("post_install", "-at_install")
class TestWaitlist(WaitlistMixin, ClinicCommon):
    """Time that is given back goes to who waits, one after the other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_waitlist()
        cls.visit = cls._book(10)

    def test_a_gap_is_a_row_and_nothing_is_searched_before_the_commit(self):
        self._join(self.first)
        self.visit.cancel()
        [gap] = self._find_gaps()
        self.assertEqual((gap.state, gap.cause), ("open", "cancelled"))
        self.assertEqual((gap.start, gap.stop), (self.visit.start, self.visit.stop))
        self.assertFalse(gap.offer_ids)

    def test_nothing_is_noted_when_nobody_waits(self):
        self.visit.cancel()
        self.assertFalse(self._find_gaps())

    def test_nothing_is_noted_when_it_is_switched_off(self):
        self._join(self.first)
        self.env.company.clinic_waitlist_enabled = False
        self.visit.cancel()
        self.assertFalse(self._find_gaps())

    def test_one_gets_an_offer_with_a_real_hold(self):
        entry = self._join(self.first)
        gap = self._cancel_and_work(self.visit)
        offer = self._get_offer(gap)
        hold = offer.appointment_id
        self.assertEqual(offer.entry_id, entry)
        self.assertEqual((gap.state, entry.state), ("offered", "offered"))
        self.assertEqual((hold.state, hold.source), ("hold", "waitlist"))
        self.assertEqual(hold.patient_id, self.first)
        self.assertEqual(hold.start, self.visit.start)
        self.assertTrue(hold._has_live_hold())
        self.assertEqual(offer.expires_at, hold.hold_expires_at)

    def test_the_offer_is_told_by_a_message(self):
        self.first.email = "wanda@example.com"
        self._join(self.first)
        gap = self._cancel_and_work(self.visit)
        hold = self._get_offer(gap).appointment_id
        messages = hold.reminder_ids.filtered(
            lambda message: message.event == "waitlist_offer"
        )
        self.assertTrue(messages)
        link = hold._get_message_link("waitlist_offer")
        self.assertIn(f"/my/appointments/{hold.id}/offer?access_token=", link)

    def test_the_sms_says_until_when(self):
        self._join(self.first)
        hold = self._get_offer(self._cancel_and_work(self.visit)).appointment_id
        rule = self.env["clinic.reminder.rule"].new({"event": "waitlist_offer"})
        text = rule._get_first_sms_texts()["waitlist_offer"]
        until = hold._get_offer_until()
        self.assertTrue(until)
        said = rule._render_short(text, hold)
        self.assertIn(f"held for you until {until}:", said)

    def test_urgency_comes_first_and_says_so(self):
        self._join(self.first)
        urgent = self._join(self.second, urgency="urgent")
        gap = self._cancel_and_work(self.visit)
        offer = self._get_offer(gap)
        self.assertEqual(offer.entry_id, urgent)
        self.assertIn("Urgency +1.00", offer.explanation)
        self.assertEqual(gap.next_ids.patient_id, self.first)

    def test_who_cannot_come_is_left_out_with_the_reason(self):
        self._join(self.first, on_weekday_2=True)
        self._join(self.second, in_afternoon=True)
        gap = self._cancel_and_work(self.visit)
        self.assertEqual(gap.state, "nobody")
        reasons = {offer.patient_id: offer.explanation for offer in gap.left_out_ids}
        self.assertIn("weekday", reasons[self.first])
        self.assertIn("time of day", reasons[self.second])

    def test_a_patient_who_is_busy_then_is_left_out(self):
        self._join(self.first)
        self._book(10, patient_id=self.first.id, doctor_id=self.colleague.id)
        gap = self._cancel_and_work(self.visit)
        self.assertEqual(gap.state, "nobody")

    def test_a_patient_with_an_earlier_visit_is_left_out(self):
        self._join(self.first)
        self._book(9, patient_id=self.first.id)
        gap = self._cancel_and_work(self.visit)
        self.assertIn("earlier appointment", gap.left_out_ids.explanation)

    # ------------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------------

    def test_accepting_books_the_time(self):
        entry = self._join(self.first)
        gap = self._cancel_and_work(self.visit)
        hold = self._get_offer(gap).appointment_id
        hold.confirm()
        self.assertEqual(hold.state, "scheduled")
        self.assertEqual((gap.state, entry.state), ("filled", "booked"))
        self.assertEqual(entry.appointment_id, hold)
        self.assertFalse(hold.reservation_ids.filtered("expires_at"))

    def test_declining_goes_on_to_the_next(self):
        first, second = self._join(self.first), self._join(self.second)
        gap = self._cancel_and_work(self.visit)
        offer = self._get_offer(gap)
        self.assertEqual(offer.entry_id, first)
        self.assertTrue(offer._decline())
        self._work()
        self.assertEqual(offer.state, "declined")
        self.assertEqual(offer.appointment_id.state, "cancelled")
        self.assertEqual(first.state, "waiting")
        self.assertEqual(self._get_offer(gap).entry_id, second)
        self.assertFalse(offer._decline())

    def test_silence_goes_on_to_the_next(self):
        first, second = self._join(self.first), self._join(self.second)
        gap = self._cancel_and_work(self.visit)
        offer = self._get_offer(gap)
        self._let_expire(offer.appointment_id)
        self._work()
        self.assertEqual((offer.state, first.state), ("expired", "waiting"))
        self.assertEqual(self._get_offer(gap).entry_id, second)
        self._let_expire(self._get_offer(gap).appointment_id)
        self._work()
        self.assertEqual((gap.state, second.state), ("nobody", "waiting"))
        self.assertEqual(len(self._find_gaps()), 1)

    def test_an_offer_that_ended_cannot_be_accepted(self):
        self._join(self.first)
        gap = self._cancel_and_work(self.visit)
        offer = self._get_offer(gap)
        self._let_expire(offer.appointment_id)
        with self.assertRaises(HoldExpired):
            offer._accept()

    def test_a_visitor_who_takes_the_time_ends_the_cascade(self):
        self._join(self.first)
        self.visit.cancel()
        self._book(10, patient_id=self.other_patient.id)
        self._work()
        [gap] = self._find_gaps()
        self.assertEqual(gap.state, "taken")
        self.assertFalse(gap.asked_ids)

    def test_a_visitor_takes_what_nobody_answered_in_time(self):
        self._join(self.first)
        gap = self._cancel_and_work(self.visit)
        offer = self._get_offer(gap)
        self._let_expire(offer.appointment_id)
        taken = self._book(10, patient_id=self.other_patient.id)
        self.assertEqual(taken.state, "scheduled")
        self.assertEqual(offer.state, "expired")
        self._work()
        self.assertEqual(gap.state, "taken")

    def test_a_later_visit_moves_instead_of_a_second_one(self):
        later = self._book(15, day=2, patient_id=self.first.id)
        entry = self._join(self.first)
        self._join(self.second)
        gap = self._cancel_and_work(self.visit)
        offer = self._get_offer(gap)
        self.assertEqual(offer._get_later_visits(), later)
        left = later.start
        self.assertEqual(offer._accept(later), later)
        self.assertEqual(later.start, self.visit.start)
        self.assertEqual(offer.appointment_id.state, "cancelled")
        self.assertEqual((gap.state, entry.state), ("filled", "booked"))
        self.assertEqual(entry.appointment_id, later)
        moved = self._find_gaps() - gap
        self.assertEqual((moved.cause, moved.start), ("moved", left))

    # ------------------------------------------------------------------
    # Where time comes from
    # ------------------------------------------------------------------

    def test_a_move_leaves_a_gap(self):
        self._join(self.first)
        start = self.visit.start
        self.visit.reschedule({"start": self._at(14)})
        [gap] = self._find_gaps()
        self.assertEqual((gap.cause, gap.start), ("moved", start))

    def test_another_room_leaves_no_gap(self):
        self._join(self.first)
        self.visit.reschedule({"room_id": self.rooms[1].id})
        self.assertFalse(self._find_gaps())

    def test_a_hold_that_expires_leaves_a_gap(self):
        self._join(self.first)
        hold = self.env["clinic.appointment"].hold(self._vals(11))
        past = fields.Datetime.now() - timedelta(minutes=1)
        hold.reservation_ids.expires_at = past
        self.env["clinic.reservation"]._release_expired()
        [gap] = self._find_gaps()
        self.assertEqual((gap.cause, gap.start), ("expired", hold.start))

    def test_a_no_show_ahead_of_time_leaves_a_gap(self):
        self._join(self.first)
        self.visit.mark_no_show()
        self.assertEqual(self._find_gaps().cause, "no_show")

    def test_new_hours_are_looked_through(self):
        self.visit.cancel()
        last = fields.Date.today() + timedelta(days=40)
        self._join(self.first, latest_date=last, on_weekday_6=True, in_evening=True)
        self._create_hours(self.doctor, "6", 18, 19)
        self._work()
        gap = self._find_gaps("offered")
        self.assertEqual(gap.cause, "hours")
        local = gap.appointment_id or self._get_offer(gap).appointment_id
        self.assertEqual(local.weekday, "6")

    def test_new_hours_are_looked_through_to_the_wished_day(self):
        day = fields.Date.today() + timedelta(days=45)
        entry = self._join(self.first, earliest_date=day)
        self._work()
        for weekday in "123456":
            self._create_hours(self.doctor, weekday, 6, 22)
        self.assertEqual(len(self._find_looks()), 1)
        self._work()
        offer = self._get_offer(self._find_gaps("offered"))
        self.assertEqual(offer.entry_id, entry)
        self.assertGreaterEqual(offer.start.date(), day)
        self.assertFalse(self._find_looks())

    def _find_looks(self):
        domain = [("doctor_id", "=", self.doctor.id), ("state", "=", "look")]
        return self.env["clinic.waitlist.gap"].search(domain)

    # ------------------------------------------------------------------
    # Guards
    # ------------------------------------------------------------------

    def test_one_entry_for_a_service(self):
        self._join(self.first)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self._join(self.first)

    def test_dates_that_make_no_sense(self):
        today = fields.Date.today()
        with self.assertRaises(ValidationError):
            self._join(self.first, latest_date=today - timedelta(days=2))

    def test_entries_past_their_last_day_expire(self):
        entry = self._join(
            self.first, latest_date=fields.Date.today() + timedelta(days=1)
        )
        yesterday = fields.Date.today() - timedelta(days=2)
        self.env.cr.execute(
            "UPDATE clinic_waitlist_entry SET latest_date = %s WHERE id = %s",
            (yesterday, entry.id),
        )
        entry.invalidate_recordset()
        self.env["clinic.waitlist.entry"]._cron_expire()
        self.assertEqual(entry.state, "expired")

    def test_entries_end_on_the_clock_of_their_site(self):
        entry = self._join(self.first, latest_date="2030-06-03")
        entry.site_ids = self.site
        self.site.tz = "America/Los_Angeles"
        for now, state in (("04 02:00", "waiting"), ("04 07:01", "expired")):
            with freeze_time(f"2030-06-{now}"):
                entry._cron_expire()
            self.assertEqual(entry.state, state)

    def test_an_offer_that_nobody_was_told_of_does_not_count(self):
        entry = self._join(self.first)
        offer = self._get_offer(self._cancel_and_work(self.visit))
        self._let_expire(offer.appointment_id)
        self._work()
        self.assertEqual((offer.state, offer.is_untold), ("expired", True))
        [candidate] = entry._to_candidates({})
        self.assertEqual((candidate.offers, candidate.refused), (0, ()))
        self.assertIn("No message", offer.explanation)

    def test_an_offer_that_was_told_counts(self):
        entry = self._join(self.first)
        offer = self._get_offer(self._cancel_and_work(self.visit))
        offer.appointment_id.reminder_ids[0].sudo().state = "sent"
        self._let_expire(offer.appointment_id)
        self._work()
        self.assertFalse(offer.is_untold)
        self.assertEqual(entry._to_candidates({})[0].offers, 1)

    def test_reception_calls_once_for_an_offer(self):
        self.first.write({"phone": "+33612345678", "communication_channel": "phone"})
        self._join(self.first)
        hold = self._get_offer(self._cancel_and_work(self.visit)).appointment_id
        rows = hold.reminder_ids.sudo()
        self.assertGreater(len(rows), 1)
        for row in rows:
            row._process(None)
        self.assertEqual(set(rows.mapped("channel")), {"call"})
        self.assertEqual(len(hold.activity_ids), 1)

    def test_withdrawing_takes_an_open_offer_back(self):
        entry = self._join(self.first)
        gap = self._cancel_and_work(self.visit)
        hold = self._get_offer(gap).appointment_id
        entry.action_withdraw()
        self.assertEqual((entry.state, hold.state), ("withdrawn", "cancelled"))
        self._work()
        self.assertEqual(gap.state, "nobody")

    def test_forms_offer_the_doctors_of_the_service(self):
        self.service.doctor_ids = self.doctor
        for model in ("clinic.appointment", "clinic.waitlist.entry"):
            with self.subTest(model):
                known = self.env[model].new({"service_id": self.service.id})
                self.assertEqual(known.bookable_doctor_ids._origin, self.doctor)
                known = self.env[model].new({"service_id": False})
                everybody = known.bookable_doctor_ids._origin
                self.assertIn(self.colleague, everybody)
                self.assertEqual(everybody, everybody.search([]))
