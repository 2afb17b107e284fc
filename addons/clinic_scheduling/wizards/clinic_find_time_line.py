# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re

from odoo import api, fields, models
from odoo.tools import format_datetime

#: What a reason adds to the score, as it stands behind its sentence.
TERM = re.compile(r" \([+-]\d+\.\d\d\)")


class ClinicFindTimeLine(models.TransientModel):
    """A free time that can be booked, held or moved to with one click."""

    _name = "clinic.find.time.line"
    _inherit = "clinic.wizard.mixin"
    _description = "Free Time"
    _order = "sequence, id"

    find_id = fields.Many2one("clinic.find.time", required=True, ondelete="cascade")
    kind = fields.Selection(
        [("offer", "Offer"), ("near", "Near the wanted time")], required=True
    )
    sequence = fields.Integer()
    start = fields.Datetime(required=True)
    stop = fields.Datetime(required=True)
    when = fields.Char(help="Day and time on the site's clock.")
    doctor_id = fields.Many2one("clinic.doctor", required=True, ondelete="cascade")
    site_id = fields.Many2one("clinic.site", required=True, ondelete="cascade")
    room_hint = fields.Char(string="Room")
    score = fields.Float(digits=(16, 2))
    reasons = fields.Text(string="Why, with Points")
    why = fields.Char(compute="_compute_why")
    appointment_id = fields.Many2one(
        "clinic.appointment", help="What this time was taken for."
    )
    is_move = fields.Boolean(compute="_compute_is_move")
    held_until = fields.Char(compute="_compute_held_until")

    @api.depends("reasons")
    def _compute_why(self):
        for line in self:
            line.why = TERM.sub("", line.reasons or "")

    def _compute_is_move(self):
        for line in self:
            line.is_move = bool(line.find_id.appointment_id)

    def _compute_held_until(self):
        for line in self:
            held = line.appointment_id
            line.held_until = held.state == "hold" and self.env._(
                "Held until %(time)s",
                time=format_datetime(self.env, held.hold_expires_at, dt_format="HH:mm"),
            )

    def action_book(self):
        """Book this time, at once when it is known for whom; else open the form."""
        self.ensure_one()
        find = self.find_id
        if find.appointment_id:
            return self._move()
        if self.appointment_id:
            return self._book_held()
        if not find.patient_id:
            return self._open_form()
        values = self._prepare_appointment_vals()
        key = f"find-time-{self.id}-{find.patient_id.id}"
        self.appointment_id = self.env["clinic.appointment"].book(values, key=key)
        return self._tell_booked(self.appointment_id)

    def action_hold(self):
        """Keep this time for some minutes, for whoever is still choosing."""
        self.ensure_one()
        if not self.appointment_id:
            self.appointment_id = self.env["clinic.appointment"].hold(
                self._prepare_appointment_vals(), key=f"find-time-hold-{self.id}"
            )
        return self.find_id._reopen()

    def action_release(self):
        """Give a held time back."""
        self.ensure_one()
        held = self.appointment_id
        if held.state == "hold":
            held.cancel(reason=self.env._("The held time was given back."))
        return self.find_id._reopen()

    def action_open_appointment(self):
        """Open the appointment that this time was taken for."""
        self.ensure_one()
        return self._open_appointment(self.appointment_id)

    def _prepare_appointment_vals(self):
        find = self.find_id
        return {
            "service_id": find.service_id.id,
            "doctor_id": self.doctor_id.id,
            "site_id": self.site_id.id,
            "patient_id": find.patient_id.id,
            "start": fields.Datetime.to_string(self.start),
        }

    def _book_held(self):
        held, patient = self.appointment_id, self.find_id.patient_id
        if held.state == "hold" and not (held.patient_id or patient):
            return self._open_appointment(held)
        if held.state == "hold":
            if patient and held.patient_id != patient:
                held.write({"patient_id": patient.id})
            held.confirm()
        return self._tell_booked(held)

    def _move(self):
        find = self.find_id
        visit = find.appointment_id
        values = {
            "start": fields.Datetime.to_string(self.start),
            "doctor_id": self.doctor_id.id,
        }
        if self.site_id != visit.site_id:
            values["site_id"] = self.site_id.id
        visit.reschedule(values, reason=find.move_reason)
        message = self.env._(
            "%(visit)s is now on %(when)s.", visit=visit.display_name, when=self.when
        )
        return self._notify(message)

    def _tell_booked(self, appointment):
        if self.env.context.get("clinic_find_time_dialog"):
            return self._notify(
                self.env._(
                    "%(visit)s is booked for %(when)s.",
                    visit=appointment.display_name,
                    when=self.when,
                )
            )
        return self._open_appointment(appointment)

    def _notify(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _open_appointment(self, appointment):
        return {
            "type": "ir.actions.act_window",
            "res_model": "clinic.appointment",
            "res_id": appointment.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def _open_form(self):
        """Open the form of a new appointment at this time, to choose the patient."""
        values = self._prepare_appointment_vals()
        context = {f"default_{name}": value for name, value in values.items() if value}
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Book %(when)s", when=self.when),
            "res_model": "clinic.appointment",
            "views": [(False, "form")],
            "target": "new",
            "context": context,
        }
