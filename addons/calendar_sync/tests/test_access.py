# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who sees and changes what."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import CalendarSyncCommon

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}

#: model -> role -> operations that are allowed on a record of the own company.
MATRIX = {
    "calendar.sync.account": {"admin": "rwcu"},
    "calendar.sync.calendar": {"admin": "rwu"},
    "calendar.sync.link": dict.fromkeys(
        ("admin", "receptionist", "nurse", "manager"), "r"
    ),
    "calendar.sync.operation": {"admin": "r"},
    "calendar.sync.conflict": {"admin": "r"},
    "calendar.sync.busy": {"admin": "r"},
    "calendar.sync.client": {"admin": "rwcu"},
    "calendar.sync.invitation": {"admin": "r"},
    "calendar.sync.disconnect": {"admin": "rwcu"},
    "calendar.sync.usage": {"admin": "r"},
}
ROLES = {
    "nobody": "base.group_user",
    "portal": "base.group_portal",
    "doctor": "clinic_scheduling.group_clinic_doctor",
    "receptionist": "clinic_scheduling.group_clinic_receptionist",
    "nurse": "clinic_scheduling.group_clinic_nurse",
    "manager": "clinic_scheduling.group_clinic_manager",
    "admin": "calendar_sync.group_calendar_sync_manager",
}


@tagged("post_install", "-at_install")
class TestAccess(CalendarSyncCommon):
    """Role by operation by company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(cls.env, f"sync_{role}", groups=groups)
            for role, groups in ROLES.items()
        }
        cls.visit = cls._book()
        cls.env.flush_all()
        cls.env.cr.precommit.run()
        link = cls.calendar.link_ids
        conflict = cls.env["calendar.sync.conflict"].create(
            {"link_id": link.id, "name": "start"}
        )
        busy = cls.env["calendar.sync.busy"].create(
            {
                "calendar_id": cls.calendar.id,
                "remote_id": "x",
                "start": cls._at(10),
                "stop": cls._at(11),
            }
        )
        cls.env["calendar.sync.client"].search([]).unlink()
        client = cls.env["calendar.sync.client"].create({"client_id": "x"})
        cls.doctor.email = "ada@example.org"
        invitation, _token = cls.env["calendar.sync.invitation"]._invite(
            cls.doctor.partner_id, cls.env.company, cls.doctor.resource_id
        )
        records = [cls.account, cls.calendar, link, link.operation_ids, conflict, busy]
        disconnect = cls.env["calendar.sync.disconnect"].create(
            {"account_id": cls.account.id}
        )
        usage = cls.env["calendar.sync.usage"].search(
            [("account_id", "=", cls.account.id)]
        )
        records += [client, invitation, disconnect, usage]
        cls.records = {record._name: record for record in records}

    def test_every_model_has_a_table(self):
        ours = self.env["ir.model"].search([("model", "=like", "calendar.sync.%")])
        self.assertEqual(set(ours.mapped("model")), set(MATRIX))
        self.assertEqual(set(self.records), set(MATRIX))

    def test_matrix(self):
        for model, allowed in MATRIX.items():
            for role, user in self.users.items():
                record = self.records[model].with_user(user)
                found = "".join(
                    letter
                    for letter, operation in OPERATIONS.items()
                    if record.has_access(operation)
                )
                with self.subTest(model=model, role=role):
                    self.assertEqual(found, allowed.get(role, ""))

    def test_other_companies(self):
        company = self.env["res.company"].create({"name": "Other"})
        user = self.users["admin"]
        user.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        for model, record in self.records.items():
            with self.subTest(model=model):
                found = self.env[model].with_user(user).search([])
                self.assertNotIn(record, found)
                self.assertFalse(record.with_user(user).has_access("read"))

    def test_buttons_obey(self):
        receptionist = self.users["receptionist"]
        for model, names in {
            "calendar.sync.account": (
                *("connect", "pause", "resume"),
                *("ask_consent", "send_link", "view_usage"),
            ),
            "calendar.sync.calendar": (
                *("sync", "verify"),
                *("view_copies", "view_conflicts"),
            ),
            "calendar.sync.invitation": ("revoke",),
            "calendar.sync.disconnect": ("disconnect",),
        }.items():
            for name in names:
                record = self.records[model].with_user(receptionist)
                with self.subTest(name=name), self.assertRaises(AccessError):
                    getattr(record, f"action_{name}")()

    def test_keys_are_rotated_by_administrators(self):
        for role in set(self.users) - {"admin"}:
            settings = self.env["res.config.settings"].sudo().create({})
            user = self.users[role]
            with self.subTest(role=role), self.assertRaises(AccessError):
                settings.with_user(user).sudo(False).action_calendar_sync_rotate()

    def test_links_are_sent_by_administrators(self):
        for role in set(self.users) - {"admin"}:
            doctor = self.doctor.with_user(self.users[role])
            with self.subTest(role=role), self.assertRaises(AccessError):
                doctor.action_send_calendar_link()

    def test_a_booking_of_another_site_is_not_named(self):
        user = self.users["receptionist"]
        link = self.records["calendar.sync.link"].with_user(user)
        self.assertIn(self.patient.name, link.record_name)
        user.clinic_site_ids = self.other_site
        link.invalidate_recordset()
        self.assertFalse(link.record_name)

    def test_jobs_are_no_buttons(self):
        """What jobs and other code call cannot be called from outside."""
        for model in MATRIX:
            public = {
                name
                for cls in type(self.env[model]).mro()
                if cls.__module__.startswith("odoo.addons.calendar_sync")
                for name in vars(cls)
                if callable(getattr(cls, name)) and not name.startswith("_")
            }
            extra = {name for name in public if not name.startswith("action_")}
            self.assertLessEqual(extra, {"create", "write", "unlink"}, model)
