# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import patch

from odoo.exceptions import AccessError, RedirectWarning
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ..exceptions import BookingError
from ..models.clinic_impact_guard import SKIP
from .impact_common import ImpactCommon

NAME = {"fields": {"display_name": {}}}


@tagged("post_install", "-at_install")
class TestWizardGuards(ImpactCommon):
    """No wizard takes an id, a state or a change that its user could not name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_hours(
            cls.colleague, "0", 17, 20, site_id=cls.other_site.id, slot_minutes=30
        )
        cls.foreign = cls._book(
            18,
            doctor_id=cls.colleague.id,
            site_id=cls.other_site.id,
            patient_id=cls.other_patient.id,
        )
        cls.receptionist.clinic_site_ids = cls.site
        cls.operation = {
            "model": "clinic.availability",
            "method": "write",
            "ids": cls.doctor.availability_ids[:1].ids,
            "values": [{"hour_from": 2}],
        }

    def _as_reception(self, model):
        return self.env[model].with_user(self.receptionist)

    def _assert_refused(self, *attempts):
        for attempt in attempts:
            with (
                mute_logger("odoo.addons.base.models.ir_rule"),
                mute_logger("odoo.addons.base.models.ir_model"),
                self.assertRaises(AccessError),
                self.env.cr.savepoint(),
            ):
                attempt()

    def test_foreign_visits_are_not_taken(self):
        visit = self.foreign.id
        own = self._book(10).with_user(self.receptionist)
        repeat = self._as_reception("clinic.appointment.repeat").create(
            {"appointment_id": own.id}
        )
        find = self._as_reception("clinic.find.time").create({})
        cancel = self._as_reception("clinic.appointment.cancel")
        self._assert_refused(
            lambda: repeat.create({"appointment_id": visit}),
            lambda: repeat.write({"appointment_id": visit}),
            lambda: find.create({"appointment_id": visit}),
            lambda: find.write({"appointment_id": visit}),
            lambda: find.with_context(default_appointment_id=visit).create({}),
            lambda: find.write({"site_ids": [Command.set(self.other_site.ids)]}),
            lambda: cancel.create({"appointment_ids": [Command.set([visit])]}),
            lambda: cancel.with_context(
                active_model="clinic.appointment", active_ids=[own.id, visit]
            ).create({}),
            lambda: cancel.create({"appointment_ids": [Command.link(own.id)]}).write(
                {"appointment_ids": [Command.link(visit)]}
            ),
        )

    def test_forms_that_are_not_saved_show_no_foreign_names(self):
        visit = self.foreign.id
        repeats = self._as_reception("clinic.appointment.repeat")
        impacts = self._as_reception("clinic.impact")
        line = {"appointment_id": NAME, "patient_name": {}}
        values = {"line_ids": [[0, "virtual_1", {"appointment_id": visit}]]}
        spec = {"appointment_id": NAME}
        self._assert_refused(
            lambda: repeats.onchange({"appointment_id": visit}, [], spec),
            lambda: repeats.with_context(default_appointment_id=visit).onchange(
                {}, [], spec
            ),
            lambda: impacts.onchange(values, [], {"line_ids": {"fields": line}}),
        )
        own = self._book(10)
        shown = repeats.onchange({"appointment_id": own.id}, [], spec)
        self.assertIn("value", shown)

    def test_lines_and_options_are_the_servers(self):
        visit = self._book(10)
        impact = self._absence()
        line, option = impact.line_ids, impact.line_ids.option_id
        foreign_hold = self.env["clinic.appointment"].hold(
            self._vals(19, doctor_id=self.colleague.id, site_id=self.other_site.id)
        )
        values = {
            "impact_id": impact.id,
            "appointment_id": visit.id,
            "start": visit.start,
            "doctor_id": visit.doctor_id.id,
            "site_id": visit.site_id.id,
        }
        new_option = {**values, "line_id": line.id}
        self._assert_refused(
            lambda: line.create(values),
            lambda: impact.write({"line_ids": [Command.create(values)]}),
            lambda: option.create(
                {key: new_option[key] for key in new_option if key in option._fields}
            ),
            lambda: option.write({"start": self._at(3)}),
            lambda: option.unlink(),
            lambda: line.write({"hold_id": foreign_hold.id}),
            lambda: line.write({"appointment_id": self.foreign.id}),
            lambda: line.with_context(clinic_impact_quiet=True).write(
                {"hold_id": foreign_hold.id}
            ),
            lambda: impact.write(
                {"line_ids": [Command.update(line.id, {"hold_id": foreign_hold.id})]}
            ),
        )
        impact.with_context(default_hold_id=foreign_hold.id).action_preview()
        impact.line_ids.unlink()
        self.assertTrue(foreign_hold.exists())

    def test_related_fields_obey_the_rules(self):
        """Even a line that points to a foreign visit tells nothing of it."""
        line = (
            self._as_reception("clinic.impact.line")
            .sudo()
            .create(
                {
                    "impact_id": self._as_reception("clinic.impact").create({}).id,
                    "appointment_id": self.foreign.id,
                    "start": self.foreign.start,
                    "doctor_id": self.doctor.id,
                    "site_id": self.site.id,
                }
            )
            .sudo(False)
        )
        self.env.invalidate_all()
        for name in ("patient_id", "patient_name", "phone", "service_id"):
            with self.subTest(name=name):
                self._assert_refused(lambda name=name: line.read([name]))

    def test_a_line_keeps_to_its_own_options(self):
        self._book(10)
        self._book(11, patient_id=self.other_patient.id)
        first, second = self._absence().line_ids
        other = second.option_ids[0]
        self._assert_refused(lambda: first.write({"option_id": other.id}))

    def test_the_client_does_not_say_what_the_wizard_is(self):
        impacts = self._as_reception("clinic.impact")
        impact = impacts.create({})
        self._assert_refused(
            lambda: impacts.create({"kind": "change"}),
            lambda: impacts.create({"operations": [self.operation]}),
            lambda: impact.write({"state": "preview"}),
            lambda: impact.write({"appointment_ids": [Command.set([self.foreign.id])]}),
            lambda: impacts._open_change([self.operation]),
        )
        forged = impacts.with_context(
            default_kind="change", default_operations=[self.operation]
        ).create({})
        self.assertEqual((forged.kind, forged.operations), ("absence", False))

    def test_decisions_of_a_form_are_saved(self):
        self._book(10)
        impact = self._absence()
        form = Form(impact)
        form.notify = False
        form.save()
        line = impact.line_ids
        impact.write({"line_ids": [Command.update(line.id, {"decision": "cancel"})]})
        self.assertEqual((line.decision, impact.notify), ("cancel", False))

    def _change_and_option(self, hour):
        """Return a previewed change of mornings to evenings, and an option."""
        self._book(9)
        monday = self.doctor.availability_ids.filtered(lambda item: item.weekday == "0")
        with self.assertRaises(RedirectWarning) as caught, self.env.cr.savepoint():
            monday.with_user(self.manager).write({"hour_from": 18, "hour_to": 21})
        (operation,) = caught.exception.args[3]["clinic_impact_operations"]
        impacts = self.env["clinic.impact"].with_user(self.manager)
        impact = impacts.browse(impacts._open_change([operation])["res_id"])
        option = impact.line_ids.option_ids[0].sudo()
        option.write({"doctor_id": self.doctor.id, "start": self._at(hour)})
        return impact, option.sudo(False)

    def test_holds_in_hours_that_the_change_opens(self):
        impact, option = self._change_and_option(19)
        impact.line_ids._release_holds()
        impact.line_ids._hold(option)
        self.assertEqual(option.hold_id.start, self._at(19))

    def test_no_hold_where_not_even_the_change_has_hours(self):
        impact, option = self._change_and_option(3)
        impact.line_ids._release_holds()
        with self.assertRaises(BookingError), self.env.cr.savepoint():
            impact.line_ids._hold(option)

    def test_context_from_outside_does_not_skip_the_guard(self):
        self._book(10)
        hours = self.doctor.availability_ids.with_user(self.manager)
        monday = hours.filtered(lambda item: item.weekday == "0")
        for forged in ("skip", "flag", True, "SKIP"):
            with self.assertRaises(RedirectWarning), self.env.cr.savepoint():
                monday.with_context(clinic_impact=forged).write({"hour_from": 14})
        monday.with_context(clinic_impact=SKIP).write({"hour_from": 14})

    def test_wizards_of_others_are_closed(self):
        visit = self._book(10)
        other = new_test_user(
            self.env,
            "test_other_reception",
            groups="clinic_scheduling.group_clinic_receptionist",
        )
        find = self._as_reception("clinic.find.time").create({})
        line = {
            "find_id": find.id,
            "kind": "offer",
            "start": self._at(9),
            "stop": self._at(10),
            "doctor_id": self.doctor.id,
            "site_id": self.site.id,
        }
        lines = self.env["clinic.find.time.line"].with_user(other)
        impact = self._absence()
        self._assert_refused(
            lambda: lines.create(line),
            lambda: impact.with_user(other).action_apply(),
            lambda: impact.line_ids.with_user(other).action_cancel(),
            lambda: impact.line_ids.with_user(other).unlink(),
        )
        self.assertEqual(visit.state, "scheduled")
        self.assertTrue(impact.line_ids._is_held())

    def _locks(self, action):
        """Return [(resource ids, partner ids)] of the locks that ``action`` takes."""
        ledger, taken = type(self.env["clinic.reservation"]), []
        lock = ledger._lock

        def record(this, resources, partners, *args, **kwargs):
            taken.append((set(resources), set(partners)))
            return lock(this, resources, partners, *args, **kwargs)

        with patch.object(ledger, "_lock", record):
            action()
        return taken

    def test_a_series_queues_up_for_all_rooms_first(self):
        self.service.room_kind_id = self.room_kind
        visit = self._book(10)
        visit.source = "portal"
        repeat = self._as_reception("clinic.appointment.repeat").create(
            {"appointment_id": visit.id, "count": 3}
        )
        repeat.action_preview()
        (resources, partners), *_others = self._locks(repeat.action_book)
        things = self.doctor.resource_id | self.rooms.resource_id
        self.assertLessEqual(set(things.ids), resources)
        self.assertIn(self.patient.partner_id.id, partners)
        self.assertEqual(
            set(repeat.line_ids.appointment_id.mapped("source")), {"staff"}
        )

    def test_an_absence_queues_up_for_all_rooms_first(self):
        self.service.room_kind_id = self.room_kind
        self._book(10)
        impact = self._absence()
        # given back when it ended: where the visit goes is locked nevertheless
        impact.line_ids.hold_id.sudo().reservation_ids.unlink()
        (resources, partners), *_others = self._locks(impact.action_apply)
        things = (self.doctor | self.colleague).resource_id | self.rooms.resource_id
        self.assertLessEqual(set(things.ids), resources)
        self.assertIn(self.patient.partner_id.id, partners)
