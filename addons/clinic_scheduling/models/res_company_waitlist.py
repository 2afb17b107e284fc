# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Settings of the waitlist."""

from odoo import fields, models


class ResCompany(models.Model):
    """The waitlist of a practice."""

    _inherit = "res.company"

    clinic_waitlist_enabled = fields.Boolean(
        string="Waitlist",
        default=True,
        help="Time that becomes free is offered to the patients who wait for it.",
    )
    clinic_waitlist_minutes = fields.Integer(
        string="Offer (min)",
        default=120,
        help="How long a patient has to answer an offer. Quiet hours do not count.",
    )
    clinic_waitlist_near_minutes = fields.Integer(
        string="Offer When Near (min)",
        default=20,
        help="How long a patient has to answer when the time is near.",
    )
    clinic_waitlist_near_hours = fields.Integer(
        string="Near (h)",
        default=24,
        help="Time that begins sooner than this is near.",
    )
    clinic_waitlist_max_offers = fields.Integer(
        string="Open Offers",
        default=20,
        help="At most so many offers are open at once. 0: without limit.",
    )
    clinic_waitlist_max_entries = fields.Integer(
        string="Entries per Patient",
        default=3,
        help="Patients put themselves on at most this many lists. Staff are not bound.",
    )

    _check_clinic_waitlist = models.Constraint(
        "CHECK (clinic_waitlist_minutes BETWEEN 5 AND 1440"
        " AND clinic_waitlist_near_minutes BETWEEN 5 AND 1440"
        " AND clinic_waitlist_near_hours >= 0 AND clinic_waitlist_max_offers >= 0"
        " AND clinic_waitlist_max_entries >= 0)",
        "Offers of the waitlist are open for 5 to 1440 minutes.",
    )


class ResConfigSettings(models.TransientModel):
    """The waitlist in the settings."""

    _inherit = "res.config.settings"

    clinic_waitlist_enabled = fields.Boolean(
        related="company_id.clinic_waitlist_enabled", readonly=False
    )
    clinic_waitlist_minutes = fields.Integer(
        related="company_id.clinic_waitlist_minutes", readonly=False
    )
    clinic_waitlist_near_minutes = fields.Integer(
        related="company_id.clinic_waitlist_near_minutes", readonly=False
    )
    clinic_waitlist_near_hours = fields.Integer(
        related="company_id.clinic_waitlist_near_hours", readonly=False
    )
    clinic_waitlist_max_offers = fields.Integer(
        related="company_id.clinic_waitlist_max_offers", readonly=False
    )
    clinic_waitlist_max_entries = fields.Integer(
        related="company_id.clinic_waitlist_max_entries", readonly=False
    )
