# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Ratings of visits: whose they are, and who may see and change them.

Odoo lets every employee read and write every rating. Those of visits are for
managers, who may release a comment to the doctor and change nothing of it.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError

#: Proof that a rating comes from its own page: JSON cannot carry it. Odoo's
#: own ways (comments with stars in a chatter, links of ratings) do not ask whether the
#: visit is over.
GIVEN = object()

#: All that a person may write on the rating of a visit.
STAFF_FIELDS = {"clinic_released"}


class RatingRating(models.Model):
    """Ratings of visits."""

    _inherit = "rating.rating"

    clinic_appointment_id = fields.Many2one(
        "clinic.appointment",
        string="Visit",
        compute="_compute_clinic_appointment_id",
        store=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    clinic_doctor_id = fields.Many2one(
        related="clinic_appointment_id.doctor_id", store=True, string="Doctor"
    )
    clinic_service_id = fields.Many2one(
        related="clinic_appointment_id.service_id", store=True, string="Service"
    )
    clinic_site_id = fields.Many2one(
        related="clinic_appointment_id.site_id", store=True, string="Site"
    )
    clinic_company_id = fields.Many2one(
        related="clinic_appointment_id.company_id", store=True, string="Practice"
    )
    clinic_released = fields.Boolean(
        string="Shown to the Doctor",
        help="The doctor reads this comment on the own page, without the patient's "
        "name. It is never public.",
    )

    _one_per_visit = models.UniqueIndex(
        "(clinic_appointment_id) WHERE clinic_appointment_id IS NOT NULL",
        "This visit is rated already.",
    )

    @api.depends("res_model", "res_id")
    def _compute_clinic_appointment_id(self):
        for rating in self:
            is_visit = rating.res_model == "clinic.appointment"
            rating.clinic_appointment_id = rating.res_id if is_visit else False

    def _is_from_own_page(self):
        """Whether one of these is of something that has a page to say it on."""
        return bool(self.sudo().clinic_appointment_id)

    @api.model_create_multi
    def create(self, vals_list):
        """Patients rate visits, on their own page; nobody does for them."""
        ratings = super().create(vals_list)
        is_given = self.env.context.get("clinic_feedback") is GIVEN
        if not is_given and ratings._is_from_own_page():
            raise AccessError(
                self.env._("It is rated by who was there, on their own page.")
            )
        return ratings

    def write(self, vals):
        if not self.env.su and vals.keys() - STAFF_FIELDS and self._is_from_own_page():
            raise AccessError(self.env._("What was said stays as it is."))
        return super().write(vals)

    def action_open_clinic_visit(self):
        """Open the visit that was rated."""
        self.check_access("read")
        return self.clinic_appointment_id._get_records_action()
