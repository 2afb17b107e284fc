# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from ..models.clinic_patient_portal import MAX_DEPENDANTS
from .booking_common import BookingCase


@tagged("post_install", "-at_install")
class TestPortalLimits(BookingCase):
    """How many visits can be booked ahead, by whatever names."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.clinic_patient_max_upcoming = 1

    def _create_known(self, **values):
        values = {"name": "Karl Known", "email": self.mailbox, **values}
        return self.env["clinic.patient"].create(values)

    def _choose(self, hold, value):
        response = self._send(hold, "who", patient=str(value))
        if response.status_code == 409:
            self.assertIn("as many as can be booked online", response.text)
            self.assertFalse(hold.patient_id)
        return response.status_code

    def _describe_child(self, hold):
        values = {"name": "Dora Child", "birthdate": "2024-01-01", "gender": "female"}
        answer = {f"q_{self.question.id}": "no"}
        return self._send(hold, "details", **values, **answer)

    def test_guests_by_all_patients_of_their_contact(self):
        known = self._create_known()
        brother = self._create_known(name="Kurt Known")
        visit = self._book(11, doctor_id=self.colleague.id, patient_id=known.id)
        hold = self._hold_time()
        self._prove(hold)
        for value in ("new", known.id, brother.id):
            with self.subTest(value=value):
                self.assertEqual(self._choose(hold, value), 409)
        visit.cancel()
        self.assertEqual(self._choose(hold, "new"), 303)

    def test_guests_by_other_holds(self):
        first = self._hold_time(14)
        self._prove(first)
        self._send(first, "who", patient="new")
        known = self._create_known()
        self._send(first, "who", patient=str(known.id))
        self.authenticate(None, None)
        second = self._hold_time(15)
        self._prove(second)
        self.assertEqual(self._choose(second, "new"), 409)
        first.cancel()
        self.assertEqual(self._choose(second, "new"), 303)

    def test_guests_at_the_confirmation(self):
        first = self._hold_as_guest(14)
        mailbox = self.mailbox
        self._send(first, "left")
        known = self._create_known(email=mailbox)
        self._book(11, doctor_id=self.colleague.id, patient_id=known.id)
        patients = self.env["clinic.patient"].search_count([])
        response = self._send(first, "review")
        self.assertEqual(response.status_code, 409)
        self.assertEqual(first.state, "hold")
        self.assertEqual(self.env["clinic.patient"].search_count([]), patients)

    def test_accounts_by_all_of_theirs_for_somebody_new(self):
        child = self._create_known(name="Carl Child")
        child._grant(self.account.partner_id, "parent", "book", "reception")
        self._sign_in()
        hold = self._hold_time()
        # the account's own patient has a visit ahead
        self.assertEqual(self._choose(hold, "dependant"), 409)
        self.assertEqual(self._choose(hold, self.patient.id), 409)
        self.assertEqual(self._choose(hold, child.id), 303)

    def test_limit_is_that_of_the_visits_company(self):
        self._sign_in()
        hold = self._hold_time()
        self.env.company.clinic_patient_max_upcoming = 5
        company = self.env["res.company"].create({"name": "Other Practice"})
        company.clinic_patient_max_upcoming = 1
        hold.with_company(company)._check_upcoming_limit(self.patient)
        self.assertEqual(self._choose(hold, self.patient.id), 303)

    def test_accounts_register_so_many_people(self):
        self.env.company.clinic_patient_max_upcoming = 0
        for number in range(MAX_DEPENDANTS):
            child = self._create_known(name=f"Child {number}")
            child._grant(self.account.partner_id, "parent", "book", "reception")
        self._sign_in()
        hold = self._hold_time()
        self._send(hold, "who", patient="dependant")
        self._assert_leads_to(self._describe_child(hold), "review")
        patients = self.env["clinic.patient"].search_count([])
        response = self._send(hold, "review")
        self.assertEqual(response.status_code, 409)
        self.assertIn("people are entered already", response.text)
        self.assertEqual(self.env["clinic.patient"].search_count([]), patients)
        child.consent_ids.action_revoke()
        self._assert_leads_to(self._send(hold, "review"), "done")
