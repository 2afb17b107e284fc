# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is said, by its own link, of something that is over: Odoo's ratings."""

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ..utils import clean_text
from .rating_rating import GIVEN

#: The stars there are.
STARS = (1, 2, 3, 4, 5)

COMMENT_LENGTH = 2000

#: For so long afterwards something may be said (days), and changed (hours).
FEEDBACK_DAYS = 90
CHANGE_HOURS = 24


class ClinicGuestRatingMixin(models.AbstractModel):
    """Something whose guests say how it was, once it is over.

    The concrete model sets ``_feedback_owner`` to the name of its many2one on
    ``rating.rating``, ``_feedback_state`` to the state in which it is over, and
    ``_feedback_activity`` to the activity type of bad scores.
    """

    _name = "clinic.guest.rating.mixin"
    _inherit = "rating.mixin"
    _description = "Rated by Its Guests"
    _feedback_owner = None
    _feedback_state = None
    _feedback_activity = None

    feedback_at = fields.Datetime(string="Feedback", readonly=True, copy=False)

    def _get_feedback(self):
        """Return, as superuser, what was said of this; may be empty."""
        self.ensure_one()
        ratings_sudo = self.env["rating.rating"].sudo()
        return ratings_sudo.search(
            [(self._feedback_owner, "=", self.id), ("consumed", "=", True)]
        )

    def _may_give_feedback(self):
        """Whether something may be said now, or changed."""
        self.ensure_one()
        now = fields.Datetime.now()
        is_over = self.state == self._feedback_state
        if not is_over or self.stop < now - timedelta(days=FEEDBACK_DAYS):
            return False
        given_sudo = self._get_feedback()
        since = now - timedelta(hours=CHANGE_HOURS)
        return not given_sudo or given_sudo.create_date > since

    def _give_feedback(self, stars, comment=""):
        """Keep what is said; whoever calls has checked who that is.

        :param int stars: one of ``STARS``
        :raise UserError: it is not over, or it was said for too long
        """
        self.ensure_one()
        if stars not in STARS:
            raise UserError(self.env._("Choose from 1 to 5 stars."))
        record_sudo = self.sudo()
        # two clicks wait for each other, and the second one is repeated
        record_sudo.lock_for_update()
        record_sudo._write_by_door({"feedback_at": fields.Datetime.now()})
        if not self._may_give_feedback():
            raise UserError(self.env._("This cannot be rated any more."))
        vals = {
            "rating": stars,
            "feedback": clean_text(comment, COMMENT_LENGTH) or False,
            "consumed": True,
            # what was released was another comment
            "clinic_released": False,
        }
        if given_sudo := self._get_feedback():
            given_sudo.write(vals)
        else:
            given_sudo.with_context(clinic_feedback=GIVEN).create(
                {
                    **vals,
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": self.id,
                    **record_sudo._prepare_feedback_partners(),
                }
            )
        self._follow_feedback(stars)

    def _prepare_feedback_partners(self):
        """Hook: return ``partner_id``, who says it, and ``rated_partner_id``."""
        raise NotImplementedError

    def _follow_feedback(self, stars):
        """Have a manager look at a bad score; what was said is not in the activity."""
        record_sudo = self.sudo()
        kind = self._feedback_activity
        known_sudo = record_sudo.activity_search([kind])
        if stars > record_sudo.company_id.clinic_feedback_low:
            known_sudo.unlink()
        elif not known_sudo and (user_sudo := self._get_feedback_manager()):
            summary, note = self._get_feedback_task()
            record_sudo.activity_schedule(
                kind, summary=summary, note=note, user_id=user_sudo.id
            )

    def _get_feedback_manager(self):
        """Hook: return, as superuser, who looks at bad scores; may be empty."""
        raise NotImplementedError

    def _get_feedback_task(self):
        """Hook: return (summary, note) of the activity of a bad score."""
        raise NotImplementedError
