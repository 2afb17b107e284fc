# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Override: the client asks for alarms where the user is staff of a queue."""
        result = super().session_info()
        tickets = self.env["clinic.queue.ticket"]
        result["is_clinic_queue_staff"] = (
            self.env.user._is_internal() and tickets.has_access("read")
        )
        return result
