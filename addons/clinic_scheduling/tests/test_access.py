# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who may do what with which record: a table per model."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import ClinicCommon

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
ROLES = ("nobody", "portal", "doctor", "receptionist", "nurse", "manager")

#: Set up by managers, read by staff.
CONFIGURATION = {
    "doctor": "r",
    "receptionist": "r",
    "nurse": "r",
    "manager": "rwcu",
}

#: model -> role -> operations that are allowed on a record of the own site.
MATRIX = {
    "clinic.specialty": CONFIGURATION,
    "clinic.site": CONFIGURATION,
    "clinic.room.kind": CONFIGURATION,
    "clinic.room": CONFIGURATION,
    "clinic.equipment.kind": CONFIGURATION,
    "clinic.equipment": CONFIGURATION,
    "clinic.service": CONFIGURATION,
    "clinic.doctor": CONFIGURATION,
    "clinic.availability": CONFIGURATION,
    "clinic.availability.break": CONFIGURATION,
    "clinic.patient": {
        "doctor": "rw",
        "receptionist": "rwc",
        "nurse": "rwc",
        "manager": "rwcu",
    },
    "clinic.consent": {
        "doctor": "r",
        "receptionist": "rwc",
        "nurse": "rwc",
        "manager": "rwcu",
    },
    "clinic.appointment": {
        "doctor": "rwc",
        "receptionist": "rwcu",
        "nurse": "rwcu",
        "manager": "rwcu",
    },
    "clinic.appointment.series": {
        "doctor": "r",
        "receptionist": "rwc",
        "nurse": "rwc",
        "manager": "rwcu",
    },
    "clinic.appointment.history": {
        "doctor": "r",
        "receptionist": "r",
        "nurse": "r",
        "manager": "r",
    },
    "clinic.reservation": {
        "doctor": "r",
        "receptionist": "r",
        "nurse": "r",
        "manager": "r",
    },
    "clinic.waitlist.entry": {
        "doctor": "r",
        "receptionist": "rwc",
        "nurse": "rwc",
        "manager": "rwcu",
    },
    **dict.fromkeys(
        ("clinic.waitlist.gap", "clinic.waitlist.offer"),
        dict.fromkeys(("doctor", "receptionist", "nurse", "manager"), "r"),
    ),
    "clinic.question": CONFIGURATION,
    "clinic.reminder.rule": CONFIGURATION,
    "clinic.reminder": dict.fromkeys(
        ("doctor", "receptionist", "nurse", "manager"), "r"
    ),
    "clinic.answer": dict.fromkeys(("doctor", "receptionist", "nurse", "manager"), "r"),
}

#: Models whose records belong to a site: staff of another site see none of them.
SITE_MODELS = (
    "clinic.site",
    "clinic.room",
    "clinic.equipment",
    "clinic.availability",
    "clinic.appointment",
    "clinic.appointment.history",
    "clinic.reservation",
    "clinic.answer",
    "clinic.reminder",
    "clinic.waitlist.entry",
    "clinic.waitlist.gap",
    "clinic.waitlist.offer",
)

#: Models whose records a doctor sees only if they are the doctor's own.
OWN_MODELS = (
    "clinic.patient",
    "clinic.consent",
    "clinic.appointment",
    "clinic.appointment.series",
    "clinic.appointment.history",
    "clinic.reservation",
    "clinic.answer",
    "clinic.reminder",
    "clinic.waitlist.entry",
    "clinic.waitlist.gap",
    "clinic.waitlist.offer",
)

CLINICAL_FIELDS = {
    "clinic.appointment": ("reason", "symptoms", "special_requirements"),
    "clinic.patient": ("allergies", "medical_history"),
}


def create_waiting(case, visit):
    """Return somebody who waits, a gap, and the offer of it."""
    entry = case.env["clinic.waitlist.entry"].create(
        {
            "patient_id": case.patient.id,
            "service_id": case.service.id,
            "doctor_ids": case.doctor.ids,
            "site_ids": case.site.ids,
        }
    )
    gap = case.env["clinic.waitlist.gap"].create(visit._prepare_gap_vals("staff"))
    offer = {"gap_id": gap.id, "entry_id": entry.id, "state": "ranked"}
    return entry, gap, case.env["clinic.waitlist.offer"].create(offer)


@tagged("post_install", "-at_install")
class TestAccess(ClinicCommon):
    """Role × operation × own or other site, for each model of the ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: cls._create_user(role) for role in ("doctor", "nurse", "manager")
        }
        cls.users["receptionist"] = cls.receptionist
        cls.users["nobody"] = new_test_user(cls.env, "test_nobody")
        cls.users["portal"] = new_test_user(
            cls.env, "test_portal", groups="base.group_portal"
        )
        cls.doctor.user_id = cls.users["doctor"]
        cls.colleague.user_id = new_test_user(
            cls.env, "test_colleague", groups="clinic_scheduling.group_clinic_doctor"
        )
        cls.records = cls._create_records()

    @classmethod
    def _create_records(cls):
        visit = cls._book(room_id=cls.rooms[0].id, reason="Secret cough")
        visit.write({"start": cls._at(11)})
        series = cls.env["clinic.appointment.series"].create(
            {
                "patient_id": cls.patient.id,
                "service_id": cls.service.id,
                "doctor_id": cls.doctor.id,
            }
        )
        portal = cls.users["portal"].partner_id
        consent = cls.patient._grant(portal, "carer", "view", "reception")
        hours = cls.doctor.availability_ids[0]
        hours.break_ids = [Command.create({"hour_from": 12, "hour_to": 13})]
        question = cls._ask(visit)
        message = visit._emit("booked", occurrence=9).sudo(False)[0]
        records = [
            *create_waiting(cls, visit),
            question,
            visit.answer_ids,
            message,
            message.rule_id,
            *(cls.specialty, cls.site, cls.room_kind, cls.rooms[0], cls.device_kind),
            *(cls.device, cls.service, cls.doctor, hours, hours.break_ids),
            *(
                cls.patient,
                consent,
                visit,
                series,
                visit.history_ids,
                visit.reservation_ids[0],
            ),
        ]
        return {record._name: record for record in records}

    @classmethod
    def _ask(cls, visit):
        """Return a question that was answered for the visit."""
        question = cls.env["clinic.question"].create(
            {
                "name": "Any pets?",
                "service_ids": [Command.set(cls.service.ids)],
                "clinical": False,
            }
        )
        visit._set_answers({question.id: "A cat"})
        return question

    def _assert_access(self, record, user, operation, allowed):
        record = record.with_user(user)
        self.assertEqual(record.has_access(operation), allowed)
        if not allowed:
            with self.assertRaises(AccessError):
                record.check_access(operation)

    def test_every_model_has_its_table(self):
        self.assertEqual(set(self.records), set(MATRIX))

    def test_matrix_of_the_own_site(self):
        for model, by_role in MATRIX.items():
            for role in ROLES:
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        self._assert_access(
                            self.records[model],
                            self.users[role],
                            operation,
                            letter in by_role.get(role, ""),
                        )

    def test_staff_of_another_site_see_nothing(self):
        for role in ("doctor", "receptionist", "nurse", "manager"):
            user = self.users[role]
            user.clinic_site_ids = self.other_site
            for model in SITE_MODELS:
                for operation in OPERATIONS.values():
                    with self.subTest(model=model, role=role, operation=operation):
                        self._assert_access(self.records[model], user, operation, False)
                found = self.env[model].with_user(user).search([])
                self.assertNotIn(self.records[model], found)

    def test_a_change_of_sites_counts_at_once(self):
        visit = self.records["clinic.appointment"].with_user(self.receptionist)
        self.assertTrue(visit.has_access("read"))
        self.receptionist.clinic_site_ids = self.other_site
        self.assertFalse(visit.has_access("read"))
        self.other_site.user_ids = [Command.unlink(self.receptionist.id)]
        self.assertTrue(visit.has_access("read"))

    def test_doctors_see_their_own_only(self):
        for model in OWN_MODELS:
            with self.subTest(model=model):
                record = self.records[model]
                self.assertTrue(
                    record.with_user(self.doctor.user_id).has_access("read")
                )
                other = record.with_user(self.colleague.user_id)
                self.assertFalse(other.has_access("read"))

    def test_another_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Other Practice"})
        groups = ",".join(
            f"clinic_scheduling.group_clinic_{role}" for role in ("nurse", "manager")
        )
        stranger = new_test_user(
            self.env,
            "test_stranger",
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self.patient.company_id = self.env.company
        self.service.company_id = self.env.company
        shared = ("clinic.specialty", "clinic.room.kind", "clinic.equipment.kind")
        for model, record in self.records.items():
            if model in shared:
                continue
            with self.subTest(model=model):
                self.assertFalse(record.with_user(stranger).has_access("read"))
        forged = self.env["clinic.appointment"].with_user(stranger)
        with self.assertRaises(AccessError):
            forged.with_context(allowed_company_ids=self.env.company.ids).search([])

    def test_clinical_fields_are_closed(self):
        exporters = self.env.ref("base.group_allow_export")
        exporters.user_ids = self.users["receptionist"] | self.users["manager"]
        for role in ("receptionist", "manager"):
            for model, names in CLINICAL_FIELDS.items():
                record = self.records[model].with_user(self.users[role])
                for name in names:
                    with self.subTest(role=role, model=model, field=name):
                        self._assert_field_is_closed(record, name)

    def _assert_field_is_closed(self, record, name):
        self.assertNotIn(name, record.fields_get())
        attempts = (
            lambda: record.read([name]),
            lambda: record.search_read([], [name]),
            lambda: record.export_data([name]),
            lambda: record.write({name: "x"}),
            lambda: record.search([(name, "ilike", "secret")]),
            lambda: record.formatted_read_group([], [name], ["__count"]),
            lambda: record.search([], order=f"{name} desc"),
        )
        for attempt in attempts:
            with self.assertRaises(AccessError):
                attempt()

    def test_clinical_fields_are_open_to_nurse_and_doctor(self):
        visit = self.records["clinic.appointment"]
        for role in ("nurse", "doctor"):
            with self.subTest(role=role):
                record = visit.with_user(self.users[role])
                self.assertEqual(record.reason, "Secret cough")

    def test_no_rights_for_everybody(self):
        lines = self.env["ir.model.access"].search(
            [("model_id.model", "=like", "clinic.%")]
        )
        self.assertTrue(lines)
        self.assertTrue(all(line.group_id for line in lines))
        outsiders = self.env.ref("base.group_public") | self.env.ref(
            "base.group_portal"
        )
        self.assertFalse(lines.group_id & outsiders)

    def test_every_model_has_rights(self):
        models = self.env["ir.model"].search([("model", "=like", "clinic.%")])
        for model in models.filtered(lambda item: not item.abstract):
            if model.model in self.env and not self.env[model.model]._abstract:
                with self.subTest(model=model.model):
                    self.assertTrue(model.access_ids)

    def test_door_checks_the_rights_of_its_caller(self):
        door = self.env["clinic.appointment"]
        for role in ("nobody", "portal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                door.with_user(self.users[role]).book(self._vals(15))
        visit = self.records["clinic.appointment"]
        stranger = visit.with_user(self.colleague.user_id)
        for attempt in (
            lambda: stranger.cancel(),
            lambda: stranger.arrive(),
            lambda: stranger.reschedule({"start": self._at(15)}),
            lambda: stranger.write({"note": "x"}),
        ):
            with self.assertRaises(AccessError):
                attempt()
        self.assertEqual(visit.state, "scheduled")

    def test_a_doctor_books_only_for_oneself(self):
        door = self.env["clinic.appointment"].with_user(self.doctor.user_id)
        self.assertTrue(door.book(self._vals(15)))
        with self.assertRaises(AccessError):
            door.book(self._vals(16, doctor_id=self.colleague.id))

    def test_anybody_cannot_write_the_ledger(self):
        claim = self.records["clinic.reservation"]
        for role in ROLES:
            with self.subTest(role=role), self.assertRaises(AccessError):
                claim.with_user(self.users[role]).unlink()

    def test_only_managers_plan_absences_of_others(self):
        room = self.rooms[0]
        vals = {"name": "Away", "date_from": self._at(9), "date_to": self._at(10)}
        leaves = self.env["resource.calendar.leaves"]
        for role in ("nobody", "doctor", "receptionist", "nurse"):
            for resource in (room.resource_id, self.colleague.resource_id):
                with self.subTest(role=role), self.assertRaises(AccessError):
                    leaves.with_user(self.users[role]).create(
                        {**vals, "resource_id": resource.id}
                    )
        leave = leaves.with_user(self.users["manager"]).create(
            {**vals, "resource_id": room.resource_id.id}
        )
        self.assertTrue(leave)
        own = leaves.with_user(self.doctor.user_id).create(
            {**vals, "resource_id": self.doctor.resource_id.id}
        )
        self.assertTrue(own)
