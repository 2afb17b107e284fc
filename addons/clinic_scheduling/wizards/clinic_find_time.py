# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from bisect import bisect_left
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.clinic_engine.clock import from_epoch, local_clock
from odoo.addons.clinic_engine.ranking import Preference

from ..models.clinic_schedule import epoch
from ..models.clinic_schedule_offers import DAY_PARTS

#: Days that are searched at first, and at most.
SEARCH_DAYS = 14
MAX_SEARCH_DAYS = 184

#: At most so many offers of one doctor on one day, so that the list shows a choice.
OFFERS_PER_DAY = 2

WEEKDAY_FIELDS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class ClinicFindTime(models.TransientModel):
    """Looks for free times, offers the best first and says why the others are out."""

    _name = "clinic.find.time"
    _inherit = "clinic.wizard.mixin"
    _description = "Find a Time"

    appointment_id = fields.Many2one(
        "clinic.appointment", string="Visit to Move", readonly=True
    )
    service_id = fields.Many2one("clinic.service", domain="service_domain")
    service_domain = fields.Binary(compute="_compute_service_domain")
    modality = fields.Selection(
        [("in_person", "In person"), ("video", "Video"), ("phone", "Telephone")],
    )
    patient_id = fields.Many2one(
        "clinic.patient",
        help="Own appointments of the patient are kept free, and what the patient "
        "usually takes is offered first.",
    )
    allowed_doctor_ids = fields.Many2many(
        "clinic.doctor", compute="_compute_allowed_doctor_ids"
    )
    doctor_ids = fields.Many2many(
        "clinic.doctor",
        string="Doctors",
        domain="[('id', 'in', allowed_doctor_ids)]",
        help="Empty: any doctor who offers the service.",
    )
    site_ids = fields.Many2many(
        "clinic.site", string="Sites", help="Empty: at every site."
    )
    date_from = fields.Date(
        string="From", default=lambda self: fields.Date.context_today(self)
    )
    date_to = fields.Date(
        string="Until",
        default=lambda self: (
            fields.Date.context_today(self) + timedelta(days=SEARCH_DAYS)
        ),
    )
    mon = fields.Boolean()
    tue = fields.Boolean()
    wed = fields.Boolean()
    thu = fields.Boolean()
    fri = fields.Boolean()
    sat = fields.Boolean()
    sun = fields.Boolean()
    day_part = fields.Selection(
        [
            ("any", "Any time"),
            ("morning", "Morning (before 12)"),
            ("afternoon", "Afternoon (12 to 17)"),
            ("evening", "Evening (after 17)"),
            ("hours", "Between…"),
        ],
        string="Time of Day",
        default="any",
        required=True,
    )
    hour_from = fields.Float(default=8.0)
    hour_to = fields.Float(default=18.0)
    public = fields.Boolean(
        string="As Patients See It",
        help="Only times that patients can book online: with the notice and the "
        "horizon of the service.",
    )
    limit = fields.Integer(string="Offers", default=8, required=True)
    wanted_start = fields.Datetime(
        string="Near", help="Times near to this one are offered first."
    )
    wanted_stop = fields.Datetime(help="Only times up to here: the end of a gap.")
    gap_label = fields.Char(compute="_compute_gap_label")
    move_reason = fields.Char(
        string="Reason of the Move", help="For the history; nothing clinical."
    )
    line_ids = fields.One2many(
        "clinic.find.time.line",
        "find_id",
        string="Free Times",
        domain=[("kind", "=", "offer")],
    )
    has_searched = fields.Boolean()
    is_collapsed = fields.Boolean(
        help="On small screens the found times take the place of the search."
    )
    search_label = fields.Char(compute="_compute_search_label")
    result = fields.Text(readonly=True)
    why_doctor_id = fields.Many2one(
        "clinic.doctor", string="Doctor", domain="[('id', 'in', allowed_doctor_ids)]"
    )
    why_site_id = fields.Many2one("clinic.site", string="Site")
    why_date = fields.Date(string="Date")
    why_hour = fields.Float(string="Time", default=9.0)
    why_result = fields.Char(readonly=True)
    why_reasons = fields.Text(readonly=True)
    near_ids = fields.One2many(
        "clinic.find.time.line",
        "find_id",
        string="Nearest Free Times",
        domain=[("kind", "=", "near")],
    )

    _check_limit = models.Constraint(
        'CHECK ("limit" BETWEEN 1 AND 100)', "Ask for 1 to 100 offers."
    )
    _check_hours = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < 24 AND hour_to > 0 AND hour_to <= 24"
        " AND why_hour >= 0 AND why_hour < 24)",
        "Hours lie between 0:00 and 24:00.",
    )

    @api.depends("appointment_id")
    def _compute_display_name(self):
        for find in self:
            find.display_name = self.env._("Find a Time")

    @api.depends("modality")
    def _compute_service_domain(self):
        for find in self:
            wanted = find.modality
            find.service_domain = [("modality", "=", wanted)] if wanted else []

    @api.depends("service_id", "appointment_id")
    def _compute_allowed_doctor_ids(self):
        for find in self:
            find.allowed_doctor_ids = find._get_offering_doctors()

    @api.depends("wanted_start", "wanted_stop", "site_ids")
    def _compute_gap_label(self):
        schedule = self.env["clinic.schedule"]
        for find in self:
            label = False
            if find.wanted_start:
                tz = find.site_ids[:1].tz or self.env.user.tz or "UTC"
                start = epoch(find.wanted_start)
                label = schedule._format_moment(start, tz)
                if find.wanted_stop:
                    stop = schedule._format_hour(epoch(find.wanted_stop), tz)
                    label = f"{label}–{stop}"
            find.gap_label = label

    @api.depends("service_id", "patient_id", "doctor_ids", "date_from", "date_to")
    def _compute_search_label(self):
        for find in self:
            days = " – ".join(
                format_date(self.env, day)
                for day in (find.date_from, find.date_to)
                if day
            )
            names = [find.service_id.name, find.patient_id.name]
            names += [*find.doctor_ids.mapped("display_name"), days]
            find.search_label = " · ".join(filter(None, names))

    @api.onchange("modality")
    def _onchange_modality(self):
        if self.modality and self.service_id.modality != self.modality:
            self.service_id = False

    @api.onchange("service_id")
    def _onchange_service_id(self):
        if self.service_id:
            self.modality = self.service_id.modality
            self.doctor_ids &= self.allowed_doctor_ids

    # ------------------------------------------------------------------
    # Whom, where and when
    # ------------------------------------------------------------------

    def _get_offering_doctors(self):
        """Return whose times this user may look for: a doctor only finds own ones."""
        if not self.service_id:
            doctors = self.env["clinic.doctor"].search([])
        else:
            doctors = self.service_id._get_doctors() | self.appointment_id.doctor_id
        if not self.env.user.has_group("clinic_scheduling.group_clinic_receptionist"):
            doctors &= self.env.user.clinic_doctor_ids
        return doctors

    def _get_doctors(self):
        offering = self._get_offering_doctors()
        return (self.doctor_ids & offering) if self.doctor_ids else offering

    def _get_sites(self):
        """Return the asked sites, else all that the user may see."""
        return self.site_ids or self.env["clinic.site"].search([])

    def _get_window(self, sites):
        """Return (start, stop) in UTC: whole days on the clocks of ``sites``."""
        now = fields.Datetime.now()
        if self.wanted_start and self.wanted_stop:
            return max(self.wanted_start, now), self.wanted_stop
        if not (self.date_from and self.date_to):
            raise UserError(self.env._("Choose from when until when to search."))
        if self.date_to < self.date_from:
            raise UserError(self.env._("The search ends before it begins."))
        if (self.date_to - self.date_from).days > MAX_SEARCH_DAYS:
            raise UserError(
                self.env._(
                    "Search at most %(days)s days at a time.", days=MAX_SEARCH_DAYS
                )
            )
        return self._to_window(sites, self.date_from, self.date_to)

    def _to_window(self, sites, first, last):
        clocks = [local_clock(site.tz) for site in sites] or [local_clock("UTC")]
        start = min(clock.epoch(first, 0) for clock in clocks)
        stop = max(clock.epoch(last + timedelta(days=1), 0) for clock in clocks)
        return max(self._to_utc(start), fields.Datetime.now()), self._to_utc(stop)

    def _to_utc(self, seconds):
        return from_epoch(seconds).replace(tzinfo=None)

    def _keep_days(self, found, first, last):
        """Cut what lies on other days of a site: the window is that of all sites."""
        if self.wanted_start and self.wanted_stop:
            return found
        kept = {}
        for (doctor, site), starts in found.items():
            clock = local_clock(self.env["clinic.site"].browse(site).tz)
            begin = bisect_left(starts, clock.epoch(first, 0))
            end = bisect_left(starts, clock.epoch(last + timedelta(days=1), 0))
            if starts[begin:end]:
                kept[doctor, site] = starts[begin:end]
        return kept

    def _drop_present(self, found):
        """Leave out where the visit to move is already."""
        visit = self.appointment_id
        key = visit.doctor_id.id, visit.site_id.id
        if key in found:
            present = epoch(visit.start)
            found[key] = [start for start in found[key] if start != present]
        return {key: starts for key, starts in found.items() if starts}

    def _get_options(self, sites):
        """Return the options of ``clinic.schedule._get_search`` for these wishes."""
        options = {"sites": sites, "public": self.public}
        if self.patient_id:
            options["patient"] = self.patient_id
        if self.appointment_id:
            visit = self.appointment_id
            options["exclude"] = visit
            options["duration"] = visit.duration * 60
            if visit.room_id and not visit.service_id.room_kind_id:
                options["room"] = visit.room_id
        weekdays = [i for i, name in enumerate(WEEKDAY_FIELDS) if self[name]]
        if weekdays:
            options["weekdays"] = frozenset(weekdays)
        if self.day_part == "hours":
            options["day_part"] = self._get_hours()
        elif self.day_part != "any":
            options["day_part"] = DAY_PARTS[self.day_part]
        return options

    def _get_hours(self):
        start, stop = round(self.hour_from * 3600), round(self.hour_to * 3600)
        return start, stop if stop > start else stop + 86400

    def _get_preference(self):
        """Return what is offered first: the patient's habits, the wanted instant."""
        habits = None
        if self.patient_id:
            habits = self.env["clinic.schedule"]._get_habits(self.patient_id)
        if not self.wanted_start:
            return Preference(habits=habits)
        # who asks for a time wants that time, with the usual doctor
        return Preference(
            habits=habits and habits.only("doctor"), target=epoch(self.wanted_start)
        )

    # ------------------------------------------------------------------
    # Searching
    # ------------------------------------------------------------------

    def action_find(self):
        """Search, and show the offers; when there is none, show why."""
        self.ensure_one()
        self._find()
        return self._reopen()

    def action_change(self):
        """Show the search again on a small screen."""
        self.is_collapsed = False
        return self._reopen()

    def _find(self):
        if not self.service_id:
            raise UserError(self.env._("Choose the service first."))
        sites = self._get_sites()
        doctors = self._get_doctors()
        start, stop = self._get_window(sites)
        schedule = self.env["clinic.schedule"]
        situation, query = schedule._get_search(
            self.service_id, doctors, start, stop, **self._get_options(sites)
        )
        offers, preference = [], self._get_preference()
        if query and start < stop:
            found = situation.find(query)
            found = self._keep_days(found, self.date_from, self.date_to)
            found = self._drop_present(found)
            per_day = None if self.wanted_start else OFFERS_PER_DAY
            offers = schedule._rank(
                situation, query, found, preference, self.limit, per_day
            )
        if offers:
            result = False
        else:
            result, offers = self._explain_nothing(sites, doctors, situation, query)
        self.write(
            {
                "has_searched": True,
                "is_collapsed": bool(offers),
                "result": result,
                "line_ids": self._prepare_lines("offer", offers, preference),
            }
        )

    def _prepare_lines(self, kind, offers, preference=None):
        """Return commands that replace the lines of ``kind`` by these offers."""
        field = self.line_ids if kind == "offer" else self.near_ids
        commands = [Command.delete(line.id) for line in field]
        rooms = self._get_material_names(offers)
        for sequence, offer in enumerate(offers):
            site = self.env["clinic.site"].browse(offer.site)
            values = {
                "kind": kind,
                "sequence": sequence,
                "start": self._to_utc(offer.start),
                "stop": self._to_utc(offer.stop),
                "doctor_id": offer.doctor,
                "site_id": offer.site,
                "room_hint": ", ".join(rooms[item] for item in offer.materials),
                "score": offer.score,
            }
            schedule = self.env["clinic.schedule"]
            values["when"] = schedule._format_moment(offer.start, site.tz)
            if preference and offer.terms:
                reasons = schedule._get_offer_reasons(offer, preference, site.tz)
                values["reasons"] = " · ".join(reasons)
            commands.append(Command.create(values))
        return commands

    def _get_material_names(self, offers):
        """Return {(role, id): name} of rooms and devices, one query for each kind."""
        names = {}
        for role, model in (("room", "clinic.room"), ("equipment", "clinic.equipment")):
            ids = {
                key for offer in offers for kind, key in offer.materials if kind == role
            }
            # sudo: the name of what the booking itself would take
            for item_sudo in self.env[model].sudo().browse(sorted(ids)):
                names[role, item_sudo.id] = item_sudo.name
        return names

    # ------------------------------------------------------------------
    # Opening
    # ------------------------------------------------------------------

    @api.model
    def action_open(self, values=None):
        """Open the search with ``values`` filled in, and search if it can.

        For the calendar: ``wanted_start`` (UTC) with ``doctor_ids``, ``site_ids`` and
        perhaps ``wanted_stop``, ``service_id`` and ``patient_id`` fill a gap.
        """
        values = dict(values or {})
        for name in ("doctor_ids", "site_ids"):
            if name in values:
                values[name] = [Command.set(values[name])]
        if values.get("wanted_start"):
            values.setdefault("date_from", self._get_local_day(values))
            first = fields.Date.to_date(values["date_from"])
            values.setdefault("date_to", first + timedelta(days=SEARCH_DAYS))
        find = self.create(values)
        if find.service_id:
            find._find()
        return find.with_context(clinic_find_time_dialog=True)._reopen()

    def _get_local_day(self, values):
        find = self.new(values)
        tz = find.site_ids[:1].tz or self.env.user.tz or "UTC"
        return local_clock(tz).day(epoch(find.wanted_start))

    def _reopen(self):
        """Show this search again: in its dialog, or by reloading its page."""
        if not self.env.context.get("clinic_find_time_dialog"):
            return True
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.clinic_find_time_action_dialog"
        )
        if self.appointment_id:
            action["name"] = self.env._(
                "Move %(visit)s", visit=self.appointment_id.display_name
            )
        return {**action, "res_id": self.id}
