# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a patient may do when the doctor is late, besides moving and cancelling."""

from odoo.http import Controller, request, route

from ..exceptions import BookingError
from .portal_appointments import find_visit, get_visit_values
from .portal_common import count_attempt, show_page


class ClinicLate(Controller):
    """See the doctor by video instead."""

    @route(
        "/my/appointments/<int:appointment_id>/late/video",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    @count_attempt("change")
    def portal_late_video(self, appointment_id, access_token=None, **_posted):
        """Let the visit take place by video; the door says whether it can."""
        appointment_sudo = find_visit(appointment_id, access_token, "book")
        values = get_visit_values(appointment_sudo, access_token)
        if appointment_sudo.modality != "video":
            try:
                with request.env.cr.savepoint():
                    appointment_sudo._switch_to_video()
            except BookingError as error:
                values["error"] = error.args[0]
                return show_page(
                    "clinic_scheduling.portal_late_refused", values, error.http_status
                )
        return request.redirect(values["link"]("/video"), code=303)
