# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The way into the room of a video visit, for the patient."""

from odoo.exceptions import UserError
from odoo.http import Controller, request, route

from .portal_appointments import find_visit, get_visit_values
from .portal_common import count_attempt, show_page

ADDRESS = "/my/appointments/<int:appointment_id>/video"


class ClinicVideoDoor(Controller):
    """A page that waits until the room opens, and a POST that enters it."""

    @route(
        ADDRESS,
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def portal_video(self, appointment_id, access_token=None, **_params):
        """Say when the room opens, and offer to enter once it is open."""
        appointment_sudo = find_visit(appointment_id, access_token, "book")
        return self._show_video(appointment_sudo, access_token)

    @route(
        ADDRESS,
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    @count_attempt("change")
    def portal_enter_video(self, appointment_id, access_token=None, **_posted):
        """Lead into the room; it is made if nobody was there before.

        Who may only look at the visits does not sit in at the consultation.
        """
        appointment_sudo = find_visit(appointment_id, access_token, "book")
        if not appointment_sudo.is_video_open:
            return self._show_video(appointment_sudo, access_token, status=409)
        try:
            with request.env.cr.savepoint():
                url = appointment_sudo._enter_video()
        except UserError:
            # what is missing is the practice's to know
            message = request.env._(
                "The video room cannot be opened at the moment. Please call us."
            )
            return self._show_video(appointment_sudo, access_token, message, 503)
        # the doctor's own link, or a room of the provider that the practice chose
        return request.redirect(url, code=303, local=False)

    def _show_video(self, appointment_sudo, access_token, error=None, status=200):
        values = get_visit_values(appointment_sudo, access_token)
        values["error"] = error
        return show_page("clinic_scheduling.portal_video", values, status)
