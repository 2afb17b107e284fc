# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from odoo.addons.clinic_scheduling.utils import clean_text

from ..models.pharma_showcase_page import REASON_LENGTH

#: The field that keeps in words why a call ended so.
TEXTS = {"cancelled": "cancel_reason", "declined": "decline_reason"}


class PharmaShowcaseEnd(models.TransientModel):
    """Asks why calls do not take place, and says so."""

    _name = "pharma.showcase.end"
    _description = "Cancel or Decline Calls"

    showcase_ids = fields.Many2many("pharma.showcase", required=True, string="Calls")
    outcome = fields.Selection(
        [("cancelled", "We cancel"), ("declined", "The doctor declined")],
        required=True,
        default="cancelled",
    )
    reason_id = fields.Many2one("pharma.showcase.reason", required=True)
    note = fields.Char(
        string="More",
        size=REASON_LENGTH,
        help="A few words; nothing about patients.",
    )

    def action_end(self):
        """Give the time back, and keep why.

        :raise IllegalTransition: one of them is over already
        """
        self.ensure_one()
        reason = self.reason_id
        text = clean_text(self.note, REASON_LENGTH) or reason.name
        self.showcase_ids._transition(
            self.outcome, **{TEXTS[self.outcome]: text, "end_reason_id": reason.id}
        )
        return {"type": "ir.actions.act_window_close"}
