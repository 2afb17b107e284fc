# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a patient says of a visit that is over, and what all such pages do alike."""

from odoo.exceptions import UserError
from odoo.http import Controller, request, route

from ..models.clinic_guest_rating_mixin import COMMENT_LENGTH, STARS
from .portal_appointments import find_visit, get_visit_values
from .portal_common import count_attempt, refuse_unknown, show_page

ADDRESS = "/my/appointments/<int:appointment_id>/feedback"

PARAMETERS = ("stars", "comment")


def give_feedback(record_sudo, posted):
    """Keep what was posted of what is over.

    :return: (why not, or None; (stars, comment) as they were posted)
    """
    refuse_unknown(posted, PARAMETERS)
    given = posted.get("stars") or ""
    stars = int(given) if given in map(str, STARS) else 0
    comment = posted.get("comment") or ""
    try:
        with request.env.cr.savepoint():
            record_sudo._give_feedback(stars, comment)
    except UserError as error:
        return error.args[0], (stars, comment)
    return None, (stars, comment)


def get_feedback_values(record_sudo, error=None, said=None, is_new=False):
    """Return what a page of feedback shows.

    :param said: (stars, comment) to show in place of what was kept
    :param is_new: it was given just now
    """
    given_sudo = record_sudo._get_feedback()
    stars, comment = said or (round(given_sudo.rating), given_sudo.feedback or "")
    return {
        "stars": [(number, get_words(number)) for number in STARS],
        "chosen": stars,
        "comment": comment[:COMMENT_LENGTH],
        "comment_length": COMMENT_LENGTH,
        "may_give": record_sudo._may_give_feedback(),
        "is_given": bool(given_sudo),
        "is_new": is_new and bool(given_sudo),
        "error": error,
    }


def get_words(stars):
    """Return what so many stars mean."""
    return {
        1: request.env._("Very bad"),
        2: request.env._("Bad"),
        3: request.env._("Fair"),
        4: request.env._("Good"),
        5: request.env._("Very good"),
    }[stars]


class ClinicFeedback(Controller):
    """A page with stars and a comment, and the POST that keeps them."""

    @route(
        ADDRESS,
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def portal_feedback(self, appointment_id, access_token=None, **params):
        """Ask how the visit was, or show what was said."""
        appointment_sudo = find_visit(appointment_id, access_token, "book")
        is_given = bool(params.get("given"))
        return self._show(appointment_sudo, access_token, is_new=is_given)

    @route(
        ADDRESS,
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    @count_attempt("change")
    def portal_give_feedback(self, appointment_id, access_token=None, **posted):
        """Keep what the patient says."""
        appointment_sudo = find_visit(appointment_id, access_token, "book")
        error, said = give_feedback(appointment_sudo, posted)
        if error:
            return self._show(appointment_sudo, access_token, error=error, said=said)
        link = get_visit_values(appointment_sudo, access_token)["link"]
        return request.redirect(link("/feedback", given=1), code=303)

    def _show(self, appointment_sudo, access_token, error=None, **shown):
        values = {
            **get_visit_values(appointment_sudo, access_token),
            **get_feedback_values(appointment_sudo, error, **shown),
        }
        template = "clinic_scheduling.portal_feedback"
        return show_page(template, values, 422 if error else 200)
