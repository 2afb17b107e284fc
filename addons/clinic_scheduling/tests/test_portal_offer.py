# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import PortalCommon
from .waitlist_common import WaitlistMixin


@tagged("post_install", "-at_install")
class TestPortalOffer(WaitlistMixin, PortalCommon):
    """The page of an offer, for whoever may answer it, and for nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_waitlist()
        # the patient of the account waits for another one's time
        cls.visit.cancel()
        cls.entry = cls._join(cls.patient)
        cls._join(cls.other_patient)
        cls.other = cls._book(14, patient_id=cls.second.id)

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.gap = self._cancel_and_work(self.other)
        self.offer = self._get_offer(self.gap)
        self.hold = self.offer.appointment_id
        self.secret = self.hold.access_token
        self.env.flush_all()

    def _open(self, token=None):
        return self._get(self._url(self.hold, "/offer", token))

    def _answer(self, answer, token=None, **data):
        self.env.flush_all()
        response = self._post(self._url(self.hold, f"/offer/{answer}", token), **data)
        self.env.invalidate_all()
        return response

    def test_opening_the_link_changes_nothing(self):
        response = self._open(self.secret)
        self.assertEqual(response.status_code, 200)
        self.assertIn("A time became free for you", response.text)
        self.assertIn(self.doctor.name, response.text)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.env.invalidate_all()
        self.assertEqual((self.offer.state, self.hold.state), ("offered", "hold"))

    def test_answers_are_not_given_by_links(self):
        for answer in ("accept", "decline"):
            response = self._get(self._url(self.hold, f"/offer/{answer}", self.secret))
            self.assertIn(response.status_code, (404, 405))
        self.env.invalidate_all()
        self.assertEqual(self.offer.state, "offered")

    def test_a_form_of_another_site_answers_nothing(self):
        url = self._url(self.hold, "/offer/accept", self.secret)
        with mute_logger("odoo.http"):
            self.assertEqual(self._post(url, csrf=False, move="").status_code, 400)

    def test_guests_without_the_link_are_asked_to_sign_in(self):
        self._assert_to_sign_in(self._open())

    def test_a_wrong_secret_opens_nothing(self):
        self.assertEqual(self._open("wrong").status_code, 404)
        self.assertEqual(self._answer("accept", "wrong").status_code, 404)

    def test_another_patient_sees_nothing(self):
        self._sign_in(self.stranger)
        self.assertEqual(self._open().status_code, 404)
        self.assertEqual(self._answer("accept").status_code, 404)
        self.assertEqual(self.offer.state, "offered")

    def test_a_guardian_answers_and_one_who_may_only_look_does_not(self):
        self.patient._grant(self.stranger.partner_id, "carer", "view", "reception")
        self._sign_in(self.stranger)
        self.assertEqual(self._open().status_code, 404)
        self.patient.consent_ids.action_revoke()
        self.patient._grant(self.stranger.partner_id, "carer", "book", "reception")
        self.assertEqual(self._open().status_code, 200)
        self.assertEqual(self._answer("accept").status_code, 303)
        self.assertEqual(self.hold.state, "scheduled")

    def test_accepting_by_the_link(self):
        response = self._answer("accept", self.secret)
        self.assertEqual(response.status_code, 303)
        self.assertEqual((self.hold.state, self.entry.state), ("scheduled", "booked"))
        page = self._open(self.secret)
        self.assertIn("The time is yours", page.text)
        self.assertIn(f"/my/appointments/{self.hold.id}?access_token=", page.text)
        # a repeated click does no harm
        self.assertEqual(self._answer("accept", self.secret).status_code, 303)
        self.assertEqual(self._answer("decline", self.secret).status_code, 303)
        self.assertEqual(self.hold.state, "scheduled")

    def test_declining_keeps_the_place_on_the_list(self):
        self._sign_in()
        self.assertEqual(self._answer("decline").status_code, 303)
        self.assertEqual((self.offer.state, self.entry.state), ("declined", "waiting"))
        page = self._open()
        self.assertEqual(page.status_code, 200)
        self.assertIn("still on the waitlist", page.text)

    def test_too_late(self):
        self._let_expire(self.hold)
        self.env.flush_all()
        self.assertEqual(self._open(self.secret).status_code, 410)
        response = self._answer("accept", self.secret)
        self.assertEqual(response.status_code, 410)
        self.assertIn("given back", response.text)
        self.assertNotEqual(self.hold.state, "scheduled")

    def test_a_later_visit_moves(self):
        later = self._book(15, day=3)
        self.env.flush_all()
        page = self._open(self.secret)
        self.assertIn("Move it to this time", page.text)
        wrong = self._answer("accept", self.secret, move=self.other_visit.id)
        self.assertEqual(wrong.status_code, 200)
        self.assertEqual(self.offer.state, "offered")
        response = self._answer("accept", self.secret, move=later.id)
        self.assertEqual(response.status_code, 303)
        self.assertEqual(later.start, self.hold.start)
        self.assertEqual((self.hold.state, self.offer.state), ("cancelled", "accepted"))
        page = self._open(self.secret)
        self.assertIn("has moved here", page.text)
        # the link of the offer does not give away the visit's own
        self.assertNotIn(f"/my/appointments/{later.id}", page.text)

    def test_the_pages_of_a_booking_are_closed_to_an_offer(self):
        for step in ("who", "details", "review"):
            url = f"/clinic/book/{self.hold.id}/{step}?access_token={self.secret}"
            response = self._get(url)
            self.assertEqual(response.status_code, 303)
            self.assertIn(
                f"/my/appointments/{self.hold.id}", response.headers["Location"]
            )
            self.assertEqual(self._post(url, patient="new").status_code, 303)
        self.env.invalidate_all()
        self.assertEqual(self.hold.patient_id, self.patient)

    def test_the_visit_page_leads_to_the_offer(self):
        response = self._get(self._url(self.hold, token=self.secret))
        self.assertEqual(response.status_code, 303)
        self.assertIn("/offer?access_token=", response.headers["Location"])

    def test_a_visit_that_was_never_offered_has_no_such_page(self):
        self._sign_in()
        url = self._url(self.visit, "/offer")
        self.assertEqual(self._get(url).status_code, 404)
