# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command, api, fields, models


class ClinicAppointmentCancel(models.TransientModel):
    """Ask why before appointments are cancelled."""

    _name = "clinic.appointment.cancel"
    _inherit = "clinic.wizard.mixin"
    _description = "Cancel Appointments"

    appointment_ids = fields.Many2many(
        "clinic.appointment", string="Appointments", required=True
    )
    cause = fields.Selection(
        [
            ("patient", "The patient asked for it"),
            ("doctor", "The doctor is not available"),
            ("site", "The practice cannot do it then"),
            ("mistake", "It was booked by mistake"),
            ("other", "Other"),
        ],
        string="Why",
        default="patient",
        required=True,
    )
    detail = fields.Char(
        string="Details", help="Nothing clinical: it is shown in the history."
    )
    scope = fields.Selection(
        [("one", "This appointment"), ("series", "This and the later ones")],
        string="Cancel",
        default="one",
        required=True,
    )
    has_series = fields.Boolean(compute="_compute_has_series")
    is_single = fields.Boolean(compute="_compute_is_single")

    @api.model
    def default_get(self, fields_list):
        """Take the appointments that the user opened or selected."""
        values = super().default_get(fields_list)
        context = self.env.context
        if (
            "appointment_ids" in fields_list
            and "appointment_ids" not in values
            and context.get("active_model") == "clinic.appointment"
        ):
            ids = context.get("active_ids") or [context.get("active_id")]
            values["appointment_ids"] = [Command.set(ids)]
        return values

    @api.depends("appointment_ids")
    def _compute_has_series(self):
        for wizard in self:
            one = wizard.appointment_ids
            wizard.has_series = len(one) == 1 and bool(one.series_id)

    @api.depends("appointment_ids", "scope")
    def _compute_is_single(self):
        for wizard in self:
            is_series = wizard.has_series and wizard.scope == "series"
            wizard.is_single = len(wizard.appointment_ids) == 1 and not is_series

    def _get_appointments(self):
        """Return what is to be cancelled."""
        self.ensure_one()
        chosen = self.appointment_ids
        if self.scope != "series" or not self.has_series:
            return chosen
        return chosen | chosen.series_id.appointment_ids.filtered(
            lambda item: item.is_upcoming and item.start >= chosen.start
        )

    def action_cancel(self):
        """Cancel, all or none.

        :raise IllegalTransition: naming the first that cannot be cancelled
        """
        causes = dict(self._fields["cause"]._description_selection(self.env))
        reason = causes[self.cause] if self.cause != "other" else None
        reason = ": ".join(filter(None, (reason, self.detail)))
        visits = self._get_appointments()
        visits = visits.with_context(clinic_asked_by_patient=self.cause == "patient")
        visits.cancel(reason=reason or causes["other"])
        return {"type": "ir.actions.act_window_close"}


class ClinicAppointment(models.Model):
    """The way to the question."""

    _inherit = "clinic.appointment"

    def action_ask_cancel(self):
        """Ask why before these visits are cancelled."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.clinic_appointment_cancel_action"
        )
        if len(self) > 1:
            action["name"] = self.env._("Cancel Appointments")
        return {**action, "context": {"default_appointment_ids": self.ids}}
