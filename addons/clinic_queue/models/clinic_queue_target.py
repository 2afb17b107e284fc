# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""As what somebody waited: kept at the call, whatever the settings say later."""

from dataclasses import replace
from datetime import datetime, timezone

from odoo import fields, models

from odoo.addons.clinic_engine.queue_policy import MINUTE, standing

from .clinic_queue_ticket_state import AT_DESK

KINDS = [("walk_in", "Walk-in"), ("appointment", "Appointment")]


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    call_kind = fields.Selection(
        KINDS,
        readonly=True,
        copy=False,
        help="By which rule they were called to the first consultation. Empty: they "
        "were not yet, or before this was kept.",
    )
    call_level_id = fields.Many2one(
        "clinic.triage.level",
        readonly=True,
        copy=False,
        help="The level by which they were called. Empty: appointments.",
    )
    call_target = fields.Integer(
        string="Target at the Call (min)",
        readonly=True,
        copy=False,
        help="Within how many minutes they were to be called by the policy of that "
        "moment.",
    )
    call_clock = fields.Datetime(
        readonly=True, copy=False, help="Since when they counted as waiting then."
    )

    def _get_call_class(self, target, changes):
        """Return as what somebody is called, who was in no consultation before.

        :param target: the state to which the ticket goes
        :param dict changes: what else the same step writes
        """
        self.ensure_one()
        is_called = target in AT_DESK and self.state not in (*AT_DESK, "completed")
        if not is_called or self.first_seen_at:
            return {}
        paused = changes.get("paused_seconds", self.paused_seconds)
        ticket = replace(self._get_engine_ticket(), paused=paused)
        found = standing(ticket, self.queue_id.policy_id._get_engine_policy())
        clock = datetime.fromtimestamp(found.clock, timezone.utc)
        # the engine knows levels by their ids, and the classes of appointments by name
        is_level = isinstance(found.level.key, int)
        return {
            "call_kind": "walk_in" if is_level else "appointment",
            "call_level_id": is_level and found.level.key,
            "call_target": found.level.target // MINUTE,
            "call_clock": clock.replace(tzinfo=None),
        }
