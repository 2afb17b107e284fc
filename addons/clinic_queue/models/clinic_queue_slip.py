# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The QR code of a number that a tablet gave by itself, while the network was away.

The tablet draws it: its address names the tablet and the item, whose uuid nobody can
guess. As soon as the item is sent, the address leads to the page of the ticket.
"""

import re

from odoo import api, models
from odoo.tools import consteq

from ..sync_items import UUID

#: The tablet's id and the item's uuid.
SLIP = re.compile(rf"(\d{{1,9}})\.({UUID.pattern})")
SLIP_PATH = "/clinic/queue/slip"


class ClinicSyncLog(models.Model):
    _inherit = "clinic.sync.log"

    @api.model
    def _find_by_slip(self, text):
        """Return, as superuser, the item whose slip this is, or none: not sent yet.

        :param str text: the last part of the slip's address
        """
        none_sudo = self.sudo().browse()
        match = SLIP.fullmatch(text or "")
        if not match:
            return none_sudo
        domain = [("device_id", "=", int(match[1])), ("uuid", "=", match[2])]
        found_sudo = none_sudo.search(domain, limit=1)
        is_right = found_sudo and consteq(found_sudo.uuid, match[2])
        return found_sudo if is_right else none_sudo

    def _get_slip_state(self):
        """Return (what the slip's page tells, the number in the list, the page's path).

        The first one is ``"unknown"``: the tablet has not sent it; ``"listed"``: the
        number is in the list; ``"over"``: its day is over; ``"failed"``: it is not in
        the list. With ``"open"`` comes the address of the ticket's own page, for who
        may have it.
        """
        if not self:
            return "unknown", None, None
        ticket = self.ticket_id
        if not ticket:
            return "unknown" if self.state == "pending" else "failed", None, None
        if not ticket._find_by_token(ticket.access_token):
            return "over", ticket.name, None
        if not self._shows_link():
            return "listed", ticket.name, None
        return "open", ticket.name, ticket._get_page_link()
