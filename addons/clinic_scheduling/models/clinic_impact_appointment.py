# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields, models

#: What the wizard does to a visit: (event, what its patient is told).
TEMPLATES = {
    "cancel": (
        "cancelled",
        "clinic_scheduling.mail_template_appointment_cancelled",
    ),
    "move": ("moved", "clinic_scheduling.mail_template_appointment_moved"),
}


class ClinicAppointment(models.Model):
    """Visits that need a decision, and telling their patients."""

    _inherit = "clinic.appointment"

    attention = fields.Selection(
        selection_add=[("offer", "The doctor no longer offers it there")]
    )

    def action_decide(self):
        """Open the screen on which these visits are moved, kept or cancelled."""
        return self.env["clinic.impact"]._open_decisions(self)

    def _keep_outside(self, cause, attention=True):
        """Leave these visits where they are although the doctor is not there.

        :param cause: why; shown as "needs a decision" while ``attention`` is set
        """
        self.check_access("write")
        self._write_by_door(
            {"attention": cause if attention else False, "is_outside": True}
        )

    def _extend_hold(self, minutes):
        """Keep what is still held for ``minutes`` from now on."""
        expiry = fields.Datetime.now() + timedelta(minutes=minutes)
        for hold in self.filtered(lambda visit: visit.state == "hold"):
            if hold._has_live_hold():
                hold.check_access("write")
                hold.sudo().reservation_ids.expires_at = expiry
                hold._write_by_door({"hold_expires_at": expiry})

    def _notify_change(self, event):
        """Tell the patients, or have reception call whom no message reaches.

        Messages are planned and not sent inside the transaction, see ``_emit``. They
        name doctor, time and place, and nothing about the reason or the service.

        :param event: ``move`` or ``cancel``
        :return: (number of patients who get a message, number of calls)
        """
        event, template = TEMPLATES[event]
        template = self.env.ref(template, raise_if_not_found=False)
        visits = self.with_context(clinic_silent=())
        rows = visits._emit(event, template=template, always=True)
        channels = [
            {row._get_likely_channel() for row in of_visit}
            for of_visit in rows.grouped("appointment_id").values()
        ]
        mails = sum(bool(found - {"call", None}) for found in channels)
        calls = sum(found - {None} == {"call"} for found in channels)
        return mails, calls
