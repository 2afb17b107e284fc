# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Feedback by doctor and by service."""

from odoo import api, fields, models

MANAGER = "clinic_scheduling.group_clinic_manager"

#: From so many ratings on, an average may be shown to everybody.
LEAST_PUBLIC = 5

#: How many comments a doctor reads on the own page.
COMMENTS = 20


class ClinicFeedbackMixin(models.AbstractModel):
    """What is rated through its visits."""

    _name = "clinic.feedback.mixin"
    _description = "Rated Through Visits"

    #: the field of rating.rating that leads here
    _feedback_field = None

    feedback_count = fields.Integer(
        string="Number of Ratings", compute="_compute_feedback", groups=MANAGER
    )
    feedback_average = fields.Float(
        string="Average Rating",
        compute="_compute_feedback",
        groups=MANAGER,
        digits=(3, 1),
    )

    @api.depends_context("allowed_company_ids")
    def _compute_feedback(self):
        found = self._count_feedback()
        for record in self:
            count, average = found.get(record.id, (0, 0.0))
            record.feedback_count = count
            record.feedback_average = average

    def _count_feedback(self):
        """Return {id: (how many, average)} of what patients said."""
        rows = (
            self.env["rating.rating"]
            .sudo()
            ._read_group(
                [(self._feedback_field, "in", self.ids), ("consumed", "=", True)],
                [self._feedback_field],
                ["__count", "rating:avg"],
            )
        )
        return {record.id: (count, average) for record, count, average in rows}

    def action_view_feedback(self):
        """Open what patients said."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.clinic_feedback_action"
        )
        domain = [(self._feedback_field, "in", self.ids), ("consumed", "=", True)]
        return {**action, "domain": domain}


class ClinicDoctor(models.Model):
    """Doctors."""

    _name = "clinic.doctor"
    _inherit = ["clinic.doctor", "clinic.feedback.mixin"]
    _feedback_field = "clinic_doctor_id"

    def _get_public_feedback(self):
        """Return {doctor id: {count, average}} of what everybody may see.

        Nothing unless the doctor's practice shows it, and few ratings never.
        """
        companies_sudo = self.sudo()
        shown = companies_sudo.filtered(
            lambda doctor: (
                (doctor.company_id or self.env.company.sudo()).clinic_feedback_public
            )
        )
        return {
            key: {"count": count, "average": average}
            for key, (count, average) in shown._count_feedback().items()
            if count >= LEAST_PUBLIC
        }

    def _get_own_feedback(self):
        """Return what a doctor reads on the own page: count, average, comments."""
        self.ensure_one()
        count, average = self._count_feedback().get(self.id, (0, 0.0))
        released_sudo = (
            self.env["rating.rating"]
            .sudo()
            .search(
                [
                    ("clinic_doctor_id", "=", self.id),
                    ("clinic_released", "=", True),
                    ("feedback", "!=", False),
                ],
                order="rated_on desc",
                limit=COMMENTS,
            )
        )
        comments = [
            {"stars": round(item.rating), "text": item.feedback}
            for item in released_sudo
        ]
        return {"count": count, "average": average, "comments": comments}


class ClinicService(models.Model):
    """Services."""

    _name = "clinic.service"
    _inherit = ["clinic.service", "clinic.feedback.mixin"]
    _feedback_field = "clinic_service_id"
