# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from .clinic_queue_live import SUBCHANNEL

#: What clients of staff subscribe to.
STAFF_CHANNEL = "clinic_queue.staff"

#: Before the signed token of a page without login.
PUBLIC_CHANNEL = "clinic_queue.public:"
SCOPE = "clinic_queue.public"
#: How long a page hears of changes; its state brings a new token long before.
PUBLIC_HOURS = 24


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
        return self._sign_channel(PUBLIC_CHANNEL, SCOPE, queues, PUBLIC_HOURS)

    def _build_bus_channel_list(self, channels):
        """Override: in the place of words and tokens, the channels of queues."""
        kept, ids = self._take_signed(channels, PUBLIC_CHANNEL, SCOPE)
        queues = self.env["clinic.queue"]
        # sudo: the token was signed for who may know that something changed there
        heard = [*queues.sudo().browse(ids).exists()]
        if STAFF_CHANNEL in kept:
            kept = [channel for channel in kept if channel != STAFF_CHANNEL]
            if self.env.user._is_internal() and queues.has_access("read"):
                heard.extend(queues.search([]))
        return super()._build_bus_channel_list(
            [*kept, *((queue, SUBCHANNEL) for queue in heard)]
        )
