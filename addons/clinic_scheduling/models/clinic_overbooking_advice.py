# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Advice to book more than a session holds, and what staff decided about it.

How many is counted from the probabilities of all who are booked; who comes at which
time has no part in it. What is found out is in ``clinic_overbooking_session.py``.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import formatLang

from .clinic_appointment_booking import GROUP_OVERBOOK
from .clinic_schedule import epoch

#: What was decided stays so long (days) after the session.
KEPT_DAYS = 730


class ClinicOverbookingAdvice(models.Model):
    """One full session of a doctor in which more could be booked."""

    _name = "clinic.overbooking.advice"
    _description = "Overbooking Advice"
    _order = "start, doctor_id, id"
    _rec_name = "doctor_id"

    doctor_id = fields.Many2one(
        "clinic.doctor", required=True, readonly=True, index=True, ondelete="cascade"
    )
    site_id = fields.Many2one(
        "clinic.site", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    start = fields.Datetime(
        string="Session From", required=True, readonly=True, index=True
    )
    stop = fields.Datetime(string="Session Until", required=True, readonly=True)
    session_label = fields.Char(string="Session", compute="_compute_session_label")
    summary = fields.Char(compute="_compute_summary")
    capacity = fields.Integer(
        string="Places",
        readonly=True,
        aggregator=None,
        help="Visits that the session holds without overbooking.",
    )
    booked_count = fields.Integer(string="Booked", readonly=True, aggregator=None)
    expected_missed = fields.Float(
        readonly=True,
        aggregator=None,
        digits=(6, 1),
        help="The sum of the probabilities of those who are booked.",
    )
    more = fields.Integer(
        string="Book More",
        readonly=True,
        aggregator=None,
        help="How many more the costs of the settings are in favour of.",
    )
    chance = fields.Float(
        string="Risk of the Next",
        readonly=True,
        aggregator=None,
        help="How likely one more than advised would be one too many.",
    )
    ratio = fields.Float(
        string="Risk Accepted",
        readonly=True,
        aggregator=None,
        help="Cost of an empty place, as a share of it and of one too many.",
    )
    used_count = fields.Integer(
        string="Booked since",
        compute="_compute_used_count",
        help="Visits that were booked above the capacity after the decision.",
    )
    overbooked_count = fields.Integer(
        string="Above Capacity", readonly=True, aggregator=None
    )
    state = fields.Selection(
        [
            ("proposed", "Suggested"),
            ("accepted", "Accepted"),
            ("declined", "Declined"),
        ],
        default="proposed",
        required=True,
        readonly=True,
        index=True,
    )
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_at = fields.Datetime(readonly=True)

    _unique_session = models.Constraint(
        "UNIQUE (doctor_id, site_id, start)", "A session has one advice."
    )

    @api.depends("start", "stop", "site_id.tz")
    @api.depends_context("lang")
    def _compute_session_label(self):
        schedule = self.env["clinic.schedule"]
        for advice in self:
            tz = advice.site_id.tz or "UTC"
            start, stop = epoch(advice.start), epoch(advice.stop)
            day = schedule._format_day(start, tz)
            advice.session_label = f"{day}, {schedule._format_range(start, stop, tz)}"

    @api.depends("more", "booked_count", "capacity", "expected_missed")
    @api.depends_context("lang")
    def _compute_summary(self):
        for advice in self:
            missed = formatLang(self.env, advice.expected_missed, digits=1)
            advice.summary = self.env._(
                "%(booked)s booked for %(places)s places, about %(missed)s will not "
                "come: book %(more)s more",
                booked=advice.booked_count,
                places=advice.capacity,
                missed=missed,
                more=advice.more,
            )

    @api.depends("doctor_id", "site_id", "start", "stop", "overbooked_count")
    def _compute_used_count(self):
        visits = self._get_overbooked_visits()
        for advice in self:
            now_above = sum(
                visit.doctor_id == advice.doctor_id
                and visit.site_id == advice.site_id
                and advice.start <= visit.start < advice.stop
                for visit in visits
            )
            advice.used_count = max(0, now_above - advice.overbooked_count)

    def _get_overbooked_visits(self):
        """Return visits above the capacity in the days of these sessions, read once."""
        if not self:
            return self.env["clinic.appointment"]
        return self.env["clinic.appointment"].search_fetch(
            [
                ("doctor_id", "in", self.doctor_id.ids),
                ("start", ">=", min(self.mapped("start"))),
                ("start", "<", max(self.mapped("stop"))),
                ("is_overbooked", "=", True),
                ("state", "not in", ("cancelled", "no_show")),
            ],
            ["doctor_id", "site_id", "start"],
        )

    # ------------------------------------------------------------------
    # Deciding
    # ------------------------------------------------------------------

    def action_accept(self):
        """Note that the user follows the advice, and open the booking of the next."""
        self.ensure_one()
        self._decide("accepted")
        return self.action_book()

    def action_decline(self):
        """Note that the user does not follow the advice; it is not made again."""
        self._decide("declined")
        return True

    def action_reopen(self):
        """Take back a decision."""
        self._check_decider()
        # sudo: nobody writes advice, deciders are checked above
        self.sudo().write(
            {"state": "proposed", "decided_by_id": False, "decided_at": False}
        )
        return True

    def _decide(self, state):
        self._check_decider()
        if over := self.filtered(lambda item: item.stop <= fields.Datetime.now()):
            raise UserError(
                self.env._("The session %(name)s is over.", name=over[0].session_label)
            )
        # sudo: nobody writes advice, deciders are checked above
        self.sudo().write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )

    def _check_decider(self):
        self.check_access("read")
        if not self.env.user.has_group(GROUP_OVERBOOK):
            raise AccessError(
                self.env._("Only staff who may overbook decide about this advice.")
            )

    def action_book(self):
        """Open the form of a visit above the capacity, at the next suggested time."""
        self.ensure_one()
        self._check_decider()
        if self.state != "accepted":
            raise UserError(self.env._("Accept the advice first."))
        if self.used_count >= self.more:
            raise UserError(
                self.env._("As many as advised are booked: %(more)s.", more=self.more)
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Book Above Capacity"),
            "res_model": "clinic.appointment",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "current",
            "context": {
                "default_doctor_id": self.doctor_id.id,
                "default_site_id": self.site_id.id,
                "default_start": self._get_next_start(),
                "default_overbook": True,
            },
        }

    def action_view_visits(self):
        """Open the visits of the session."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.clinic_appointment_action_list"
        )
        action["domain"] = [
            ("doctor_id", "=", self.doctor_id.id),
            ("site_id", "=", self.site_id.id),
            ("start", ">=", self.start),
            ("start", "<", self.stop),
            ("state", "not in", ("cancelled", "no_show")),
        ]
        return action

    @api.model
    @api.readonly
    def get_suggestions(self, start, stop):
        """Return what is suggested between two UTC datetimes, for the calendar."""
        advice = self.search(
            [
                ("state", "=", "proposed"),
                ("start", ">=", start),
                ("start", "<", stop),
                ("stop", ">", fields.Datetime.now()),
            ]
        )
        names = ["doctor_id", "site_id", "session_label", "summary"]
        return {
            "advice": advice.read(names),
            "may_decide": self.env.user.has_group(GROUP_OVERBOOK),
        }

    @api.autovacuum
    def _gc_old(self):
        """Drop what nobody decided, and decisions of long ago."""
        now = fields.Datetime.now()
        old = fields.Datetime.subtract(now, days=KEPT_DAYS)
        self.search([("state", "=", "proposed"), ("stop", "<", now)]).unlink()
        self.search([("stop", "<", old)], limit=10000).unlink()
