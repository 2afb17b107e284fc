# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from .booking_common import BookingCase

MY_PAGES = ("", "/cancel", "/reschedule", "/ics")
BOOK_PAGES = ("who", "details", "review", "done")


@tagged("post_install", "-at_install")
class TestPortalSecrets(BookingCase):
    """The secret of a visit's link: who gets it, and how long it is good."""

    def _grant(self, scope, login="test_helper"):
        account = self._create_account(login)
        consent = self.patient._grant(account.partner_id, "carer", scope, "reception")
        return account, consent

    def _assert_nowhere(self, response, secret):
        self.assertLess(response.status_code, 500)
        for text in (response.text, str(response.headers)):
            self.assertNotIn(secret, text)

    def test_accounts_never_learn_the_secret(self):
        hold = self._hold_time(14)
        hold.write({"patient_id": self.patient.id})
        secrets = {self.visit: self.token, hold: hold.access_token}
        for scope in ("view", "book", "manage"):
            account, _consent = self._grant(scope, f"test_{scope}_helper")
            self._sign_in(account)
            for visit, secret in secrets.items():
                urls = [self._url(visit, suffix) for suffix in MY_PAGES]
                urls += [f"/clinic/book/{visit.id}/{page}" for page in BOOK_PAGES]
                for url in (*urls, "/my/appointments"):
                    with self.subTest(scope=scope, url=url):
                        self._assert_nowhere(self._get(url), secret)
                        self._assert_nowhere(self._get(f"{url}?access_token=x"), secret)

    def test_done_of_who_may_only_look(self):
        self._sign_in(self._grant("view")[0])
        response = self._get(f"/clinic/book/{self.visit.id}/done")
        self.assertEqual(response.status_code, 303)
        self.assertTrue(response.headers["Location"].endswith(self._url()))
        self.assertEqual(self._get(self._url(suffix="/cancel")).status_code, 404)

    def test_account_books_without_a_link(self):
        hold = self._hold_time(14)
        hold.write({"patient_id": self.patient.id})
        self._sign_in()
        answer = {f"q_{self.question.id}": "no"}
        for step, values, following in (
            ("who", {"patient": str(self.patient.id)}, "details"),
            ("details", answer, "review"),
            ("review", {}, "done"),
        ):
            response = self._post(f"/clinic/book/{hold.id}/{step}", **values)
            self._assert_leads_to(response, following)
            self._assert_nowhere(response, hold.access_token)
        page = self._get(f"/clinic/book/{hold.id}/done")
        self._assert_nowhere(page, hold.access_token)
        self.assertIn(f'href="/my/appointments/{hold.id}"', page.text)
        self.assertIn(f'href="/my/appointments/{hold.id}/ics"', page.text)

    def test_links_die_with_the_consent(self):
        _account, consent = self._grant("book")
        other = self.other_visit.access_token
        self.assertEqual(self._get(self._url(token=self.token)).status_code, 200)
        consent.with_user(self.receptionist).action_revoke()
        self.env.flush_all()
        for suffix in MY_PAGES:
            url = self._url(suffix=suffix, token=self.token)
            self.assertEqual(self._get(url).status_code, 404)
        url = f"/clinic/book/{self.visit.id}/done?access_token={self.token}"
        self.assertEqual(self._get(url).status_code, 404)
        new = self._url(token=self.visit.access_token)
        self.assertEqual(self._get(new).status_code, 200)
        self.assertEqual(self.other_visit.access_token, other)

    def test_links_die_with_a_consent_that_is_deleted(self):
        self._grant("book")[1].unlink()
        self.env.flush_all()
        self.assertEqual(self._get(self._url(token=self.token)).status_code, 404)

    def _is_open(self, visit=None):
        """Whether the link that was sent before is still good for anything."""
        self.env.invalidate_all()
        visit = visit or self.visit
        return visit._is_open_to(self.env.ref("base.public_user"), self.token, "view")

    def test_links_die_with_a_consent_that_expires(self):
        _account, consent = self._grant("book")
        today = consent._get_today()
        consent.valid_until = today + timedelta(days=3)
        consents = self.env["clinic.consent"]
        with freeze_time(fields.Datetime.now() + timedelta(days=3)):
            consents._cron_end_consents()
            self.assertTrue(self._is_open())
        with freeze_time(fields.Datetime.now() + timedelta(days=4)):
            consents._cron_end_consents()
            self.assertFalse(self._is_open())
            # the patient's own new link is not renewed again
            secret = self.visit.access_token
            consents._cron_end_consents()
            self.assertEqual(self.visit.access_token, secret)

    def test_links_die_with_a_consent_that_is_lessened(self):
        _account, consent = self._grant("book")
        today = consent._get_today()
        consent.write({"scope": "manage", "valid_until": today + timedelta(days=9)})
        self.assertTrue(self._is_open())
        for values in (
            {"scope": "view"},
            {"valid_from": today + timedelta(days=1)},
            {"valid_from": today - timedelta(days=9)},
            {"valid_until": today - timedelta(days=1)},
        ):
            with self.subTest(values=values):
                self.token = self.visit.access_token
                was_active = consent.state == "active"
                consent.with_user(self.receptionist).write(values)
                self.assertEqual(self._is_open(), not was_active)

    def test_links_to_what_is_over_die_too(self):
        _account, consent = self._grant("book")
        with freeze_time(self.visit.stop + timedelta(days=3)):
            consent.with_user(self.receptionist).action_revoke()
            self.assertFalse(self._is_open())

    def test_links_die_when_another_patient_comes(self):
        self.visit.with_user(self.receptionist).write({"note": "Late"})
        self.assertEqual(self.visit.access_token, self.token)
        self.visit.with_user(self.receptionist).reschedule({"start": self._at(12)})
        self.assertEqual(self.visit.access_token, self.token)
        patient = self.env["clinic.patient"].create({"name": "Zoe Third"})
        self.visit.with_user(self.receptionist).write({"patient_id": patient.id})
        self.env.flush_all()
        self.assertEqual(self._get(self._url(token=self.token)).status_code, 404)
        new = self._url(token=self.visit.access_token)
        self.assertEqual(self._get(new).status_code, 200)
