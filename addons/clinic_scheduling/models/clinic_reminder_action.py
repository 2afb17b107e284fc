# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What staff do with messages: look at them, and send failed ones again."""

import uuid

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .clinic_away_offer import GROUP_RECEPTION

#: States from which a message may be sent again.
REPEATABLE_STATES = ("failed", "skipped", "cancelled")


class ClinicReminder(models.Model):
    """Buttons of the views."""

    _inherit = "clinic.reminder"

    @api.depends("event", "appointment_id")
    def _compute_display_name(self):
        labels = dict(self._fields["event"]._description_selection(self.env))
        for reminder in self:
            parts = (labels.get(reminder.event), reminder.appointment_id.name)
            reminder.display_name = " · ".join(filter(None, parts))

    def action_retry(self):
        """Send these messages (again) now, whatever hindered it before.

        :raise AccessError: not by reception
        :raise UserError: one of them was sent, or is about to be
        """
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(GROUP_RECEPTION):
            raise AccessError(self.env._("Reception sends messages again."))
        if self.filtered(lambda item: item.state not in REPEATABLE_STATES):
            raise UserError(
                self.env._("Only what failed, or was not sent, can be sent again.")
            )
        now = fields.Datetime.now()
        # sudo: only the server writes the log; the button asks it to
        self.sudo().write(
            {
                "state": "pending",
                "due_at": now,
                "attempt_count": 0,
                "reason": False,
                "merged_into_id": False,
            }
        )
        for row_sudo in self.sudo():
            # another message by hand: the name of the failed one is taken
            row_sudo.message_uid = str(uuid.uuid4())
        self._wake_sender([now])
        return True

    def action_view_appointment(self):
        """Open the visit."""
        self.ensure_one()
        return self._get_subject()._get_records_action()


class ClinicAppointment(models.Model):
    """The messages of a visit."""

    _inherit = "clinic.appointment"

    reminder_count = fields.Integer(
        string="Messages to the Patient", compute="_compute_reminder_count"
    )

    @api.depends("reminder_ids")
    def _compute_reminder_count(self):
        # all that the button opens: also what is pending, or was not sent
        counts = dict(
            self.env["clinic.reminder"]._read_group(
                [("appointment_id", "in", self.ids)], ["appointment_id"], ["__count"]
            )
        )
        for visit in self:
            visit.reminder_count = counts.get(visit._origin, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_told(self):
        """What a patient was told is proved by its row, which goes with the visit."""
        rows_sudo = self.env["clinic.reminder"].sudo()
        told_sudo = rows_sudo.search(
            [("appointment_id", "in", self.ids), ("sent_at", "!=", False)]
        )
        told = set(told_sudo.appointment_id.ids)
        self.filtered(lambda visit: visit.id in told)._refuse_to_vanish()

    def action_view_reminders(self):
        """Open the messages about these visits."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.clinic_reminder_action"
        )
        action["domain"] = [("appointment_id", "in", self.ids)]
        action["context"] = {}
        return action


class ClinicPatient(models.Model):
    """The messages to a patient."""

    _inherit = "clinic.patient"

    def action_view_reminders(self):
        """Open the messages about the visits of these patients."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.clinic_reminder_action"
        )
        action["domain"] = [("appointment_id.patient_id", "in", self.ids)]
        action["context"] = {}
        return action
