# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import uuid
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..controllers import portal_common
from ..models.clinic_appointment_hold_limit import MOST_UNPROVED, PARAMETER
from .booking_common import BookingCase


@tagged("post_install", "-at_install")
class TestHoldLimit(BookingCase):
    """So many times are held from one address before anybody proves a contact."""

    def _hold_as_another(self, hour):
        """Choose a time in a browser of its own."""
        self.authenticate(None, None)
        return self._post_hold(hour, doctor=self.colleague.id)

    def _fill(self, count=MOST_UNPROVED):
        """Let visitors of this address hold times; return the holds."""
        answers = [self._hold_as_another(9 + number) for number in range(count)]
        return self.env["clinic.appointment"].concat(
            *(self._get_booked(answer) for answer in answers)
        )

    def _assert_refused(self, hour=16):
        response = self._hold_as_another(hour)
        self.assertEqual(response.status_code, 429)
        self.assertIn("From your connection, 3 times are held", response.text)
        return int(response.headers["Retry-After"])

    def _assert_held(self, hour=16):
        self.assertEqual(self._hold_as_another(hour).status_code, 303)

    def test_one_more_is_refused_until_one_ends(self):
        holds = self._fill()
        seconds = self._assert_refused()
        minutes = self.env.company.clinic_hold_minutes
        self.assertAlmostEqual(seconds, minutes * 60, delta=60)
        claims = self.env["clinic.reservation"].search([("start", ">", "2030-01-01")])
        self.assertEqual(len(claims.appointment_id & holds), MOST_UNPROVED)
        holds[0].cancel()
        self._assert_held()
        self._assert_refused(17)

    def test_what_is_over_does_not_count(self):
        holds = self._fill()
        holds[1]._end_hold_by(fields.Datetime.now() - timedelta(seconds=1))
        self._assert_held()

    def test_left_pages_end_soon(self):
        holds = self._fill()
        self._send(holds[2], "left")
        self.assertLessEqual(self._assert_refused(), 60)

    def test_another_time_in_the_same_browser(self):
        self._fill()
        for hour in (14, 15):
            response = self._post_hold(hour, doctor=self.colleague.id)
            self.assertEqual(response.status_code, 303)

    def test_who_proved_a_contact_does_not_count(self):
        holds = self._fill()
        self._prove(holds[2])
        self._assert_held()

    def test_who_chose_a_known_patient_does_not_count(self):
        self._fill(MOST_UNPROVED - 1)
        self._sign_in()
        hold = self._hold_time(15)
        self._assert_refused()
        self._sign_in()
        response = self._send(hold, "who", patient=str(self.patient.id))
        self._assert_leads_to(response, "details")
        self._assert_held()

    def test_accounts_without_a_patient_count(self):
        self._sign_in(self._create_account("test_newcomer"))
        hold = self._hold_time(15)
        self._assert_leads_to(self._send(hold, "who", patient="self"), "details")
        self._fill(MOST_UNPROVED - 1)
        self._assert_refused()

    def test_other_addresses_are_not_concerned(self):
        self._fill()
        self._assert_refused()
        with patch.object(portal_common, "get_address", lambda: str(uuid.uuid4())):
            self._assert_held()

    def test_limit_can_be_set(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(PARAMETER, "1")
        self._fill(1)
        response = self._hold_as_another(16)
        self.assertEqual(response.status_code, 429)
        parameters.set_param(PARAMETER, "0")
        self._assert_held()

    def test_the_page_is_told_in_data_too(self):
        self._fill()
        self.authenticate(None, None)
        self.opener.headers["Accept"] = "application/json"
        answer = self._post_hold(16, doctor=self.colleague.id)
        self.assertEqual(answer.status_code, 429)
        self.assertEqual(answer.json()["code"], "too_many_requests")

    def test_the_address_is_kept_nowhere(self):
        with patch.object(portal_common, "get_address", lambda: "192.0.2.77"):
            hold = self._hold_as_guest()
        self.assertTrue(hold.sudo().hold_address)
        self.assertNotIn("192.0.2.77", hold.sudo().hold_address)
        self._assert_leads_to(self._send(hold, "review"), "done")
        self.assertFalse(hold.sudo().hold_address)

    def test_the_address_of_a_hold_that_is_over_is_forgotten(self):
        [hold] = self._fill(1)
        hold.cancel()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE clinic_appointment SET write_date = write_date - interval '1 day'"
            " WHERE id = %s",
            [hold.id],
        )
        self.env.invalidate_all()
        self.env["clinic.appointment"]._gc_hold_addresses()
        self.assertFalse(hold.sudo().hold_address)
