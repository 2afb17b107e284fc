# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
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
        token = hash_sign(
            self.env(su=True), SLOTS_SCOPE, sites.ids, expiration_hours=SLOTS_HOURS
        )
        return f"{SLOTS_CHANNEL}{token}"

    def _build_bus_channel_list(self, channels):
        channels = list(channels)
        if CALENDAR_CHANNEL in channels:
            channels.remove(CALENDAR_CHANNEL)
            sites = self.env["clinic.site"]
            if self.env.user._is_internal() and sites.has_access("read"):
                channels.extend((site, "CALENDAR") for site in sites.search([]))
        return super()._build_bus_channel_list(self._replace_tokens(channels))

    def _replace_tokens(self, channels):
        """Return the channels with those of sites in the place of signed tokens."""
        kept, tokens = [], []
        for channel in channels:
            is_token = isinstance(channel, str) and channel.startswith(SLOTS_CHANNEL)
            (tokens if is_token else kept).append(channel)
        site_ids = set()
        for token in tokens[:MAX_TOKENS]:
            site_ids.update(self._read_token(token.removeprefix(SLOTS_CHANNEL)))
        # sudo: the token was signed for who may know that something changed there
        sites_sudo = self.env["clinic.site"].sudo().browse(sorted(site_ids)).exists()
        return [*kept, *((site, "CALENDAR") for site in sites_sudo)]

    def _read_token(self, token):
        """Return the ids of the sites that a token names: none of a bad one."""
        try:
            return verify_hash_signed(self.env(su=True), SLOTS_SCOPE, token) or []
        except ValueError:  # malformed: no base64, no such version, no text
            return []
