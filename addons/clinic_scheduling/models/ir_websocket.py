# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

CALENDAR_CHANNEL = "clinic_scheduling.calendar"


class IrWebsocket(models.AbstractModel):
    """Let staff hear that the calendar of their sites changed.

    The client names one fixed word; which records' channels it gets is decided
    here, by its access rights, so a guessed string leads nowhere.
    """

    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        channels = list(channels)
        if CALENDAR_CHANNEL in channels:
            channels.remove(CALENDAR_CHANNEL)
            sites = self.env["clinic.site"]
            if self.env.user._is_internal() and sites.has_access("read"):
                channels.extend((site, "CALENDAR") for site in sites.search([]))
        return super()._build_bus_channel_list(channels)
