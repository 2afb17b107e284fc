# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The contact behind a patient is for the practice's own people."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ClinicCommon

#: Who works here but not with patients: (name, groups).
OTHERS = (
    ("employee", "base.group_user"),
    ("seller", "base.group_user,base.group_partner_manager"),
)


@tagged("post_install", "-at_install")
class TestPatientContacts(ClinicCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.patient.partner_id
        cls.contact.write({"email": "paul@example.com", "phone": "+33 1 00 00 00 00"})
        cls.guardian = cls.env["res.partner"].create({"name": "Gina Guardian"})
        cls.patient._grant(cls.guardian, "parent", "book", "reception")
        cls.address = cls.env["res.partner"].create(
            {"name": "Home", "type": "other", "parent_id": cls.contact.id}
        )
        cls.private = cls.contact + cls.guardian + cls.address
        cls.supplier = cls.env["res.partner"].create({"name": "Sam Supplier"})
        cls.others = [
            new_test_user(cls.env, f"test_{name}", groups=groups)
            for name, groups in OTHERS
        ]
        cls.seller = cls.others[1]

    def test_staff_keeps_what_it_has(self):
        for role in ("doctor", "manager", "nurse"):
            with self.subTest(role=role):
                staff = self.private.with_user(self._create_user(role))
                self.assertEqual(staff._filtered_access("read").sudo(), self.private)
        reception = self.contact.with_user(self.receptionist)
        reception.email = "new@example.com"
        self.assertEqual(self.contact.email, "new@example.com")

    def test_nobody_else_finds_them(self):
        for user in self.others:
            with self.subTest(user=user.login):
                partners = self.env["res.partner"].with_user(user)
                found = partners.search([("id", "in", self.private.ids)])
                self.assertFalse(found)
                self.assertFalse(partners.name_search("Paul Patient"))
                self.assertFalse(partners.search([("email", "=", "paul@example.com")]))
                count = partners.formatted_read_group(
                    [("id", "in", self.private.ids)], [], ["__count"]
                )
                self.assertEqual(count[0]["__count"], 0)
                self.assertTrue(self.supplier.with_user(user).name)
                for record in self.private.with_user(user):
                    with self.assertRaises(AccessError):
                        record.read(["name"])

    def test_nobody_else_changes_them(self):
        for partner in self.private.with_user(self.seller):
            with self.subTest(partner=partner.sudo().name):
                with self.assertRaises(AccessError):
                    partner.email = "me@example.com"
                with self.assertRaises(AccessError):
                    partner.unlink()
        self.assertEqual(self.contact.email, "paul@example.com")

    def test_nobody_else_imports_over_them(self):
        partners = self.env["res.partner"].with_user(self.seller)
        # to who may not see the contact it is a new one, and lacks a name
        with mute_logger("odoo.sql_db"):
            result = partners.load(
                [".id", "email"], [[str(self.contact.id), "me@example.com"]]
            )
        self.assertFalse(result["ids"])
        self.assertEqual(self.contact.email, "paul@example.com")

    def test_nobody_else_merges_them(self):
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(self.seller)
        pair = [self.contact.id, self.supplier.id]
        with self.assertRaises(AccessError):
            wizard._merge(pair, self.supplier.with_user(self.seller))
        with self.assertRaises(AccessError):
            wizard._merge(pair, self.contact.with_user(self.seller))
        self.assertTrue(self.contact.exists() and self.supplier.exists())

    def test_notes_files_and_activities_of_them(self):
        message = self.contact.message_post(body="Portal access granted")
        files = self.env["ir.attachment"].create(
            {
                "name": "letter.txt",
                "raw": b"x",
                "res_model": "res.partner",
                "res_id": self.contact.id,
            }
        )
        activity = self.contact.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.receptionist.id
        )
        for record in (message, files, activity):
            with self.subTest(model=record._name):
                own = record.with_user(self.receptionist)
                self.assertTrue(own.has_access("read"))
                other = record.with_user(self.seller)
                self.assertFalse(other.has_access("read"))
                self.assertFalse(other.search([("id", "=", record.id)]))

    def test_accounts_of_them(self):
        user = new_test_user(self.env, "test_paul", groups="base.group_portal")
        self.patient.partner_id = user.partner_id
        account = user.with_user(self.seller)
        self.assertFalse(account.search([("login", "=", "test_paul")]))
        self.assertFalse(account.has_access("read"))
        # what they are themselves stays theirs
        self.assertTrue(user.partner_id.with_user(user).has_access("read"))

    def test_who_is_a_patient_is_no_secret_told_by_a_field(self):
        names = self.env["res.partner"].with_user(self.seller).fields_get()
        self.assertFalse([name for name in names if name.startswith("clinic_")])
        with self.assertRaises(AccessError):
            self.supplier.with_user(self.seller).search(
                [("clinic_is_private", "=", True)]
            )

    def test_follows_the_patient(self):
        self.assertTrue(self.contact.clinic_is_private)
        patient = self.env["clinic.patient"].create({"name": "Pia", "active": False})
        contact = patient.partner_id
        self.assertTrue(contact.clinic_is_private)
        patient.unlink()
        self.assertFalse(contact.clinic_is_private)
        self.other_patient.partner_id = self.supplier
        self.assertTrue(self.supplier.clinic_is_private)

    def test_colleagues_and_doctors_stay_visible(self):
        colleague = self.others[0].partner_id
        for partner in (colleague, self.doctor.partner_id):
            with self.subTest(partner=partner.name):
                self.env["clinic.patient"].create({"partner_id": partner.id})
                self.assertTrue(partner.with_user(self.seller).has_access("read"))
        self.others[0].group_ids = self.env.ref("base.group_portal")
        self.assertFalse(colleague.with_user(self.seller).has_access("read"))
