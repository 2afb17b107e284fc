# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    clinic_queue_link_minutes = fields.Integer(
        string="Check-in by Link Before the Visit (min)",
        default=60,
        help="From then until its end, patients check their visit in from its page.",
    )

    _check_clinic_queue_link_minutes = models.Constraint(
        "CHECK (clinic_queue_link_minutes BETWEEN 0 AND 720)",
        "Check-in by link opens at most 12 hours before the visit.",
    )
