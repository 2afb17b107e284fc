# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who may do what with templates, figures and wizards; what outsiders can call."""

import inspect
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.service.model import get_public_method
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .impact_common import ImpactCommon
from .test_access import CONFIGURATION, MATRIX, OPERATIONS, ROLES, create_waiting

#: Figures: nobody writes them.
FIGURES = dict.fromkeys(("doctor", "receptionist", "nurse", "manager"), "r")

#: Wizards: one's own, whole.
WIZARD = dict.fromkeys(("doctor", "receptionist", "nurse", "manager"), "rwcu")
RECEPTION = dict.fromkeys(("receptionist", "nurse", "manager"), "rwcu")
MANAGER = {"manager": "rwcu"}

#: model -> role -> operations that are allowed on the role's own record.
TOOLS = {
    "clinic.availability.template": CONFIGURATION,
    "clinic.availability.template.line": CONFIGURATION,
    "clinic.appointment.report": FIGURES,
    "clinic.utilisation": FIGURES,
    "clinic.no.show.model": FIGURES,
    "clinic.overbooking.advice": FIGURES,
    "clinic.waiting.report": FIGURES,
    "clinic.impact": RECEPTION,
    # only the server makes lines and options
    "clinic.impact.line": dict.fromkeys(RECEPTION, "rwu"),
    "clinic.impact.option": dict.fromkeys(RECEPTION, "r"),
    "clinic.appointment.repeat": WIZARD,
    "clinic.appointment.repeat.line": WIZARD,
    "clinic.appointment.cancel": WIZARD,
    "clinic.overbooking.settings": MANAGER,
    "clinic.find.time": WIZARD,
    "clinic.find.time.line": WIZARD,
    "clinic.availability.copy": MANAGER,
    "clinic.availability.copy.line": MANAGER,
    # made by doctors and patients on their own pages, by strangers on a public one
    "clinic.calendar.feed": {"manager": "r"},
    "clinic.doctor.application": {"manager": "rwu"},
    "clinic.doctor.application.approve": MANAGER,
    "clinic.doctor.application.refuse": MANAGER,
    # the server's own, shown to administrators of the system alone
    # what patients are asked, and answer; made and changed by the server alone
    "clinic.away.offer": FIGURES,
    "clinic.delay": dict.fromkeys(FIGURES, "rwc"),
    "clinic.rate.limit": {},
    "clinic.verification": {},
    "clinic.health": MANAGER,
    "clinic.health.line": MANAGER,
}

#: What a portal user may call without an error, and why that tells or does nothing.
HARMLESS = {
    "onchange": "a form without values; the wizards check what they are given",
    "action_ask_cancel": "an action; the wizard checks what it is given",
    "action_view_appointments": "an action; its list obeys the rules",
    "action_view_availability": "an action; its list obeys the rules",
    "action_view_offers": "an action; its list obeys the rules",
    "action_apply": "clinic.availability.template: an action, which asks for rights",
    "action_export_csv": "refused, for want of the right to export",
    "action_export_ics": "refused, for want of the right to export",
    "default_get": "defaults of an empty form",
    "export_data": "refused, for want of the right to export",
    "get_import_templates": "addresses of empty tables",
    "get_portal_url": "an address; the secret in it is the superuser's to read",
}

#: Named like a harmless one, but they write.
CHANGING = {
    ("clinic.impact", "action_apply"),
    ("clinic.availability.copy", "action_apply"),
}

#: What is given for the parameters that a method insists on.
SAMPLES = {
    "vals_list": [{}],
    "values": {},
    "vals": {"display_name": "x"},
    "fields_to_export": ["id", "name"],
    "fields_spec": {},
}


@tagged("post_install", "-at_install")
class TestAccessTools(ImpactCommon):
    """Role × operation for each model that is not in test_access."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {role: cls._create_user(role) for role in ("doctor", "nurse")}
        cls.users.update(manager=cls.manager, receptionist=cls.receptionist)
        cls.users["nobody"] = new_test_user(cls.env, "test_nobody")
        cls.users["portal"] = new_test_user(
            cls.env, "test_portal", groups="base.group_portal"
        )
        cls.doctor.user_id = cls.users["doctor"]
        cls.visit = cls._book(10)
        cls.patient._grant(cls.manager.partner_id, "carer", "view", "reception")
        cls._create_from_outside()
        cls.template = cls.env["clinic.availability.template"].create(
            {
                "name": "Usual week",
                "line_ids": [
                    Command.create({"weekday": "0", "hour_from": 9, "hour_to": 12})
                ],
            }
        )
        cls.env["clinic.availability.break"].create(
            {
                "availability_id": cls.doctor.availability_ids[0].id,
                "hour_from": 12,
                "hour_to": 13,
            }
        )
        cls._create_history()
        create_waiting(cls, cls.visit)

    @classmethod
    def _create_history(cls):
        """Make the visit one of a series, move it, and answer a question."""
        series = cls.env["clinic.appointment.series"].create(
            {
                "patient_id": cls.patient.id,
                "service_id": cls.service.id,
                "doctor_id": cls.doctor.id,
            }
        )
        cls.visit._write_by_door({"series_id": series.id})
        cls.visit.reschedule({"start": cls._at(11)})
        question = cls.env["clinic.question"].create(
            {"name": "Any pets?", "service_ids": [Command.set(cls.service.ids)]}
        )
        cls.visit._set_answers({question.id: "A cat"})

    @classmethod
    def _create_from_outside(cls):
        """Make what others make on their pages, or the server by itself."""
        cls.feed = cls.env["clinic.calendar.feed"].create(
            {"user_id": cls.doctor.user_id.id, "kind": "doctor", "token_hash": "x"}
        )
        cls.advice = cls.env["clinic.overbooking.advice"].create(
            {
                **{"doctor_id": cls.doctor.id, "site_id": cls.site.id},
                **{"start": cls.visit.start, "stop": cls.visit.stop},
                "company_id": cls.env.company.id,
            }
        )
        cls.application = cls.env["clinic.doctor.application"].create(
            {"name": "Dana", "email": "dana@example.com", "license_number": "L-1"}
        )

    def _create_proposal(self):
        """Return a proposal that was made to the patient, and answered."""
        return self.env["clinic.away.offer"].create(
            {
                "appointment_id": self.visit.id,
                "doctor_id": self.doctor.id,
                "site_id": self.site.id,
                "start": self.visit.start,
                "state": "settled",
            }
        )

    def _get_record(self, model, user):
        """Return a record of the model that was made by ``user``."""
        if model in FIXED:
            return FIXED[model](self)
        values = self._get_values().get(model, {})
        return self.env[model].with_user(user).sudo().create(values).sudo(False)

    def _get_values(self):
        doctor, site = {"doctor_id": self.doctor.id}, {"site_id": self.site.id}
        start = {"start": self.visit.start}
        visit = {"appointment_id": self.visit.id}
        return {
            **self._get_outside_values(),
            "clinic.appointment.repeat": visit,
            "clinic.appointment.cancel": {
                "appointment_ids": [Command.set(self.visit.ids)]
            },
            "clinic.impact.line": {
                **{"impact_id": self.parents["clinic.impact"].id, **visit},
                **{**start, **doctor, **site},
            },
            "clinic.impact.option": {
                "line_id": self.parents["clinic.impact.line"].id,
                **{**start, **doctor, **site},
            },
            "clinic.appointment.repeat.line": {
                "repeat_id": self.parents["clinic.appointment.repeat"].id,
                **start,
            },
            "clinic.find.time.line": {
                "find_id": self.parents["clinic.find.time"].id,
                "kind": "offer",
                "stop": self.visit.stop,
                **{**start, **doctor, **site},
            },
            "clinic.availability.copy.line": {
                "copy_id": self.parents["clinic.availability.copy"].id,
                "outcome": "skip",
                **doctor,
            },
            "clinic.no.show.model": {
                **{"company_id": self.env.company.id, "kind": "table"},
                "reason": "few",
            },
            "clinic.health.line": {"health_id": self.parents["clinic.health"].id},
        }

    def _get_outside_values(self):
        """Return values of what belongs to the public pages."""
        applicant = {"application_id": self.application.id}
        return {
            "clinic.doctor.application.approve": applicant,
            "clinic.doctor.application.refuse": {**applicant, "reason": "Full"},
            "clinic.rate.limit": {
                **{"kind": "code", "identity": "x"},
                "moment": self.visit.start,
            },
            "clinic.verification": {
                **{"purpose": "x", "contact_hash": "x", "code_hash": "x"},
                "expires_at": self.visit.start,
            },
        }

    def _get_records(self, user):
        """Return {model: record made by ``user``}, parents before their lines."""
        self.parents = dict.fromkeys(TOOLS, self.env["clinic.impact"])
        for model in TOOLS:
            self.parents[model] = self._get_record(model, user)
        return self.parents

    def test_matrix_of_own_records(self):
        for role in ROLES:
            records = self._get_records(self.users[role])
            for model, by_role in TOOLS.items():
                record = records[model].with_user(self.users[role])
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        allowed = letter in by_role.get(role, "")
                        self.assertEqual(record.has_access(operation), allowed)

    def test_wizards_of_others_are_closed(self):
        records = self._get_records(self.receptionist)
        for model, record in records.items():
            if not record._transient:
                continue
            for role in ROLES:
                if role == "receptionist":
                    continue
                for operation in ("read", "write", "unlink"):
                    with self.subTest(model=model, role=role, operation=operation):
                        other = record.with_user(self.users[role])
                        self.assertFalse(other.has_access(operation))

    def test_every_model_has_its_table(self):
        """A model that is new fails here until its rights are written down."""
        self.assertFalse(MATRIX.keys() & TOOLS.keys())
        self.assertEqual(set(self._get_our_models()), MATRIX.keys() | TOOLS.keys())

    def _get_our_models(self, abstract=False):
        """Return the names of the models that this addon adds."""
        ours = [
            name
            for name, model in self.env.registry.items()
            if model._original_module == "clinic_scheduling"
        ]
        return [name for name in ours if abstract or not self.env[name]._abstract]

    # ------------------------------------------------------------------
    # What an outsider can call
    # ------------------------------------------------------------------

    def _get_methods(self, model):
        """Return the names of methods of this addon that a client may call."""
        names = []
        for name, member in inspect.getmembers(type(model), inspect.isroutine):
            module = getattr(inspect.unwrap(member), "__module__", None) or ""
            if not module.startswith("odoo.addons.clinic_"):
                continue
            try:
                get_public_method(model, name)
            except (AccessError, AttributeError):
                continue
            if not model._abstract or getattr(member, "_api_model", False):
                names.append(name)
        return names

    def _call(self, record, name):
        """Call a method with empty values for whatever it asks."""
        method = getattr(record, name)
        arguments = [
            SAMPLES.get(parameter.name, [])
            for parameter in inspect.signature(method).parameters.values()
            if parameter.default is parameter.empty
            and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        ]
        return method(*arguments)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_outsiders_call_nothing(self):
        records = {
            **{model: self.env[model].search([], limit=1) for model in MATRIX},
            "clinic.appointment.series": self.visit.series_id,
            "clinic.appointment": self.visit,
            **self._get_records(self.receptionist),
        }
        empty = {model for model, record in records.items() if not record}
        # figures have nothing but reading
        self.assertLessEqual(empty, {"clinic.utilisation", "clinic.waiting.report"})
        called = 0
        for model in self._get_our_models(abstract=True):
            record = records.get(model, self.env[model]).with_user(self.users["portal"])
            for name in self._get_methods(record):
                called += 1
                if name in HARMLESS and (model, name) not in CHANGING:
                    continue
                with self.subTest(model=model, method=name):
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        self._call(record, name)
        self.assertGreater(called, 50)

    def test_a_wide_open_method_would_be_found(self):
        model = type(self.env["clinic.site"])

        def action_open_to_all(self):
            return "told"

        action_open_to_all.__module__ = "odoo.addons.clinic_scheduling.models.x"
        with patch.object(model, "action_wide_open", action_open_to_all, create=True):
            self.assertIn(
                "action_wide_open", self._get_methods(self.env["clinic.site"])
            )


#: Models whose records are not made by the role that is asked about.
FIXED = {
    "clinic.availability.template": lambda case: case.template,
    "clinic.availability.template.line": lambda case: case.template.line_ids,
    "clinic.away.offer": lambda case: case._create_proposal(),
    "clinic.delay": lambda case: case.env["clinic.delay"].create(
        {"doctor_id": case.doctor.id, "moment": case.visit.start}
    ),
    "clinic.calendar.feed": lambda case: case.feed,
    "clinic.doctor.application": lambda case: case.application,
    "clinic.appointment.report": lambda case: case.env[
        "clinic.appointment.report"
    ].search([], limit=1),
    "clinic.overbooking.advice": lambda case: case.advice,
    "clinic.waiting.report": lambda case: case.env["clinic.waiting.report"].search(
        [("doctor_id", "=", case.doctor.id)], limit=1
    ),
    "clinic.utilisation": lambda case: case.env["clinic.utilisation"].search(
        [], limit=1
    ),
}
