# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.clinic_engine.clock import DAY, from_epoch, local_clock
from odoo.addons.clinic_engine.ranking import nearest

from ..exceptions import BookingError
from ..models.clinic_schedule import epoch
from ..models.clinic_schedule_words import PATIENT_RULES, AskedTime

#: An alternative lies at most so many days from the wanted day: two alternatives of
#: neighbouring weeks can then never meet.
ALTERNATIVE_RADIUS = 3
MAX_REPEATS = 52

#: Taken over from the first visit. What is clinical is not: each visit has its own.
#: Nor is its source: whoever books the series is staff.
COPIED_FIELDS = ("kind", "urgency", "priority", "note")


class ClinicAppointmentRepeat(models.TransientModel):
    """Books a visit again, week after week, after showing what is free."""

    _name = "clinic.appointment.repeat"
    _inherit = "clinic.wizard.mixin"
    _description = "Repeat an Appointment"

    appointment_id = fields.Many2one(
        "clinic.appointment", required=True, readonly=True, ondelete="cascade"
    )
    count = fields.Integer(
        string="How Many More", default=5, required=True, help="Besides the first one."
    )
    every_weeks = fields.Integer(string="Every (weeks)", default=1, required=True)
    policy = fields.Selection(
        [
            ("all", "Book all, or none when one is not free"),
            ("skip", "Leave out what is not free"),
            ("alternative", "Take the nearest free time instead"),
        ],
        string="What Is Not Free",
        default="all",
        required=True,
    )
    line_ids = fields.One2many("clinic.appointment.repeat.line", "repeat_id")
    is_done = fields.Boolean(readonly=True)
    result = fields.Char(compute="_compute_result")
    can_book = fields.Boolean(compute="_compute_result")

    _check_numbers = models.Constraint(
        f"CHECK (count BETWEEN 1 AND {MAX_REPEATS} AND every_weeks BETWEEN 1 AND 26)",
        "Repeat a visit 1 to 52 times, every 1 to 26 weeks.",
    )

    @api.depends("appointment_id")
    def _compute_display_name(self):
        for repeat in self:
            repeat.display_name = self.env._("Repeat an Appointment")

    @api.depends("line_ids", "policy", "is_done")
    def _compute_result(self):
        for repeat in self:
            lines, policy = repeat.line_ids, repeat.policy
            free = len(lines.filtered("is_free"))
            wanted = sum(bool(line._get_start(policy)) for line in lines)
            if policy == "all" and free < len(lines):
                wanted = 0
            repeat.can_book = bool(wanted) and not repeat.is_done
            if not lines:
                repeat.result = False
            elif repeat.is_done:
                repeat.result = self.env._(
                    "%(booked)s of %(total)s visits are booked.",
                    booked=len(lines.filtered("appointment_id")),
                    total=len(lines),
                )
            else:
                repeat.result = self.env._(
                    "%(free)s of %(total)s times are free; %(wanted)s visits will be "
                    "booked.",
                    free=free,
                    total=len(lines),
                    wanted=wanted,
                )

    # ------------------------------------------------------------------
    # Preview
    # ------------------------------------------------------------------

    def action_preview(self):
        """Show for each wanted time whether it is free, why not, and what is near."""
        self.ensure_one()
        if self.is_done:
            return self._reopen()
        if not self.appointment_id.patient_id:
            raise UserError(self.env._("Choose the patient of the visit first."))
        wanted = self._get_wanted_starts()
        situation, query = self._get_search(wanted)
        found = situation.find(query)
        site = self.appointment_id.site_id
        free = found.get((self.appointment_id.doctor_id.id, site.id), [])
        commands = [Command.clear()]
        for sequence, start in enumerate(wanted):
            values = self._prepare_line_vals(start, situation, query, free)
            commands.append(Command.create({"sequence": sequence, **values}))
        self.line_ids = commands
        return self._reopen()

    def _get_wanted_starts(self):
        """Return the starts in epoch seconds: the same wall-clock time each week."""
        visit = self.appointment_id
        clock = local_clock(visit.site_id.tz)
        first = clock.local(epoch(visit.start))
        seconds = first.hour * 3600 + first.minute * 60 + first.second
        return [
            clock.epoch(
                first.date() + timedelta(weeks=self.every_weeks * number), seconds
            )
            for number in range(1, self.count + 1)
        ]

    def _get_wanted_times(self):
        return [self._to_utc(start) for start in self._get_wanted_starts()]

    def _get_search(self, wanted):
        """Return (situation, query) over the whole series: one read, any length."""
        visit = self.appointment_id
        radius = (ALTERNATIVE_RADIUS + 1) * DAY
        start = from_epoch(wanted[0] - radius).replace(tzinfo=None)
        stop = from_epoch(wanted[-1] + radius).replace(tzinfo=None)
        options = {}
        if self._has_named_room():
            options["room"] = visit.room_id
        return self.env["clinic.schedule"]._get_search(
            visit.service_id,
            visit.doctor_id,
            max(start, fields.Datetime.now()),
            stop,
            sites=visit.site_id,
            patient=visit.patient_id,
            duration=visit.duration * 60,
            **options,
        )

    def _has_named_room(self):
        visit = self.appointment_id
        return bool(visit.room_id) and not visit.service_id.room_kind_id

    def _prepare_line_vals(self, start, situation, query, free):
        visit = self.appointment_id
        schedule, site = self.env["clinic.schedule"], visit.site_id
        stop = start + query.duration
        resource = visit.doctor_id.sudo().resource_id.id
        asked = AskedTime(visit.service_id, visit.doctor_id, site, start, stop)
        reasons = situation.explain(query, start, resource, site.id)
        in_past = start < epoch(fields.Datetime.now())
        if not in_past:
            reasons = [item for item in reasons if item.code not in PATIENT_RULES]
        sentences = schedule._get_refusal_reasons(reasons, asked, situation)
        values = {
            "start": self._to_utc(start),
            "when": schedule._format_moment(start, site.tz),
            "is_free": not reasons,
            "reason": " ".join(text for _code, text in sentences),
        }
        other = reasons and self._get_alternative(start, free)
        if other:
            values["alternative_start"] = self._to_utc(other)
            values["alternative"] = schedule._format_moment(other, site.tz)
        return values

    def _get_alternative(self, start, free):
        """Return the free start of the same doctor and site that is nearest."""
        for other, _doctor in nearest({0: free}, start, 1):
            if abs(other - start) <= ALTERNATIVE_RADIUS * DAY:
                return other
        return None

    def _to_utc(self, seconds):
        return from_epoch(seconds).replace(tzinfo=None)

    # ------------------------------------------------------------------
    # Booking
    # ------------------------------------------------------------------

    def action_book(self):
        """Book the series in one savepoint, as the policy says.

        :raise BookingError: with the policy all or nothing, for the first time that
            somebody else took meanwhile; nothing is booked then
        """
        self.ensure_one()
        if self.is_done:
            return self._reopen()
        if self.line_ids.mapped("start") != self._get_wanted_times():
            # asked for other times since: they are shown before they are booked
            return self.action_preview()
        if not self.can_book:
            raise UserError(
                self.env._(
                    "Not every time is free, so nothing was booked. Choose to leave "
                    "out what is not free, or to take the nearest free time."
                )
            )
        with self.env.cr.savepoint():
            series = self._get_series()
            starts = {line: line._get_start(self.policy) for line in self.line_ids}
            self.env["clinic.appointment"]._lock_ahead_of_new(
                [self._prepare_appointment_vals(at) for at in starts.values() if at]
            )
            for line, start in starts.items():
                if start:
                    self._book_line(line, start, series)
        self.is_done = True
        return self._reopen()

    def _get_series(self):
        """Return the visit's series; make it when it has none."""
        visit = self.appointment_id
        visit.check_access("write")
        if visit.series_id:
            return visit.series_id
        # sudo: who may book the visits may also tie them together
        series_sudo = self.env["clinic.appointment.series"].sudo()
        series = series_sudo.create(
            {
                "company_id": visit.company_id.id,
                "every_weeks": self.every_weeks,
                "patient_id": visit.patient_id.id,
                "service_id": visit.service_id.id,
                "doctor_id": visit.doctor_id.id,
            }
        ).sudo(self.env.su)
        visit._write_by_door({"series_id": series.id})
        return series

    def _book_line(self, line, start, series):
        """Book one visit; what a race took is told, or ends an all-or-nothing."""
        try:
            with self.env.cr.savepoint():
                visit = self.env["clinic.appointment"].book(
                    self._prepare_appointment_vals(start)
                )
        except BookingError as error:
            if self.policy == "all":
                raise
            line.write({"is_free": False, "reason": error.args[0]})
            return
        visit._write_by_door({"series_id": series.id})
        line.appointment_id = visit

    def _prepare_appointment_vals(self, start):
        visit = self.appointment_id
        values = visit._convert_to_write({name: visit[name] for name in COPIED_FIELDS})
        if self._has_named_room():
            values["room_id"] = visit.room_id.id
        return {
            **values,
            "service_id": visit.service_id.id,
            "doctor_id": visit.doctor_id.id,
            "patient_id": visit.patient_id.id,
            "site_id": visit.site_id.id,
            "start": fields.Datetime.to_string(start),
            "duration": visit.duration,
        }

    def action_view_series(self):
        """Open the appointments of the series."""
        return self.appointment_id.action_view_series()

    def _reopen(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.clinic_appointment_repeat_action"
        )
        return {**action, "res_id": self.id}


class ClinicAppointmentRepeatLine(models.TransientModel):
    """One wanted time of a series: free, or why not and what is near."""

    _name = "clinic.appointment.repeat.line"
    _inherit = "clinic.wizard.mixin"
    _description = "Repeated Appointment"
    _order = "sequence, id"

    repeat_id = fields.Many2one(
        "clinic.appointment.repeat", required=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    start = fields.Datetime(required=True)
    when = fields.Char(help="Day and time on the site's clock.")
    is_free = fields.Boolean(string="Free")
    reason = fields.Char(string="Why Not")
    alternative_start = fields.Datetime()
    alternative = fields.Char(string="Nearest Free Time")
    appointment_id = fields.Many2one("clinic.appointment", string="Booked")

    def _get_start(self, policy):
        """Return the UTC start to book under ``policy``, None to leave it out."""
        if self.is_free:
            return self.start
        if policy == "alternative" and self.alternative_start:
            return self.alternative_start
        return None
