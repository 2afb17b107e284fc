# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What messages have to do with each other: none is told twice, or holds up others."""

from datetime import timedelta

from odoo import fields, models

#: What cannot even be looked at is looked at again after this time (minutes).
PUT_OFF_MINUTES = 5


class ClinicReminder(models.Model):
    """Messages next to other messages."""

    _inherit = "clinic.reminder"

    def _get_obstacle(self):
        """Override: a reminder that was out of reach while its visit moved; delays.

        It was being sent then, so that another one was planned for the new time. And
        nobody wants to hear of a delay once it is over.
        """
        if self.event == "reminder" and self._has_later_one():
            return self.env._("The visit moved, and has another reminder.")
        if self.event == "running_late" and not self.appointment_id._is_ahead():
            return self.env._("The visit was over before the message could be sent.")
        return super()._get_obstacle()

    def _has_later_one(self):
        if self.occurrence >= self.appointment_id.reschedule_count:
            return False
        domain = [
            ("appointment_id", "=", self.appointment_id.id),
            ("rule_id", "=", self.rule_id.id),
            ("event", "=", self.event),
            ("occurrence", ">", self.occurrence),
        ]
        return bool(self.search_count(domain, limit=1))

    # ------------------------------------------------------------------
    # News of one delay after the other
    # ------------------------------------------------------------------

    def _replace_late(self, visits):
        """Drop what waits about delays of ``visits``; return the next one's number.

        All that wait would say the same: how late the doctor is when they are sent.
        """
        rows_sudo = self._get_late(visits)
        self._drop_late(rows_sudo)
        return max(rows_sudo.mapped("occurrence"), default=0) + 1

    def _drop_unsent_late(self, visits):
        """Drop what waits about delays; return the visits that were told nothing."""
        rows_sudo = self._get_late(visits)
        self._drop_late(rows_sudo)
        # what could not be dropped is being sent at this moment
        told = rows_sudo.filtered(
            lambda row: row.state in ("pending", "sent", "delivered")
        )
        return rows_sudo.appointment_id - told.appointment_id

    def _get_late(self, visits):
        return self.sudo().search(
            [("appointment_id", "in", visits.ids), ("event", "=", "running_late")]
        )

    def _drop_late(self, rows_sudo):
        waiting_sudo = rows_sudo.filtered(lambda row: row.state == "pending")
        waiting_sudo.try_lock_for_update()._note_end(
            "cancelled", self.env._("There is later news of the delay.")
        )

    def _send_call(self):
        """Override: two rules that end in a call make one task."""
        if known := self._get_planned_call():
            self.write({"subject": known.subject, "body": known.body})
            return None
        return super()._send_call()

    def _get_planned_call(self):
        domain = [
            ("id", "!=", self.id),
            ("appointment_id", "=", self.appointment_id.id),
            ("event", "=", self.event),
            ("occurrence", "=", self.occurrence),
            ("channel", "=", "call"),
            ("state", "in", ("sent", "delivered")),
        ]
        return self.search(domain, limit=1)

    def _get_told_with(self):
        """Return the messages of other visits that this one told, too."""
        rows = self.search([("merged_into_id", "in", self.ids)])
        return rows.filtered(lambda row: row.state in ("sent", "delivered"))

    def _put_off(self, error):
        """Look at this message again in a while."""
        wait = timedelta(minutes=PUT_OFF_MINUTES)
        sentence, details = self._explain(error)
        self._note_details(details)
        self.write({"due_at": fields.Datetime.now() + wait, "error": sentence[:500]})
