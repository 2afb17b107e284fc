# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a doctor says of a call that is over: Odoo's ratings, once per call."""

from datetime import timedelta

from odoo import fields, models

#: Doctors are asked how a call was if that is not longer ago (days).
ASK_DAYS = 14

MANAGER = "pharma_showcase.group_pharma_manager"


class PharmaShowcase(models.Model):
    """Feedback."""

    _name = "pharma.showcase"
    _inherit = ["clinic.guest.rating.mixin", "pharma.showcase"]
    _feedback_owner = "pharma_showcase_id"
    _feedback_state = "done"
    _feedback_activity = "pharma_showcase.mail_activity_type_feedback"

    # what one doctor said is for managers
    rating_ids = fields.One2many(groups=MANAGER)
    # not stored: every call would write it
    rating_last_value = fields.Float(
        string="Rating", groups=MANAGER, store=False, aggregator=None
    )
    rating_last_feedback = fields.Text(groups=MANAGER)
    rating_last_image = fields.Binary(groups=MANAGER)
    rating_last_text = fields.Selection(groups=MANAGER)
    rating_avg = fields.Float(groups=MANAGER)
    rating_avg_text = fields.Selection(groups=MANAGER)
    rating_count = fields.Integer(groups=MANAGER)
    rating_percentage_satisfaction = fields.Float(groups=MANAGER)

    def _take_step(self, target, by_doctor, values):
        """Override: once a call was held, its doctor is asked."""
        result = super()._take_step(target, by_doctor, values)
        if target == "done":
            showcase_sudo = self.sudo()
            if showcase_sudo.source != "import" and showcase_sudo._is_recent():
                showcase_sudo._emit("showcase_feedback")
        return result

    def _is_recent(self):
        """Whether the doctor remembers the call."""
        return self.stop > fields.Datetime.now() - timedelta(days=ASK_DAYS)

    def _get_feedback_obstacle(self):
        """Return why the doctor is not asked how it was any more, or ""."""
        if self.state != "done" or not self._is_recent():
            return self.env._("The showcase is not what the message says any more.")
        if self._get_feedback():
            return self.env._("The doctor said already how it was.")
        return ""

    def _prepare_feedback_partners(self):
        """Override."""
        return {
            "partner_id": self.doctor_id.partner_id.id,
            "rated_partner_id": self.representative_id.partner_id.id,
        }

    def _get_feedback_task(self):
        """Override."""
        return (
            self.env._("A doctor was not content with a call"),
            self.env._("Read the feedback, and talk to both."),
        )

    def _get_feedback_manager(self):
        """Return, as superuser, who looks at bad scores of this call; may be empty."""
        showcase_sudo = self.sudo()
        managers_sudo = showcase_sudo._get_users_of(MANAGER)
        leader_sudo = showcase_sudo.team_id.user_id & managers_sudo
        return leader_sudo or managers_sudo[:1]
