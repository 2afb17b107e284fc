# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who may do what with the records of payments: a table per model."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import ClinicPaymentCommon

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}

STAFF_READ = {"doctor": "r", "receptionist": "r", "nurse": "r", "manager": "r"}

#: model -> role -> operations that are allowed on a record of the own site.
MATRIX = {
    "clinic.cancel.policy": {**STAFF_READ, "manager": "rwcu"},
    "clinic.payment.desk": STAFF_READ,
    "clinic.payment.refund": STAFF_READ,
    "clinic.payment.refund.by.hand": {"manager": "rwc"},
    "clinic.payment.refund.decide": {"manager": "rwc"},
    "clinic.payment.report": {"manager": "r"},
    "clinic.appointment.desk": dict.fromkeys(
        ("receptionist", "nurse", "manager"), "rwc"
    ),
    "clinic.appointment.refund": {"manager": "rwc"},
    "clinic.appointment.waive": {"manager": "rwc"},
    "payment.transaction": {},
    "payment.provider": {},
}

ROLES = ("nobody", "portal", "doctor", "receptionist", "nurse", "manager")


@tagged("post_install", "-at_install")
class TestPaymentAccess(ClinicPaymentCommon):
    """Role × operation, other sites, other companies, other doctors."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {role: cls._create_user(role) for role in ("doctor", "nurse")}
        cls.users["manager"] = cls.manager
        cls.users["receptionist"] = cls.receptionist
        cls.users["nobody"] = new_test_user(cls.env, "test_nobody")
        cls.users["portal"] = new_test_user(
            cls.env, "test_portal_pay", groups="base.group_portal"
        )
        cls.doctor.user_id = cls.users["doctor"]

    def setUp(self):
        super().setUp()
        visit = self._book_paid()
        refund = visit.with_user(self.manager)._request_refund(10, "Test")
        desk = visit.with_user(self.manager)._register_desk_refund(5, "cash", "Test")
        self.env.flush_all()
        managed = {"appointment_id": visit.id, "reason": "Test"}
        self.records = {
            "clinic.cancel.policy": self.policy,
            "clinic.payment.desk": desk,
            "clinic.payment.refund": refund,
            "clinic.payment.report": self.env["clinic.payment.report"].search(
                [("appointment_id", "=", visit.id)]
            ),
            "payment.transaction": visit.transaction_ids,
            "payment.provider": self.provider,
        }
        for model in ("clinic.appointment.refund", "clinic.appointment.waive"):
            wizards = self.env[model].with_user(self.manager)
            self.records[model] = wizards.create(managed)
        decisions = self.env["clinic.payment.refund.decide"].with_user(self.manager)
        self.records[decisions._name] = decisions.create(
            {"refund_id": refund.id, "decision": "again", "reason": "Test"}
        )
        by_hand = self.env["clinic.payment.refund.by.hand"].with_user(self.manager)
        self.records[by_hand._name] = by_hand.create(
            {"refund_id": refund.id, "reason": "Test"}
        )
        # everybody's wizard is their own: each role makes one
        self.records["clinic.appointment.desk"] = self.env["clinic.appointment.desk"]

    def _get_record(self, model, role, visit):
        wizards = self.env[model].with_user(self.users[role])
        if model != "clinic.appointment.desk" or not wizards.has_access("create"):
            return self.records[model].with_user(self.users[role])
        return wizards.create({"appointment_id": visit.id, "kind": "payment"})

    def test_matrix(self):
        visit = self.records["clinic.payment.refund"].appointment_id
        for model, by_role in MATRIX.items():
            for role in ROLES:
                record = self._get_record(model, role, visit)
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        self.assertEqual(
                            record.has_access(operation),
                            letter in by_role.get(role, ""),
                        )

    def test_every_model_of_the_addon_has_its_table(self):
        models = self.env["ir.model.data"].search(
            [("module", "=", "clinic_payment"), ("model", "=", "ir.model")]
        )
        names = self.env["ir.model"].browse(models.mapped("res_id")).mapped("model")
        own = {
            name
            for name in names
            if self.env[name]._original_module == "clinic_payment"
        }
        self.assertEqual(own, {name for name in MATRIX if name.startswith("clinic.")})

    def test_staff_of_another_site_see_nothing(self):
        for role in ("doctor", "receptionist", "nurse", "manager"):
            user = self.users[role]
            user.clinic_site_ids = self.other_site
            for model in (
                "clinic.payment.desk",
                "clinic.payment.refund",
                "clinic.payment.report",
            ):
                with self.subTest(model=model, role=role):
                    record = self.records[model].with_user(user)
                    self.assertFalse(record.has_access("read"))

    def test_money_at_the_desk_is_up_to_reception(self):
        visit = self._book(15, patient_id=self.other_patient.id)
        for role in ("nobody", "portal", "doctor"):
            mine = visit.with_user(self.users[role])
            with self.subTest(role=role), self.assertRaises(AccessError):
                mine._register_desk_payment(10, "cash")
            with self.subTest(role=role), self.assertRaises(AccessError):
                mine._register_desk_refund(10, "cash", "Test")
        for role in ("receptionist", "nurse", "manager"):
            mine = visit.with_user(self.users[role])
            with self.subTest(role=role):
                row = mine._register_desk_payment(10, "cash")
                self.assertEqual(row.user_id, self.users[role])
        self.assertEqual(visit.amount_paid, 30)

    def test_another_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Other Practice"})
        stranger = new_test_user(
            self.env,
            "test_stranger_pay",
            groups="clinic_scheduling.group_clinic_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        for model in MATRIX:
            with self.subTest(model=model):
                record = self.records[model].with_user(stranger)
                self.assertFalse(record and record.has_access("read"))

    def test_a_doctor_sees_refunds_of_own_visits_only(self):
        colleague = new_test_user(
            self.env,
            "test_colleague_pay",
            groups="clinic_scheduling.group_clinic_doctor",
        )
        self.colleague.user_id = colleague
        refund = self.records["clinic.payment.refund"]
        self.assertFalse(refund.with_user(colleague).has_access("read"))

    def test_a_wizard_of_another_manager(self):
        other = new_test_user(
            self.env,
            "test_manager_pay",
            groups="clinic_scheduling.group_clinic_manager",
        )
        for model in ("clinic.appointment.refund", "clinic.appointment.waive"):
            with self.subTest(model=model):
                record = self.records[model].with_user(other)
                self.assertFalse(record.has_access("read"))

    def test_transactions_are_closed_to_staff(self):
        visit = self.records["clinic.payment.refund"].appointment_id
        for role in ("receptionist", "manager", "doctor"):
            with self.subTest(role=role):
                mine = visit.with_user(self.users[role])
                self.assertNotIn("transaction_ids", mine.fields_get())
                with self.assertRaises(AccessError):
                    mine.read(["transaction_ids"])
                refund = mine.refund_ids
                with self.assertRaises(AccessError):
                    refund.read(["transaction_id"])
                self.assertTrue(mine.read(["amount_paid", "refund_status"]))

    def test_buttons_need_rights(self):
        visit = self.records["clinic.payment.refund"].appointment_id
        for role in ("nobody", "portal"):
            mine = visit.with_user(self.users[role])
            for name in ("action_send_payment_link", "action_open_receipt"):
                with self.subTest(role=role, name=name), self.assertRaises(AccessError):
                    getattr(mine, name)()
