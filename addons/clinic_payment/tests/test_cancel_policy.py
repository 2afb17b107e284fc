# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a cancel policy keeps: arithmetic, and the words for it."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.clinic_scheduling.models.clinic_appointment_portal import Terms

from .common import NOW, ClinicPaymentCommon, freeze_time

#: (hours before, kept of, percent), hours left, price, paid -> fee
CANCELS = [
    ((24, "paid", 50), 25, 100, 60, 0),
    ((24, "paid", 50), 24, 100, 60, 0),
    ((24, "paid", 50), 23.99, 100, 60, 30),
    ((24, "price", 50), 1, 100, 60, 50),
    ((24, "paid", 50), 1, 100, 0, 0),
    ((24, "price", 30), 1, 100, 0, 30),
    ((0, "paid", 100), 0.5, 100, 60, 0),
    ((0, "paid", 100), -1, 100, 60, 60),
    ((24, "paid", 33), 1, 100, 9.99, 3.3),
    ((24, "paid", 0), 1, 100, 60, 0),
]

#: (kind, kept of, percent, amount), price, paid -> fee
NO_SHOWS = [
    (("percent", "paid", 100, 0), 100, 60, 60),
    (("percent", "price", 80, 0), 100, 60, 80),
    (("fixed", "paid", 0, 25), 100, 60, 25),
    (("fixed", "paid", 0, 25), 100, 0, 25),
    (("percent", "paid", 0, 99), 100, 60, 0),
]


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestCancelPolicy(ClinicPaymentCommon):
    """Fee, refund, and what is said before the click."""

    def test_cancel_fee(self):
        start = fields.Datetime.now()
        for (hours, base, percent), left, price, paid, fee in CANCELS:
            with self.subTest(hours=hours, base=base, left=left, paid=paid):
                self.policy.write(
                    {"free_hours": hours, "fee_base": base, "late_percent": percent}
                )
                moment = start - timedelta(hours=left)
                found = self.policy._get_cancel_fee(start, moment, price, paid)
                self.assertAlmostEqual(found, fee)

    def test_no_show_fee(self):
        for (kind, base, percent, amount), price, paid, fee in NO_SHOWS:
            with self.subTest(kind=kind, base=base, paid=paid):
                self.policy.write(
                    {
                        "no_show_kind": kind,
                        "fee_base": base,
                        "no_show_percent": percent,
                        "no_show_amount": amount,
                    }
                )
                found = self.policy._get_no_show_fee(price, paid)
                self.assertAlmostEqual(found, fee)

    def test_which_policy(self):
        standard = self.policy.copy({"name": "Standard"})
        self.env.company.clinic_cancel_policy_id = standard
        self.assertEqual(self._hold(9).cancel_policy_id, self.policy)
        self.service.cancel_policy_id = False
        patient = self.other_patient
        self.assertEqual(
            self._hold(9, 30, patient_id=patient.id).cancel_policy_id, standard
        )
        self.service.payment_rule = "none"
        patient = self.patient.copy({"name": "Third"})
        self.assertFalse(self._hold(11, patient_id=patient.id).cancel_policy_id)

    def test_words(self):
        self.assertEqual(
            self.policy.words,
            "You can cancel free of charge up to 24 hours before the appointment. If "
            "you cancel later, 50 % of what you paid is kept. If you do not come, "
            "100 % of what you paid is kept.",
        )
        self.policy.write({"late_percent": 0, "no_show_kind": "fixed"})
        self.assertEqual(self.policy.words, "You can cancel free of charge.")

    def test_terms_before_the_booking_tell_the_policy(self):
        hold = self._hold()
        sentences = hold._get_policy_sentences()
        self.assertIn("until Sun, Jun 2, 2030, 10:00", sentences[0])
        with self._later(hours=40):
            self.assertEqual(
                hold._get_policy_sentences()[0],
                "If you cancel, 50 % of what you paid is kept.",
            )

    def test_terms_and_what_then_happens(self):
        #: hours before the visit -> fee, refund
        cases = {47: (0, 60), 23: (30, 30)}
        for hour, (left, (fee, refund)) in enumerate(cases.items(), 10):
            with self.subTest(left=left):
                patient = self.patient.copy({"name": f"Patient {left}"})
                visit = self._book_paid(hour, patient_id=patient.id)
                with freeze_time(visit.start - timedelta(hours=left)):
                    terms = visit._get_terms("cancel")
                    self.assertEqual((terms.fee, terms.refund), (fee, refund))
                    self.assertIn(f"{refund}.00", terms.text)
                    visit._cancel_by_patient()
                self.assertEqual(visit.state, "cancelled")
                self.assertEqual(visit.amount_fee, fee)
                self.assertEqual(sum(visit.refund_ids.mapped("amount")), refund)

    def test_cancelling_is_free_when_the_doctor_is_away(self):
        visit = self._book_paid()
        visit._write_by_door({"attention": "absence"})
        with freeze_time(visit.start - timedelta(hours=1)):
            terms = visit._get_terms("cancel")
            self.assertEqual((terms.allowed, terms.fee, terms.refund), (True, 0, 60))
            self.assertEqual(visit._get_terms("reschedule").text, "")
            visit._cancel_by_patient()
        self.assertEqual(visit.amount_fee, 0)
        self.assertEqual(sum(visit.refund_ids.mapped("amount")), 60)

    def test_terms_without_money(self):
        self.service.write({"payment_rule": "none", "cancel_policy_id": False})
        visit = self._book(10)
        terms = visit._get_terms("cancel")
        self.assertEqual(terms, Terms(True, visit.start))

    def test_moving_costs_nothing(self):
        visit = self._book_paid()
        terms = visit._get_terms("reschedule")
        self.assertEqual((terms.fee, terms.refund, terms.text), (0, 0, ""))

    def test_moving_late_does_not_save_the_fee(self):
        self.service.reschedule_notice = 1
        visit = self._book_paid()
        start = visit.start
        with freeze_time(start - timedelta(hours=23)):
            terms = visit._get_terms("reschedule")
            self.assertIn("stays so for the new time", terms.text)
            visit._reschedule_by_patient({"start": self._at(10, day=3)})
            self.assertEqual(visit.fee_start, start)
            self.assertEqual(visit._get_terms("cancel").fee, 30)
            self.assertNotIn("until", visit._get_policy_sentences()[0])

    def test_moving_early_keeps_cancelling_free(self):
        visit = self._book_paid()
        with freeze_time(visit.start - timedelta(hours=47)):
            visit._reschedule_by_patient({"start": self._at(10, day=3)})
            self.assertFalse(visit.fee_start)
            self.assertEqual(visit._get_terms("cancel").fee, 0)

    def test_moving_to_another_doctor_keeps_the_price(self):
        self.service.price = 0
        self.doctor.fee, self.colleague.fee = 90, 300
        visit = self._book_paid()
        self.assertEqual(visit.amount_paid, 90)
        with freeze_time(visit.start - timedelta(hours=47)):
            visit._reschedule_by_patient(
                {"start": self._at(11, day=1), "doctor_id": self.colleague.id}
            )
        self.assertEqual(visit.doctor_id, self.colleague)
        self.assertEqual((visit.amount, visit.amount_total), (90, 90))
        self.assertEqual((visit.payment_status, visit.amount_due_now), ("paid", 0))

    def test_the_practice_cancels(self):
        visit = self._book_paid()
        with freeze_time(visit.start - timedelta(hours=1)):
            visit.with_user(self.receptionist).cancel(reason="The doctor is ill")
        self.assertEqual(visit.amount_fee, 0)
        self.assertEqual(visit.refund_ids.amount, 60)

    def test_reception_cancels_for_the_patient(self):
        for hour, (cause, kept) in enumerate((("patient", 30), ("doctor", 0)), 10):
            with self.subTest(cause=cause):
                patient = self.patient.copy({"name": cause})
                visit = self._book_paid(hour, patient_id=patient.id)
                wizards = self.env["clinic.appointment.cancel"]
                wizards = wizards.with_user(self.receptionist).with_context(
                    active_model=visit._name, active_ids=visit.ids
                )
                with freeze_time(visit.start - timedelta(hours=1)):
                    form = Form(wizards)
                    form.cause = cause
                    self.assertIn(f"{kept}.00 kept", form.money_text)
                    form.save().action_cancel()
                self.assertEqual(visit.amount_fee, kept)
                self.assertEqual(visit.refund_ids.amount, 60 - kept)

    def _open_cancel(self, visit, user):
        wizards = self.env["clinic.appointment.cancel"].with_user(user)
        return wizards.with_context(active_model=visit._name, active_ids=visit.ids)

    def test_reception_does_not_waive_the_fee(self):
        visit = self._book_paid()
        with freeze_time(visit.start - timedelta(hours=1)):
            wizards = self._open_cancel(visit, self.receptionist)
            form = Form(wizards)
            with self.assertRaises(AssertionError):
                form.applies_policy = False  # it is read-only
            forged = form.save()
            forged.write({"applies_policy": False, "waive_reason": "Friend"})
            with self.assertRaises(AccessError):
                forged.action_cancel()
            self.assertEqual(visit.state, "scheduled")
            self.assertFalse(visit.fee_waiver)

    def test_manager_waives_the_fee_with_a_reason(self):
        visit = self._book_paid()
        with freeze_time(visit.start - timedelta(hours=1)):
            form = Form(self._open_cancel(visit, self.manager))
            self.assertFalse(form.waives_fee)
            form.applies_policy = False
            self.assertTrue(form.waives_fee)
            form.waive_reason = "Was in hospital"
            self.assertIn("60.00 refunded", form.money_text)
            wizard = form.save()
            wizard.waive_reason = " "
            with self.assertRaises(ValidationError):
                wizard.action_cancel()
            wizard.waive_reason = "Was in hospital"
            wizard.action_cancel()
        self.assertEqual((visit.state, visit.amount_fee), ("cancelled", 0))
        self.assertEqual(visit.fee_waiver, "Was in hospital")
        self.assertEqual(visit.refund_ids.amount, 60)

    def test_no_reason_where_no_fee_is_due(self):
        visit = self._book_paid()
        with freeze_time(visit.start - timedelta(hours=47)):
            form = Form(self._open_cancel(visit, self.manager))
            form.applies_policy = False
            self.assertFalse(form.waives_fee)
            form.save().action_cancel()
        self.assertFalse(visit.fee_waiver)
        self.assertEqual(visit.refund_ids.amount, 60)

    def test_money_of_a_series_is_told(self):
        visits = self._book_paid(10) | self._book_paid(12)
        series = self.env["clinic.appointment.series"].create(
            {
                "patient_id": self.patient.id,
                "service_id": self.service.id,
                "doctor_id": self.doctor.id,
            }
        )
        visits._write_by_door({"series_id": series.id})
        with freeze_time(visits[0].start - timedelta(hours=1)):
            form = Form(self._open_cancel(visits[0], self.receptionist))
            self.assertEqual(form.money_text.count("30.00 kept"), 1)
            form.scope = "series"
            self.assertEqual(form.money_text.count("30.00 kept"), 2)
            form.save().action_cancel()
        self.assertEqual(visits.mapped("amount_fee"), [30, 30])

    def test_no_show(self):
        self.policy.no_show_percent = 75
        visit = self._book_paid()
        with self._later(days=3):
            visit.with_user(self.receptionist).mark_no_show()
            self.assertEqual((visit.amount_fee, visit.refund_ids.amount), (45, 15))
            self._send_refunds()
            self.assertEqual(visit.refund_status, "pending", "it may be a slip")
            with self._later(hours=25):
                self._send_refunds()
        self.assertEqual(visit.refund_status, "partial")
        self.assertEqual(visit.payment_status, "paid")

    def test_no_show_was_a_slip(self):
        self.policy.no_show_percent = 75
        visit = self._book_paid()
        visit.mark_no_show()
        visit.reopen()
        self.assertEqual((visit.state, visit.amount_fee), ("scheduled", 0))
        self.assertEqual(visit.refund_ids.state, "dropped")
        self.assertEqual(visit.amount_refundable, 60)

    def test_no_show_without_policy(self):
        self.service.cancel_policy_id = False
        visit = self._book_paid()
        visit.mark_no_show()
        self.assertFalse(visit.refund_ids, "the staff decide")

    def test_fee_that_was_not_paid_is_due(self):
        self.policy.write({"no_show_kind": "fixed", "no_show_amount": 25})
        visit = self._book(10)
        visit.mark_no_show()
        self.assertEqual((visit.amount_due_now, visit.payment_status), (25, "pending"))
