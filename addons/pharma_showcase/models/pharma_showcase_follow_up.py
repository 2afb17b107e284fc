# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a reported call leads to: the doctor's opportunity."""

from odoo import models


class PharmaShowcase(models.Model):
    """Follow-up in the CRM."""

    _inherit = "pharma.showcase"

    def _follow_up(self, next_step="", follow_up_date=None, remarks=()):
        """Create or update the opportunity of the doctor and the campaign.

        Whoever calls has checked that the user may report this call. Reporting the
        same again changes nothing.

        :param next_step: what was agreed
        :param follow_up_date: when the representative is to act
        :param remarks: (label, text) for the opportunity's chatter
        :return: the opportunity, as superuser; empty where nothing came of the call
        """
        self.ensure_one()
        lead_sudo = self.sudo().opportunity_id
        if not lead_sudo:
            requested = self.line_ids.filtered("is_requested")
            if not (requested or next_step or follow_up_date):
                return lead_sudo
            lead_sudo = self.env["crm.lead"]._open_for_showcase(self)
            self.sudo()._write_by_door({"opportunity_id": lead_sudo.id})
        if lead_sudo.won_status == "pending":
            lead_sudo._update_requests()
            lead_sudo._raise_priority(max(self.line_ids.mapped("interest"), default=0))
            user_sudo = self.sudo().representative_id.user_id
            lead_sudo._plan_follow_up(user_sudo, follow_up_date, next_step)
        lead_sudo._log_call(self, remarks)
        return lead_sudo
