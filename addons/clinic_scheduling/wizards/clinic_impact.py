# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a change does to booked visits: shown first, decided, then written whole."""

from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.clinic_impact_check import gravest

#: What a client may write; all else the wizard finds out or keeps itself.
CLIENT_FIELDS = {
    "doctor_ids",
    "start",
    "stop",
    "reason",
    "preference",
    "notify",
    "line_ids",
}

#: More visits than this are not held unasked: "Move all" does it.
MAX_HELD_UNASKED = 60


class ClinicImpact(models.TransientModel):
    """An absence, changed hours or a leaving doctor, and the visits that it hits.

    How the change is written: ``clinic_impact_change.py``. Free times and holds:
    ``clinic_impact_offer.py``. Writing the decisions: ``clinic_impact_apply.py``.
    """

    _name = "clinic.impact"
    _inherit = "clinic.wizard.mixin"
    _description = "Impact on Appointments"

    kind = fields.Selection(
        [
            ("absence", "Absence"),
            ("change", "Changed hours or doctors"),
            ("decide", "Waiting for a decision"),
        ],
        default="absence",
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [("draft", "Change"), ("preview", "Decide"), ("done", "Done")],
        default="draft",
        required=True,
        readonly=True,
    )
    doctor_ids = fields.Many2many(
        "clinic.doctor",
        "clinic_impact_doctor_rel",
        "impact_id",
        "doctor_id",
        string="Doctors",
    )
    start = fields.Datetime(string="From", default=lambda self: self._default_start())
    stop = fields.Datetime(string="Until", default=lambda self: self._default_stop())
    reason = fields.Char(help="For the staff. Patients are not told.")
    operations = fields.Json(
        readonly=True, help="The pending steps, as they were tried."
    )
    appointment_ids = fields.Many2many(
        "clinic.appointment",
        "clinic_impact_appointment_rel",
        "impact_id",
        "appointment_id",
        string="Appointments to Decide",
    )
    preference = fields.Selection(
        [
            ("time", "The same time, with a colleague"),
            ("doctor", "The same doctor, at another time"),
        ],
        string="Prefer",
        default="time",
        required=True,
    )
    notify = fields.Boolean(
        string="Tell the Patients",
        default=True,
        help="As the rules of messages say; where none reaches them, a call is planned "
        "for you.",
    )
    line_ids = fields.One2many("clinic.impact.line", "impact_id", string="Hit")
    move_count = fields.Integer(compute="_compute_counts", string="To Move")
    keep_count = fields.Integer(compute="_compute_counts", string="To Keep")
    cancel_count = fields.Integer(compute="_compute_counts", string="To Cancel")
    hidden_count = fields.Integer(
        readonly=True, help="Hit at sites that you do not see."
    )
    doctor_count = fields.Integer(compute="_compute_counts")
    cause_count = fields.Integer(compute="_compute_counts")
    held_until = fields.Datetime(compute="_compute_held_until")
    moved_count = fields.Integer(string="Moved", readonly=True)
    kept_count = fields.Integer(string="Kept", readonly=True)
    cancelled_count = fields.Integer(string="Cancelled", readonly=True)
    late_count = fields.Integer(
        readonly=True, help="Booked there while this screen was open."
    )
    mail_count = fields.Integer(string="Messages", readonly=True)
    call_count = fields.Integer(string="Calls", readonly=True)

    @api.model
    def _default_start(self):
        """The quarter of an hour that runs now."""
        now = fields.Datetime.now()
        return now.replace(minute=now.minute // 15 * 15, second=0)

    @api.model
    def _default_stop(self):
        """Midnight, on the user's clock."""
        zone = pytz.timezone(self.env.user.tz or "UTC")
        today = pytz.utc.localize(fields.Datetime.now()).astimezone(zone).date()
        midnight = datetime.combine(today + timedelta(days=1), time())
        return zone.localize(midnight).astimezone(pytz.utc).replace(tzinfo=None)

    @api.depends("kind", "state")
    def _compute_display_name(self):
        titles = {
            "absence": self.env._("Doctor Is Away"),
            "change": self.env._("Affected appointments"),
            "decide": self.env._("Appointments to decide"),
        }
        for impact in self:
            impact.display_name = titles[impact.kind]

    @api.depends("line_ids.decision", "line_ids.doctor_id")
    def _compute_counts(self):
        for impact in self:
            decisions = impact.line_ids.mapped("decision")
            impact.move_count = decisions.count("move")
            impact.keep_count = decisions.count("keep")
            impact.cancel_count = decisions.count("cancel")
            impact.doctor_count = len(impact.line_ids.doctor_id)
            impact.cause_count = len(set(impact.line_ids.mapped("cause")))

    @api.depends("line_ids.hold_id.hold_expires_at")
    def _compute_held_until(self):
        for impact in self:
            expiries = impact.line_ids.hold_id.mapped("hold_expires_at")
            impact.held_until = min(filter(None, expiries), default=False)

    @api.model_create_multi
    def create(self, vals_list):
        """Nobody but the wizard itself says what it writes and whom that hits."""
        for vals in vals_list:
            self._check_client_fields(vals)
        server = set(self._fields) - CLIENT_FIELDS
        forged = {f"default_{name}" for name in server}
        context = {
            key: value for key, value in self.env.context.items() if key not in forged
        }
        created = super(ClinicImpact, self.with_env(self.env(context=context)))
        return created.create(vals_list).with_env(self.env)

    def _check_client_fields(self, vals):
        """Refuse fields that only the server writes.

        :raise AccessError: naming them
        """
        if not self.env.su and (names := vals.keys() - CLIENT_FIELDS):
            raise AccessError(
                self.env._(
                    "%(fields)s cannot be written directly.",
                    fields=", ".join(sorted(names)),
                )
            )

    def _write_by_server(self, vals):
        """Write what only the wizard itself may, after looking whose it is."""
        self.check_access("write")
        # sudo: clients may not write these
        self.sudo().write(vals)

    def write(self, vals):
        """Another preference looks again for every visit that is to move."""
        self._check_client_fields(vals)
        other = self.filtered(
            lambda impact: (
                impact.state == "preview"
                and impact.preference != vals.get("preference", impact.preference)
            )
        )
        result = super().write(vals)
        lines = other.line_ids.filtered(lambda line: line.decision == "move")
        lines._release_holds()
        lines._offer_and_hold()
        return result

    # ------------------------------------------------------------------
    # Ways in
    # ------------------------------------------------------------------

    @api.model
    def _open_change(self, operations):
        """Preview the steps that were refused, and return the action to show it."""
        impact = self._create_by_server({"kind": "change", "operations": operations})
        impact._preview()
        return impact._get_action()

    @api.model
    def _open_decisions(self, appointments):
        """Take up visits that wait for a decision.

        :raise UserError: when none of them does
        """
        waiting = appointments.filtered("attention")
        if not waiting:
            raise UserError(
                self.env._("None of these appointments waits for a decision.")
            )
        impact = self._create_by_server(
            {"kind": "decide", "appointment_ids": [fields.Command.set(waiting.ids)]}
        )
        impact._preview()
        return impact._get_action()

    @api.model
    def _create_by_server(self, vals):
        self.check_access("create")
        impact = self._as_server(self._name).create(vals).with_env(self.env)
        impact._check_given()
        return impact

    def _get_action(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.clinic_impact_action"
        )
        return {**action, "res_id": self.id}

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_preview(self):
        """Show who is hit, each with a free time that is held for them."""
        self._preview()
        return True

    def action_back(self):
        """Give the held times back and return to the change."""
        self.line_ids.unlink()
        self._write_by_server({"state": "draft"})
        return True

    def action_move_all(self):
        """Hold a free time for every visit that has none yet.

        Those for which there is none stay as they are decided.
        """
        lines = self.line_ids.filtered(lambda line: not line._is_held())
        lines._offer_and_hold()
        self._renew_holds()
        return True

    def action_keep_all(self):
        """Keep every visit where it is."""
        self.line_ids.write({"decision": "keep"})
        return True

    def action_cancel_all(self):
        """Cancel every visit."""
        self.line_ids.write({"decision": "cancel"})
        return True

    def action_discard(self):
        """Give the held times back and leave everything as it was."""
        self.line_ids.unlink()
        if len(self.doctor_ids) == 1:
            return self.doctor_ids._get_records_action(target="main")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.clinic_appointment_action"
        )
        return {**action, "target": "main"}

    def action_view_appointments(self):
        """Open the visits that were decided here."""
        self.ensure_one()
        visits = self.line_ids.appointment_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decided Appointments"),
            "res_model": "clinic.appointment",
            "domain": [("id", "in", visits.ids)],
            "view_mode": "list,form",
        }

    # ------------------------------------------------------------------
    # Preview
    # ------------------------------------------------------------------

    def _preview(self):
        """Find who is hit, and propose and hold another time for each."""
        self.ensure_one()
        self.line_ids.unlink()
        hits = self._get_hits()
        visits = self.env["clinic.appointment"].search(
            [("id", "in", list(hits))], order="start, id"
        )
        self._write_by_server(
            {"state": "preview", "hidden_count": len(hits) - len(visits)}
        )
        # the visits are those that the user sees
        lines_sudo = self._as_server("clinic.impact.line")
        lines = lines_sudo.create(
            [
                {
                    "impact_id": self.id,
                    "appointment_id": visit.id,
                    "start": visit.start,
                    "doctor_id": visit.doctor_id.id,
                    "site_id": visit.site_id.id,
                    "cause": gravest(hits[visit.id]),
                    "decision": "keep",
                }
                for visit in visits
            ]
        ).with_env(self.env)
        if len(lines) <= MAX_HELD_UNASKED:
            lines._offer_and_hold()

    def _renew_holds(self):
        """Whoever is at work on the list keeps what is held."""
        holds = self.line_ids.hold_id
        holds._extend_hold(self.env.company.clinic_hold_minutes)
        holds._touch_calendars()
