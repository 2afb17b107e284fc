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
