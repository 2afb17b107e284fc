# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from dataclasses import replace
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..controllers.portal_changes import get_seal
from ..models.clinic_appointment_portal import Terms
from ..models.clinic_schedule import epoch
from .portal_common import PortalCommon

FREE = get_seal(Terms(True))


@tagged("post_install", "-at_install")
class TestPortalChanges(PortalCommon):
    """Cancelling and moving one's own visits, on terms that were shown."""

    def _cancel(self, visit=None, token=None, csrf=True, **data):
        data = {"seal": FREE, **data}
        return self._post(self._url(visit, "/cancel", token), csrf, **data)

    def _move(self, moment, visit=None, token=None, csrf=True, **data):
        data = {"seal": FREE, "start": epoch(moment), **data}
        return self._post(self._url(visit, "/reschedule", token), csrf, **data)

    def _assert_unchanged(self, visit=None):
        visit = visit or self.visit
        visit.invalidate_recordset()
        self.assertEqual(visit.state, "scheduled")
        self.assertEqual(visit.reschedule_count, 0)

    def _too_late(self):
        self.service.write({"cancel_notice": 1e5, "reschedule_notice": 1e5})

    # ------------------------------------------------------------------
    # Cancel
    # ------------------------------------------------------------------

    def test_cancel(self):
        self._sign_in()
        page = self._get(self._url(suffix="/cancel")).text
        self.assertIn("It can be cancelled here until", page)
        response = self._cancel()
        self.assertEqual(response.status_code, 303)
        self.assertEqual(self.visit.state, "cancelled")
        self.assertFalse(self.visit.reservation_ids)
        done = self._get(response.headers["Location"]).text
        self.assertIn("The appointment is cancelled", done)

    def test_cancel_again_does_no_harm(self):
        self._sign_in()
        self._cancel()
        moment = self.visit.cancelled_at
        self.assertEqual(self._cancel().status_code, 303)
        self.assertEqual(self.visit.cancelled_at, moment)

    def test_cancel_by_signed_link(self):
        self.authenticate(None, None)
        response = self._cancel(token=self.token)
        self.assertEqual(response.status_code, 303)
        self.assertIn(self.token, response.headers["Location"])
        self.assertEqual(self.visit.state, "cancelled")

    def test_cancel_too_late(self):
        self._too_late()
        self._sign_in()
        page = self._get(self._url(suffix="/cancel")).text
        self.assertIn("It could be cancelled here until", page)
        self.assertIn("+33 1 23 45 67 89", page)
        self.assertNotIn("Yes, cancel it", page)
        self.assertEqual(self._cancel().status_code, 422)
        self._assert_unchanged()

    def test_fee_is_shown_before_it_is_due(self):
        self._sign_in()
        terms = Terms(True, self.visit.start, fee=20, refund=30, text="Fee € 20.00")
        visits = type(self.visit)  # with what other addons add
        with patch.object(visits, "_get_terms", lambda *_args: terms):
            page = self._get(self._url(suffix="/cancel")).text
            self.assertIn("Fee € 20.00", page)
            self.assertIn(f'value="{get_seal(terms)}"', page)
            answer = self._cancel()
            self.assertEqual(answer.status_code, 200)
            self.assertIn("Nothing is changed yet", answer.text)
            self._assert_unchanged()
            dearer = replace(terms, fee=40)
            self._cancel(seal=get_seal(dearer))
            self._assert_unchanged()
            self._cancel(seal=get_seal(terms))
        self.assertEqual(self.visit.state, "cancelled")

    def test_past_visits_cannot_be_changed(self):
        self.visit.write({"state": "arrived"})
        self._sign_in()
        self.assertNotIn("/cancel", self._get(self._url()).text)
        self.assertEqual(self._cancel().status_code, 422)
        self.assertEqual(self._move(self._at(15)).status_code, 422)
        self.assertEqual(self.visit.state, "arrived")

    # ------------------------------------------------------------------
    # Move
    # ------------------------------------------------------------------

    def test_move(self):
        self.service.horizon_days = 0
        self._sign_in()
        page = self._get(self._url(suffix="/reschedule")).text
        self.assertIn("o_clinic_times", page)
        self.assertIn(f"exclude={self.visit.id}", page)
        response = self._move(self._at(15), doctor=self.doctor.id, site=self.site.id)
        self.assertEqual(response.status_code, 303)
        self.assertEqual(self.visit.start, self._at(15))
        self.assertEqual(self.visit.reschedule_count, 1)
        self.assertEqual(self.visit.history_ids.user_id, self.account)
        # the same form once more, as by a second click
        page = {"doctor": self.doctor.id, "site": self.site.id}
        again = self._move(self._at(15), **page, **{"from": epoch(self._at(10))})
        self.assertEqual(again.status_code, 303)
        self.assertEqual(self.visit.reschedule_count, 1)

    def test_present_time_is_no_move(self):
        self._sign_in()
        page = self._get(self._url(suffix="/reschedule")).text
        self.assertRegex(page, rf'name="from"\s+value="{epoch(self._at(10))}"')
        for since in ({}, {"from": "x"}, {"from": epoch(self._at(10))}):
            with self.subTest(since=since):
                answer = self._move(self._at(10), **since)
                self.assertEqual(answer.status_code, 422)
                self.assertIn("is at this time already", answer.text)
                self._assert_unchanged()

    def test_move_by_signed_link_to_a_colleague(self):
        self.authenticate(None, None)
        self.service.horizon_days = 0
        response = self._move(
            self._at(15), token=self.token, doctor=self.colleague.id, site=self.site.id
        )
        self.assertEqual(response.status_code, 303)
        self.assertEqual(self.visit.doctor_id, self.colleague)

    def test_taken_time_is_answered_with_others(self):
        self.service.horizon_days = 0
        self._sign_in()
        answer = self._move(self._at(11))
        self.assertEqual(answer.status_code, 409)
        self._assert_unchanged()
        starts = re.findall(r'name="start"\s+value="(\d+)"', answer.text)
        self.assertTrue(starts)
        response = self._post(
            self._url(suffix="/reschedule"), start=starts[0], seal=FREE
        )
        self.assertEqual(response.status_code, 303)
        self.assertEqual(epoch(self.visit.start), int(starts[0]))

    def test_move_too_late(self):
        self._too_late()
        self._sign_in()
        page = self._get(self._url(suffix="/reschedule")).text
        self.assertIn("It could be moved here until", page)
        self.assertIn("+33 1 23 45 67 89", page)
        self.assertNotIn("o_clinic_times_form", page)
        self.assertEqual(self._move(self._at(15)).status_code, 422)
        self._assert_unchanged()

    def test_patients_keep_to_the_public_rules(self):
        self.service.horizon_days = 0
        self._sign_in()
        self.visit.write({"overbook": True, "exception_reason": "by telephone"})
        for start in (self._at(20), self._at(10, 7), self._at(11)):
            with self.subTest(start=start):
                self.assertIn(self._move(start).status_code, (409, 422))
                self._assert_unchanged()
        self.service.bookable_online = False
        self.assertEqual(self._move(self._at(15)).status_code, 422)

    def test_odd_wishes(self):
        self._sign_in()
        outsider = self._create_doctor("Eve Else", specialty_ids=False)
        for wish in (
            {"start": ""},
            {"start": "x"},
            {"start": "-1"},
            {"start": "9" * 30},
            {"start": "9999999999"},
            {"start": "1e9"},
            {"doctor": outsider.id},
            {"doctor": "999999999"},
            {"doctor": "1 or 1"},
            {"site": self.other_site.id},
            {"site": "\x00"},
        ):
            with self.subTest(wish=wish):
                answer = self._move(self._at(15), **wish)
                self.assertEqual(answer.status_code, 422)
                self._assert_unchanged()

    def test_other_fields_are_refused(self):
        self.service.horizon_days = 0
        self._sign_in()
        for name in ("state", "patient_id", "amount", "overbook", "exception_reason"):
            with self.subTest(name=name):
                answer = self._move(self._at(15), **{name: "1"})
                self.assertEqual(answer.status_code, 400)
                self._assert_unchanged()

    # ------------------------------------------------------------------
    # Who may
    # ------------------------------------------------------------------

    def test_strangers_change_nothing(self):
        self._sign_in(self.stranger)
        self.assertEqual(self._cancel().status_code, 404)
        self.assertEqual(self._move(self._at(15)).status_code, 404)
        self.authenticate(None, None)
        for token in (self.other_token, "x", "é"):
            self.assertEqual(self._cancel(token=token).status_code, 404)
            self.assertEqual(self._move(self._at(15), token=token).status_code, 404)
        for response in (self._cancel(), self._move(self._at(15))):
            self._assert_to_sign_in(response)
        self._assert_unchanged()

    @mute_logger("odoo.http")
    def test_forms_need_their_own_token(self):
        self._sign_in()
        self.assertEqual(self._cancel(csrf=False).status_code, 400)
        self.assertEqual(self._move(self._at(15), csrf=False).status_code, 400)
        for suffix in ("/cancel", "/reschedule"):
            answer = self.url_open(self._url(suffix=suffix), data="", method="POST")
            self.assertEqual(answer.status_code, 400)
        self._assert_unchanged()

    def test_looking_changes_nothing(self):
        query = f"?access_token={self.token}&seal={FREE}&start={epoch(self._at(15))}"
        for suffix in ("/cancel", "/reschedule"):
            for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
                with self.subTest(suffix=suffix, method=method):
                    url = self._url(suffix=suffix) + query
                    self.url_open(url, method=method, timeout=60)
                    self._assert_unchanged()

    def test_too_many_changes(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("clinic_scheduling.limit.change", "2/3600")
        self._too_late()
        self._sign_in()
        statuses = [self._cancel().status_code for _attempt in range(3)]
        self.assertEqual(statuses, [422, 422, 429])
        self.assertTrue(self._cancel().headers["Retry-After"])
