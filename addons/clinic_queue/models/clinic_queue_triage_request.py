# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from .clinic_queue_alarm import UNSEEN

#: Who may read which warning sign was named: who may read reasons, or triages.
READERS = "clinic_scheduling.group_clinic_clinical,clinic_queue.group_clinic_triage"


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
    warning_signs = fields.Char(readonly=True, copy=False, groups=READERS)

    def _ask_triage(self, signs=""):
        """Call the staff to triage these at once; the order stays as it is.

        :param signs: the sentences of the kiosk that were answered with yes
        """
        for ticket in self.filtered(lambda item: not item.triage_asked_at):
            ticket.sudo().write(
                {
                    "triage_asked_at": fields.Datetime.now(),
                    "warning_signs": signs,
                    "alarm_taken_at": False,
                    "alarm_taken_by_id": False,
                }
            )
            ticket._log("triage_asked")

    def _triage(self, level, reason=None):
        """Override: whoever is triaged need not be called for it."""
        result = super()._triage(level, reason)
        self.filtered("triage_asked_at").sudo().write({"triage_asked_at": False})
        return result

    def _rings(self):
        """Override: a warning sign calls the staff as an alarm does."""
        return super()._rings() or bool(self.triage_asked_at)

    def _filter_signs(self):
        """Return those of these with a warning sign that nobody has looked at yet.

        Setting a level ends it; whoever is called is looked at.
        """
        return self.filtered(
            lambda item: (
                item.triage_asked_at and not item.is_alarm and item.state in UNSEEN
            )
        )

    @api.model
    def get_staff_alerts(self):
        """Override: warning signs stand among the alarms until somebody goes."""
        found = super().get_staff_alerts()
        now = fields.Datetime.now()
        asked = self.search(
            [("triage_asked_at", "!=", False), ("state", "in", UNSEEN)],
            order="triage_asked_at, id",
        )
        alarms = [
            {**ticket._describe_alert(), **ticket._describe_sign()}
            for ticket in asked._filter_signs()
            if ticket._is_unheeded(now)
        ]
        return {**found, "alarms": found["alarms"] + alarms}

    def _describe_alarm(self):
        """Override: the sign stays with the level that was set for it."""
        found = super()._describe_alarm()
        return {**found, "signs": self._get_shown_signs() if self.is_alarm else ""}

    def _get_shown_signs(self):
        """Return the warning signs, to who may read them."""
        return (self.env.user.has_groups(READERS) and self.warning_signs) or ""

    def _describe_sign(self):
        """Return what screens of staff say of a warning sign, by the user's rights."""
        self.ensure_one()
        is_kiosk = self.source == "kiosk"
        return {
            "level": self.env._("Warning sign at the kiosk")
            if is_kiosk
            else self.env._("Emergency"),
            "signs": self._get_shown_signs(),
            "since": self.triage_asked_at,
        }
