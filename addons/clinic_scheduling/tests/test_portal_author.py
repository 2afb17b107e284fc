# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from ..controllers.portal_changes import get_seal
from .booking_common import BookingCase


@tagged("post_install", "-at_install")
class TestPortalAuthor(BookingCase):
    """Who the chatter says has changed something on the pages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.odoobot = cls.env.ref("base.partner_root")

    def _get_authors(self, record):
        self.env.invalidate_all()
        return record.message_ids.author_id

    def _get_new_author(self, record, before):
        """Return the author of what was logged since then."""
        self.env.invalidate_all()
        added = record.message_ids - before
        self.assertTrue(added.tracking_value_ids)
        return added.author_id

    def _cancel(self, visit, **params):
        data = {"seal": get_seal(visit._get_terms("cancel")), **params}
        answer = self._post(f"/my/appointments/{visit.id}/cancel", **data)
        self.assertEqual(answer.status_code, 303)

    def test_nobody_is_proved(self):
        hold = self._hold_time()
        self.assertEqual(self._get_authors(hold), self.odoobot)

    def test_guest(self):
        hold = self._hold_as_guest()
        before = hold.message_ids
        self._assert_leads_to(self._send(hold, "review"), "done")
        contact = hold.partner_id
        self.assertEqual(contact.name, "Nora New")
        self.assertEqual(self._get_new_author(hold, before), contact)
        self.assertEqual(self._get_authors(hold), contact | self.odoobot)
        self.assertEqual(self._get_authors(hold.patient_id), contact)

    def test_link(self):
        token = self.visit._portal_ensure_token()
        before = self.visit.message_ids
        self._cancel(self.visit, access_token=token)
        author = self._get_new_author(self.visit, before)
        self.assertEqual(author, self.patient.partner_id)

    def test_nobody_follows_for_that(self):
        token = self.visit._portal_ensure_token()
        before = self.visit.message_partner_ids
        self._cancel(self.visit, access_token=token)
        self.env.invalidate_all()
        self.assertEqual(self.visit.message_partner_ids, before)

    def test_account(self):
        guardian = self._create_account("test_guardian")
        self.env["clinic.consent"].create(
            {
                "patient_id": self.patient.id,
                "partner_id": guardian.partner_id.id,
                "relationship": "other",
                "scope": "book",
            }
        )
        before = self.visit.message_ids
        self._sign_in(guardian)
        self._cancel(self.visit)
        author = self._get_new_author(self.visit, before)
        self.assertEqual(author, guardian.partner_id)

    def test_what_is_said_in_public_is_no_patients_word(self):
        public = self.env.ref("base.public_user")
        visit_sudo = self.visit.with_user(public).sudo()
        message = visit_sudo.message_post(body="Hello")
        self.assertEqual(message.author_id, self.odoobot)
        message = visit_sudo.message_post(
            body="Hello", author_id=self.patient.partner_id.id
        )
        self.assertEqual(message.author_id, self.patient.partner_id)
