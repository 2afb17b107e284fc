# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a doctor says of a call that is over."""

from odoo.http import Controller, request, route

from odoo.addons.clinic_scheduling.controllers.portal_common import (
    count_attempt,
    show_page,
)
from odoo.addons.clinic_scheduling.controllers.portal_feedback import (
    get_feedback_values,
    give_feedback,
)

from .portal_showcase import ADDRESS, OPTIONS, find_showcase


class PharmaShowcaseFeedback(Controller):
    """A page with stars and a comment, and the POST that keeps them."""

    @route(f"{ADDRESS}/feedback", methods=["GET"], **OPTIONS)
    @count_attempt("search")
    def portal_showcase_feedback(self, showcase_id, access_token=None, **params):
        """Ask how the call was, or show what was said."""
        showcase_sudo = find_showcase(showcase_id, access_token)
        return self._show(showcase_sudo, access_token, is_new=bool(params.get("given")))

    @route(f"{ADDRESS}/feedback", methods=["POST"], **OPTIONS)
    @count_attempt("change")
    def portal_give_showcase_feedback(self, showcase_id, access_token=None, **posted):
        """Keep what the doctor says."""
        showcase_sudo = find_showcase(showcase_id, access_token)
        error, said = give_feedback(showcase_sudo, posted)
        if error:
            return self._show(showcase_sudo, access_token, error=error, said=said)
        link = f"/showcase/{showcase_sudo.id}/feedback?access_token={access_token}"
        return request.redirect(f"{link}&given=1", code=303)

    def _show(self, showcase_sudo, access_token, error=None, **shown):
        values = {
            "page_name": "showcase",
            "call": showcase_sudo._get_page_values(),
            "token": access_token,
            **get_feedback_values(showcase_sudo, error, **shown),
        }
        template = "pharma_showcase.portal_showcase_feedback"
        return show_page(template, values, 422 if error else 200)
