# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class PharmaShowcase(models.Model):
    """The doctor's page asks how a call was, once it is over."""

    _inherit = "pharma.showcase"

    def _get_page_values(self):
        """Override: whether the page leads to the feedback."""
        values = super()._get_page_values()
        return {**values, "may_give_feedback": self._may_give_feedback()}
