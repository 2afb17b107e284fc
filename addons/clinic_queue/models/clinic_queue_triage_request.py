# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


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
