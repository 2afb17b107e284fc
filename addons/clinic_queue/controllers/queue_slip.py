# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Where the QR code of a number leads that a tablet gave without the network."""

from odoo.http import Controller, request, route

from odoo.addons.clinic_scheduling.controllers.portal_common import (
    get_address,
    refuse_attempt,
    show_page,
)
from odoo.addons.clinic_scheduling.exceptions import TooManyRequests

from ..models.clinic_queue_slip import SLIP_PATH


class QueueSlip(Controller):
    """The page of a slip, until its ticket has one."""

    @route(
        f"{SLIP_PATH}/<string:slip>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def queue_slip(self, slip):
        """Lead to the page of the ticket, or say why there is none yet."""
        try:
            request.env["clinic.rate.limit"]._count("queue_slip", get_address())
        except TooManyRequests as error:
            return refuse_attempt(error)
        log_sudo = request.env["clinic.sync.log"]._find_by_slip(slip)
        state, number, path = log_sudo._get_slip_state()
        if path:
            return request.redirect(path, code=303)
        values = {"state": state, "number": number}
        return show_page("clinic_queue.queue_slip_waiting", values)
