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
        """Override: a reminder that was out of reach while its visit moved.

        It was being sent then, so that another one was planned for the new time.
        """
        if self.event == "reminder" and self._has_later_one():
            return self.env._("The visit moved, and has another reminder.")
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
