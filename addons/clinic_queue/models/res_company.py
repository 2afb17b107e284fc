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

    clinic_queue_alarm_minutes = fields.Integer(
        string="Alarms Ring Again After (min)",
        default=5,
        help="If somebody said to go, and yet the person is neither called nor given a "
        "level.",
    )

    _check_clinic_queue_alarm_minutes = models.Constraint(
        "CHECK (clinic_queue_alarm_minutes BETWEEN 1 AND 60)",
        "An alarm rings again after 1 to 60 minutes.",
    )
    _check_clinic_queue_link_minutes = models.Constraint(
        "CHECK (clinic_queue_link_minutes BETWEEN 0 AND 720)",
        "Check-in by link opens at most 12 hours before the visit.",
    )
