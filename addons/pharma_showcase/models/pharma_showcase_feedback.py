# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a doctor says of a call that is over: Odoo's ratings, once per call."""

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.clinic_scheduling.models.clinic_appointment_feedback import (
    CHANGE_HOURS,
    COMMENT_LENGTH,
    FEEDBACK_DAYS,
    STARS,
)
from odoo.addons.clinic_scheduling.utils import clean_text

from .rating_rating import GIVEN

MANAGER = "pharma_showcase.group_pharma_manager"
ACTIVITY = "pharma_showcase.mail_activity_type_feedback"


class PharmaShowcase(models.Model):
    """Feedback."""

    _inherit = "pharma.showcase"

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

    feedback_at = fields.Datetime(string="Feedback", readonly=True, copy=False)

    def _get_feedback(self):
        """Return, as superuser, what the doctor said of this call; may be empty."""
        self.ensure_one()
        ratings_sudo = self.env["rating.rating"].sudo()
        return ratings_sudo.search(
            [("pharma_showcase_id", "=", self.id), ("consumed", "=", True)]
        )

    def _may_give_feedback(self):
        """Whether the doctor may say something now, or change it."""
        self.ensure_one()
        now = fields.Datetime.now()
        if self.state != "done" or self.stop < now - timedelta(days=FEEDBACK_DAYS):
            return False
        given_sudo = self._get_feedback()
        since = now - timedelta(hours=CHANGE_HOURS)
        return not given_sudo or given_sudo.create_date > since

    def _give_feedback(self, stars, comment=""):
        """Keep what the doctor says; whoever calls has checked who that is.

        :param int stars: one of ``STARS``
        :raise UserError: the call is not over, or it was said for too long
        """
        self.ensure_one()
        if stars not in STARS:
            raise UserError(self.env._("Choose from 1 to 5 stars."))
        showcase_sudo = self.sudo()
        # two clicks wait for each other, and the second one is repeated
        showcase_sudo.lock_for_update()
        showcase_sudo._write_by_door({"feedback_at": fields.Datetime.now()})
        if not self._may_give_feedback():
            raise UserError(self.env._("This call cannot be rated any more."))
        vals = {
            "rating": stars,
            "feedback": clean_text(comment, COMMENT_LENGTH) or False,
            "consumed": True,
        }
        if given_sudo := self._get_feedback():
            given_sudo.write(vals)
        else:
            given_sudo.with_context(pharma_feedback=GIVEN).create(
                {
                    **vals,
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": self.id,
                    "partner_id": showcase_sudo.doctor_id.partner_id.id,
                    "rated_partner_id": showcase_sudo.representative_id.partner_id.id,
                }
            )
        self._follow_feedback(stars)

    def _follow_feedback(self, stars):
        """Have a manager look at a bad score; what was said is not in the activity."""
        showcase_sudo = self.sudo()
        known_sudo = showcase_sudo.activity_search([ACTIVITY])
        if stars > showcase_sudo.company_id.clinic_feedback_low:
            known_sudo.unlink()
        elif not known_sudo and (user_sudo := self._get_feedback_manager()):
            showcase_sudo.activity_schedule(
                ACTIVITY,
                summary=self.env._("A doctor was not content with a call"),
                note=self.env._("Read the feedback, and talk to both."),
                user_id=user_sudo.id,
            )

    def _get_feedback_manager(self):
        """Return, as superuser, who looks at bad scores of this call; may be empty."""
        showcase_sudo = self.sudo()
        managers_sudo = (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("all_group_ids", "in", self.env.ref(MANAGER).ids),
                    ("share", "=", False),
                    ("company_ids", "in", showcase_sudo.company_id.ids),
                ],
                order="id",
            )
        )
        leader_sudo = showcase_sudo.team_id.user_id & managers_sudo
        return leader_sudo or managers_sudo[:1]
