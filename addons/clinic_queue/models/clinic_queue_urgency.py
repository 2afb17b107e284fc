# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Classes by which figures are told: levels of any policy, and appointments."""

from odoo import api, fields, models

#: Who waits as an appointment, whatever the policy.
APPOINTMENT = "appointment"


class ClinicTriageLevel(models.Model):
    _inherit = "clinic.triage.level"

    @api.model
    def _get_urgencies(self):
        """Return the selection of classes: codes of all levels, and appointments."""
        # sudo: which codes there are is no secret, and reports name them all
        groups = self.sudo()._read_group([], ["code"])
        codes = sorted({code for (code,) in groups} | set(range(1, 6)))
        return [
            *(
                (str(code), self.env._("Level %(code)s", code=code))
                for code in codes
                if code >= 0
            ),
            (APPOINTMENT, self.env._("Appointments")),
        ]


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    def _get_urgency(self):
        """Return the class of ``_get_urgencies`` by which the ticket waits."""
        self.ensure_one()
        policy, level = self.queue_id.policy_id, self.level_id
        if self.appointment_id and (not level or level.tier >= policy.appointment_tier):
            return APPOINTMENT
        return str((level or policy._get_default_level()).code)


class ClinicQueueEstimate(models.Model):
    _inherit = "clinic.queue.estimate"

    urgency = fields.Selection(
        lambda self: self.env["clinic.triage.level"]._get_urgencies(),
        string="Level",
        compute="_compute_urgency",
        store=True,
        precompute=True,
        index=True,
        help="As what the ticket waited when the estimate was shown.",
    )

    @api.depends("ticket_id", "level_id")
    def _compute_urgency(self):
        for shown in self:
            shown.urgency = shown.ticket_id.sudo()._get_urgency()
