# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who may do what with which record: a table per model."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import PharmaCommon
from .compliance_models import COMPLIANCE

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
ROLES = (
    "nobody",
    "portal",
    "clinic_doctor",
    "receptionist",
    "safety",
    "representative",
    "scheduler",
    "manager",
)
CONFIGURATION = {"representative": "r", "scheduler": "r", "manager": "rwcu"}
OWN = dict.fromkeys(("representative", "scheduler", "manager"), "rwcu")
FIGURES = dict.fromkeys(("representative", "scheduler", "manager"), "r")

#: model -> role -> operations that are allowed on a record of the own territory.
MATRIX = {
    "pharma.territory": CONFIGURATION,
    "pharma.segment": CONFIGURATION,
    "pharma.showcase.reason": CONFIGURATION,
    "pharma.representative": CONFIGURATION,
    "pharma.practice.rule": {
        "representative": "r",
        "scheduler": "rwcu",
        "manager": "rwcu",
    },
    "pharma.showcase": OWN,
    "pharma.showcase.line": OWN,
    "pharma.showcase.history": FIGURES,
    "pharma.campaign": CONFIGURATION,
    "pharma.campaign.message": CONFIGURATION,
    "pharma.campaign.target": CONFIGURATION,
    "pharma.opportunity.line": OWN,
    "pharma.plan": {"scheduler": "rwcu", "manager": "rwcu"},
    "pharma.plan.call": {"scheduler": "r", "manager": "r"},
    "pharma.plan.day": {"scheduler": "r", "manager": "r"},
    "pharma.plan.omission": {"scheduler": "r", "manager": "r"},
    "pharma.travel.time": {"scheduler": "r", "manager": "rwcu"},
    "pharma.activity.report": FIGURES,
    "pharma.campaign.coverage": FIGURES,
    "pharma.coverage.report": FIGURES,
    "pharma.product.report": FIGURES,
    "pharma.request.report": FIGURES,
    "pharma.showcase.report": FIGURES,
}

#: Models whose records all representatives of the company see.
COMPANY_MODELS = {
    "pharma.travel.time",
    "pharma.campaign",
    "pharma.campaign.message",
    "pharma.campaign.target",
    "pharma.showcase.reason",
    "pharma.segment",
}

#: Models whose records a representative sees only in own territories, own ones.
OWN_MODELS = MATRIX.keys() - COMPANY_MODELS

#: Models of patients and their visits: no role of this addon opens them.
CLINICAL_MODELS = (
    "clinic.patient",
    "clinic.appointment",
    "clinic.appointment.history",
    "clinic.answer",
    "clinic.consent",
    "clinic.reminder",
    "clinic.reservation",
    "clinic.waitlist.entry",
)


@tagged("post_install", "-at_install")
class TestPharmaAccess(PharmaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: cls._create_pharma_user(role)
            for role in ("safety", "scheduler", "manager")
        }
        cls.users["representative"] = cls.representative.user_id
        cls.users["clinic_doctor"] = cls._create_user("doctor")
        cls.users["receptionist"] = cls.receptionist
        cls.users["nobody"] = new_test_user(cls.env, "test_nobody")
        cls.users["portal"] = new_test_user(
            cls.env, "test_portal", groups="base.group_portal"
        )
        cls.team.member_ids = cls.users["scheduler"]
        rule = cls.env["pharma.practice.rule"].create({"doctor_id": cls.outside.id})
        showcase = cls.env["pharma.showcase"].create(cls._showcase_vals())
        line = cls.env["pharma.showcase.line"].create(
            {"showcase_id": showcase.id, "product_id": cls.products[0].id}
        )
        history = cls.env["pharma.showcase.history"].create(
            {
                "showcase_id": showcase.id,
                "from_start": cls._at(12),
                "to_start": cls._at(13),
            }
        )
        records = [cls.territory, cls.segment, cls.representative, rule, showcase]
        records += [line, history, *cls._create_campaign(), cls._create_request()]
        records += [*cls._create_plan(), *cls._find_figures(showcase)]
        records.append(cls.env.ref("pharma_showcase.reason_no_time"))
        records.append(
            cls.env["pharma.travel.time"].create(
                {"from_zip": "1000", "to_zip": "1050", "minutes": 9}
            )
        )
        cls.records = {record._name: record for record in records}

    @classmethod
    def _create_campaign(cls):
        """Return a campaign, a message and a target of it."""
        campaign = cls.env["pharma.campaign"].create(
            {
                "name": "Test Campaign",
                "date_end": "2099-12-31",
                "message_line_ids": [Command.create({"name": "Test Message"})],
                "target_ids": [Command.create({"segment_id": cls.segment.id})],
            }
        )
        return campaign, campaign.message_line_ids, campaign.target_ids

    @classmethod
    def _create_plan(cls):
        """Return a plan, a call of it and who was left out."""
        plan = cls.env["pharma.plan"].create(
            {
                "territory_id": cls.territory.id,
                "date_from": cls._at(12),
                "date_to": cls._at(12),
                "call_ids": [
                    Command.create(
                        {
                            "doctor_id": cls.outside.id,
                            "representative_id": cls.representative.id,
                            "start": cls._at(12),
                            "stop": cls._at(13),
                        }
                    )
                ],
                "day_ids": [
                    Command.create(
                        {
                            "representative_id": cls.representative.id,
                            "date": cls._at(12),
                        }
                    )
                ],
                "omission_ids": [
                    Command.create({"doctor_id": cls.outside.id, "code": "no_room"})
                ],
            }
        )
        return plan, plan.call_ids, plan.day_ids, plan.omission_ids

    @classmethod
    def _create_request(cls):
        """Return a product in an opportunity of the representative."""
        lead = cls.env["crm.lead"].create(
            {
                "name": "Test Opportunity",
                "company_id": cls.env.company.id,
                "team_id": cls.team.id,
                "user_id": cls.representative.user_id.id,
            }
        )
        return cls.env["pharma.opportunity.line"].create(
            {"lead_id": lead.id, "product_id": cls.products[0].id}
        )

    @classmethod
    def _find_figures(cls, showcase):
        """Return one row of each kind of figures of the representative."""
        cls.env.flush_all()
        # as if the call had been held, and the product asked for
        cls.env.cr.execute(
            "UPDATE pharma_showcase SET state = 'done' WHERE id = %(id)s;"
            " UPDATE pharma_showcase_line SET is_requested = TRUE"
            " WHERE showcase_id = %(id)s",
            {"id": showcase.id},
        )
        cls.env.invalidate_all()
        figures = [cls.env[name] for name in MATRIX]
        figures = [model for model in figures if "_export_fields" in dir(model)]
        mine = [("user_id", "=", cls.representative.user_id.id)]
        ours = [("doctor_id", "=", cls.outside.id)]
        return [
            model.search(mine if model._fields["user_id"].store else ours, limit=1)
            for model in figures
        ]

    def test_every_model_has_its_table(self):
        models = {
            name
            for name, model in self.registry.items()
            if name.startswith("pharma.")
            and not model._abstract
            # a wizard is its user's own
            and not model._transient
        }
        # the rest has its table in test_pharma_access_compliance.py
        models -= set(COMPLIANCE)
        self.assertEqual(models, set(MATRIX))
        self.assertEqual(set(self.records), set(MATRIX))

    def test_matrix(self):
        for model, by_role in MATRIX.items():
            for role in ROLES:
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        record = self.records[model].with_user(self.users[role])
                        allowed = letter in by_role.get(role, "")
                        self.assertEqual(record.has_access(operation), allowed)

    def test_a_representative_sees_own_territories_only(self):
        other = self.other_representative.user_id
        for model in sorted(OWN_MODELS):
            with self.subTest(model=model):
                record = self.records[model].with_user(other)
                self.assertFalse(record.has_access("read"))

    def test_a_scheduler_sees_own_teams_only(self):
        self.team.member_ids = False
        for model in sorted(OWN_MODELS):
            with self.subTest(model=model):
                record = self.records[model].with_user(self.users["scheduler"])
                self.assertFalse(record.has_access("read"))

    def test_other_companies_see_nothing(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self._create_pharma_user(
            "manager",
            login="test_stranger",
            company_id=company.id,
            company_ids=company.ids,
        )
        # reasons are words that all companies share
        for model in MATRIX.keys() - {"pharma.segment", "pharma.showcase.reason"}:
            with self.subTest(model=model):
                record = self.records[model].with_user(stranger)
                self.assertFalse(record.has_access("read"))
        self.segment.company_id = self.env.company
        self.assertFalse(self.segment.with_user(stranger).has_access("read"))

    def test_nobody_here_sees_patients(self):
        for role in ("safety", "representative", "scheduler", "manager"):
            for model in CLINICAL_MODELS:
                with self.subTest(model=model, role=role):
                    records = self.env[model].with_user(self.users[role])
                    for operation in OPERATIONS.values():
                        self.assertFalse(records.has_access(operation))

    def test_doctors_of_own_territories(self):
        mine = self.outside.with_user(self.representative.user_id)
        other = self.outside.with_user(self.other_representative.user_id)
        for record in (mine, mine.site_ids, mine.availability_ids):
            self.assertTrue(record.has_access("read"), record)
            self.assertFalse(record.has_access("write"), record)
        for record in (self.outside, self.practice, self.outside.availability_ids):
            self.assertFalse(record.with_user(other.env.user).has_access("read"))
        # every field that the representative may see can be read
        for record in (mine, mine.site_ids, mine.availability_ids):
            self.assertTrue(record.read())
        self.assertNotIn("appointment_count", mine.fields_get())
        self.assertNotIn("leave_count", mine.fields_get())

    def test_hours_for_patients_are_none_of_theirs(self):
        hours = self.doctor.availability_ids
        for_patients = hours.filtered(lambda item: item.purpose == "patient")
        for role in ("representative", "scheduler", "manager"):
            with self.subTest(role=role):
                user = self.users[role]
                seen = hours.with_user(user)._filtered_access("read")
                self.assertEqual(seen.sudo(), hours - for_patients)
                with self.assertRaises(AccessError):
                    seen.write({"hour_from": 15})

    def test_schedulers_keep_outside_doctors_only(self):
        for role in ("scheduler", "manager"):
            user = self.users[role]
            with self.subTest(role=role):
                self.assertTrue(self.outside.with_user(user).has_access("write"))
                self.assertFalse(self.doctor.with_user(user).has_access("write"))
                self.assertTrue(self.practice.with_user(user).has_access("write"))
                self.assertFalse(self.site.with_user(user).has_access("write"))

    def test_rules_of_own_doctors_are_the_practices(self):
        rules = self.env["pharma.practice.rule"].create(
            [{"doctor_id": self.doctor.id}, {"site_id": self.site.id}]
        )
        users = {**self.users, "clinic_manager": self._create_user("manager")}
        expected = dict.fromkeys(
            ("clinic_doctor", "receptionist", "scheduler", "manager"), "r"
        )
        expected |= {"representative": "r", "clinic_manager": "rwcu"}
        for rule in rules:
            for role, user in users.items():
                for letter, operation in OPERATIONS.items():
                    with self.subTest(rule=rule, role=role, operation=operation):
                        allowed = letter in expected.get(role, "")
                        own = rule.with_user(user)
                        self.assertEqual(own.has_access(operation), allowed)
        far = self.territory.create(
            {"name": "Far", "team_id": self.team.create({"name": "Far"}).id}
        )
        other = self._create_outside_doctor("Other", territory_id=far.id)
        foreign = self.env["pharma.practice.rule"].create({"doctor_id": other.id})
        foreign = foreign.with_user(self.users["scheduler"])
        self.assertFalse(foreign.has_access("write"))
        self.assertFalse(foreign.has_access("read"))

    def test_changed_rules_are_tracked(self):
        rule = self.records["pharma.practice.rule"].with_context(
            tracking_disable=False, mail_notrack=False
        )
        self.env.cr.precommit.run()
        rule.max_calls_month = 4
        self.env.flush_all()
        self.env.cr.precommit.run()
        values = rule.message_ids.sudo().tracking_value_ids
        self.assertIn("max_calls_month", values.field_id.mapped("name"))

    def test_what_the_practice_writes_of_its_doctors(self):
        for doctor, may_read in ((self.doctor, False), (self.outside, True)):
            message = doctor.message_post(body="About the contract")
            for role in ("representative", "scheduler"):
                with self.subTest(doctor=doctor.name, role=role):
                    own = message.with_user(self.users[role])
                    self.assertEqual(own.has_access("read"), may_read)
                    shown = doctor.with_user(own.env.user).message_ids
                    self.assertEqual(message in shown.sudo(), may_read)
            staff = message.with_user(self.receptionist)
            self.assertTrue(staff.has_access("read"))
        task = self.doctor.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.receptionist.id
        )
        task = task.with_user(self.users["representative"])
        self.assertFalse(task.has_access("read"))

    def test_staff_of_the_practice_keep_their_rights(self):
        for user in (self.receptionist, self.users["clinic_doctor"]):
            user.group_ids += self.env.ref(
                "pharma_showcase.group_pharma_representative"
            )
            hours = self.colleague.availability_ids
            for record in (self.colleague, self.site, hours):
                self.assertTrue(record.with_user(user).has_access("read"))
