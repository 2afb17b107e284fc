# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import QueueCommon

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
CONFIGURATION = {"doctor": "r", "receptionist": "r", "nurse": "r", "manager": "rwcu"}

#: model -> role -> operations that are allowed on a record of the own site.
MATRIX = {
    "clinic.queue.policy": CONFIGURATION,
    "clinic.triage.level": CONFIGURATION,
    "clinic.queue.credit": CONFIGURATION,
    "clinic.queue": CONFIGURATION,
    "clinic.queue.desk": CONFIGURATION,
    "clinic.queue.board": CONFIGURATION,
    "clinic.queue.ticket": {
        "doctor": "rw",
        "receptionist": "rwc",
        "nurse": "rwc",
        "manager": "rwc",
    },
    "clinic.queue.event": dict.fromkeys(
        ("doctor", "receptionist", "nurse", "manager"), "r"
    ),
    "clinic.queue.estimate": {"manager": "r"},
    "clinic.queue.report": {"manager": "r"},
    "clinic.queue.counter": {"manager": "r"},
    "clinic.queue.device": {"receptionist": "r", "nurse": "r", "manager": "rwcu"},
    "clinic.queue.question": CONFIGURATION,
    "clinic.sync.log": dict.fromkeys(("receptionist", "nurse", "manager"), "rw"),
    "clinic.queue.join": dict.fromkeys(("receptionist", "nurse", "manager"), "rwc"),
    "clinic.sync.settle": dict.fromkeys(("receptionist", "nurse", "manager"), "rwc"),
    "clinic.sync.settle.time": dict.fromkeys(
        ("receptionist", "nurse", "manager"), "rwc"
    ),
    "clinic.queue.step": dict.fromkeys(
        ("doctor", "receptionist", "nurse", "manager"), "rwc"
    ),
}
ROLES = ("nobody", "portal", "doctor", "receptionist", "nurse", "manager")
SITE_MODELS = (
    "clinic.queue",
    "clinic.queue.board",
    "clinic.queue.desk",
    "clinic.queue.ticket",
    "clinic.queue.event",
    "clinic.queue.estimate",
    "clinic.queue.report",
    "clinic.queue.counter",
    "clinic.queue.device",
    "clinic.sync.log",
)


@tagged("post_install", "-at_install")
class TestQueueAccess(QueueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {role: cls._create_user(role) for role in ("doctor", "manager")}
        cls.users |= {"receptionist": cls.receptionist, "nurse": cls.nurse}
        cls.users["nobody"] = new_test_user(cls.env, "test_nobody")
        cls.users["portal"] = new_test_user(
            cls.env, "test_portal", groups="base.group_portal"
        )
        ticket = cls.tickets._join_queue(cls.queue)
        credit = cls.env["clinic.queue.credit"].create(
            {"policy_id": cls.policy.id, "name": "Old age"}
        )
        shown = cls.env["clinic.queue.estimate"].create(
            {"ticket_id": ticket.id, "low": 1, "high": 2}
        )
        counter = cls.env["clinic.queue.counter"].search(
            [("queue_id", "=", cls.queue.id)]
        )
        board = cls.env["clinic.queue.board"].create(
            {"name": "Hall", "site_id": cls.site.id}
        )
        kiosk = {"name": "Kiosk", "site_id": cls.site.id}
        tablet = cls.env["clinic.queue.device"].create(kiosk)
        log = cls.env["clinic.sync.log"].create(
            {"device_id": tablet.id, "uuid": "x", "kind": "walk_in"}
        )
        question = cls.env["clinic.queue.question"].create(
            {"name": "Why?", "company_id": cls.site.company_id.id}
        )
        records = [cls.policy, cls.levels[1], credit, cls.queue, cls.desk, ticket]
        records += [ticket.event_ids, shown, counter, tablet, log, question, board]
        records.append(cls.env["clinic.queue.report"].browse(ticket.id))
        records += [
            cls.env["clinic.queue.join"].create({"queue_id": cls.queue.id}),
            cls.env["clinic.queue.step"].create(
                {"ticket_id": ticket.id, "kind": "park"}
            ),
            *cls._create_settling(log),
        ]
        cls.records = {record._name: record for record in records}

    @classmethod
    def _create_settling(cls, log):
        """Return the dialog about what a tablet sent, and one of its times."""
        dialog = cls.env["clinic.sync.settle"].create(
            {"log_id": log.id, "name": "A", "birthdate": "2000-01-01", "contact": "b"}
        )
        time = {"start": "2030-01-01 10:00:00", "doctor_id": cls.doctor.id}
        return [dialog, dialog.time_ids.create({"wizard_id": dialog.id, **time})]

    def test_every_model_has_its_table(self):
        models = {name for name in self.registry if name.startswith("clinic.queue")}
        models |= {name for name in self.registry if name.startswith("clinic.sync")}
        others = {"clinic.triage.level"}
        self.assertEqual(models | others, set(MATRIX))
        self.assertEqual(set(self.records), set(MATRIX))

    def test_matrix(self):
        for model, by_role in MATRIX.items():
            for role in ROLES:
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        record = self.records[model].with_user(self.users[role])
                        allowed = letter in by_role.get(role, "")
                        self.assertEqual(record.has_access(operation), allowed)

    def test_staff_of_another_site_see_nothing(self):
        for role in ("doctor", "receptionist", "nurse", "manager"):
            self.users[role].clinic_site_ids = self.other_site
            for model in SITE_MODELS:
                with self.subTest(model=model, role=role):
                    record = self.records[model].with_user(self.users[role])
                    self.assertFalse(record.has_access("read"))

    def test_a_dialog_tells_nothing_of_other_sites(self):
        other = self.queue.copy({"code": "Z", "site_id": self.other_site.id})
        self.receptionist.clinic_site_ids = self.site
        dialogs = self.env["clinic.queue.join"].with_user(self.receptionist)
        with self.assertRaises(AccessError):
            dialogs.create({"queue_id": other.id})

    def test_other_companies_see_nothing(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "test_stranger",
            groups="clinic_scheduling.group_clinic_manager",
            company_id=company.id,
            company_ids=company.ids,
        )
        for model in MATRIX:
            if self.records[model]._transient:
                continue
            record = self.records[model]
            with self.subTest(model=model):
                self.assertFalse(record.with_user(stranger).has_access("read"))

    def test_secrets_are_the_managers(self):
        ticket = self.records["clinic.queue.ticket"].with_user(self.receptionist)
        self.assertNotIn("access_token", ticket.fields_get())
        self.assertNotIn("reason", ticket.fields_get())
