# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime

from ..exceptions import BookingError, OutsideAvailability
from ..models.clinic_schedule import epoch

#: What a client may write on a line; all else the wizard finds out itself.
CLIENT_FIELDS = {"decision", "option_id", "earliest"}

#: Context value of a write by the wizard itself, which holds and releases nothing.
QUIET = object()


class ClinicImpactLine(models.TransientModel):
    """One visit that is hit, and what becomes of it.

    ``decision`` "move" and a hold in the ledger go together: whatever writes the
    decision or the chosen time takes the hold, changes it or gives it back.
    """

    _name = "clinic.impact.line"
    _inherit = "clinic.wizard.mixin"
    _description = "Impact on an Appointment"
    _order = "start, id"

    impact_id = fields.Many2one(
        "clinic.impact", required=True, index=True, ondelete="cascade", readonly=True
    )
    impact_state = fields.Selection(related="impact_id.state", related_sudo=False)
    appointment_id = fields.Many2one(
        "clinic.appointment", required=True, ondelete="cascade", readonly=True
    )
    patient_id = fields.Many2one(
        related="appointment_id.patient_id",
        related_sudo=False,
        string="Patient Record",
    )
    patient_name = fields.Char(
        related="patient_id.name", related_sudo=False, string="Patient"
    )
    phone = fields.Char(related="patient_id.phone", related_sudo=False)
    # as booked when the list was made: the visit itself may move meanwhile
    start = fields.Datetime(required=True, readonly=True)
    doctor_id = fields.Many2one("clinic.doctor", required=True, readonly=True)
    site_id = fields.Many2one("clinic.site", required=True, readonly=True)
    service_id = fields.Many2one(
        related="appointment_id.service_id", related_sudo=False
    )
    booked_label = fields.Char(compute="_compute_labels", string="Time")
    cause = fields.Selection(
        selection=lambda self: (
            self.env["clinic.appointment"]
            ._fields["attention"]
            ._description_selection(self.env)
        ),
        string="Hit by",
        readonly=True,
    )
    decision = fields.Selection(
        [("move", "Move"), ("keep", "Keep"), ("cancel", "Cancel")],
        default="keep",
        required=True,
    )
    option_ids = fields.One2many("clinic.impact.option", "line_id")
    option_id = fields.Many2one(
        "clinic.impact.option",
        string="Moves to",
        domain="[('line_id', '=', id)]",
        ondelete="set null",
    )
    earliest = fields.Date(string="Not Before")
    hold_id = fields.Many2one(
        "clinic.appointment", string="Held Time", readonly=True, ondelete="set null"
    )
    hold_state = fields.Selection(
        [("held", "Held"), ("lost", "No longer held"), ("none", "No free time")],
        string="Hold",
        compute="_compute_hold_state",
    )
    outcome = fields.Char(readonly=True, help="What was done in the end.")

    @api.depends("start", "site_id")
    def _compute_labels(self):
        for line in self:
            line.booked_label = line._format_time(line.start, line.site_id)

    @api.depends("hold_id", "hold_id.state", "decision", "option_ids")
    def _compute_hold_state(self):
        for line in self:
            if line.decision == "move":
                line.hold_state = "held" if line._is_held() else "lost"
            else:
                line.hold_state = False if line.option_ids else "none"

    def _format_time(self, moment, site):
        return format_datetime(
            self.env, moment, tz=site.tz, dt_format="EEE d MMM, HH:mm"
        )

    # ------------------------------------------------------------------
    # Writing a decision holds or releases
    # ------------------------------------------------------------------

    def write(self, vals):
        if self.env.context.get("clinic_impact_quiet") is QUIET:
            return super().write(vals)
        self._check_client_fields(vals)
        result = super().write(vals)
        if {"decision", "option_id"} & vals.keys():
            for line in self:
                line._follow_decision(chosen=bool(vals.get("option_id")))
            self.impact_id._renew_holds()
        return result

    def unlink(self):
        """Give back what is held."""
        self.check_access("unlink")
        self._release_holds()
        return super().unlink()

    def _check_client_fields(self, vals):
        """Refuse fields that only the server writes, and times of other lines.

        :raise AccessError: saying which
        """
        if self.env.su:
            return
        if names := vals.keys() - CLIENT_FIELDS:
            raise AccessError(
                self.env._(
                    "%(fields)s cannot be written directly.",
                    fields=", ".join(sorted(names)),
                )
            )
        option = self.env["clinic.impact.option"].browse(vals.get("option_id") or ())
        if option and option.line_id != self:
            raise AccessError(self.env._("This time was offered to somebody else."))

    def _follow_decision(self, chosen=False):
        if self.decision != "move":
            self._release_holds()
        elif not (self._is_held() and self.hold_id == self.option_id.hold_id):
            self._release_holds(self.option_id)
            if chosen:
                self._hold(self.option_id)
            else:
                self._hold_any()

    def _is_held(self):
        self.ensure_one()
        hold = self.hold_id
        return hold.state == "hold" and hold._has_live_hold()

    def _release_holds(self, next_options=None):
        """Give the held times back; what was only held leaves no trace.

        :param next_options: what is held next, to queue up for both in one order
        """
        holds = self.hold_id._filtered_access("write")
        # sudo: the holds are the wizard's own, and nobody else deletes any
        holds_sudo = holds.sudo().filtered(
            lambda hold: hold.state in ("hold", "cancelled") and hold.name == "/"
        )
        if not holds_sudo:
            return
        claims_sudo = holds_sudo.reservation_ids
        resources = claims_sudo.resource_id
        if next_options:
            resources |= next_options.doctor_id.sudo().resource_id
        self.env["clinic.reservation"]._lock(resources.ids, claims_sudo.partner_id.ids)
        holds_sudo.unlink()

    def _set_quietly(self, **values):
        """Write without holding or releasing anything."""
        return self.with_context(clinic_impact_quiet=QUIET).write(values)

    # ------------------------------------------------------------------
    # Holding
    # ------------------------------------------------------------------

    def _offer_and_hold(self):
        """Find times for these visits and hold the best of each that is left."""
        self._offer()
        for line in self:
            if line._is_held() or line._hold_first():
                line._set_quietly(decision="move")
            elif line.decision == "move":
                line._set_quietly(decision="keep")

    def _hold_first(self):
        """Hold the first option that is still free; tell whether there was one."""
        self._release_holds()
        for option in self.option_ids:
            try:
                self._hold(option)
            except BookingError:
                continue
            return True
        return False

    def _hold_any(self):
        if not self.option_ids:
            self._offer()
        if not self._hold_first():
            raise UserError(
                self.env._(
                    "No free time was found for %(patient)s on %(time)s. Look later "
                    "with another first day, keep the appointment or cancel it.",
                    patient=self.patient_id.name,
                    time=self.booked_label,
                )
            )

    def _hold(self, option):
        """Take the option's time in the ledger.

        :raise BookingError: when somebody was faster
        """
        visits = self.env["clinic.appointment"]
        self.appointment_id.check_access("write")
        values = self._prepare_hold(option)
        try:
            hold = visits.hold(values)
        except OutsideAvailability:
            # hours that only the change itself will open; the booking is checked
            # against them again when the visit moves
            if not self._is_opened_by_change(option):
                raise
            reason = self.env._("Held for hours that are about to change")
            # sudo: the right to make exceptions; these hours are none once applied
            hold_sudo = visits.sudo().hold({**values, "exception_reason": reason})
            hold = hold_sudo.with_env(self.env)
            hold.check_access("write")
        option.sudo().hold_id = hold
        self._set_quietly(hold_id=hold.id, option_id=option.id)

    def _is_opened_by_change(self, option):
        """Whether the change itself, made by this user, has hours for ``option``.

        :raise AccessError: when the user may not make that change
        """
        impact = self.impact_id
        if impact.kind != "change":
            return False
        visit, doctor, site = self.appointment_id, option.doctor_id, option.site_id
        length = visit.stop - visit.start
        stop = option.start + length
        schedule, service = self.env["clinic.schedule"], visit.service_id
        with impact._what_if():
            situation = schedule._get_situation(
                service, doctor, option.start, stop, sites=site
            )
            query = schedule._get_query(
                service, option.start, stop, duration=int(length.total_seconds())
            )
            return not situation.explain(
                query, epoch(option.start), doctor.sudo().resource_id.id, site.id
            )

    def _prepare_hold(self, option):
        """The patient is left out: they are busy then with this very visit."""
        visit = self.appointment_id
        return {
            "service_id": visit.service_id.id,
            "doctor_id": option.doctor_id.id,
            "site_id": option.site_id.id,
            "start": option.start,
            "duration": visit.duration,
            "note": self.env._("Held for %(number)s", number=visit.name),
        }

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_move(self):
        """Hold another time for this visit."""
        self.write({"decision": "move"})
        return True

    def action_keep(self):
        """Leave the visit where it is."""
        self.write({"decision": "keep"})
        return True

    def action_cancel(self):
        """Cancel the visit when the change is written."""
        self.write({"decision": "cancel"})
        return True

    def action_choose(self):
        """Open the other free times of this visit."""
        self.ensure_one()
        # again each time: what others hold or book meanwhile is no longer offered
        self._offer(self._get_first_moment())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Move %(patient)s", patient=self.patient_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_search(self):
        """Offer times from the chosen day on instead."""
        return self.action_choose()

    def _get_first_moment(self):
        """Return the midnight that begins the chosen day, in UTC; None: any time."""
        if not self.earliest:
            return None
        zone = pytz.timezone(self.site_id.tz or "UTC")
        midnight = zone.localize(datetime.combine(self.earliest, time()))
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)


class ClinicImpactOption(models.TransientModel):
    """A free time to which a visit could move."""

    _name = "clinic.impact.option"
    _inherit = "clinic.wizard.mixin"
    _description = "Other Time for an Appointment"
    _order = "id"

    line_id = fields.Many2one(
        "clinic.impact.line", required=True, index=True, ondelete="cascade"
    )
    doctor_id = fields.Many2one("clinic.doctor", required=True, ondelete="cascade")
    site_id = fields.Many2one("clinic.site", required=True, ondelete="cascade")
    start = fields.Datetime(required=True)
    hold_id = fields.Many2one("clinic.appointment", ondelete="set null")

    @api.depends("start", "doctor_id", "site_id")
    def _compute_display_name(self):
        for option in self:
            visit = option.line_id.appointment_id
            time = option.line_id._format_time(option.start, option.site_id)
            parts = [time, option.doctor_id.display_name]
            if option.site_id != visit.site_id:
                parts.append(option.site_id.name)
            option.display_name = " · ".join(parts)

    def action_choose(self):
        """Hold this time instead, and close the choice."""
        self.ensure_one()
        self.line_id.write({"decision": "move", "option_id": self.id})
        return {"type": "ir.actions.act_window_close"}
