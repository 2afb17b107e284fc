# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Why calls do not take place: reasons to choose from, and to count by."""

from odoo import fields, models

#: States of calls that do not take place because somebody said so.
ENDED_STATES = ("declined", "cancelled")


class PharmaShowcaseReason(models.Model):
    """A reason to cancel or decline a call."""

    _name = "pharma.showcase.reason"
    _description = "Reason Why a Call Does Not Take Place"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_of_doctor = fields.Boolean(
        string="A Doctor's",
        help="Doctors may choose it on their page. Only such reasons say something "
        "about the times that suit a doctor.",
    )


class PharmaShowcase(models.Model):
    """Reasons."""

    _inherit = "pharma.showcase"

    end_reason_id = fields.Many2one(
        "pharma.showcase.reason",
        string="Reason",
        readonly=True,
        copy=False,
        tracking=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Why the call was cancelled or declined.",
    )

    def _take_step(self, target, by_doctor, values):
        """Override: what takes place after all has no reason not to."""
        if target not in ENDED_STATES:
            values = {"end_reason_id": False, **values}
        return super()._take_step(target, by_doctor, values)

    def action_cancel(self):
        """Ask why these calls are cancelled."""
        return self._ask_reason("cancelled", self.env._("Cancel the Call"))

    def action_decline(self):
        """Ask why the doctors declined these calls."""
        return self._ask_reason("declined", self.env._("The Doctor Declined"))

    def _ask_reason(self, outcome, title):
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "pharma.showcase.end",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_showcase_ids": self.ids,
                "default_outcome": outcome,
            },
        }
