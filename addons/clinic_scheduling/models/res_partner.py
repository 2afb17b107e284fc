# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whose contacts are for the practice's own people alone."""

from odoo import api, fields, models

#: Who may know that a contact is a patient.
STAFF = (
    "clinic_scheduling.group_clinic_doctor,clinic_scheduling.group_clinic_receptionist"
)


class ResPartner(models.Model):
    """A contact that is a patient, or somebody who acts for one."""

    _inherit = "res.partner"

    clinic_patient_ids = fields.One2many(
        "clinic.patient",
        "partner_id",
        string="Patients",
        context={"active_test": False},
        groups=STAFF,
    )
    clinic_consent_ids = fields.One2many(
        "clinic.consent",
        "partner_id",
        string="Acts for Patients",
        groups=STAFF,
    )
    clinic_practitioner_ids = fields.One2many(
        "clinic.doctor",
        "partner_id",
        string="Practitioners",
        context={"active_test": False},
        groups=STAFF,
    )
    clinic_is_private = fields.Boolean(
        string="Private to the Practice",
        compute="_compute_clinic_is_private",
        store=True,
        recursive=True,
        index=True,
        groups=STAFF,
        help="Patients of today and before, who acts for them, and their addresses: "
        "for the practice's staff alone. Colleagues and doctors stay visible to all.",
    )
    # lists of contacts are sorted by name: the sorted list without patients
    _clinic_other_name_idx = models.Index(
        "(complete_name, id DESC) WHERE clinic_is_private IS NOT TRUE"
    )

    @api.depends(
        "clinic_patient_ids",
        "clinic_consent_ids",
        "clinic_practitioner_ids",
        "parent_id.clinic_is_private",
        "partner_share",
    )
    def _compute_clinic_is_private(self):
        for partner in self:
            partner.clinic_is_private = (
                partner.partner_share
                and not partner.clinic_practitioner_ids
                and bool(
                    partner.clinic_patient_ids
                    or partner.clinic_consent_ids
                    or partner.parent_id.clinic_is_private
                )
            )
