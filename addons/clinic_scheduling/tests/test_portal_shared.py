# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..controllers import portal_contact
from .booking_common import BookingCase


@tagged("post_install", "-at_install")
class TestPortalShared(BookingCase):
    """One browser, one visitor after the other: each starts anew."""

    def _hold_for_known(self, hour=14):
        """Return a hold of a guest for a patient of the contact, to be confirmed."""
        self.known = self.env["clinic.patient"].create(
            {"name": "Karl Known", "birthdate": "1980-05-06", "email": self.mailbox}
        )
        hold = self._hold_time(hour)
        self._prove(hold)
        self._send(hold, "who", patient=str(self.known.id))
        answer = {f"q_{self.question.id}": "yes"}
        response = self._send(hold, "details", reason="My knee", **answer)
        self._assert_leads_to(response, "review")
        return hold

    def _outlive_proof(self):
        """Let the proof of the visitor run out."""
        seconds = portal_contact.PROOF_SECONDS + 1
        clock = portal_contact.time.time
        later = patch.object(portal_contact.time, "time", lambda: clock() + seconds)
        self.startPatcher(later)

    def _assert_starts_anew(self, hold, *texts):
        for step in ("details", "review"):
            self._assert_leads_to(self._get(self._step(hold, step)), "who")
        self._assert_leads_to(self._send(hold, "details", reason="x"), "who")
        self._assert_leads_to(self._send(hold, "review"), "who")
        page = self._get(self._step(hold, "who")).text
        for text in texts:
            self.assertNotIn(text, page)
        self.assertEqual(hold.state, "hold")

    def test_known_patient_needs_the_proof_to_the_end(self):
        hold = self._hold_for_known()
        self._outlive_proof()
        self._assert_starts_anew(hold, "Karl", "My knee")

    def test_new_patient_needs_the_proof_to_the_end(self):
        hold = self._hold_as_guest()
        self._outlive_proof()
        self._assert_starts_anew(hold, "Nora", "My knee")

    def test_nothing_goes_on_to_the_next_visitors_time(self):
        for make in (self._hold_for_known, self._hold_as_guest):
            self.authenticate(None, None)
            former = make(14)
            # the next visitor enters another contact on the former one's page
            self.mailbox = f"next.{self.mailbox}"
            self._send(former, "code", contact=self.mailbox)
            response = self._post_hold(15)
            self._assert_leads_to(response, "who")
            hold = self._get_booked(response)
            self.assertFalse(hold.patient_id or hold.sudo().portal_intake)
            self._prove(hold)
            self._send(hold, "who", patient="new")
            page = self._get(self._step(hold, "details")).text
            for text in ("Karl", "Nora", "My knee"):
                self.assertNotIn(text, page)
            hold.cancel()

    def test_another_contact_forgets_what_was_said(self):
        hold = self._hold_for_known()
        self._assert_leads_to(self._send(hold, "code/other"), "who")
        self.assertFalse(hold.patient_id or hold.sudo().portal_intake)
        self.assertFalse(hold.reason or hold.answer_ids)
        self._assert_starts_anew(hold, "Karl", "My knee")

    def test_the_same_contact_goes_on(self):
        hold = self._hold_for_known()
        self._prove(hold)
        self.assertIn("My knee", self._get(self._step(hold, "details")).text)
        self._assert_leads_to(self._send(hold, "review"), "done")
        self.assertEqual(hold.patient_id, self.known)

    def test_old_holds_are_not_taken_over(self):
        former = self._hold_as_guest(14)
        former.cancel()
        moment = fields.Datetime.now() - timedelta(hours=1, minutes=1)
        former.flush_recordset()
        self.env.cr.execute(
            "UPDATE clinic_appointment SET write_date = %s WHERE id = %s",
            [moment, former.id],
        )
        self.env.invalidate_all()
        response = self._post_hold(15)
        self._assert_leads_to(response, "who")
        self.assertFalse(self._get_booked(response).sudo().portal_intake)

    def test_account_whose_consent_was_revoked(self):
        child = self.env["clinic.patient"].create({"name": "Carl Child"})
        partner = self.account.partner_id
        consent = child._grant(partner, "parent", "book", "reception")
        self._sign_in()
        hold = self._hold_time()
        token = hold.access_token
        self._send(hold, "who", patient=str(child.id))
        self._send(hold, "details", **{f"q_{self.question.id}": "no"})
        consent.action_revoke()
        self.env.flush_all()
        response = self._send(hold, "review", access_token=token)
        self.assertEqual(response.status_code, 404)
        self._assert_leads_to(self._send(hold, "review"), "who")
        self.assertEqual(hold.state, "hold")

    def test_what_was_reviewed_is_marked_until_it_changes(self):
        hold = self._hold_as_guest()
        marks = []

        def next_step(appointment):
            intake = appointment.sudo().portal_intake
            marks.append(intake.get("is_reviewed"))
            return "review"

        name = "_get_next_portal_step"
        with patch.object(self.env.registry["clinic.appointment"], name, next_step):
            self._assert_leads_to(self._send(hold, "review"), "review")
        self.assertEqual(marks, [True])
        self.assertTrue(hold.sudo().portal_intake["is_reviewed"])
        answer = {f"q_{self.question.id}": "no"}
        self._assert_leads_to(self._send(hold, "details", **answer), "review")
        self.assertFalse(hold.sudo().portal_intake["is_reviewed"])
        hold._note_intake(is_reviewed=True)
        self._send(hold, "who", patient=str(hold.patient_id.id))
        self.assertFalse(hold.sudo().portal_intake["is_reviewed"])
