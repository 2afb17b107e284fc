# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The screen on the wall: a page that stays open for months."""

from odoo.http import Controller, request, route

from odoo.addons.clinic_scheduling.controllers.portal_common import show_page

from .queue_common import open_by_token, send_json

ADDRESS = "/clinic/queue/board/<string:token>"


class QueueBoard(Controller):
    """The board's page, and what it shows."""

    @route(ADDRESS, type="http", auth="public", methods=["GET"], save_session=False)
    @open_by_token("clinic.queue.board", "queue_page")
    def queue_board(self, record_sudo, **_params):
        """Show the board."""
        props = {
            "address": f"/clinic/queue/board/{record_sudo.access_token}/state",
            "settings": record_sudo._get_settings(),
            "state": self._get_state(record_sudo),
        }
        values = {"board_sudo": record_sudo, "props": props}
        return show_page("clinic_queue.queue_board", values)

    @route(
        f"{ADDRESS}/state",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
    )
    @open_by_token("clinic.queue.board", "queue_state")
    def queue_board_state(self, record_sudo, **_params):
        """Return what the board shows now, as JSON."""
        return send_json(self._get_state(record_sudo))

    def _get_state(self, board_sudo):
        """Return the state, and of which version the page has to be to show it."""
        return {**board_sudo._get_state(), "version": self._get_version()}

    def _get_version(self):
        """Return what is another text after an upgrade of addons or of Odoo."""
        bundle = request.env["ir.qweb"]._get_asset_bundle("web.assets_frontend_lazy")
        return bundle.get_version("js")
