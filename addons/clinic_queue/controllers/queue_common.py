# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the pages of the waiting room without login share: a link is the only key."""

import functools
import re

from odoo.http import request

from odoo.addons.clinic_scheduling.controllers.portal_common import (
    get_address,
    refuse_attempt,
    show_page,
)
from odoo.addons.clinic_scheduling.exceptions import TooManyRequests

#: What a token may look like; nothing else is looked for.
TOKEN = re.compile(r"[\w-]{20,64}", re.ASCII)


def open_by_token(model, kind):
    """Give the route the record that its link opens, as superuser, in ``record_sudo``.

    Attempts count for the link, since all who wait may share one address; those with
    a link that opens nothing count for the address. What is not there, is over, or was
    renewed gets the same answer.

    :param model: has ``_find_by_token``
    :param kind: one of the kinds of ``clinic.rate.limit``
    """

    def decorate(function):
        @functools.wraps(function)
        def wrapper(self, token, **params):
            record_sudo = request.env[model].sudo()
            if TOKEN.fullmatch(token):
                record_sudo = record_sudo._find_by_token(token)
            identity = f"{model},{record_sudo.id}" if record_sudo else get_address()
            limits = request.env["clinic.rate.limit"]
            try:
                limits._count(kind if record_sudo else "queue_unknown", identity)
            except TooManyRequests as error:
                return refuse_attempt(error)
            if not record_sudo:
                return refuse_token()
            return function(self, record_sudo, **params)

        return wrapper

    return decorate


def refuse_token():
    """Return the answer 404, as JSON or as a page."""
    if request.httprequest.accept_mimetypes.best == "application/json":
        return send_json({"code": "not_found"}, 404)
    return show_page("clinic_queue.queue_unknown", {}, status=404)


def send_json(body, status=200):
    """Return an answer that nobody keeps."""
    response = request.make_json_response(body, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
