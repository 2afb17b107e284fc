# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What patients say of a visit once it is over: Odoo's ratings, once per visit."""

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ..utils import clean_text
from .rating_rating import GIVEN

MANAGER = "clinic_scheduling.group_clinic_manager"
ACTIVITY = "clinic_scheduling.mail_activity_type_feedback"

#: The stars there are.
STARS = (1, 2, 3, 4, 5)

COMMENT_LENGTH = 2000

#: For so long after the visit patients may say something (days), and change what
#: they said (hours).
FEEDBACK_DAYS = 90
CHANGE_HOURS = 24


class ClinicAppointment(models.Model):
    """Feedback."""

    _inherit = "clinic.appointment"

    # what one patient said is for managers
    rating_ids = fields.One2many(groups=MANAGER)
    # not stored: every booking would write it
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

    def _transition(self, target, **values):
        """Override: once a visit is completed, its patient is asked."""
        ending = self.filtered(lambda item: item.state != target)
        result = super()._transition(target, **values)
        if target == "completed":
            ending._emit("feedback")
        return result

    def _get_message_link(self, event):
        """Override: feedback has its own page."""
        if event != "feedback":
            return super()._get_message_link(event)
        self.ensure_one()
        return f"{self.get_base_url()}{self.get_portal_url(suffix='/feedback')}"

    def _get_feedback(self):
        """Return, as superuser, what the patient said of this visit; may be empty."""
        self.ensure_one()
        ratings_sudo = self.env["rating.rating"].sudo()
        return ratings_sudo.search(
            [("clinic_appointment_id", "=", self.id), ("consumed", "=", True)]
        )

    def _may_give_feedback(self):
        """Whether the patient may say something now, or change it."""
        self.ensure_one()
        now = fields.Datetime.now()
        if self.state != "completed" or self.stop < now - timedelta(days=FEEDBACK_DAYS):
            return False
        given_sudo = self._get_feedback()
        since = now - timedelta(hours=CHANGE_HOURS)
        return not given_sudo or given_sudo.create_date > since

    def _give_feedback(self, stars, comment=""):
        """Keep what the patient says; whoever calls has checked who that is.

        :param int stars: one of ``STARS``
        :raise UserError: the visit is not over, or it was said for too long
        """
        self.ensure_one()
        if stars not in STARS:
            raise UserError(self.env._("Choose from 1 to 5 stars."))
        # two clicks wait for each other, and the second one is repeated
        self.sudo().lock_for_update()
        self._write_by_door({"feedback_at": fields.Datetime.now()})
        if not self._may_give_feedback():
            raise UserError(self.env._("This visit cannot be rated any more."))
        vals = {
            "rating": stars,
            "feedback": clean_text(comment, COMMENT_LENGTH) or False,
            "consumed": True,
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
                    "partner_id": self.sudo().partner_id.id,
                    "rated_partner_id": self.sudo().doctor_id.partner_id.id,
                }
            )
        self._follow_feedback(stars)

    def _follow_feedback(self, stars):
        """Have a manager look at a bad score; what was said is not in the activity."""
        visit_sudo = self.sudo()
        known_sudo = visit_sudo.activity_search([ACTIVITY])
        if stars > visit_sudo.company_id.clinic_feedback_low:
            known_sudo.unlink()
        elif not known_sudo:
            manager = self.env["clinic.impact.check"]._get_managers(visit_sudo.site_id)
            visit_sudo.activity_schedule(
                ACTIVITY,
                summary=self.env._("A patient was not content"),
                note=self.env._("Read the feedback, and talk to the patient."),
                user_id=manager[visit_sudo.site_id].id,
            )


class ClinicImpactCheck(models.AbstractModel):
    """Who is told."""

    _inherit = "clinic.impact.check"

    def _get_managers(self, sites):
        """Return {site: user} of the manager who looks after it; may be empty."""
        users = (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("all_group_ids", "in", self.env.ref(MANAGER).ids),
                    ("share", "=", False),
                ],
                order="id",
            )
        )
        ranked = users.sorted(lambda user: (not user.clinic_site_ids, user.id))
        return {site: self._choose_reception(ranked, site) for site in sites}
