# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import AccessError, UserError, ValidationError

from .clinic_payment_refund import MANAGER


class ClinicAppointment(models.Model):
    """What staff may do about the money of a visit."""

    _inherit = "clinic.appointment"

    def _waive_fee(self, reason):
        """Ask nothing (more) for these visits, as a manager decides.

        :param str reason: why; it is tracked
        :raise AccessError: the user is no manager
        """
        self.check_access("write")
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only clinic managers waive fees."))
        reason = (reason or "").strip()
        if not reason:
            raise ValidationError(self.env._("Say why the fee is waived."))
        for appointment in self:
            # what it was is in the history
            appointment._write_by_door({"fee_waiver": reason, "amount_fee": 0.0})
            if refunds := appointment.sudo()._refund_excess(reason=reason):
                appointment.sudo()._log_refund(refunds)

    def action_send_payment_link(self):
        """Send the patient a link to pay what is due."""
        self.ensure_one()
        self.check_access("write")
        if self._is_nothing(self.amount_due_now):
            raise UserError(self.env._("Nothing is due for this appointment."))
        reader = self._get_message_partner()
        if not reader.email:
            raise UserError(
                self.env._(
                    "%(patient)s has no e-mail address.", patient=reader.display_name
                )
            )
        self._portal_ensure_token()
        template = self.env.ref("clinic_payment.mail_template_payment_link")
        # sudo: whoever may change the visit may send its link
        template.sudo().send_mail(self.id, force_send=False)
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The link is on its way to %s.", reader.email),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _get_pay_url(self):
        """Return the absolute address where a visit is paid, secret included."""
        self.ensure_one()
        token = self._portal_ensure_token()
        path = f"/my/appointments/{self.id}/pay?access_token={token}"
        return self.get_base_url() + path

    def action_open_receipt(self):
        """Open the receipt as patients see it."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "target": "new",
            "url": self._get_receipt_url(),
        }

    def _get_receipt_url(self):
        self.ensure_one()
        token = self._portal_ensure_token()
        return f"/my/appointments/{self.id}/receipt?access_token={token}"
