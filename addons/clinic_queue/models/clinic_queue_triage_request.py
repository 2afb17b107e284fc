# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

#: States in which somebody is still to be looked at.
OPEN_STATES = ("waiting", "called", "parked")


class ClinicQueueTicket(models.Model):
    """A warning sign that somebody named at the kiosk: staff triage at once."""

    _inherit = "clinic.queue.ticket"

    triage_asked_at = fields.Datetime(
        string="Triage Now",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Since when a warning sign waits to be looked at. It sets no level.",
    )

    def _ask_triage(self):
        """Call the staff to triage these at once; the order stays as it is."""
        for ticket in self.filtered(lambda item: not item.triage_asked_at):
            ticket.sudo().triage_asked_at = fields.Datetime.now()
            ticket._log("triage_asked")

    def _triage(self, level, reason=None):
        """Override: whoever is triaged need not be called for it."""
        result = super()._triage(level, reason)
        self.filtered("triage_asked_at").sudo().write({"triage_asked_at": False})
        return result

    @api.model
    def get_staff_alerts(self):
        """Override: warning signs stand among the alarms until somebody goes."""
        found = super().get_staff_alerts()
        asked = self.search(
            [
                ("triage_asked_at", "!=", False),
                ("state", "in", OPEN_STATES),
                ("is_alarm", "=", False),
                ("alarm_taken_by_id", "=", False),
            ],
            order="triage_asked_at, id",
        )
        label = self.env._("Warning sign at the kiosk")
        alarms = [
            {
                **ticket._describe_alert(),
                "level": label,
                "since": ticket.triage_asked_at,
            }
            for ticket in asked
        ]
        return {**found, "alarms": found["alarms"] + alarms}

    def take_alarm(self):
        """Override: somebody goes to look at a warning sign; it is kept who."""
        self.ensure_one()
        if not self.triage_asked_at or self.is_alarm:
            return super().take_alarm()
        self.check_access("write")
        ticket_sudo = self.sudo()
        ticket_sudo.lock_for_update()
        if taken_by := ticket_sudo.alarm_taken_by_id:
            return self.env._(
                "%(user)s is on the way to %(ticket)s already.",
                user=taken_by.name,
                ticket=self.name,
            )
        ticket_sudo.write(
            {
                "alarm_taken_at": fields.Datetime.now(),
                "alarm_taken_by_id": self.env.uid,
            }
        )
        self._log("alarm_taken")
        return self.env._("Everybody sees that you go to %(name)s.", name=self.name)
