# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The page of somebody who waits: the own number, the place, and the call."""

from odoo.exceptions import UserError
from odoo.http import Controller, request, route

from odoo.addons.clinic_scheduling.controllers.portal_common import (
    refuse_unknown,
    show_page,
)
from odoo.addons.clinic_scheduling.models.clinic_guest_rating_mixin import STARS

from .queue_common import open_by_token, send_json

ADDRESS = "/clinic/queue/ticket/<string:token>"
MODEL = "clinic.queue.ticket"
OPTIONS = {"type": "http", "auth": "public", "website": True, "sitemap": False}


class QueueTicket(Controller):
    """The page, what it shows now, its slip, and what can be done there."""

    @route(ADDRESS, methods=["GET"], **OPTIONS)
    @open_by_token(MODEL, "queue_page")
    def queue_ticket(self, record_sudo, **_params):
        """Show the page."""
        return self._show(record_sudo)

    @route(f"{ADDRESS}/state", methods=["GET"], save_session=False, **OPTIONS)
    @open_by_token(MODEL, "queue_state")
    def queue_ticket_state(self, record_sudo, **_params):
        """Return the part of the page that changes, as JSON.

        Keys: ``html``; ``state``: with another one the page's forms are others, too;
        ``call``: grows with each call; ``is_next``; ``channel`` for the bus.
        """
        ticket = record_sudo._get_page_state()
        html = request.env["ir.qweb"]._render(
            "clinic_queue.queue_ticket_status", {"ticket": ticket}
        )
        return send_json(
            {
                "html": str(html),
                "state": ticket["state"],
                "call": ticket["call"],
                "is_next": ticket["is_next"],
                "channel": self._get_channel(record_sudo),
            }
        )

    @route(f"{ADDRESS}/slip", type="http", auth="public", methods=["GET"])
    @open_by_token(MODEL, "queue_page")
    def queue_ticket_slip(self, record_sudo, **_params):
        """Show the number and a QR code of the page, as wide as a receipt.

        It is in the patient's language, whoever prints it.
        """
        request.update_context(lang=record_sudo._get_lang())
        record_sudo = record_sudo.with_env(request.env(su=True))
        values = {
            "number": record_sudo.name,
            "site": record_sudo.site_id.name,
            "image": record_sudo._get_qr_image(),
            **record_sudo._get_slip_texts(),
        }
        return show_page("clinic_queue.queue_ticket_slip", values)

    @route(f"{ADDRESS}/leave", methods=["POST"], **OPTIONS)
    @open_by_token(MODEL, "queue_change")
    def queue_ticket_leave(self, record_sudo, **posted):
        """Give the place up."""
        refuse_unknown(posted, ())
        return self._do(record_sudo, record_sudo._leave_by_page)

    @route(f"{ADDRESS}/feedback", methods=["POST"], **OPTIONS)
    @open_by_token(MODEL, "queue_change")
    def queue_ticket_feedback(self, record_sudo, **posted):
        """Keep how it was."""
        refuse_unknown(posted, ("stars",))
        given = posted.get("stars") or ""
        stars = int(given) if given in map(str, STARS) else 0
        return self._do(record_sudo, lambda: record_sudo._rate_by_page(stars))

    def _do(self, ticket_sudo, step):
        """Take a step and show the page again, or why it was not possible."""
        try:
            with request.env.cr.savepoint():
                step()
        except UserError as error:
            return self._show(ticket_sudo, error.args[0])
        return request.redirect(ticket_sudo._get_page_path(), code=303)

    def _show(self, ticket_sudo, error=None):
        values = {
            "ticket": ticket_sudo._get_page_state(),
            "path": ticket_sudo._get_page_path(),
            "channel": self._get_channel(ticket_sudo),
            "stars": STARS,
            "error": error,
        }
        return show_page("clinic_queue.queue_ticket", values, 422 if error else 200)

    def _get_channel(self, ticket_sudo):
        return request.env["ir.websocket"]._get_queue_channel(ticket_sudo.queue_id)
