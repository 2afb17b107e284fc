# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What patients say of a visit once it is over: Odoo's ratings, once per visit."""

from odoo import fields, models

MANAGER = "clinic_scheduling.group_clinic_manager"


class ClinicAppointment(models.Model):
    """Feedback."""

    _name = "clinic.appointment"
    _inherit = ["clinic.guest.rating.mixin", "clinic.appointment"]
    _feedback_owner = "clinic_appointment_id"
    _feedback_state = "completed"
    _feedback_activity = "clinic_scheduling.mail_activity_type_feedback"

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

    def _prepare_feedback_partners(self):
        """Override."""
        return {
            "partner_id": self.partner_id.id,
            "rated_partner_id": self.doctor_id.partner_id.id,
        }

    def _get_feedback_manager(self):
        """Override: who looks after the site."""
        site_sudo = self.sudo().site_id
        return self.env["clinic.impact.check"]._get_managers(site_sudo)[site_sudo]

    def _get_feedback_task(self):
        """Override."""
        return (
            self.env._("A patient was not content"),
            self.env._("Read the feedback, and talk to the patient."),
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
