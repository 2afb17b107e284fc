# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class PharmaCallReport(models.Model):
    """What a report leads to in the CRM."""

    _inherit = "pharma.call.report"

    def _after_filing(self):
        """Override: the doctor's opportunity follows what was reported."""
        result = super()._after_filing()
        # sudo: who filed may report this call, and the report is what they said
        report_sudo = self.sudo()
        step = ""
        if report_sudo.next_step != "none":
            labels = dict(self._fields["next_step"]._description_selection(self.env))
            step = labels[report_sudo.next_step]
        agreed = ": ".join(filter(None, (step, report_sudo.next_step_note)))
        report_sudo.showcase_id.with_user(self.env.user)._follow_up(
            agreed, report_sudo.follow_up_on, report_sudo._get_remarks(agreed)
        )
        return result

    def _get_remarks(self, agreed):
        """Return (label, text) of what the opportunity's chatter tells."""
        self.ensure_one()
        remarks = [
            (line.product_id.display_name, line._describe_result())
            for line in self.showcase_id.line_ids
            if line.is_discussed or line.is_requested
        ]
        remarks += [
            (self.env._("Objections"), self.objections),
            (self.env._("Competitor"), self.competitor),
            (self.env._("Next step"), agreed),
        ]
        return remarks


class PharmaShowcaseLine(models.Model):
    """What came of a product, in words."""

    _inherit = "pharma.showcase.line"

    def _describe_result(self):
        """Return in one line what was said of the product."""
        self.ensure_one()
        parts = []
        if self.is_discussed:
            parts.append(self.env._("interest %(stars)s of 5", stars=self.interest))
        if self.is_requested:
            parts.append(
                self.env._("%(count)g requested", count=self.requested_quantity or 1)
            )
        if self.questions:
            parts.append(self.questions)
        return ", ".join(parts)
