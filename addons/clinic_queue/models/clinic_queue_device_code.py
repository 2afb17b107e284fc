# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The pairing code, to be read again on the form as long as it is good.

It stands here in clear, readable by nobody but by way of ``pairing_code``: it is good
once, for some minutes, and is deleted then. Secrets that last are kept as keyed hashes.
"""

import base64
from io import BytesIO

import qrcode

from odoo import api, fields, models

from .clinic_queue_device import NO_CODE


class ClinicQueueDevice(models.Model):
    _inherit = "clinic.queue.device"

    code_given = fields.Char(groups=fields.NO_ACCESS, copy=False)
    pairing_code = fields.Char(
        compute="_compute_pairing_code",
        groups="clinic_scheduling.group_clinic_manager",
        help="Type it on the tablet. It is good once, until the time below.",
    )

    pairing_address = fields.Char(
        compute="_compute_pairing_address",
        groups="clinic_scheduling.group_clinic_manager",
        help="Open it in the browser of the tablet, or scan the QR code with it.",
    )
    pairing_image = fields.Binary(
        string="QR Code of the Address",
        compute="_compute_pairing_address",
        groups="clinic_scheduling.group_clinic_manager",
    )

    @api.depends("kind")
    def _compute_pairing_address(self):
        for device in self:
            page = f"{device.get_base_url()}/clinic/queue/kiosk"
            address = f"{page}/staff" if device.kind == "staff" else page
            content = BytesIO()
            qrcode.make(address, box_size=4).save(content, format="PNG")
            device.pairing_address = address
            device.pairing_image = base64.b64encode(content.getvalue())

    @api.depends("code_given", "code_expires_at")
    def _compute_pairing_code(self):
        now = fields.Datetime.now()
        for device in self:
            # sudo: kept from everybody but whoever may make a new one
            code = device.sudo().code_given
            until = device.code_expires_at
            is_good = code and until and until > now
            device.pairing_code = f"{code[:4]}-{code[4:]}" if is_good else False

    @api.autovacuum
    def _gc_codes(self):
        """Forget codes that nobody has used in time."""
        now = fields.Datetime.now()
        self.sudo().with_context(active_test=False).search(
            [("code_expires_at", "<", now)]
        ).write(NO_CODE)
