# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Time that became free, and what is done to fill it.

A row is written where time is given back, in that same transaction and without any
search; ``clinic_waitlist_cascade.py`` works on it after the commit.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.clinic_engine import waitlist

CRON = "clinic_scheduling.ir_cron_waitlist"

#: States in which there is something to do.
WORKING_STATES = ("look", "open", "offered")

#: States of a gap that still may be filled.
LIVE_STATES = ("open", "offered")

#: Time that begins sooner (minutes) is not offered any more.
LEAST_MINUTES = waitlist.LEAST_NOTICE // 60

#: Hours and absences that change are looked through so far ahead (days).
LOOK_DAYS = 60

#: Gaps that came to nothing are forgotten after so many days.
KEEP_DAYS = 365

#: When somebody joins, at most so many gaps that nobody wanted are looked at again.
MAX_REOPENED = 50


class ClinicWaitlistGap(models.Model):
    """A free time of a doctor, for the patients who wait."""

    _name = "clinic.waitlist.gap"
    _description = "Waitlist Gap"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "start desc, id desc"

    doctor_id = fields.Many2one(
        "clinic.doctor", required=True, readonly=True, index=True, ondelete="cascade"
    )
    site_id = fields.Many2one(
        "clinic.site", readonly=True, index=True, ondelete="cascade"
    )
    service_id = fields.Many2one(
        "clinic.service",
        string="For",
        readonly=True,
        ondelete="cascade",
        help="The service that the time was for: others may take it as well.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    appointment_id = fields.Many2one(
        "clinic.appointment",
        string="Given Back By",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    start = fields.Datetime(required=True, readonly=True, index=True)
    stop = fields.Datetime(required=True, readonly=True)
    time_slot = fields.Char(string="Time", compute="_compute_time_slot")
    cause = fields.Selection(
        [
            ("cancelled", "Cancelled"),
            ("moved", "Moved"),
            ("expired", "Hold ended"),
            ("no_show", "No-show"),
            ("hours", "New hours"),
            ("staff", "Reception"),
        ],
        string="Became Free By",
        required=True,
        readonly=True,
    )
    is_given_back = fields.Boolean(
        readonly=True,
        help="The patient asked for it: it is not offered to the same patient.",
    )
    state = fields.Selection(
        [
            ("look", "Looking for times"),
            ("open", "To be offered"),
            ("offered", "Offered"),
            ("filled", "Filled"),
            ("taken", "Taken by somebody else"),
            ("away", "Doctor away"),
            ("nobody", "Nobody left"),
            ("stopped", "Stopped"),
            ("past", "Over"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    next_at = fields.Datetime(string="Next Step", readonly=True, index="btree_not_null")
    is_quiet = fields.Boolean(string="Waits for the Morning", readonly=True)
    is_ranked = fields.Boolean(
        readonly=True,
        help="It waits, and who comes next was written down when that began.",
    )
    is_told = fields.Boolean(readonly=True)
    offer_ids = fields.One2many("clinic.waitlist.offer", "gap_id", readonly=True)
    asked_ids = fields.One2many(
        "clinic.waitlist.offer",
        "gap_id",
        domain=[("offered_at", "!=", False)],
        readonly=True,
        string="Offers",
    )
    next_ids = fields.One2many(
        "clinic.waitlist.offer",
        "gap_id",
        domain=[("state", "=", "ranked")],
        readonly=True,
        string="Next in Line",
    )
    left_out_ids = fields.One2many(
        "clinic.waitlist.offer",
        "gap_id",
        domain=[("state", "in", ("left_out", "taken"))],
        readonly=True,
    )
    patient_id = fields.Many2one(
        "clinic.patient", string="Offered To", compute="_compute_patient_id"
    )

    _due = models.Index("(next_at) WHERE state IN ('look', 'open', 'offered')")

    @api.depends("start", "stop", "site_id.tz")
    @api.depends_context("lang")
    def _compute_time_slot(self):
        for gap in self:
            gap.time_slot = gap._say_time() if gap.start else ""

    @api.depends("doctor_id", "start", "site_id.tz")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for gap in self:
            parts = (gap.doctor_id.display_name, gap.time_slot)
            gap.display_name = " · ".join(filter(None, parts))

    @api.depends("offer_ids.state")
    def _compute_patient_id(self):
        for gap in self:
            offer = gap.offer_ids.filtered(
                lambda item: item.state in ("offered", "accepted")
            )
            gap.patient_id = offer[:1].patient_id

    # ------------------------------------------------------------------
    # Noting
    # ------------------------------------------------------------------

    @api.model
    def _is_wanted(self, company):
        """Whether somebody of ``company`` waits: else no gap is worth a row."""
        if not company.sudo().clinic_waitlist_enabled:
            return False
        entries_sudo = self.env["clinic.waitlist.entry"].sudo()
        domain = entries_sudo._get_candidate_domain(company)
        return bool(entries_sudo.search_count(domain, limit=1))

    @api.model
    def _note(self, vals_list):
        """Note free times; the scheduled action looks at them after the commit.

        :param vals_list: fields of gaps
        """
        soon = fields.Datetime.now() + timedelta(minutes=LEAST_MINUTES)
        wanted = [vals for vals in vals_list if vals["stop"] > soon]
        # sudo: whoever gives time back need not know who waits for it
        gaps_sudo = self.sudo().with_context(mail_create_nolog=True)
        gaps_sudo = gaps_sudo.create(
            [{"next_at": fields.Datetime.now(), **vals} for vals in wanted]
        )
        if gaps_sudo:
            gaps_sudo._trigger()
        return gaps_sudo

    @api.model
    def _get_open_looks(self, doctors):
        """Return, as superuser, what is noted of these doctors to be looked through."""
        return self.sudo().search(
            Domain("doctor_id", "in", doctors.ids) & Domain("state", "=", "look")
        )

    @api.model
    def _trigger(self, at=None):
        """Let the scheduled action run after this commit, or at a moment."""
        cron_sudo = self.env.ref(CRON).sudo()
        cron_sudo._trigger(at)

    @api.model
    def _reopen(self, companies):
        """Look again at free time that nobody wanted so far.

        What waits for the morning or for a place looks at everybody then, anyway.
        """
        now = fields.Datetime.now()
        gaps = self.search(
            Domain("company_id", "in", companies.ids)
            & Domain("state", "=", "nobody")
            & Domain("start", ">", now),
            order="start, id",
            limit=MAX_REOPENED,
        )
        live = self.search(
            Domain("company_id", "in", companies.ids) & Domain("state", "=", "open")
        )
        due = live.filtered(lambda gap: not gap.next_at or gap.next_at <= now)
        (gaps | due)._go_on()
        (live - due)._touch()

    def _touch(self):
        """Write these rows as they are.

        A step that is about to end them, and does not see what this transaction does,
        is then refused by PostgreSQL, and begins again.
        """
        if self:
            self.flush_recordset(["next_at"])
            self.env.cr.execute(
                "UPDATE clinic_waitlist_gap SET next_at = next_at WHERE id IN %s",
                [tuple(self.ids)],
            )

    def _go_on(self):
        """Work on these gaps as soon as this transaction is committed."""
        if self:
            now = fields.Datetime.now()
            self.write({"state": "open", "next_at": now, "is_ranked": False})
            self._trigger()

    def _end(self, state):
        """There is nothing more to do for these gaps."""
        self.write({"state": state, "next_at": False, "is_quiet": False})
        waiting = self.offer_ids.filtered(lambda offer: offer.state == "ranked")
        if state != "nobody":
            waiting.unlink()

    @api.model
    def _end_past(self):
        """Close gaps whose time has come, and forget old ones that came to nothing."""
        now = fields.Datetime.now()
        past = Domain("stop", "<=", now)
        self.search(
            past & Domain("state", "in", ("look", "open", "nobody")), limit=1000
        )._end("past")
        old = Domain("stop", "<", now - timedelta(days=KEEP_DAYS))
        self.search(old & Domain("state", "!=", "filled"), limit=1000).unlink()

    # ------------------------------------------------------------------
    # Reception
    # ------------------------------------------------------------------

    def _check_staff(self):
        """Refuse to whoever may not see the gap or may not book."""
        self.check_access("read")
        self.env["clinic.appointment"].check_access("create")

    def action_stop(self):
        """Offer this time to nobody any more; an open offer is taken back."""
        self._check_staff()
        for gap_sudo in self.sudo().filtered(lambda gap: gap.state in WORKING_STATES):
            gap_sudo.asked_ids._withdraw()
            gap_sudo._end("stopped")
        return True

    def action_fill(self):
        """Begin, or begin again, to offer this time; say why nobody gets an offer."""
        self.ensure_one()
        self._check_staff()
        if self.start <= fields.Datetime.now():
            raise UserError(self.env._("This time is over."))
        gap_sudo = self.sudo()
        if gap_sudo.state != "offered":
            gap_sudo._go_on()
            gap_sudo._advance()
        return gap_sudo._get_fill_notice() or True

    @api.model
    def fill_time(self, doctor_id, service_id, start, site_id=None):
        """Offer a free time of the calendar to who waits; return what to open.

        :param start: UTC, as Odoo writes datetimes
        :raise UserError: something is not chosen yet, or the time is over
        """
        self.env["clinic.doctor"].check_access("read")
        doctor = self.env["clinic.doctor"].browse(doctor_id or ())
        service = self.env["clinic.service"].browse(service_id or ())
        start = fields.Datetime.to_datetime(start)
        if not (doctor and service and start):
            raise UserError(self.env._("Choose the service, the doctor and the start."))
        site = self.env["clinic.site"].browse(site_id or ())
        site = site or self._find_site(service, doctor, start)
        for record in (doctor, service, site):
            record.check_access("read")
        return self._fill_time(
            {
                "doctor_id": doctor.id,
                "site_id": site.id,
                "service_id": service.id,
                "company_id": (site.company_id or self.env.company).id,
                "start": start,
                "stop": start + timedelta(minutes=service.duration),
                "cause": "staff",
            }
        )

    def _find_site(self, service, doctor, start):
        """Return where the doctor is then.

        :raise UserError: nowhere
        """
        hours = self.env["clinic.schedule"].get_open_hours(
            doctor.ids, start, start + timedelta(minutes=service.duration)
        )
        here = hours.get(str(doctor.id)) or [{"site_id": doctor.site_ids[:1].id}]
        site = self.env["clinic.site"].browse(here[0]["site_id"] or ())
        if not site:
            raise UserError(self.env._("The doctor works at no site then."))
        return site

    @api.model
    def _fill_time(self, values):
        """Offer a free time at once, and return the action that shows the cascade.

        :param dict values: of the gap; one that is known for the same time is used
        """
        self.env["clinic.appointment"].check_access("create")
        if values["start"] <= fields.Datetime.now():
            raise UserError(self.env._("This time is over."))
        gap_sudo = self.sudo().search(
            Domain("doctor_id", "=", values["doctor_id"])
            & Domain("start", "=", values["start"])
            & Domain("state", "!=", "look"),
            limit=1,
        )
        gap_sudo = gap_sudo or self._note([values])
        if not gap_sudo:
            raise UserError(self.env._("This time begins too soon to be offered."))
        gap = gap_sudo.with_env(self.env)
        gap.check_access("read")
        gap.action_fill()
        return gap._get_form_action()

    def _get_form_action(self):
        self.ensure_one()
        return {
            "name": self.env._("Fill This Gap"),
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
