# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import contextlib

from odoo import api, models
from odoo.tools.misc import hash_sign, verify_hash_signed

CALENDAR_CHANNEL = "clinic_scheduling.calendar"

#: Before the signed token of a page that shows free times.
SLOTS_CHANNEL = "clinic_scheduling.slots:"
SLOTS_SCOPE = "clinic_scheduling.slots"
#: How long an open page hears of changes; loading it again gives it a new token.
SLOTS_HOURS = 12
#: A connection that sends more tokens than a person opens pages gets none of the rest.
MAX_TOKENS = 20


class IrWebsocket(models.AbstractModel):
    """Let staff hear that the calendar of their sites changed, and visitors, too.

    Staff's client names one fixed word; which records' channels it gets is decided
    here, by its access rights. A page for visitors names the sites in a token that
    was signed for it. A guessed string leads nowhere.
    """

    _inherit = "ir.websocket"

    @api.model
    def _get_slots_channel(self, sites):
        """Return what a page subscribes to, to hear of changes at ``sites``."""
        return self._sign_channel(SLOTS_CHANNEL, SLOTS_SCOPE, sites, SLOTS_HOURS)

    @api.model
    def _sign_channel(self, prefix, scope, records, hours):
        """Return a channel's name for a page without login: it names ``records``.

        :param hours: how long it is good
        """
        token = hash_sign(self.env(su=True), scope, records.ids, expiration_hours=hours)
        return f"{prefix}{token}"

    def _build_bus_channel_list(self, channels):
        channels = list(channels)
        if CALENDAR_CHANNEL in channels:
            channels.remove(CALENDAR_CHANNEL)
            sites = self.env["clinic.site"]
            if self.env.user._is_internal() and sites.has_access("read"):
                channels.extend((site, "CALENDAR") for site in sites.search([]))
        kept, site_ids = self._take_signed(channels, SLOTS_CHANNEL, SLOTS_SCOPE)
        # sudo: the token was signed for who may know that something changed there
        sites_sudo = self.env["clinic.site"].sudo().browse(site_ids).exists()
        return super()._build_bus_channel_list(
            [*kept, *((site, "CALENDAR") for site in sites_sudo)]
        )

    def _take_signed(self, channels, prefix, scope):
        """Return the other channels, and the ids that signed ones name."""
        kept, tokens = [], []
        for channel in channels:
            is_signed = isinstance(channel, str) and channel.startswith(prefix)
            (tokens if is_signed else kept).append(channel)
        ids = set()
        for token in tokens[:MAX_TOKENS]:
            # malformed: no base64, no such version, no text
            with contextlib.suppress(ValueError):
                found = verify_hash_signed(
                    self.env(su=True), scope, token.removeprefix(prefix)
                )
                ids.update(found or [])
        return kept, sorted(ids)
