# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..utils import is_web_address


class ResCompany(models.Model):
    """Video: the practice's choice."""

    _inherit = "res.company"

    clinic_video_provider = fields.Selection(
        selection=lambda self: self.env["clinic.video"]._get_providers(),
        string="Video Visits",
        default="discuss",
        required=True,
        help="Where video visits take place. Doctors and services may differ.",
    )
    clinic_jitsi_url = fields.Char(
        string="Jitsi Server",
        help="Rooms with names that cannot be guessed are made there.",
    )
    clinic_video_grace_minutes = fields.Integer(
        string="Video Room Stays (min after)",
        default=15,
        help="How long after its planned end a video visit may still be entered.",
    )

    _check_clinic_video = models.Constraint(
        "CHECK (clinic_video_grace_minutes BETWEEN 0 AND 240)",
        "A video room stays open for at most 240 minutes after the visit.",
    )

    @api.constrains("clinic_jitsi_url")
    def _check_clinic_jitsi_url(self):
        for company in self.filtered("clinic_jitsi_url"):
            if not is_web_address(company.clinic_jitsi_url):
                raise ValidationError(
                    self.env._("The Jitsi server needs an address such as https://…")
                )


class ResConfigSettings(models.TransientModel):
    """Video."""

    _inherit = "res.config.settings"

    clinic_video_provider = fields.Selection(
        related="company_id.clinic_video_provider", readonly=False
    )
    clinic_jitsi_url = fields.Char(
        related="company_id.clinic_jitsi_url", readonly=False
    )
    clinic_video_grace_minutes = fields.Integer(
        related="company_id.clinic_video_grace_minutes", readonly=False
    )
