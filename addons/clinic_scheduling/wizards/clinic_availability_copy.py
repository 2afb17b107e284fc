# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.clinic_impact_check import added
from ..models.clinic_impact_guard import FLAG, SKIP
from .clinic_find_time import WEEKDAY_FIELDS

MAX_WEEKS = 53


class _Undo(Exception):
    """Ends a trial run: what was written is taken back."""


class ClinicAvailabilityCopy(models.TransientModel):
    """Copies hours: a day, a week, a doctor's pattern or a template.

    What will be created is shown before it is. What is planned stands in
    ``clinic_availability_copy_dates.py`` and ``clinic_availability_copy_pattern.py``.
    """

    _name = "clinic.availability.copy"
    _inherit = "clinic.wizard.mixin"
    _description = "Copy Hours"

    mode = fields.Selection(
        [
            ("day", "A day, to other dates"),
            ("week", "A week, to the following weeks"),
            ("doctor", "A doctor's usual hours, to other doctors"),
            ("template", "A template, to doctors"),
        ],
        string="Copy",
        default="week",
        required=True,
    )
    doctor_id = fields.Many2one("clinic.doctor")
    template_id = fields.Many2one("clinic.availability.template")
    source_date = fields.Date(
        string="Day to Copy",
        default=fields.Date.context_today,
        help="A week is copied from its Monday to its Sunday.",
    )
    target_from = fields.Date(string="To the Dates")
    target_to = fields.Date()
    mon = fields.Boolean()
    tue = fields.Boolean()
    wed = fields.Boolean()
    thu = fields.Boolean()
    fri = fields.Boolean()
    sat = fields.Boolean()
    sun = fields.Boolean()
    weeks = fields.Integer(string="Following Weeks", default=4)
    target_doctor_ids = fields.Many2many("clinic.doctor", string="To Doctors")
    site_id = fields.Many2one(
        "clinic.site", string="At Site", help="Empty: at the same site."
    )
    valid_from = fields.Date(
        default=fields.Date.context_today,
        help="First date of the copied hours.",
    )
    valid_until = fields.Date(help="Last date. Empty: no end.")
    existing = fields.Selection(
        [
            ("skip", "Keep them, and leave these days out"),
            ("replace", "Replace them"),
        ],
        string="Hours Set Already",
        default="skip",
        required=True,
        help="For dates: hours set for that very date. For usual hours: those that "
        "overlap; they end the day before and are kept in the archive.",
    )
    line_ids = fields.One2many("clinic.availability.copy.line", "copy_id")
    result = fields.Char(readonly=True)
    warning = fields.Char(readonly=True)
    can_apply = fields.Boolean(readonly=True)
    is_done = fields.Boolean(readonly=True)

    _check_weeks = models.Constraint(
        f"CHECK (weeks BETWEEN 1 AND {MAX_WEEKS})", "Copy to 1 to 53 weeks."
    )

    @api.depends("mode")
    def _compute_display_name(self):
        for copy in self:
            copy.display_name = self.env._("Copy Hours")

    @api.onchange(
        "mode",
        "doctor_id",
        "template_id",
        "source_date",
        "target_from",
        "target_to",
        *WEEKDAY_FIELDS,
        "weeks",
        "target_doctor_ids",
        "site_id",
        "valid_from",
        "valid_until",
        "existing",
    )
    def _onchange_wishes(self):
        """Whatever is asked anew is shown anew before it can be done."""
        if not self.is_done:
            self.can_apply = self.result = self.warning = False
            self.line_ids = [Command.clear()]

    def action_preview(self):
        """Show what would be created, replaced and left out; change nothing."""
        self.ensure_one()
        if not self.is_done:
            plan = self._plan()
            warning, hits = False, self._try(plan)
            if hits:
                warning = self.env._(
                    "%(count)s booked appointments would lie outside the new "
                    "hours. They stay booked and are marked as needing a decision.",
                    count=hits,
                )
            self.write(
                {
                    "line_ids": [
                        Command.clear(),
                        *(Command.create(item.to_line()) for item in plan),
                    ],
                    "result": self._count(plan),
                    "warning": warning,
                    "can_apply": any(item.creates for item in plan),
                }
            )
        return self._reopen()

    def action_apply(self):
        """Create what the preview shows."""
        self.ensure_one()
        if not self.is_done:
            plan = self._plan()
            if not any(item.creates for item in plan):
                raise UserError(self.env._("There is nothing to copy."))
            availability = self.env["clinic.availability"]
            availability = availability.with_context(clinic_impact=FLAG)
            doctors = [{"doctor_id": item.doctor.id} for item in plan]
            with availability._guard_impact("create", doctors) as hours:
                self._write_plan(plan, hours)
            self.write(
                {
                    "line_ids": [
                        Command.clear(),
                        *(Command.create(item.to_line()) for item in plan),
                    ],
                    "result": self._count(plan, done=True),
                    "is_done": True,
                }
            )
        return self._reopen()

    def _plan(self):
        """Return the ``PlannedHours`` of the chosen way of copying."""
        if self.mode in ("day", "week"):
            return self._plan_dates()
        return self._plan_pattern()

    def _try(self, plan):
        """Return how many booked visits would be left without hours."""
        check = self.env["clinic.impact.check"]
        doctors_sudo = (
            self.env["clinic.doctor"]
            .sudo()
            .union(*(item.doctor.sudo() for item in plan))
        )
        hits = 0
        before = check._get_causes(doctors_sudo)
        availability = self.env["clinic.availability"]
        try:
            with self.env.cr.savepoint():
                self._write_plan(plan, availability.with_context(clinic_impact=SKIP))
                hits = len(added(before, check._get_causes(doctors_sudo)))
                raise _Undo
        except _Undo:
            return hits

    def _write_plan(self, plan, availability):
        for item in plan:
            for hours, values in item.changes:
                availability.browse(hours.ids).write(values)
            missing = item.get_sites() - item.doctor.site_ids
            if item.creates and missing:
                item.doctor.with_env(availability.env).site_ids |= missing
        availability.create([values for item in plan for values in item.creates])

    def _count(self, plan, done=False):
        counts = {
            "created": sum(len(item.creates) for item in plan),
            "changed": sum(len(item.changes) for item in plan),
            "skipped": sum(not item.creates for item in plan),
        }
        if done:
            return self.env._(
                "%(created)s entries created, %(changed)s existing ones replaced, "
                "%(skipped)s days left out.",
                **counts,
            )
        return self.env._(
            "%(created)s entries will be created, %(changed)s existing ones replaced, "
            "%(skipped)s days left out.",
            **counts,
        )

    def action_view_availability(self):
        """Open the hours of the doctors."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.clinic_availability_action"
        )
        doctors = self.line_ids.doctor_id
        return {**action, "domain": [("doctor_id", "in", doctors.ids)], "context": {}}

    def _reopen(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.clinic_availability_copy_action"
        )
        return {**action, "res_id": self.id}


class ClinicAvailabilityCopyLine(models.TransientModel):
    """What happens to one day, or one weekday, of a doctor."""

    _name = "clinic.availability.copy.line"
    _inherit = "clinic.wizard.mixin"
    _description = "Copied Hours"
    _order = "id"

    copy_id = fields.Many2one(
        "clinic.availability.copy", required=True, ondelete="cascade"
    )
    doctor_id = fields.Many2one("clinic.doctor", required=True, ondelete="cascade")
    day = fields.Char()
    hours = fields.Char()
    outcome = fields.Selection(
        [
            ("create", "New"),
            ("replace", "Replaces"),
            ("skip", "Left out"),
        ],
        required=True,
    )
    note = fields.Char()
