# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.tools.misc import hash_sign, verify_hash_signed

from .clinic_queue_live import SUBCHANNEL

#: What clients of staff subscribe to.
STAFF_CHANNEL = "clinic_queue.staff"

#: Before the signed token of a page without login.
PUBLIC_CHANNEL = "clinic_queue.public:"
SCOPE = "clinic_queue.public"
#: How long a page hears of changes; its state brings a new token long before.
PUBLIC_HOURS = 24
#: A connection that sends more tokens than a person opens pages gets none of the rest.
MAX_TOKENS = 20


class IrWebsocket(models.AbstractModel):
    """Let staff, boards and patients hear that something changed in their queues.

    Staff's client names one fixed word; which queues' channels it gets is decided
    here, by its access rights. A page without login names its queues in a token that
    was signed for it. A guessed string leads nowhere.
    """

    _inherit = "ir.websocket"

    @api.model
    def _get_queue_channel(self, queues):
        """Return what a page without login subscribes to, to hear of ``queues``."""
        token = hash_sign(
            self.env(su=True), SCOPE, queues.ids, expiration_hours=PUBLIC_HOURS
        )
        return f"{PUBLIC_CHANNEL}{token}"

    def _build_bus_channel_list(self, channels):
        """Override: in the place of words and tokens, the channels of queues."""
        kept, tokens, queues = [], [], self.env["clinic.queue"]
        for channel in channels:
            is_token = isinstance(channel, str) and channel.startswith(PUBLIC_CHANNEL)
            if is_token:
                tokens.append(channel.removeprefix(PUBLIC_CHANNEL))
            elif channel != STAFF_CHANNEL:
                kept.append(channel)
            elif self.env.user._is_internal() and queues.has_access("read"):
                kept.extend((queue, SUBCHANNEL) for queue in queues.search([]))
        return super()._build_bus_channel_list(
            [*kept, *((queue, SUBCHANNEL) for queue in self._get_queues_sudo(tokens))]
        )

    def _get_queues_sudo(self, tokens):
        """Return, as superuser, the queues that signed tokens name."""
        ids = set()
        for token in tokens[:MAX_TOKENS]:
            try:
                ids.update(verify_hash_signed(self.env(su=True), SCOPE, token) or [])
            except ValueError:  # malformed: no base64, no such version, no text
                continue
        # sudo: the token was signed for who may know that something changed there
        return self.env["clinic.queue"].sudo().browse(sorted(ids)).exists()
