# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.tests import tagged

from .booking_common import BookingCase
from .waitlist_common import WaitlistMixin


@tagged("post_install", "-at_install")
class TestPortalWaitlistGuest(WaitlistMixin, BookingCase):
    """Guests join by a code, and come back by a link."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_waitlist()
        cls.join_url = f"/clinic/waitlist/join?service={cls.service.id}"
        cls.guest_url = f"/clinic/waitlist/guest/{cls.service.id}"

    def _prove_guest(self, contact=None):
        contact = contact or self.mailbox
        response = self._post(f"{self.guest_url}/code", contact=contact)
        self._assert_leads_to(response, "join")
        code = self._read_code(contact)
        response = self._post(f"{self.guest_url}/code/check", code=code)
        self._assert_leads_to(response, "join")

    def _join_as_guest(self, **data):
        data = {
            **{"service": self.service.id, "patient": "new"},
            **{"name": "Nora New", "birthdate": "1990-02-03", **data},
        }
        response = self._post("/clinic/waitlist/join", **data)
        self.env.invalidate_all()
        return response

    def _find_entry(self):
        entries = self.env["clinic.waitlist.entry"]
        return entries.search([("patient_id.email", "=", self.mailbox)])

    def test_a_guest_joins_and_leaves_by_the_link(self):
        page = self._get(self.join_url)
        self.assertIn(f'action="{self.guest_url}/code"', page.text)
        self._prove_guest()
        self.assertIn("A new patient", self._get(self.join_url).text)
        response = self._join_as_guest(time="in_evening")
        self.assertEqual(response.status_code, 303, response.text[:2000])
        entry = self._find_entry()
        self.assertEqual((entry.source, entry.in_evening), ("portal", True))
        self.assertEqual(entry.patient_id.name, "Nora New")
        link = response.headers["Location"]
        # the link works where nobody is known, too
        self.authenticate(None, None)
        page = self._get(link)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Leave the list", page.text)
        path = urlsplit(link).path
        token = {"access_token": entry.sudo().access_token}
        self.assertEqual(self._post(f"{path}/withdraw", **token).status_code, 303)
        self.env.invalidate_all()
        self.assertEqual(entry.state, "withdrawn")
        self.assertNotIn("Leave the list", self._get(link).text)

    def test_the_link_is_sent_to_the_proved_contact(self):
        self._prove_guest()
        self._join_as_guest()
        mail = self.env["mail.mail"].search(
            [("email_to", "=", self.mailbox)], order="id desc", limit=1
        )
        self.assertIn(self._find_entry().access_token, mail.body_html)
        self.assertNotIn(self.service.name, mail.subject + mail.body_html)

    def test_without_a_proof_nobody_joins(self):
        response = self._join_as_guest()
        self.assertEqual(response.status_code, 200)
        self.assertIn("As a guest", response.text)
        self.assertFalse(self._find_entry())
        response = self._post(f"{self.guest_url}/code", contact=self.mailbox)
        wrong = self._post(f"{self.guest_url}/code/check", code="x")
        self.assertEqual(wrong.status_code, 422)
        self.assertNotIn("Who waits", wrong.text)

    def test_tries_of_a_code_are_limited(self):
        self._post(f"{self.guest_url}/code", contact=self.mailbox)
        answers = [
            self._post(f"{self.guest_url}/code/check", code="x").status_code
            for _try in range(7)
        ]
        self.assertEqual(set(answers), {422, 429})

    def test_known_patients_of_the_contact_and_nobody_else(self):
        known = self.env["clinic.patient"].create(
            {"name": "Karl Known", "birthdate": "1980-05-06", "email": self.mailbox}
        )
        self._prove_guest()
        page = self._get(self.join_url).text
        self.assertIn("Karl K., 1980", page)
        self.assertNotIn("Karl Known", page)
        stranger = self._join_as_guest(patient=self.other_patient.id)
        self.assertEqual(stranger.status_code, 422)
        self.assertEqual(self._join_as_guest(patient=known.id).status_code, 303)
        self.assertEqual(self._find_entry().patient_id, known)
        again = self._join_as_guest(patient=known.id, time="in_morning")
        self.assertIn("done=changed", again.headers["Location"])
        self.assertTrue(self._find_entry().in_morning)
        links = self.env["mail.mail"].search_count(
            [("email_to", "=", self.mailbox), ("body_html", "like", "waitlist/entry")]
        )
        self.assertEqual(links, 1)

    def test_who_can_be_sent_no_link_is_told(self):
        self._prove_guest()
        model = self.env.registry["clinic.waitlist.entry"]
        with patch.object(model, "_send_guest_link", return_value=False):
            response = self._join_as_guest()
        page = self._get(response.headers["Location"]).text
        self.assertIn("could not send you a link", page)
        self.assertNotIn("We sent you a link", page)

    def test_new_names_do_not_open_more_lists(self):
        self.env.company.clinic_waitlist_max_entries = 1
        self._prove_guest()
        self.assertEqual(self._join_as_guest().status_code, 303)
        response = self._join_as_guest(name="Nils Next")
        self.assertEqual(response.status_code, 422)
        self.assertEqual(len(self._find_entry()), 1)

    def test_other_links_open_nothing(self):
        entry = self._join(self.patient)
        url = f"/clinic/waitlist/entry/{entry.id}"
        for address in (url, f"{url}?access_token=", f"{url}?access_token=x"):
            self.assertEqual(self._get(address).status_code, 404)
        self.assertEqual(self._post(f"{url}/withdraw").status_code, 404)
        link = entry._get_guest_url()
        self.assertEqual(self._get(link).status_code, 200)
        self.patient._renew_secrets()
        self.assertEqual(self._get(link).status_code, 404)

    def test_an_offer_is_found_from_the_entry(self):
        entry = self._join(self.first)
        gap = self._cancel_and_work(self.visit)
        hold = self._get_offer(gap).appointment_id
        secret = entry.sudo().access_token
        page = self._get(f"/clinic/waitlist/entry/{entry.id}?access_token={secret}")
        self.assertIn("Offered", page.text)
        self.assertIn("A time for you", page.text)
        self.assertNotIn(hold.sudo().access_token, page.text)
        path = f"/clinic/waitlist/entry/{entry.id}/offer"
        self.assertEqual(self._post(path, access_token="\u00e9").status_code, 404)
        response = self._post(path, access_token=secret)
        offer = self._get(response.headers["Location"])
        self.assertIn("A time became free for you", offer.text)
        self._get_offer(gap)._decline()
        response = self._post(path, access_token=secret)
        self.assertIn(f"/entry/{entry.id}?", response.headers["Location"])

    def test_only_an_open_offer_leads_to_the_entry(self):
        entry = self._join(self.first)
        secret = entry.sudo().access_token
        self.assertTrue(secret, "made with the entry, not by a page")
        offer = self._get_offer(self._cancel_and_work(self.visit))
        link = offer.appointment_id._get_message_link("waitlist_offer")
        self.assertIn(secret, self._get(link).text)
        offer._decline()
        self.env.flush_all()
        page = self._get(link)
        self.assertIn("You declined this time", page.text)
        self.assertNotIn(secret, page.text)
        self.assertNotIn("To the waitlist", page.text)
