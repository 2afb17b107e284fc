# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Asking the patients instead of deciding for them.

The held time goes over to a proposal (``clinic.away.offer``), which outlives the
screen; the visit keeps its place until the patient has answered.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ClinicImpact(models.TransientModel):
    """Proposing."""

    _inherit = "clinic.impact"

    proposed_count = fields.Integer(string="Asked", readonly=True)
    uncalled_count = fields.Integer(string="To Call", readonly=True)
    none_count = fields.Integer(
        compute="_compute_none_count", help="Visits without a free time."
    )

    @api.depends("line_ids.hold_state")
    def _compute_none_count(self):
        for impact in self:
            impact.none_count = impact.line_ids.mapped("hold_state").count("none")

    def action_propose(self):
        """Write the change, and ask every patient whose visit is to move.

        Those for whom no free time was found are told, too, and are called.
        """
        self.ensure_one()
        if self.state != "preview":
            raise UserError(self.env._("Look first at who is affected."))
        self.check_access("write")
        asked = self.line_ids.filtered(
            lambda line: line.decision == "move" or line.hold_state == "none"
        )
        asked._set_quietly(decision="propose")
        return self.action_apply()

    def action_view_offers(self):
        """Open the proposals that were sent from here."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.clinic_away_offer_action"
        )
        visits = self.line_ids.appointment_id
        return {**action, "domain": [("appointment_id", "in", visits.ids)]}

    def _propose_visits(self, lines):
        """Hand the held times of these lines over to proposals, and send them."""
        offers_sudo = self.env["clinic.away.offer"].sudo()
        for line in lines:
            hold = line._take_hold()
            offers_sudo |= self.env["clinic.away.offer"]._propose(
                line.appointment_id, hold, line.cause
            )
            line._set_quietly(outcome=self.env._("Asked"))
        self._write_by_server(
            {
                "proposed_count": len(lines),
                "uncalled_count": len(offers_sudo.filtered("needs_call")),
            }
        )
        return lines.appointment_id


class ClinicImpactLine(models.TransientModel):
    """Handing over."""

    _inherit = "clinic.impact.line"

    decision = fields.Selection(
        selection_add=[("propose", "Ask")], ondelete={"propose": "set default"}
    )

    def _take_hold(self):
        """Return the live hold of this line, which the line then lets go of."""
        self.ensure_one()
        if not self._is_held():
            self._hold_first()
        hold = self.hold_id if self._is_held() else self.hold_id.browse()
        self._set_quietly(hold_id=False)
        return hold
