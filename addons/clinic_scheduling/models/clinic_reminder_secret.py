# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Links in messages hold a secret that opens the visit for who has it.

It is the patient's alone: what staff read in the log and in previews is without it.
"""

import re

from markupsafe import Markup

from odoo import api, models

SECRET = re.compile(r"(\baccess_token=)[^&\"'\s<>]+")


def mask(text):
    """Return a text or HTML whose links open nothing, None and False as they are."""
    if not text:
        return text
    masked = SECRET.sub(r"\1…", str(text))
    return Markup(masked) if isinstance(text, Markup) else masked


def _mask_body(vals):
    return {**vals, "body": mask(vals["body"])} if vals.get("body") else vals


class ClinicReminder(models.Model):
    """The log keeps what was said, without the secret."""

    _inherit = "clinic.reminder"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([_mask_body(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(_mask_body(vals))


class ClinicAppointment(models.Model):
    """Who has the secret acts as the patient: users get no address with it."""

    _inherit = "clinic.appointment"

    def get_portal_url(self, *args, **kwargs):
        """Override: only the server gets the address with the secret of the link."""
        url = super().get_portal_url(*args, **kwargs)
        return url if self.env.su else mask(url)

    def _get_share_url(self, *args, share_token=True, **kwargs):
        """Override: staff do not pass the secret on, for they must not know it."""
        return super()._get_share_url(
            *args, share_token=share_token and self.env.su, **kwargs
        )

    def _sign_token(self, pid):
        """Override: the signature is made of the secret, which users cannot read."""
        return super(ClinicAppointment, self.sudo())._sign_token(pid)
