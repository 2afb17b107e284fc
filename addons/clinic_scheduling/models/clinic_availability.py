# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import namedtuple
from datetime import timedelta

from dateutil.rrule import rrulestr

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL
from odoo.tools.misc import format_duration

from odoo.addons.clinic_engine.availability import Rule

from ..const import WEEKDAYS

DAY_HOURS = 24

#: Channels of the engine for each value of the field.
CHANNELS = {
    "all": frozenset({"online", "internal"}),
    "online": frozenset({"online"}),
    "internal": frozenset({"internal"}),
}

#: What is read of each availability: plain tuples with names, since dictionaries of
#: whole rows take longer than all the rest of a search for few days.
RuleRow = namedtuple(
    "RuleRow",
    [
        "id",
        "resource_id",
        "site_id",
        "tz",
        "recurrence",
        "weekday",
        "every_weeks",
        "rrule",
        "date",
        "override",
        "valid_from",
        "valid_until",
        "hour_from",
        "hour_to",
        "step",
        "capacity",
        "overbook_limit",
        "purpose",
        "channel",
        "breaks",
        "services",
    ],
)

#: One row for each, in the order of ``RuleRow``.
RULE_ROWS = """
SELECT a.id, doctor.resource_id, a.site_id, site.tz,
       a.recurrence, a.weekday, a.every_weeks, a.rrule, a.date, a.override,
       a.valid_from, a.valid_until, a.hour_from, a.hour_to,
       COALESCE(NULLIF(a.slot_minutes, 0),
                (SELECT company.clinic_slot_minutes FROM res_company company
                  WHERE company.id = a.company_id)),
       a.capacity, a.overbook_limit, a.purpose, a.channel,
       (SELECT array_agg(ARRAY[b.hour_from, b.hour_to] ORDER BY b.hour_from)
          FROM clinic_availability_break b WHERE b.availability_id = a.id),
       (SELECT array_agg(rel.clinic_service_id)
          FROM clinic_availability_clinic_service_rel rel
         WHERE rel.clinic_availability_id = a.id)
  FROM clinic_availability a
  JOIN clinic_doctor doctor ON doctor.id = a.doctor_id
  JOIN clinic_site site ON site.id = a.site_id AND site.active
 WHERE %s
"""


def to_session_hours(hour_from, hour_to):
    """Return (start, stop) in hours after midnight; stop may exceed 24."""
    if hour_to <= hour_from:
        hour_to += DAY_HOURS
    return hour_from, hour_to


def to_break_hours(hour_from, hour_to, session_start):
    """Return a break's (start, stop) in hours on its session's axis."""
    if hour_from < session_start:
        hour_from += DAY_HOURS
        hour_to += DAY_HOURS
    return to_session_hours(hour_from, hour_to)


class ClinicAvailability(models.Model):
    """When a doctor sees patients (or representatives) at a site.

    Hours are wall-clock hours of the site. A session whose end is not after its
    start ends on the next day.
    """

    _name = "clinic.availability"
    _description = "Availability"
    _order = "doctor_id, recurrence desc, weekday, date, hour_from"
    _check_company_auto = True

    doctor_id = fields.Many2one(
        "clinic.doctor",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    site_id = fields.Many2one(
        "clinic.site",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="site_id.company_id", store=True, precompute=True
    )
    active = fields.Boolean(default=True)
    recurrence = fields.Selection(
        [
            ("weekly", "Weekly"),
            ("rrule", "By a recurrence rule"),
            ("date", "On one date"),
        ],
        default="weekly",
        required=True,
    )
    weekday = fields.Selection(WEEKDAYS)
    every_weeks = fields.Integer(
        string="Every (weeks)",
        aggregator=None,
        default=1,
        help="2: every other week, counted from the week of the first date.",
    )
    rrule = fields.Char(
        string="Recurrence Rule",
        help="RFC 5545, for instance FREQ=MONTHLY;BYDAY=1MO for first Mondays.",
    )
    date = fields.Date()
    override = fields.Selection(
        [
            ("replace", "Instead of the usual hours"),
            ("add", "In addition to the usual hours"),
            ("closed", "Closed"),
        ],
        default="replace",
        help="What an entry for one date does to the usual hours of that day.",
    )
    valid_from = fields.Date(
        string="From", help="First date. Weeks of a pattern are counted from it."
    )
    valid_until = fields.Date(string="Until", help="Last date. Empty: no end.")
    hour_from = fields.Float(string="Starts", default=9.0, required=True)
    hour_to = fields.Float(string="Ends", default=17.0, required=True)
    break_ids = fields.One2many(
        "clinic.availability.break", "availability_id", string="Breaks", copy=True
    )
    slot_minutes = fields.Integer(
        string="Start Every (min)",
        aggregator=None,
        help="Interval between offered start times. 0: as in the settings.",
    )
    capacity = fields.Integer(
        default=1,
        required=True,
        aggregator=None,
        help="Patients seen at the same time.",
    )
    overbook_limit = fields.Integer(
        aggregator=None,
        help="Patients that staff with the right may add above the capacity.",
    )
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
        "clinic.service",
        string="Only for Services",
        check_company=True,
        help="Empty: any service of the doctor.",
    )

    _check_hours = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < 24 AND hour_to >= 0 AND hour_to <= 24)",
        "Hours lie between 0:00 and 24:00.",
    )
    _check_numbers = models.Constraint(
        "CHECK (capacity > 0 AND overbook_limit >= 0 AND slot_minutes >= 0"
        " AND every_weeks > 0)",
        "Capacity and weeks are at least 1; limits and steps cannot be negative.",
    )
    _check_validity = models.Constraint(
        "CHECK (valid_until IS NULL OR valid_from IS NULL"
        " OR valid_until >= valid_from)",
        "The last date of the hours lies before the first.",
    )
    _check_anchor = models.Constraint(
        "CHECK (recurrence <> 'weekly' OR weekday IS NOT NULL)",
        "Choose the weekday.",
    )
    _check_date = models.Constraint(
        "CHECK (recurrence <> 'date' OR (date IS NOT NULL AND override IS NOT NULL))",
        "Choose the date, and what happens to the usual hours.",
    )

    @api.constrains("recurrence", "every_weeks", "valid_from", "rrule")
    def _check_pattern(self):
        for availability in self:
            if availability.recurrence == "weekly" and availability.every_weeks > 1:
                availability._check_has_first_date()
            elif availability.recurrence == "rrule":
                availability._check_has_first_date()
                availability._check_rrule()

    def _check_has_first_date(self):
        if not self.valid_from:
            raise ValidationError(
                self.env._(
                    "Give the date from which %(hours)s apply: the pattern is "
                    "counted from it.",
                    hours=self.display_name,
                )
            )

    def _check_rrule(self):
        try:
            rrulestr(self.rrule or "", dtstart=fields.Datetime.now())
        except (ValueError, TypeError, AttributeError) as error:
            raise ValidationError(
                self.env._(
                    '"%(rule)s" is not a recurrence rule. Write it as RFC 5545 does, '
                    "for instance FREQ=MONTHLY;BYDAY=1MO.",
                    rule=self.rrule or "",
                )
            ) from error

    @api.constrains("hour_from", "hour_to", "break_ids")
    def _check_breaks(self):
        for availability in self:
            start, stop = to_session_hours(availability.hour_from, availability.hour_to)
            for pause in availability.break_ids:
                pause_start, pause_stop = to_break_hours(
                    pause.hour_from, pause.hour_to, start
                )
                if not start <= pause_start < pause_stop <= stop:
                    raise ValidationError(
                        self.env._(
                            "The break %(pause)s does not lie inside the hours: "
                            "%(hours)s.",
                            pause=" – ".join(
                                map(format_duration, (pause.hour_from, pause.hour_to))
                            ),
                            hours=availability.display_name,
                        )
                    )

    @api.depends(
        "recurrence", "weekday", "date", "override", "hour_from", "hour_to", "site_id"
    )
    def _compute_display_name(self):
        weekdays = dict(self._fields["weekday"]._description_selection(self.env))
        for availability in self:
            if availability.recurrence == "date":
                day = self.env["clinic.schedule"]._format_date(availability.date)
            else:
                day = weekdays.get(availability.weekday) or availability.rrule
            if availability.override == "closed" and availability.recurrence == "date":
                hours = self.env._("closed")
            else:
                hours = "–".join(
                    format_duration(hour)
                    for hour in (availability.hour_from, availability.hour_to)
                )
            parts = (day, hours, availability.site_id.name)
            availability.display_name = " · ".join(filter(None, parts))

    @api.model
    def _get_rules(self, doctors, start, stop):
        """Return the engine's rules of ``doctors`` between two UTC datetimes.

        A day is added on both sides: local dates differ from UTC's, and sessions
        may pass midnight.
        """
        day = timedelta(days=1)
        first, last = (start - day).date(), (stop + day).date()
        return self._select_rules(
            SQL(
                "a.active AND a.doctor_id = ANY(%(doctors)s)"
                " AND (a.valid_from IS NULL OR a.valid_from <= %(last)s)"
                " AND (a.valid_until IS NULL OR a.valid_until >= %(first)s)"
                " AND (a.recurrence <> 'date'"
                " OR a.date BETWEEN %(first)s AND %(last)s)",
                doctors=doctors.ids,
                first=first,
                last=last,
            )
        )

    def _to_rules(self):
        """Map these records to rules of the engine."""
        return self._select_rules(SQL("a.id = ANY(%s)", self.ids))

    @api.model
    def _select_rules(self, condition):
        """Read the rules that meet the SQL ``condition`` on alias a, in one query.

        Access rights do not matter: who looks for a free time need not see the
        hours themselves. The ORM would take longer to read 250 rows field by field
        than the search for a month of free times of their doctors takes.
        """
        self.flush_model()
        for model in ("clinic.availability.break", "clinic.doctor", "clinic.site"):
            self.env[model].flush_model()
        self.env["res.company"].flush_model(["clinic_slot_minutes"])
        rows = self.env.execute_query(SQL(RULE_ROWS, condition))
        return [self._make_rule(RuleRow._make(row)) for row in rows]

    @api.model
    def _make_rule(self, row):
        """Return the engine's rule for one ``RuleRow``."""
        start, stop = to_session_hours(row.hour_from, row.hour_to)
        mode = row.recurrence
        is_date = mode == "date"
        return Rule(
            key=row.id,
            resource=row.resource_id,
            start=round(start * 3600),
            stop=round(stop * 3600),
            tz=row.tz,
            mode=mode,
            weekday=int(row.weekday) if mode == "weekly" else None,
            every=row.every_weeks,
            anchor=row.valid_from,
            rrule=row.rrule if mode == "rrule" else None,
            on_date=row.date if is_date else None,
            closed=is_date and row.override == "closed",
            replaces=is_date and row.override != "add",
            scope=row.purpose,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            breaks=self._make_breaks(row.breaks, start) if row.breaks else (),
            step=row.step * 60,
            capacity=row.capacity,
            overbook=row.overbook_limit or 0,
            site=row.site_id,
            purpose=row.purpose,
            channels=CHANNELS[row.channel],
            services=frozenset(row.services) if row.services else None,
        )

    @api.model
    def _make_breaks(self, hours, session_start):
        """Return breaks in seconds on the axis of their session."""
        breaks = (to_break_hours(*pause, session_start) for pause in hours)
        return tuple((round(begin * 3600), round(end * 3600)) for begin, end in breaks)


class ClinicAvailabilityBreak(models.Model):
    """A pause inside a session, in the site's wall-clock hours."""

    _name = "clinic.availability.break"
    _description = "Break"
    _order = "hour_from"

    availability_id = fields.Many2one(
        "clinic.availability", required=True, index=True, ondelete="cascade"
    )
    hour_from = fields.Float(string="Starts", default=12.0, required=True)
    hour_to = fields.Float(string="Ends", default=13.0, required=True)

    _check_hours = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < 24 AND hour_to >= 0 AND hour_to <= 24)",
        "Hours lie between 0:00 and 24:00.",
    )

    @api.constrains("hour_from", "hour_to")
    def _check_inside(self):
        self.availability_id._check_breaks()
