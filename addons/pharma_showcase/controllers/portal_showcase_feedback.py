# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a doctor says of a call that is over."""

from odoo.exceptions import UserError
from odoo.http import Controller, request, route

from odoo.addons.clinic_scheduling.controllers.portal_common import (
    count_attempt,
    refuse_unknown,
    show_page,
)
from odoo.addons.clinic_scheduling.models.clinic_appointment_feedback import (
    COMMENT_LENGTH,
    STARS,
)

from .portal_showcase import ADDRESS, OPTIONS, find_showcase

PARAMETERS = ("stars", "comment")


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
        refuse_unknown(posted, PARAMETERS)
        given = posted.get("stars") or ""
        stars = int(given) if given in map(str, STARS) else 0
        comment = posted.get("comment") or ""
        try:
            with request.env.cr.savepoint():
                showcase_sudo._give_feedback(stars, comment)
        except UserError as error:
            said = stars, comment
            return self._show(showcase_sudo, access_token, error.args[0], said)
        link = f"/showcase/{showcase_sudo.id}/feedback?access_token={access_token}"
        return request.redirect(f"{link}&given=1", code=303)

    def _show(self, showcase_sudo, access_token, error=None, said=None, is_new=False):
        given_sudo = showcase_sudo._get_feedback()
        stars, comment = said or (round(given_sudo.rating), given_sudo.feedback or "")
        values = {
            "page_name": "showcase",
            "call": showcase_sudo._get_page_values(),
            "token": access_token,
            "stars": [(number, self._get_words(number)) for number in STARS],
            "chosen": stars,
            "comment": comment[:COMMENT_LENGTH],
            "comment_length": COMMENT_LENGTH,
            "may_give": showcase_sudo._may_give_feedback(),
            "is_given": bool(given_sudo),
            "is_new": is_new and bool(given_sudo),
            "error": error,
        }
        template = "pharma_showcase.portal_showcase_feedback"
        return show_page(template, values, 422 if error else 200)

    def _get_words(self, stars):
        return {
            1: request.env._("Very bad"),
            2: request.env._("Bad"),
            3: request.env._("Fair"),
            4: request.env._("Good"),
            5: request.env._("Very good"),
        }[stars]
