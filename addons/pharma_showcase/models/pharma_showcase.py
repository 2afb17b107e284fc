# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.tools import format_datetime

from odoo.addons.clinic_scheduling.const import WEEKDAYS

from ..const import MODALITIES, STATES, UPCOMING_STATES


class PharmaShowcase(models.Model):
    """A call of a representative who shows products to a doctor: its data.

    How it is booked and moved is in ``pharma_showcase_booking.py``, its life in
    ``pharma_showcase_state.py``.
    """

    _name = "pharma.showcase"
    _description = "Product Showcase"
    _inherit = [
        "clinic.reservation.mixin",
        "rating.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "start desc, id desc"
    _rec_names_search = ["name", "doctor_id"]
    _check_company_auto = True
    _reservation_owner = "showcase_id"

    name = fields.Char(
        string="Number", readonly=True, copy=False, default="/", index="trigram"
    )
    # showcases are cancelled, not archived: screens do not offer it
    active = fields.Boolean(default=True, readonly=True)
    state = fields.Selection(
        STATES,
        default="draft",
        required=True,
        copy=False,
        tracking=True,
        group_expand="_group_expand_state",
        index=True,
    )
    doctor_id = fields.Many2one(
        "clinic.doctor",
        required=True,
        index=True,
        tracking=True,
        ondelete="restrict",
        check_company=True,
    )
    representative_id = fields.Many2one(
        "pharma.representative",
        required=True,
        index=True,
        tracking=True,
        ondelete="restrict",
        check_company=True,
        default=lambda self: self._default_representative_id(),
    )
    representative_color = fields.Integer(related="representative_id.color")
    user_id = fields.Many2one(
        related="representative_id.user_id",
        store=True,
        precompute=True,
        index=True,
        string="User",
    )
    team_id = fields.Many2one(
        "crm.team", compute="_compute_team_id", store=True, precompute=True, index=True
    )
    territory_id = fields.Many2one(
        "pharma.territory",
        compute="_compute_territory_id",
        store=True,
        precompute=True,
        index=True,
    )
    segment_id = fields.Many2one(
        "pharma.segment",
        compute="_compute_territory_id",
        store=True,
        precompute=True,
        index=True,
        help="Of the doctor when the call was planned.",
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        index=True,
    )
    site_id = fields.Many2one(
        "clinic.site",
        index=True,
        ondelete="restrict",
        tracking=True,
        help="Where the call takes place. Left empty, where the doctor is then.",
    )
    room_id = fields.Many2one(
        "clinic.room",
        ondelete="restrict",
        index="btree_not_null",
        help="A room of ours that is taken for the call.",
    )
    modality = fields.Selection(
        MODALITIES, default="in_person", required=True, tracking=True
    )
    video_url = fields.Char(
        string="Video Link", help="Where a video call takes place; the doctor gets it."
    )
    start = fields.Datetime(required=True, index=True, tracking=True)
    stop = fields.Datetime(
        compute="_compute_stop", store=True, readonly=False, precompute=True, index=True
    )
    duration = fields.Integer(
        string="Duration (min)",
        compute="_compute_duration",
        store=True,
        readonly=False,
        precompute=True,
    )
    solicited_by_doctor = fields.Boolean(
        string="Asked for by the Doctor",
        tracking=True,
        help="Calls that the doctor asked for do not count against the limit of calls.",
    )
    solicited_note = fields.Char(
        string="How the Doctor Asked",
        tracking=True,
        help="When and how the doctor asked for the call.",
    )
    rule_breach = fields.Char(
        string="Breaks Rules",
        readonly=True,
        copy=False,
        help="Rules that a call breaks that was recorded after it took place.",
    )
    source = fields.Selection(
        [
            ("staff", "Staff"),
            ("planner", "Planner"),
            ("doctor", "Doctor"),
            ("api", "Other software"),
            ("import", "Import"),
        ],
        default="staff",
        required=True,
        help="Where the showcase came from.",
    )
    line_ids = fields.One2many(
        "pharma.showcase.line", "showcase_id", string="Products", copy=True
    )
    opportunity_id = fields.Many2one(
        "crm.lead", index="btree_not_null", copy=False, check_company=True
    )
    calendar_event_id = fields.Many2one(
        "calendar.event",
        string="Meeting",
        index="btree_not_null",
        copy=False,
        readonly=True,
        ondelete="set null",
    )
    agenda = fields.Text(help="What it will be about. The doctor reads it.")
    note = fields.Text(string="Internal Note", help="Nothing about patients.")
    exception_reason = fields.Char(
        copy=False,
        help="With a reason, schedulers book outside the hours that the doctor gave.",
    )
    is_outside_hours = fields.Boolean(
        string="Outside the Doctor's Hours", readonly=True, copy=False
    )
    attention = fields.Selection(
        [
            ("representative", "The representative is away"),
            ("doctor", "The doctor is away"),
            ("moved", "The doctor asks for another time"),
        ],
        string="Needs a Decision",
        copy=False,
        readonly=True,
        index="btree_not_null",
    )
    decline_reason = fields.Char(readonly=True, copy=False, tracking=True)
    cancel_reason = fields.Char(readonly=True, copy=False, tracking=True)
    proposed_at = fields.Datetime(readonly=True, copy=False)
    confirmed_at = fields.Datetime(readonly=True, copy=False)
    done_at = fields.Datetime(readonly=True, copy=False)
    declined_at = fields.Datetime(readonly=True, copy=False)
    cancelled_at = fields.Datetime(readonly=True, copy=False)
    reschedule_count = fields.Integer(readonly=True, copy=False)
    invitation_sequence = fields.Integer(
        readonly=True,
        copy=False,
        help="Revision of the invitation, so that calendars know the newest.",
    )
    history_ids = fields.One2many(
        "pharma.showcase.history", "showcase_id", string="Moves", readonly=True
    )
    reservation_ids = fields.One2many(
        "clinic.reservation", "showcase_id", readonly=True, copy=False
    )
    access_token = fields.Char(groups=fields.NO_ACCESS, copy=False)
    is_upcoming = fields.Boolean(compute="_compute_is_upcoming")
    weekday = fields.Selection(
        WEEKDAYS, compute="_compute_local_time", store=True, precompute=True
    )
    hour = fields.Integer(
        compute="_compute_local_time",
        store=True,
        precompute=True,
        aggregator=None,
        help="Hour of the start on the clock of the place.",
    )

    _unique_key = models.UniqueIndex(
        "(idempotency_key) WHERE idempotency_key IS NOT NULL",
        "This showcase was booked already.",
    )
    _unique_name = models.UniqueIndex(
        "(company_id, name) WHERE name <> '/'", "This number is taken."
    )
    _check_duration = models.Constraint(
        "CHECK (duration > 0 AND stop > start)", "A showcase ends after it starts."
    )
    _by_doctor = models.Index("(doctor_id, start)")
    _by_representative = models.Index("(representative_id, start)")

    def _default_representative_id(self):
        return self.env["pharma.representative"].search(
            [("user_id", "=", self.env.uid)], limit=1
        )

    @api.model
    def _group_expand_state(self, states, domain):
        """Show a column for each step of a call, and for other states in use."""
        steps = ("draft", "proposed", "confirmed", "done")
        return [key for key, _label in STATES if key in steps or key in states]

    @api.depends("representative_id")
    def _compute_team_id(self):
        for showcase in self:
            showcase.team_id = showcase.representative_id.team_id

    @api.depends("doctor_id")
    def _compute_territory_id(self):
        for showcase in self:
            showcase.territory_id = showcase.doctor_id.territory_id
            showcase.segment_id = showcase.doctor_id.segment_id

    @api.depends("representative_id.company_id")
    def _compute_company_id(self):
        for showcase in self:
            company = showcase.representative_id.company_id
            showcase.company_id = company or self.env.company

    @api.depends("line_ids.minutes")
    def _compute_duration(self):
        for showcase in self:
            planned = sum(showcase.line_ids.mapped("minutes"))
            showcase.duration = showcase.duration or max(planned, 20)

    @api.depends("start", "duration")
    def _compute_stop(self):
        for showcase in self:
            if showcase.start:
                minutes = showcase.duration or 20
                showcase.stop = showcase.start + timedelta(minutes=minutes)

    @api.depends("state", "stop")
    def _compute_is_upcoming(self):
        now = fields.Datetime.now()
        for showcase in self:
            is_open = showcase.state in UPCOMING_STATES
            showcase.is_upcoming = bool(
                is_open and showcase.stop and showcase.stop > now
            )

    @api.depends("start", "site_id.tz", "representative_id.tz")
    def _compute_local_time(self):
        for showcase in self:
            if showcase.start:
                local = showcase._localize(showcase.start)
                showcase.weekday = str(local.weekday())
                showcase.hour = local.hour

    def _get_tz(self):
        """Return the name of the zone on whose clock the call is read."""
        self.ensure_one()
        return self.site_id.tz or self.representative_id.tz or "UTC"

    def _localize(self, moment):
        """Return a naive UTC datetime as an aware one on the place's clock."""
        zone = pytz.timezone(self._get_tz())
        return pytz.utc.localize(moment).astimezone(zone)

    def _format_when(self):
        """Return when the call starts on the place's clock, in words."""
        zone = self._get_tz()
        return format_datetime(self.env, self.start, tz=zone, dt_format="short")

    @api.depends("name", "doctor_id")
    def _compute_display_name(self):
        for showcase in self:
            who = showcase.sudo().doctor_id.display_name or self.env._("New")
            number = showcase.name if showcase.name != "/" else ""
            showcase.display_name = " · ".join(filter(None, (who, number)))
