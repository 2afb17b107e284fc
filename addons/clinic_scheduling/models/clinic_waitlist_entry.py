# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who waits for time that becomes free, and what suits them."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.clinic_engine import waitlist
from odoo.addons.clinic_engine.clock import local_clock

from ..const import WEEKDAYS
from .clinic_schedule import epoch
from .clinic_schedule_offers import DAY_PARTS

#: Entries in these states wait, or think about an offer.
OPEN_STATES = ("waiting", "offered")

#: Steps above routine, as the ranking counts them.
URGENCY_STEPS = {"routine": 0, "urgent": 1, "asap": 2, "stat": 3}

ONE_DAY = timedelta(days=1)

#: Fields of the weekdays, Monday first, and of the parts of the day.
WEEKDAY_FIELDS = tuple(f"on_weekday_{key}" for key, _label in WEEKDAYS)
DAY_PART_FIELDS = {f"in_{part}": part for part in DAY_PARTS}

#: What says when it suits: with a change, free time that nobody took is offered again.
WISH_FIELDS = {
    "doctor_ids",
    "site_ids",
    "earliest_date",
    "latest_date",
    "notice_hours",
    *WEEKDAY_FIELDS,
    *DAY_PART_FIELDS,
}


class ClinicWaitlistEntry(models.Model):
    """A patient who waits for a service. What is left empty is no wish."""

    _name = "clinic.waitlist.entry"
    _description = "Waitlist Entry"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id"
    _rec_names_search = ["patient_id", "service_id"]
    _check_company_auto = True

    patient_id = fields.Many2one(
        "clinic.patient",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        tracking=True,
    )
    patient_phone = fields.Char(related="patient_id.phone", string="Phone")
    service_id = fields.Many2one(
        "clinic.service",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    doctor_ids = fields.Many2many(
        "clinic.doctor",
        string="Doctors",
        check_company=True,
        help="Empty: whoever offers the service.",
    )
    site_ids = fields.Many2many(
        "clinic.site", string="Sites", check_company=True, help="Empty: at every site."
    )
    bookable_doctor_ids = fields.Many2many(
        "clinic.doctor", compute="_compute_bookable_doctor_ids"
    )
    on_weekday_0 = fields.Boolean(string="Monday")
    on_weekday_1 = fields.Boolean(string="Tuesday")
    on_weekday_2 = fields.Boolean(string="Wednesday")
    on_weekday_3 = fields.Boolean(string="Thursday")
    on_weekday_4 = fields.Boolean(string="Friday")
    on_weekday_5 = fields.Boolean(string="Saturday")
    on_weekday_6 = fields.Boolean(string="Sunday")
    in_morning = fields.Boolean(string="Morning", help="Starts before 12:00.")
    in_afternoon = fields.Boolean(
        string="Afternoon", help="Starts from 12:00 to 17:00."
    )
    in_evening = fields.Boolean(string="Evening", help="Starts from 17:00.")
    earliest_date = fields.Date(string="Not Before")
    latest_date = fields.Date(
        string="Not After", tracking=True, help="After that day the entry expires."
    )
    notice_hours = fields.Integer(
        string="Notice Needed (h)",
        default=4,
        help="How long before a visit the patient must know of it.",
    )
    urgency = fields.Selection(
        [
            ("routine", "Routine"),
            ("urgent", "Urgent"),
            ("asap", "As soon as possible"),
            ("stat", "At once"),
        ],
        default="routine",
        required=True,
        tracking=True,
        help="Request priority in the words of HL7 FHIR.",
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("offered", "Offered"),
            ("booked", "Booked"),
            ("withdrawn", "Withdrawn"),
            ("expired", "Expired"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    source = fields.Selection(
        [("staff", "Staff"), ("portal", "Patient portal")],
        default="staff",
        required=True,
        readonly=True,
    )
    note = fields.Text(
        string="Note for Reception", help="Nothing clinical: reception reads it."
    )
    appointment_id = fields.Many2one(
        "clinic.appointment",
        string="Booked Visit",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    offer_ids = fields.One2many(
        "clinic.waitlist.offer", "entry_id", domain=[("offered_at", "!=", False)]
    )
    offer_count = fields.Integer(string="Offers", compute="_compute_offer_count")
    wishes = fields.Char(
        compute="_compute_wishes", help="What suits the patient, in short."
    )

    _unique_open = models.UniqueIndex(
        "(patient_id, service_id) WHERE state IN ('waiting', 'offered')",
        "The patient is on the waitlist for this service already.",
    )
    _check_dates = models.Constraint(
        "CHECK (latest_date >= earliest_date)", "The last day comes before the first."
    )
    _check_notice = models.Constraint(
        "CHECK (notice_hours BETWEEN 0 AND 720)",
        "The notice needed is between 0 and 720 hours.",
    )

    @api.depends("service_id")
    def _compute_bookable_doctor_ids(self):
        for entry in self:
            entry.bookable_doctor_ids = entry.service_id._get_bookable_doctors()

    @api.depends("offer_ids")
    def _compute_offer_count(self):
        counts = dict(
            self.env["clinic.waitlist.offer"]._read_group(
                [("entry_id", "in", self.ids), ("offered_at", "!=", False)],
                ["entry_id"],
                ["__count"],
            )
        )
        for entry in self:
            entry.offer_count = counts.get(entry._origin, 0)

    @api.depends("patient_id", "service_id")
    def _compute_display_name(self):
        for entry in self:
            parts = (entry.patient_id.name, entry.service_id.name)
            entry.display_name = " · ".join(filter(None, parts))

    @api.depends(*WISH_FIELDS)
    @api.depends_context("lang")
    def _compute_wishes(self):
        for entry in self:
            doctors = ", ".join(entry.doctor_ids.mapped("display_name"))
            sites = ", ".join(entry.site_ids.mapped("name"))
            times = (entry._get_labels(names) for names in self._get_time_fields())
            entry.wishes = " · ".join(filter(None, (doctors, sites, *times)))

    @api.model
    def _get_time_fields(self):
        return WEEKDAY_FIELDS, tuple(DAY_PART_FIELDS)

    def _get_labels(self, names):
        """Return the labels of those of these fields that are ticked."""
        ticked = [name for name in names if self[name]]
        return ", ".join(
            self._fields[name]._description_string(self.env) for name in ticked
        )

    @api.constrains("latest_date")
    def _check_latest_date(self):
        today = fields.Date.context_today(self)
        for entry in self:
            last = entry.latest_date
            if entry.state in OPEN_STATES and last and last < today:
                raise ValidationError(
                    self.env._("The last day that suits the patient is over already.")
                )

    # ------------------------------------------------------------------
    # Joining, changing, leaving
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        entries._look_again()
        return entries

    def write(self, vals):
        result = super().write(vals)
        if WISH_FIELDS & vals.keys():
            self._look_again()
        return result

    def _look_again(self):
        """Offer these entries what is free and nobody before them wanted."""
        waiting = self.filtered(lambda entry: entry.state == "waiting")
        if waiting:
            # sudo: the cascade belongs to the practice, not to who enters somebody
            self.env["clinic.waitlist.gap"].sudo()._reopen(waiting.company_id)

    def _end(self, state, **values):
        """Take these entries off the list; an offer that is open is taken back."""
        for entry in self.filtered(lambda item: item.state in OPEN_STATES):
            # sudo: who ends an entry gives back what is held for it
            open_sudo = entry.sudo().offer_ids.filtered(
                lambda offer: offer.state == "offered"
            )
            # first: who accepts right now has the claims before the entry, too
            open_sudo._queue_up(open_sudo.appointment_id)
            entry.write({"state": state, **values})
            open_sudo._withdraw(tell=False)

    def action_withdraw(self):
        """The patient no longer waits."""
        self.check_access("write")
        self._end("withdrawn")
        return True

    def action_wait_again(self):
        """Put the patient back on the list."""
        self.check_access("write")
        if ended := self.filtered(lambda entry: entry.state in OPEN_STATES):
            raise UserError(
                self.env._("%(name)s waits already.", name=ended[0].display_name)
            )
        self.write({"state": "waiting", "appointment_id": False})
        self._check_latest_date()
        self._look_again()
        return True

    def action_view_offers(self):
        """Open what was offered to this patient."""
        self.ensure_one()
        return {
            "name": self.env._("Offers"),
            "type": "ir.actions.act_window",
            "res_model": "clinic.waitlist.offer",
            "view_mode": "list",
            "domain": [("entry_id", "=", self.id), ("offered_at", "!=", False)],
            "context": {"create": False},
        }

    @api.model
    def _cron_expire(self):
        """Scheduled action: end what waits past its last day, on its sites' clocks."""
        # nowhere is it later than the day after this one
        today = fields.Datetime.now().date()
        entries = self.search(
            [("state", "in", OPEN_STATES), ("latest_date", "<=", today)],
            order="latest_date, id",
            limit=1000,
        )
        over = entries.filtered(lambda entry: entry.latest_date < entry._get_today())
        over._end("expired")
        self.env["clinic.waitlist.gap"]._end_past()

    def _get_today(self):
        """Return the day at the entry's sites; where they differ, the first of them."""
        self.ensure_one()
        sites = self.site_ids or self.env["clinic.site"].search(
            [("company_id", "in", (self.company_id.id, False))]
        )
        now = epoch(fields.Datetime.now())
        zones = {site.tz or "UTC" for site in sites} or {"UTC"}
        return min(local_clock(zone).day(now) for zone in zones)

    # ------------------------------------------------------------------
    # For the ranking
    # ------------------------------------------------------------------

    @api.model
    def _get_candidate_domain(self, company):
        return Domain("company_id", "=", company.id) & Domain(
            "state", "in", OPEN_STATES
        )

    @api.model
    def _get_search_order(self, start, stop):
        """Return domains of whom to look at first for a time, and whom thereafter.

        The most urgent whom the days suit; then those who are left out for their days.

        :param start, stop: UTC; a day more on both sides, wherever the site is
        """
        first, last = (start - ONE_DAY).date(), (stop + ONE_DAY).date()
        suits = (
            Domain("earliest_date", "=", False) | Domain("earliest_date", "<=", last)
        ) & (Domain("latest_date", "=", False) | Domain("latest_date", ">=", first))
        levels = sorted(URGENCY_STEPS, key=URGENCY_STEPS.get, reverse=True)
        return [*(suits & Domain("urgency", "=", level) for level in levels), ~suits]

    def _to_candidates(self, busy, besides=None):
        """Return these entries as the engine's candidates.

        :param busy: {partner id: [(start, stop)]} in epoch seconds
        :param besides: the offer of this moment, which does not count
        """
        offers = self.sudo().offer_ids - (besides or self.offer_ids.browse())
        by_entry = offers.grouped("entry_id")
        none = offers.browse()
        return [
            entry._to_candidate(
                by_entry.get(entry, none), busy.get(entry.patient_id.partner_id.id, ())
            )
            for entry in self
        ]

    def _to_candidate(self, offers, busy):
        service = self.service_id
        weekdays = [day for day, name in enumerate(WEEKDAY_FIELDS) if self[name]]
        parts = [
            DAY_PARTS[part] for name, part in DAY_PART_FIELDS.items() if self[name]
        ]
        ended = offers.filtered(
            lambda offer: offer.state in ("declined", "expired") and not offer.is_untold
        )
        return waitlist.Candidate(
            id=self.id,
            service=service.id,
            duration=service.duration * 60,
            joined=epoch(self.create_date),
            before=service.buffer_before * 60,
            after=service.buffer_after * 60,
            urgency=URGENCY_STEPS[self.urgency],
            doctors=self.doctor_ids.ids or None,
            sites=self.site_ids.ids or None,
            weekdays=weekdays or None,
            day_parts=parts or None,
            first_day=self.earliest_date or None,
            last_day=self.latest_date or None,
            notice=self.notice_hours * 3600,
            offers=len(ended),
            refused=tuple(epoch(offer.start) for offer in ended),
            has_offer=any(offer.state == "offered" for offer in offers),
            busy=busy,
        )
