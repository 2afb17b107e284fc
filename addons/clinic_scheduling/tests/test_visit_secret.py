# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestVisitSecret(ClinicCommon):
    """Who has the secret of a link acts as the patient: staff do not get it."""

    def setUp(self):
        super().setUp()
        self.visit = self._book()
        self.secret = self.visit.access_token
        self.users = self.receptionist | self._create_user("manager")

    def test_each_visit_has_a_secret_of_its_own_from_the_start(self):
        door = self.env["clinic.appointment"].with_user(self.receptionist)
        other = door.book(self._vals(12)).sudo()
        hold = door.hold(self._vals(14)).sudo()
        secrets = {self.secret, other.access_token, hold.access_token}
        self.assertEqual(len(secrets), 3)
        self.assertTrue(all(len(secret) == 36 for secret in secrets))
        other.reschedule({"start": self._at(15)})
        self.assertIn(other.access_token, secrets)

    def test_staff_neither_read_it_nor_look_for_it(self):
        for user in self.users:
            visits = self.env["clinic.appointment"].with_user(user)
            visit = self.visit.with_user(user)
            self.assertTrue(visit.read(["name"]))
            self.assertNotIn("access_token", visit.read()[0])
            self.assertNotIn("access_token", visits.fields_get())
            for step in (
                lambda visit=visit: visit.read(["access_token"]),
                lambda visits=visits: visits.search(
                    [("access_token", "=like", self.secret[:4] + "%")]
                ),
                lambda visits=visits: visits.search([], order="access_token"),
                lambda visits=visits: visits.formatted_read_group([], ["access_token"]),
                lambda visits=visits: visits.env["clinic.reminder"].search(
                    [("appointment_id.access_token", "=", self.secret)]
                ),
                lambda visit=visit: visit.write({"access_token": "mine"}),
                lambda visits=visits: visits.book(self._vals(12, access_token="mine")),
            ):
                with self.assertRaises(AccessError):
                    step()

    def test_no_address_gives_it_away(self):
        self.assertIn(self.secret, self.visit.get_portal_url())
        for user in self.users:
            visit = self.visit.with_user(user)
            self.assertIn(visit.access_url, visit.get_portal_url())
            self.assertNotIn(self.secret, visit.get_portal_url())
            wizard = self.env["portal.share"].with_user(user)
            wizard = wizard.new({"res_model": visit._name, "res_id": visit.id})
            self.assertTrue(wizard.share_link)
            self.assertNotIn(self.secret, wizard.share_link)

    def test_staff_write_to_the_patient(self):
        self.patient.email = "paul@example.com"
        message = self.visit.with_user(self.receptionist).message_post(
            body="See you",
            partner_ids=self.patient.partner_id.ids,
            subtype_xmlid="mail.mt_comment",
        )
        self.assertIn(self.patient.partner_id, message.notified_partner_ids)
