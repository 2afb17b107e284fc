# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a reported call leads to: the doctor's opportunity."""

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.clinic_scheduling.models.clinic_reservation_door import DOOR

#: What figures are counted by: for good once the call is over.
FROZEN_FIELDS = {
    "campaign_id",
    "opportunity_id",
    "solicited_by_doctor",
    "solicited_note",
    "source",
}


class PharmaShowcase(models.Model):
    """Follow-up in the CRM."""

    _inherit = "pharma.showcase"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: a call is of an opportunity that its user may change."""
        showcases = super().create(vals_list)
        showcases._check_opportunity()
        return showcases

    def write(self, vals):
        """Override: what counts as what stays, once a call is over."""
        self._check_frozen(vals)
        result = super().write(vals)
        if "opportunity_id" in vals:
            self._check_opportunity()
        return result

    def _check_frozen(self, vals):
        if self.env.su or self.env.context.get("clinic_door") is DOOR:
            return
        for showcase in self.filtered(lambda item: item.state in ("done", "no_show")):
            changed = [
                name
                for name in FROZEN_FIELDS & vals.keys()
                if self._fields[name].convert_to_write(showcase[name], showcase)
                != vals[name]
            ]
            if changed:
                raise UserError(
                    self.env._(
                        "%(name)s is over: its campaign, its opportunity and who asked "
                        "for it stay as they are.",
                        name=showcase.display_name,
                    )
                )

    def _check_opportunity(self):
        """Refuse other people's opportunities, and those of another doctor.

        :raise AccessError: the user may not change that opportunity
        """
        leads = self.opportunity_id
        leads.check_access("read")
        leads.check_access("write")
        for showcase in self:
            doctor_sudo = showcase.sudo().opportunity_id.pharma_doctor_id
            if doctor_sudo and doctor_sudo != showcase.sudo().doctor_id:
                raise UserError(
                    self.env._("This opportunity is one with another doctor.")
                )

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
