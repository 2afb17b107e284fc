# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import format_duration

from ..const import WEEKDAYS
from .clinic_availability import to_break_hours, to_session_hours


class ClinicAvailabilityTemplate(models.Model):
    """A week of hours that can be given to doctors."""

    _name = "clinic.availability.template"
    _description = "Template of Hours"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company,
        help="Empty: for every company.",
    )
    line_ids = fields.One2many(
        "clinic.availability.template.line",
        "template_id",
        string="Hours",
        copy=True,
    )
    hours_per_week = fields.Float(compute="_compute_hours_per_week")

    @api.depends("line_ids.hours", "line_ids.every_weeks")
    def _compute_hours_per_week(self):
        for template in self:
            template.hours_per_week = sum(
                line.hours / line.every_weeks for line in template.line_ids
            )

    def action_apply(self):
        """Open the preview that gives these hours to doctors."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.clinic_availability_copy_action"
        )
        context = {"default_mode": "template", "default_template_id": self.id}
        return {**action, "context": {**context, "dialog_size": "extra-large"}}


class ClinicAvailabilityTemplateLine(models.Model):
    """Hours on one weekday of a template, with at most one break."""

    _name = "clinic.availability.template.line"
    _description = "Hours of a Template"
    _order = "weekday, hour_from"
    _check_company_auto = True

    template_id = fields.Many2one(
        "clinic.availability.template", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="template_id.company_id", store=True, index=True
    )
    weekday = fields.Selection(WEEKDAYS, required=True, default="0")
    every_weeks = fields.Integer(
        string="Every (weeks)",
        default=1,
        required=True,
        help="2: every other week, counted from the first date of the hours.",
    )
    hour_from = fields.Float(string="Starts", default=9.0, required=True)
    hour_to = fields.Float(string="Ends", default=17.0, required=True)
    break_from = fields.Float()
    break_to = fields.Float(string="Break Until", help="Equal to its start: no break.")
    site_id = fields.Many2one(
        "clinic.site",
        check_company=True,
        ondelete="cascade",
        help="Empty: the site that is chosen when the template is applied.",
    )
    slot_minutes = fields.Integer(
        string="Start Every (min)", help="0: as the settings say."
    )
    capacity = fields.Integer(default=1, required=True)
    overbook_limit = fields.Integer()
    purpose = fields.Selection(
        [("patient", "Patients"), ("showcase", "Product showcases")],
        default="patient",
        required=True,
    )
    channel = fields.Selection(
        [
            ("all", "Online and by staff"),
            ("online", "Online only"),
            ("internal", "By staff only"),
        ],
        default="all",
        required=True,
    )
    service_ids = fields.Many2many(
        "clinic.service", string="Only for Services", check_company=True
    )
    hours = fields.Float(compute="_compute_hours")

    _check_hours = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < 24 AND hour_to >= 0 AND hour_to <= 24"
        " AND break_from >= 0 AND break_from <= 24 AND break_to >= 0"
        " AND break_to <= 24)",
        "Hours lie between 0:00 and 24:00.",
    )
    _check_numbers = models.Constraint(
        "CHECK (capacity > 0 AND overbook_limit >= 0 AND slot_minutes >= 0"
        " AND every_weeks > 0)",
        "Capacity and weeks are at least 1; limits and steps cannot be negative.",
    )

    @api.depends("hour_from", "hour_to", "break_from", "break_to")
    def _compute_hours(self):
        for line in self:
            start, stop = to_session_hours(line.hour_from, line.hour_to)
            pause = line._get_break()
            line.hours = stop - start - (pause[1] - pause[0] if pause else 0)

    @api.depends("weekday", "hour_from", "hour_to")
    def _compute_display_name(self):
        weekdays = dict(self._fields["weekday"]._description_selection(self.env))
        for line in self:
            hours = map(format_duration, (line.hour_from, line.hour_to))
            line.display_name = f"{weekdays.get(line.weekday)} · {'–'.join(hours)}"

    @api.constrains("hour_from", "hour_to", "break_from", "break_to")
    def _check_break(self):
        for line in self:
            start, stop = to_session_hours(line.hour_from, line.hour_to)
            pause = line._get_break()
            if pause and not start <= pause[0] < pause[1] <= stop:
                raise ValidationError(
                    self.env._(
                        "The break %(pause)s does not lie inside the hours: %(hours)s.",
                        pause=" – ".join(
                            map(format_duration, (line.break_from, line.break_to))
                        ),
                        hours=line.display_name,
                    )
                )

    def _get_break(self):
        """Return (start, stop) of the break on the session's axis, or None."""
        if self.break_from == self.break_to:
            return None
        start, _stop = to_session_hours(self.hour_from, self.hour_to)
        return to_break_hours(self.break_from, self.break_to, start)

    def _prepare_availability_vals(self):
        """Return values of ``clinic.availability``, but for doctor and dates."""
        self.ensure_one()
        values = {
            "recurrence": "weekly",
            "weekday": self.weekday,
            "every_weeks": self.every_weeks,
            "hour_from": self.hour_from,
            "hour_to": self.hour_to,
            "site_id": self.site_id.id,
            "slot_minutes": self.slot_minutes,
            "capacity": self.capacity,
            "overbook_limit": self.overbook_limit,
            "purpose": self.purpose,
            "channel": self.channel,
            "service_ids": [fields.Command.set(self.service_ids.ids)],
        }
        if self._get_break():
            pause = {"hour_from": self.break_from, "hour_to": self.break_to}
            values["break_ids"] = [fields.Command.create(pause)]
        return values
