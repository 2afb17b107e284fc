# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields, models

TEMPLATES = {
    "cancel": "clinic_scheduling.mail_template_appointment_cancelled",
    "move": "clinic_scheduling.mail_template_appointment_moved",
}

#: Preferred channels of patients that an e-mail suits.
MAIL_CHANNELS = ("email", "sms")


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

    def _get_notice_patient(self):
        """Return who is told: the patient, or the guardian who books for them."""
        self.ensure_one()
        return self.patient_id.guardian_id or self.patient_id

    def _notify_change(self, event):
        """Tell the patients by mail, or have reception call them.

        Mails are queued, never sent inside the transaction. They name doctor, time
        and place, and nothing about the reason or the service.

        :param event: ``move`` or ``cancel``
        :return: (number of mails, number of calls)
        """
        by_mail = self.filtered(lambda visit: visit._is_told_by_mail())
        template = self.env.ref(TEMPLATES[event], raise_if_not_found=False)
        if not template:
            by_mail = self.browse()
        if by_mail:
            template.send_mail_batch(by_mail.ids, force_send=False)
        calls = self - by_mail
        calls._plan_call(event)
        return len(by_mail), len(calls)

    def _is_told_by_mail(self):
        patient = self._get_notice_patient()
        return bool(patient.email) and patient.communication_channel in MAIL_CHANNELS

    def _plan_call(self, event):
        """Plan a call by whoever is deciding now."""
        sentences = {
            "move": self.env._("Call the patient: the appointment has moved"),
            "cancel": self.env._("Call the patient: the appointment is cancelled"),
        }
        for visit in self:
            patient = visit._get_notice_patient()
            visit.activity_schedule(
                "mail.mail_activity_data_call",
                summary=sentences[event],
                note=self.env._(
                    "%(name)s, telephone %(phone)s",
                    name=patient.name,
                    phone=patient.phone or self.env._("unknown"),
                ),
                user_id=self.env.uid,
            )
