# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import random
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from dateutil.relativedelta import relativedelta
from lxml import html

from odoo import fields, http
from odoo.tests import HOST, freeze_time, tagged
from odoo.tools.misc import Callbacks

from ..controllers import portal_contact
from .booking_common import BookingCase


@tagged("post_install", "-at_install")
class TestPortalIdentity(BookingCase):
    """For whom a visit may be booked, and what has to be proved for it."""

    def _choices(self, hold):
        """Return {value: words} of the people that the page offers."""
        page = html.fromstring(self._get(self._step(hold, "who")).text)
        return {
            field.get("value"): " ".join(
                page.xpath(f"//label[@for='{field.get('id')}']")[0]
                .text_content()
                .split()
            )
            for field in page.xpath("//input[@name='patient']")
        }

    def _create_known(self, **values):
        return self.env["clinic.patient"].create(
            {
                "name": "Karl Known",
                "birthdate": "1980-05-06",
                "email": self.mailbox,
                **values,
            }
        )

    # ------------------------------------------------------------------
    # Guests
    # ------------------------------------------------------------------

    def test_guest_is_asked_for_a_proof_first(self):
        hold = self._hold_time()
        self.assertFalse(self._choices(hold))
        for value in ("new", "self", "dependant", str(self.patient.id)):
            response = self._send(hold, "who", patient=value)
            self.assertEqual(response.status_code, 422)
        self.assertFalse(hold.patient_id or hold.sudo().portal_intake)

    def test_a_choice_of_one_is_made(self):
        self._create_known()
        for contact, step in ((self.mailbox, "who"), (f"x{self.mailbox}", "details")):
            with self.subTest(step=step):
                self.authenticate(None, None)
                hold = self._hold_time(14 if step == "who" else 15)
                self._send(hold, "code", contact=contact)
                code = self._read_code(contact)
                answer = self._send(hold, "code/check", code=code)
                self._assert_leads_to(answer, step)
                said = (hold.sudo().portal_intake or {}).get("who")
                self.assertEqual(said, "new" if step == "details" else None)

    def test_a_code_that_is_no_text(self):
        hold = self._hold_time()
        self._send(hold, "code", contact=self.mailbox)
        response = self.url_open(
            self._step(hold, "code/check"),
            data={"csrf_token": http.Request.csrf_token(self)},
            files={"code": ("code.txt", b"123456")},
            allow_redirects=False,
        )
        self.assertEqual(response.status_code, 422)
        self._assert_clean(response)

    def test_a_proof_is_not_that_of_who_knew_the_session(self):
        known = self._create_known()
        hold = self._hold_time()
        url = self._step(hold, "who")
        former = self.session.sid
        proof = html.fromstring(self._get(url).text).xpath(
            "string(//form//input[@name='csrf_token']/@value)"
        )
        self._prove(hold)
        self.assertNotEqual(self._get_session_name(), former)
        # forms that are open, and the hold, are still this visitor's
        data = {"access_token": hold.access_token, "csrf_token": proof}
        response = self.url_open(
            f"/clinic/book/{hold.id}/who",
            data={**data, "patient": str(known.id)},
            allow_redirects=False,
        )
        self._assert_leads_to(response, "details")
        self.assertIn("ontinue", self._get("/clinic/book").text)
        self.opener.cookies.clear()
        self.opener.cookies.set("session_id", former, domain=HOST)
        self.assertFalse(self._choices(hold))

    def _get_session_name(self):
        [name] = (
            item.value for item in self.opener.cookies if item.name == "session_id"
        )
        return name

    def test_the_former_session_ends_with_the_commit(self):
        hold = self._hold_time()
        former, store = self.session.sid, http.root.session_store
        self.assertEqual(store.get(former).sid, former)
        add = Callbacks.add

        def commit(callbacks, call):
            # cursors of tests run nothing after a commit
            is_end = getattr(call, "func", None) is portal_contact.end_session
            return call() if is_end else add(callbacks, call)

        with patch.object(Callbacks, "add", commit):
            self._prove(hold)
        self.assertNotEqual(store.get(former).sid, former)

    def test_oneself_is_chosen_first(self):
        account = self._create_account("test_newcomer")
        self.env["clinic.consent"].create(
            {
                "patient_id": self.other_patient.id,
                "partner_id": account.partner_id.id,
                "relationship": "other",
                "scope": "book",
            }
        )
        self._sign_in(account)
        hold = self._hold_time()
        self.assertEqual(
            list(self._choices(hold)), [str(self.other_patient.id), "self", "dependant"]
        )
        page = html.fromstring(self._get(self._step(hold, "who")).text)
        [chosen] = page.xpath("//input[@name='patient'][@checked]")
        self.assertEqual(chosen.get("value"), "self")

    def test_answer_is_the_same_for_known_and_unknown(self):
        known = self._create_known()
        pages = []
        for contact in (known.email, f"x{self.mailbox}"):
            self.authenticate(None, None)
            hold = self._hold_time()
            self._assert_leads_to(self._send(hold, "code", contact=contact), "who")
            page = html.fromstring(self._get(self._step(hold, "who")).text)
            [main] = page.xpath("//div[@id='wrap']")
            text = " ".join(main.text_content().replace(contact, "…").split())
            pages.append(text.partition("held for you")[0] + text.partition("sent")[2])
            hold.cancel()
        self.assertEqual(*pages)
        self.assertNotIn("Karl", pages[0])

    def test_code_opens_the_patients_of_the_contact_only(self):
        known = self._create_known()
        hold = self._hold_time()
        self._prove(hold)
        choices = self._choices(hold)
        self.assertEqual(
            choices, {str(known.id): "Karl K., 1980", "new": "A new patient"}
        )
        response = self._send(hold, "who", patient=str(self.patient.id))
        self.assertEqual(response.status_code, 422)
        response = self._send(hold, "who", patient=str(known.id))
        self._assert_leads_to(response, "details")
        self.assertEqual(hold.patient_id, known)
        page = self._get(self._step(hold, "details")).text
        self.assertIn("Karl K., 1980", page)
        self.assertNotIn("Known", page)

    def test_a_known_patient_is_not_overwritten(self):
        known = self._create_known()
        hold = self._hold_time()
        self._prove(hold)
        self._send(hold, "who", patient=str(known.id))
        self.assertEqual(self._describe(hold).status_code, 400)
        answer = {f"q_{self.question.id}": "yes"}
        self._assert_leads_to(self._send(hold, "details", **answer), "review")
        self._assert_leads_to(self._send(hold, "review"), "done")
        self.assertEqual((known.name, hold.patient_id), ("Karl Known", known))

    def test_wrong_codes_are_counted(self):
        hold = self._hold_time()
        self._send(hold, "code", contact=self.mailbox)
        right = self._read_code(self.mailbox)
        wrong = str(int(right) ^ 1).zfill(6)
        for _attempt in range(5):
            response = self._send(hold, "code/check", code=wrong)
            self.assertEqual(response.status_code, 422)
        response = self._send(hold, "code/check", code=right)
        self.assertEqual(response.status_code, 429)
        self.assertGreater(int(response.headers["Retry-After"]), 0)
        self.assertFalse(self._choices(hold))

    def test_code_is_good_for_its_session_only(self):
        hold = self._hold_time()
        self._send(hold, "code", contact=self.mailbox)
        code = self._read_code(self.mailbox)
        self.authenticate(None, None)
        self._assert_leads_to(self._send(hold, "code/check", code=code), "who")
        self.assertFalse(self._choices(hold))

    def test_another_contact_takes_the_proof_away(self):
        hold = self._hold_time()
        self._prove(hold)
        self.assertTrue(self._choices(hold))
        self._send(hold, "code/other")
        self.assertFalse(self._choices(hold))

    def test_what_is_no_contact_is_said(self):
        hold = self._hold_time()
        for contact in ("", "x", "a@", "@b", "12", "\0", "<b>@", "é" * 300):
            with self.subTest(contact=contact):
                response = self._send(hold, "code", contact=contact)
                self.assertEqual(response.status_code, 422)
                self._assert_clean(response)

    def test_code_by_text_message(self):
        # nothing that other tests sent counts here
        number = "+336" + "12" + "".join(random.choices("0123456789", k=6))
        limits = self.env["ir.config_parameter"].sudo()
        limits.set_param("clinic_scheduling.limit.code_sms", "10000/60")
        self.env.company.country_id = self.env.ref("base.fr")
        self.env.company.clinic_code_country_ids = False
        self.env.company.flush_recordset()
        hold = self._hold_time()
        self._assert_leads_to(self._send(hold, "code", contact=number), "who")
        sms = self.env["sms.sms"].search([("number", "=", number)], limit=1)
        self.assertEqual(sms.state, "outgoing")
        code = "".join(char for char in sms.body.partition(" is ")[2] if char.isdigit())
        self._assert_leads_to(self._send(hold, "code/check", code=code[:6]), "details")
        self._send(hold, "who", patient="new")
        details = {"name": "Nora New", "birthdate": "1990-02-03", "email": ""}
        answer = {f"q_{self.question.id}": "no"}
        self._send(hold, "details", **details, **answer)
        self._send(hold, "review")
        self.assertEqual(hold.patient_id.phone_sanitized, number)
        self.assertEqual(hold.patient_id.communication_channel, "sms")

    # ------------------------------------------------------------------
    # Accounts
    # ------------------------------------------------------------------

    def test_account_books_for_itself_and_whom_it_may(self):
        child = self._create_known(name="Carl Child")
        child._grant(self.account.partner_id, "parent", "book", "reception")
        watched = self._create_known(name="Wanda Watched")
        watched._grant(self.account.partner_id, "carer", "view", "reception")
        self._sign_in()
        hold = self._hold_time()
        choices = self._choices(hold)
        self.assertEqual(
            list(choices), [str(self.patient.id), str(child.id), "dependant"]
        )
        self.assertIn("(me)", choices[str(self.patient.id)])
        for value in (watched.id, self.other_patient.id, "new", "self", "x", "-1"):
            response = self._send(hold, "who", patient=str(value))
            self.assertEqual(response.status_code, 422)
        self._send(hold, "who", patient=str(child.id))
        self._send(hold, "details", **{f"q_{self.question.id}": "no"})
        self._assert_leads_to(self._send(hold, "review"), "done")
        self.assertEqual(hold.patient_id, child)

    def test_account_registers_a_child(self):
        self._sign_in()
        hold = self._hold_time()
        self._send(hold, "who", patient="dependant")
        values = {"name": "Dora Child", "birthdate": "2024-01-01", "gender": "female"}
        answer = {f"q_{self.question.id}": "no"}
        self._assert_leads_to(self._send(hold, "details", **values, **answer), "review")
        self._assert_leads_to(self._send(hold, "review"), "done")
        child = hold.patient_id
        self.assertEqual(child.name, "Dora Child")
        self.assertEqual(child.guardian_id, self.patient)
        self.assertEqual(child.consent_ids.partner_id, self.account.partner_id)
        self.assertEqual(str(child.consent_ids.valid_until), "2041-12-31")

    def test_new_account_is_attached_to_nobody(self):
        known = self._create_known()
        account = self._create_account("test_namesake")
        account.partner_id.write({"name": known.name, "email": known.email})
        self._sign_in(account)
        hold = self._hold_time()
        self.assertEqual(list(self._choices(hold)), ["self", "dependant"])
        self._send(hold, "who", patient="self")
        values = {"name": known.name, "birthdate": "1980-05-06", "gender": "male"}
        answer = {f"q_{self.question.id}": "no"}
        self._send(hold, "details", phone="", **values, **answer)
        self._assert_leads_to(self._send(hold, "review"), "done")
        self.assertNotEqual(hold.patient_id, known)
        self.assertEqual(hold.patient_id.partner_id, account.partner_id)
        self.assertFalse(known.consent_ids)

    def test_account_proves_its_patient_by_the_patients_own_contact(self):
        known = self._create_known()
        account = self._create_account("test_returning")
        self._sign_in(account)
        hold = self._hold_time()
        self._prove(hold)
        self.assertIn("Karl K., 1980", self._choices(hold)[str(known.id)])
        self._send(hold, "who", patient=str(known.id))
        consent = known.consent_ids
        self.assertEqual(consent.partner_id, account.partner_id)
        self.assertEqual(
            (consent.relationship, consent.scope, consent.source),
            ("self", "manage", "code"),
        )
        self.assertEqual(list(self._choices(hold)), [str(known.id), "dependant"])

    def _prove_by_account(self, patient):
        """Let a new account prove the contact of a patient; return the consent."""
        account = self._create_account(f"test_account_{patient.id}")
        self._sign_in(account)
        hold = self._hold_time()
        self._prove(hold)
        self._assert_leads_to(
            self._send(hold, "who", patient=str(patient.id)), "details"
        )
        hold.cancel()
        consents = patient.consent_ids
        return consents.filtered(lambda item: item.partner_id == account.partner_id)

    def test_a_childs_contact_is_a_parents(self):
        today = fields.Date.today()
        child = self._create_known(birthdate=today - relativedelta(years=7))
        consent = self._prove_by_account(child)
        self.assertEqual((consent.relationship, consent.scope), ("parent", "book"))
        self.assertEqual(
            consent.valid_until,
            child.birthdate + relativedelta(years=18) - timedelta(days=1),
        )
        with freeze_time(today + relativedelta(years=12)):
            self.env.invalidate_all()
            patients = child._get_patients_of(consent.partner_id)
        self.assertNotIn(child, patients)

    def test_a_shared_contact_opens_nobody_for_ever(self):
        mother = self._create_known(birthdate="1980-05-06")
        child = self._create_known(birthdate=fields.Date.today())
        consent = self._prove_by_account(mother)
        self.assertEqual((consent.relationship, consent.scope), ("other", "book"))
        year = fields.Date.today() + relativedelta(years=1)
        self.assertEqual(consent.valid_until, year)
        consent = self._prove_by_account(child)
        self.assertEqual((consent.relationship, consent.scope), ("parent", "book"))

    def test_proof_of_a_guest_is_not_the_accounts(self):
        known = self._create_known()
        hold = self._hold_time()
        self._prove(hold)
        self._send(hold, "who", patient=str(known.id))
        self._sign_in()
        self._assert_leads_to(self._get(self._step(hold, "details")), "who")
        self.assertNotIn(str(known.id), self._choices(hold))

    def test_sign_in_comes_back_to_this_site(self):
        hold = self._hold_time()
        page = html.fromstring(self._get(self._step(hold, "who")).text)
        links = page.xpath("//a[@data-keep][contains(@href, 'redirect=')]/@href")
        self.assertEqual(len(links), 2)
        for link in links:
            [target] = parse_qs(urlsplit(link).query)["redirect"]
            self.assertEqual(target, self._step(hold, "who"))
            self.assertFalse(urlsplit(link).netloc or urlsplit(target).netloc)

    def test_limits_of_a_patient_are_told(self):
        self.env.company.clinic_patient_max_upcoming = 1
        self._sign_in()
        hold = self._hold_time()
        response = self._send(hold, "who", patient=str(self.patient.id))
        self.assertEqual(response.status_code, 409)
        self.assertIn("as many as", response.text)
        self.assertFalse(hold.patient_id)

    def test_patient_who_is_busy_then(self):
        self._sign_in()
        hold = self._hold_time(10, doctor=self.colleague.id)
        response = self._send(hold, "who", patient=str(self.patient.id))
        self.assertEqual(response.status_code, 409)
        self.assertIn("already has an appointment at that time", response.text)
        self.assertFalse(hold.patient_id)
        self.assertTrue(hold._has_live_hold())
