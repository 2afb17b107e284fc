# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from ..const import VISIT_STATES
from .common import ClinicCommon

ROLES = ("doctor", "receptionist", "nurse", "manager")

#: Menus (last part of the XML id) that a role has, and the ones it has not.
MENUS = {
    "doctor": ({"my_day", "calendar", "list", "patients"}, {"board", "sites"}),
    "receptionist": ({"calendar", "board", "list", "attention"}, {"my_day", "sites"}),
    "nurse": ({"calendar", "board", "list", "absences"}, {"my_day", "health"}),
    "manager": ({"calendar", "sites", "services", "health"}, {"my_day", "settings"}),
}


@tagged("post_install", "-at_install")
class TestViews(ClinicCommon):
    """Every screen opens for its roles and does what it shows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {"receptionist": cls.receptionist}
        for role in ROLES:
            if role not in cls.users:
                cls.users[role] = cls._create_user(role)
        cls.doctor.user_id = cls.users["doctor"]

    def _get_menus(self, role):
        """Return the app's menus that a user of that role sees."""
        root = self.env.ref("clinic_scheduling.clinic_scheduling_menu_root")
        menus = self.env["ir.ui.menu"].with_user(self.users[role])
        visible = set(menus._visible_menu_ids())
        return (
            menus.sudo()
            .search([("id", "child_of", root.id)])
            .filtered(
                lambda menu: visible.issuperset(
                    map(int, menu.parent_path.split("/")[:-1])
                )
            )
        )

    def test_menus_of_each_role(self):
        for role, (wanted, unwanted) in MENUS.items():
            with self.subTest(role=role):
                xml_ids = self._get_menus(role).get_external_id().values()
                prefix = "clinic_scheduling.clinic_scheduling_menu_"
                names = {xml_id.removeprefix(prefix) for xml_id in xml_ids}
                self.assertLessEqual(wanted, names)
                self.assertFalse(unwanted & names)

    def test_every_action_opens(self):
        for role in ROLES:
            for menu in self._get_menus(role):
                action = menu.action
                if not action or action._name != "ir.actions.act_window":
                    continue
                with self.subTest(role=role, action=action.name):
                    self._check_action_opens(action, self.users[role])

    def _check_action_opens(self, action, user):
        model = self.env[action.res_model].with_user(user)
        views = model.get_views(
            [*action.views, (action.search_view_id.id, "search")],
            {"toolbar": True, "load_filters": True, "action_id": action.id},
        )
        self.assertEqual(set(views["views"]), {*action.view_mode.split(","), "search"})
        context = safe_eval(action.context or "{}", {"uid": user.id})
        filters = {
            key.removeprefix("search_default_")
            for key in context
            if key.startswith("search_default_")
        }
        arch = views["views"]["search"]["arch"]
        self.assertFalse([name for name in filters if f'name="{name}"' not in arch])
        domain = safe_eval(action.domain or "[]", {"uid": user.id})
        model.search_read(domain, ["display_name"], limit=3)

    def test_every_action_says_what_to_do(self):
        actions = self.env["ir.actions.act_window"].search(
            [("res_model", "=like", "clinic.%"), ("view_mode", "like", "list")]
        )
        self.assertGreater(len(actions), 10)
        without = actions.filtered(
            lambda action: "o_view_nocontent" not in (action.help or "")
        )
        self.assertFalse(without.mapped("name"))

    def test_appointments_are_cancelled_not_removed(self):
        """No screen offers to delete, duplicate or archive a visit."""
        model = self.env["clinic.appointment"].with_user(self.receptionist)
        for view_type in ("form", "list", "kanban", "calendar"):
            with self.subTest(view=view_type):
                arch = etree.fromstring(model.get_view(view_type=view_type)["arch"])
                self.assertIn(arch.get("delete"), ("0", "False"))
        self.assertTrue(model.fields_get(["active"])["active"]["readonly"])

    def test_filters_find_what_they_say(self):
        """Filters of appointments, each with one that it finds and one it does not."""
        plain = self._book(10)
        cancelled = self._book(11)
        cancelled.cancel()
        arrived = self._book(12)
        arrived.arrive()
        outside = self._book(20, exception_reason="The patient travels")
        cases = {
            "filter_upcoming": (plain, None),
            "filter_open": (plain, cancelled),
            "filter_cancelled": (cancelled, plain),
            "filter_waiting": (arrived, plain),
            "filter_unconfirmed": (plain, arrived),
            "filter_outside": (outside, plain),
            "filter_today": (None, plain),
            "filter_week": (None, plain),
            "filter_attention": (None, plain),
        }
        model = self.env["clinic.appointment"].with_user(self.receptionist)
        domains = self._get_filter_domains(model)
        for name, (wanted, unwanted) in cases.items():
            with self.subTest(filter=name):
                found = model.search(safe_eval(domains[name]))
                self.assertLessEqual(wanted or found.browse(), found)
                self.assertFalse((unwanted or found.browse()) & found)

    def test_filters_of_today_and_this_week(self):
        appointment = self.env["clinic.appointment"].create(
            self._vals(exception_reason="Now", start=fields.Datetime.now())
        )
        domains = self._get_filter_domains(appointment)
        for name in ("filter_today", "filter_week"):
            with self.subTest(filter=name):
                self.assertIn(appointment, appointment.search(safe_eval(domains[name])))

    def _get_filter_domains(self, model):
        arch = model.get_view(view_type="search")["arch"]
        nodes = etree.fromstring(arch).iter("filter")
        return {node.get("name"): node.get("domain") for node in nodes}

    def test_search_by_name_number_and_phone(self):
        self.patient.phone = "+33 1 99 00 12 34"
        appointment = self._book()
        model = self.env["clinic.appointment"].with_user(self.receptionist)
        for words in ("Paul Pat", self.patient.number, "99 00 12"):
            with self.subTest(words=words):
                found = model.search([("patient_id", "ilike", words)])
                self.assertEqual(found, appointment)

    def test_clinical_fields_are_for_clinical_groups(self):
        for role, sees in {
            "receptionist": False,
            "nurse": True,
            "manager": False,
        }.items():
            for model, name in (
                ("clinic.appointment", "symptoms"),
                ("clinic.patient", "allergies"),
            ):
                with self.subTest(role=role, model=model):
                    user_model = self.env[model].with_user(self.users[role])
                    arch = user_model.get_view(view_type="form")["arch"]
                    self.assertEqual(f'name="{name}"' in arch, sees)

    def test_board_shows_the_steps_of_a_visit(self):
        appointment = self._book()
        appointment.cancel()
        groups = appointment.with_context(read_group_expand=True).web_read_group(
            [("id", "=", appointment.id)], ["state"]
        )["groups"]
        self.assertEqual(
            [group["state"] for group in groups],
            [*VISIT_STATES, "cancelled"],
        )

    def test_my_day(self):
        """A doctor sees the own day only, and takes a visit through it."""
        at_ten = self._book(10)
        self._book(
            10, 30, doctor_id=self.colleague.id, patient_id=self.other_patient.id
        )
        self._book(11).cancel()
        action = self.env.ref("clinic_scheduling.clinic_appointment_action_my_day")
        user = self.users["doctor"]
        domain = safe_eval(action.domain, {"uid": user.id})
        day = self.env["clinic.appointment"].with_user(user).search(domain)
        self.assertEqual(day, at_ten)
        for step, state in (
            ("arrive", "arrived"),
            ("begin", "in_progress"),
            ("complete", "completed"),
            ("reopen", "in_progress"),
        ):
            getattr(day, step)()
            self.assertEqual(day.state, state)
        day = day.with_context(tz=self.site.tz)
        self.assertEqual(day.time_slot, "10:00 AM–10:30 AM".replace(" ", "\u202f"))

    def test_health_check(self):
        manager, receptionist = self.users["manager"], self.users["receptionist"]
        action = self.env["clinic.health"].with_user(manager).action_run()
        health = self.env["clinic.health"].with_user(manager).browse(action["res_id"])
        self.assertTrue(health.is_healthy)
        self.assertTrue(all(health.line_ids.mapped("is_ok")))
        self.assertEqual(health.display_name, "Health Check")
        with self.assertRaises(AccessError):
            self.env["clinic.health"].with_user(receptionist).action_run()

    def test_health_check_finds_what_is_wrong(self):
        """A row that vanished, one that should have, and a hold that nobody freed."""
        self._book(10).reservation_ids.sudo().unlink()
        cancelled = self._book(11)
        cancelled._write_by_door({"state": "cancelled"})
        hold = self.env["clinic.appointment"].hold(self._vals(12))
        hold.reservation_ids.expires_at = fields.Datetime.now() - timedelta(days=1)
        counts = [check[1] for check in self.env["clinic.health"]._ledger_checks()]
        claims = len(hold.reservation_ids), len(cancelled.reservation_ids)
        # other addons look for more
        self.assertEqual(counts[:5], [0, 0, claims[0], 1, claims[1]])

    def test_health_check_counts_overlaps(self):
        """Of rows that only a database without its constraint could hold."""
        self._book(10)
        self.env.cr.execute(
            "ALTER TABLE clinic_reservation"
            " DROP CONSTRAINT clinic_reservation_no_overlap,"
            " DROP CONSTRAINT clinic_reservation_no_person_overlap"
        )
        before = self.env["clinic.health"]._count_overlaps()
        claim = self.env["clinic.reservation"].search(
            [("resource_id", "=", self.doctor.resource_id.id)]
        )
        claim.copy({"start": self._at(10, 20), "stop": self._at(10, 40)})
        self.env.flush_all()
        health = self.env["clinic.health"].create({})
        self.assertEqual(health._count_overlaps() - before, 1)
        self.assertFalse(health.is_healthy)
        self.assertFalse(health.line_ids[0].is_ok)
        self.assertEqual(health.line_ids[0].count, 2, "missing constraints")

    def test_smart_buttons(self):
        appointment = self._book()
        self._book(11, patient_id=self.other_patient.id)
        model = appointment.with_user(self.receptionist)
        of_patient = model.action_view_patient_appointments()
        self.assertEqual(model.search(of_patient["domain"]), appointment)
        of_doctor = model.action_view_doctor_calendar()
        self.assertEqual(model.search_count(of_doctor["domain"]), 2)
        self.assertEqual(of_doctor["context"]["initial_date"], "2030-06-03 08:00:00")
        self.assertEqual(appointment.patient_appointment_count, 1)

    def test_keep_decides(self):
        appointment = self._book()
        appointment._write_by_door({"attention": "hours"})
        appointment.with_user(self.receptionist).action_keep()
        self.assertFalse(appointment.attention)
        self.assertIn("takes place", appointment.message_ids[0].body)

    def test_lead_time(self):
        """The days between booking and visit, and their group."""
        cases = {"0": 0, "1": 2, "3": 7, "8": 30, "31": 45}
        now = fields.Datetime.now().replace(microsecond=0)
        for key, days in cases.items():
            with self.subTest(days=days):
                appointment = self.env["clinic.appointment"].create(
                    self._vals(
                        exception_reason="A test",
                        start=now + timedelta(days=days, hours=1),
                    )
                )
                self.assertEqual(appointment.lead_days, days)
                self.assertEqual(appointment.lead, key)

    def test_new_doctors_differ_in_colour(self):
        doctors = self.env["clinic.doctor"].create(
            [{"name": name} for name in ("One", "Two", "Three")]
        )
        self.assertEqual(len(set(doctors.mapped("color"))), 3)
        self.assertNotIn(0, doctors.mapped("color"))
