# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.clinic_engine.clock import local_clock

from .common import MONDAY, ClinicCommon


class CopyCommon(ClinicCommon):
    """Hours are asked of the engine afterwards: what counts is what is bookable."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user("manager")

    def _copy(self, **values):
        copy = self.env["clinic.availability.copy"].with_user(self.manager)
        copy = copy.create({"doctor_id": self.doctor.id, **values})
        copy.action_preview()
        return copy

    def _hours(self, doctor, day):
        """Return the bookable starts of a date, as hours on the site's clock."""
        start = self._at(0) + timedelta(days=(day - MONDAY).days)
        found = self.env["clinic.schedule"]._find_starts(
            self.service, start, start + timedelta(days=1), doctors=doctor
        )
        clock = local_clock("Europe/Paris")
        starts = {clock.local(item) for times in found.values() for item in times}
        return {moment.hour + moment.minute / 60 for moment in starts}

    def _set_date(self, day, **values):
        return self._create_hours(
            self.doctor,
            False,
            values.pop("hour_from", 14),
            values.pop("hour_to", 16),
            recurrence="date",
            date=MONDAY + timedelta(days=day),
            override=values.pop("override", "replace"),
            **values,
        )


@tagged("post_install", "-at_install")
class TestCopyDates(CopyCommon):
    """A day or a week, to dates."""

    def test_day(self):
        self._set_date(
            0, break_ids=[Command.create({"hour_from": 14.5, "hour_to": 15})]
        )
        copy = self._copy(
            mode="day",
            source_date=MONDAY,
            target_from=MONDAY + timedelta(days=1),
            target_to=MONDAY + timedelta(days=14),
            wed=True,
            sun=True,
        )
        days = [2, 6, 9, 13]
        self.assertEqual(copy.line_ids.mapped("outcome"), ["create"] * 4)
        self.assertEqual(set(copy.line_ids.mapped("hours")), {"14:00–16:00"})
        wednesday = MONDAY + timedelta(days=2)
        self.assertEqual(min(self._hours(self.doctor, wednesday)), 9)
        copy.action_apply()
        for day in days:
            hours = self._hours(self.doctor, MONDAY + timedelta(days=day))
            self.assertEqual(hours, {14, 15, 15.5})
        self.assertEqual(min(self._hours(self.doctor, MONDAY + timedelta(days=1))), 9)

    def test_preview_changes_nothing(self):
        self._set_date(0)
        before = self.env["clinic.availability"].search_count([])
        copy = self._copy(
            mode="day", source_date=MONDAY, target_from=MONDAY + timedelta(days=1)
        )
        self.assertIn("1 entries will be created", copy.result)
        self.assertEqual(self.env["clinic.availability"].search_count([]), before)

    def test_existing_dates_are_kept_or_replaced(self):
        self._set_date(0)
        own = self._set_date(1, hour_from=10, hour_to=11)
        values = {
            "mode": "day",
            "source_date": MONDAY,
            "target_from": MONDAY + timedelta(days=1),
        }
        tuesday = MONDAY + timedelta(days=1)
        kept = self._copy(**values)
        self.assertEqual(kept.line_ids.outcome, "skip")
        self.assertIn("hours of its own", kept.line_ids.note)
        self.assertFalse(kept.can_apply)
        with self.assertRaisesRegex(UserError, "nothing to copy"):
            kept.action_apply()
        replaced = self._copy(existing="replace", **values)
        self.assertEqual(replaced.line_ids.outcome, "replace")
        replaced.action_apply()
        self.assertFalse(own.active)
        self.assertEqual(self._hours(self.doctor, tuesday), {14, 14.5, 15, 15.5})

    def test_week_with_free_days(self):
        self._set_date(0)
        self._set_date(1, override="closed")
        copy = self._copy(mode="week", source_date=MONDAY + timedelta(days=3), weeks=2)
        outcomes = copy.line_ids.mapped("outcome")
        self.assertEqual(outcomes.count("create"), 4)
        self.assertEqual(outcomes.count("skip"), 6)
        self.assertIn("closed", copy.line_ids.mapped("hours"))
        copy.action_apply()
        for week in (1, 2):
            monday = MONDAY + timedelta(weeks=week)
            self.assertEqual(self._hours(self.doctor, monday), {14, 14.5, 15, 15.5})
            self.assertFalse(self._hours(self.doctor, monday + timedelta(days=1)))
            self.assertEqual(
                min(self._hours(self.doctor, monday + timedelta(days=2))), 9
            )

    def test_other_wishes_are_shown_before_they_are_done(self):
        self._set_date(0)
        copy = self._copy(mode="week", source_date=MONDAY, weeks=1)
        self.assertTrue(copy.can_apply)
        with Form(copy) as form:
            form.weeks = 2
            self.assertFalse(len(form.line_ids))
        self.assertFalse(copy.can_apply or copy.result)

    def test_second_click_copies_nothing_more(self):
        self._set_date(0)
        copy = self._copy(mode="week", source_date=MONDAY, weeks=1)
        copy.action_apply()
        before = self.env["clinic.availability"].search_count([])
        copy.action_apply()
        self.assertEqual(self.env["clinic.availability"].search_count([]), before)

    def test_booked_visits_are_counted_and_marked(self):
        self._set_date(0)
        visit = self._book(day=7, hour=9)
        copy = self._copy(mode="week", source_date=MONDAY, weeks=1)
        self.assertIn("1 booked appointments", copy.warning)
        self.assertFalse(visit.attention)
        copy.action_apply()
        self.assertEqual(visit.attention, "hours")
        self.assertEqual(visit.state, "scheduled")

    def test_nothing_to_copy(self):
        with self.assertRaisesRegex(UserError, "no hours then"):
            self._copy(
                mode="day",
                source_date=MONDAY + timedelta(days=6),
                target_from=MONDAY,
            )
        with self.assertRaisesRegex(UserError, "at most a year"):
            self._copy(mode="day", source_date=MONDAY)


@tagged("post_install", "-at_install")
class TestCopyPattern(CopyCommon):
    """Usual hours, from a doctor or a template, to doctors."""

    def _pattern(self, doctor, **values):
        return self._copy(
            **{
                "mode": "doctor",
                "target_doctor_ids": [Command.set(doctor.ids)],
                "valid_from": MONDAY,
                **values,
            }
        )

    def test_to_a_new_doctor_at_another_site(self):
        new = self._create_doctor("New")
        new.availability_ids.unlink()
        copy = self._pattern(new, site_id=self.other_site.id)
        self.assertEqual(copy.line_ids.mapped("outcome"), ["create"] * 5)
        copy.action_apply()
        self.assertEqual(new.availability_ids.site_id, self.other_site)
        self.assertIn(self.other_site, new.site_ids)
        self.assertEqual(self._hours(new, MONDAY), self._hours(self.doctor, MONDAY))
        self.assertFalse(self._hours(new, MONDAY - timedelta(days=3)))

    def test_overlapping_hours_are_kept(self):
        copy = self._pattern(self.colleague)
        self.assertEqual(copy.line_ids.mapped("outcome"), ["skip"] * 5)
        self.assertIn("Overlaps Monday", copy.line_ids[0].note)

    def test_overlapping_hours_are_ended(self):
        old = self.colleague.availability_ids
        self.doctor.availability_ids.hour_from = 12
        copy = self._pattern(self.colleague, existing="replace")
        self.assertEqual(copy.line_ids.mapped("outcome"), ["replace"] * 5)
        copy.action_apply()
        self.assertEqual(set(old.mapped("valid_until")), {MONDAY - timedelta(days=1)})
        self.assertEqual(min(self._hours(self.colleague, MONDAY)), 12)
        before = MONDAY - timedelta(days=3)
        self.assertEqual(min(self._hours(self.colleague, before)), 9)

    def test_old_hours_go_on_after_an_end(self):
        self.doctor.availability_ids.hour_from = 12
        copy = self._pattern(
            self.colleague,
            existing="replace",
            valid_until=MONDAY + timedelta(days=6),
        )
        copy.action_apply()
        self.assertEqual(min(self._hours(self.colleague, MONDAY)), 12)
        after = MONDAY + timedelta(weeks=1)
        self.assertEqual(min(self._hours(self.colleague, after)), 9)

    def test_every_other_week_stays_in_step(self):
        self.doctor.availability_ids.unlink()
        self._create_hours(
            self.doctor, "2", 9, 12, every_weeks=2, valid_from=date(2030, 5, 29)
        )
        new = self._create_doctor("New")
        new.availability_ids.unlink()
        self._pattern(new).action_apply()
        for week in range(4):
            day = MONDAY + timedelta(days=2, weeks=week)
            self.assertEqual(
                self._hours(new, day), self._hours(self.doctor, day), f"week {week}"
            )
        self.assertFalse(self._hours(new, MONDAY + timedelta(days=2)))

    def test_recurrence_rule_stays_in_step(self):
        self.doctor.availability_ids.unlink()
        self._create_hours(
            self.doctor,
            False,
            9,
            12,
            recurrence="rrule",
            rrule="FREQ=WEEKLY;INTERVAL=3;BYDAY=TU",
            valid_from=date(2030, 5, 28),
        )
        new = self._create_doctor("New")
        new.availability_ids.unlink()
        self._pattern(new).action_apply()
        for week in range(7):
            day = MONDAY + timedelta(days=1, weeks=week)
            self.assertEqual(
                self._hours(new, day), self._hours(self.doctor, day), f"week {week}"
            )

    def test_template(self):
        template = self.env["clinic.availability.template"].create(
            {
                "name": "Mornings",
                "line_ids": [
                    Command.create(
                        {
                            "weekday": weekday,
                            "hour_from": 8,
                            "hour_to": 12,
                            "break_from": 10,
                            "break_to": 10.5,
                            "slot_minutes": 30,
                        }
                    )
                    for weekday in "03"
                ],
            }
        )
        self.assertEqual(template.hours_per_week, 7)
        new = self._create_doctor("New")
        new.availability_ids.unlink()
        values = {"mode": "template", "template_id": template.id}
        with self.assertRaisesRegex(UserError, "site"):
            self._pattern(new, **values)
        copy = self._pattern(new, site_id=self.site.id, **values)
        copy.action_apply()
        self.assertEqual(self._hours(new, MONDAY), {8, 8.5, 9, 9.5, 10.5, 11, 11.5})
        self.assertFalse(self._hours(new, MONDAY + timedelta(days=1)))

    def test_template_line_break_lies_inside(self):
        with self.assertRaisesRegex(ValidationError, "break"):
            self.env["clinic.availability.template"].create(
                {
                    "name": "Odd",
                    "line_ids": [Command.create({"break_from": 7, "break_to": 10})],
                }
            )

    def test_dates_and_doctors_are_checked(self):
        with self.assertRaisesRegex(UserError, "Choose the doctors"):
            self._pattern(self.doctor)
        with self.assertRaisesRegex(UserError, "before the first"):
            self._pattern(self.colleague, valid_until=MONDAY - timedelta(days=1))

    def test_managers_only(self):
        template = self.env["clinic.availability.template"].create({"name": "Full"})
        for user in (self.receptionist, self._create_user("doctor")):
            with self.subTest(user=user.login):
                copy = self.env["clinic.availability.copy"].with_user(user)
                self.assertFalse(copy.has_access("create"))
                mine = template.with_user(user)
                self.assertTrue(mine.has_access("read"))
                self.assertFalse(mine.has_access("write"))
                with self.assertRaises(AccessError):
                    copy.create({"mode": "week"})

    def test_templates_of_other_companies_are_hidden(self):
        company = self.env["res.company"].create({"name": "Other Practice"})
        template = self.env["clinic.availability.template"].create(
            {
                "name": "Theirs",
                "company_id": company.id,
                "line_ids": [Command.create({"weekday": "1"})],
            }
        )
        self.assertFalse(template.with_user(self.manager).has_access("read"))
        lines = template.line_ids.with_user(self.manager)
        self.assertFalse(lines.has_access("read"))
