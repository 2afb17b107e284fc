# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What all pages for patients share: who is asking, how often, and for which visit."""

import functools
from ipaddress import ip_address, ip_network

from werkzeug.exceptions import BadRequest, NotFound

from odoo import fields
from odoo.http import request

from ..exceptions import TooManyRequests
from ..models.clinic_schedule import epoch

#: Of pages that tell names and times: nobody keeps them, frames them or lists them,
#: and no other site learns their addresses, which may carry a secret.
PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'self'",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Robots-Tag": "noindex",
}

#: The largest id that PostgreSQL keeps.
MAX_ID = 2**31 - 1


def count_attempt(kind, get_identity=None):
    """Count a call of this route for the caller's address; too many are answered 429.

    :param kind: one of the kinds of ``clinic.rate.limit``
    :param get_identity: returns for whom it counts in place of the address
    """

    def decorate(function):
        @functools.wraps(function)
        def wrapper(self, *args, **kwargs):
            try:
                identity = get_identity() if get_identity else get_address()
                request.env["clinic.rate.limit"]._count(kind, identity)
            except TooManyRequests as error:
                return refuse_attempt(error)
            return function(self, *args, **kwargs)

        return wrapper

    return decorate


def get_address():
    """Return the visitor's IP address, as Odoo's proxy settings tell it."""
    return get_network(request.httprequest.remote_addr or "unknown")


def get_network(address):
    """Return as whose an IP address counts: of IPv6, a visitor has a whole /64."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed.packed[:8] + bytes(8), 64)))


def show_page(template, values, status=200):
    """Return a page that is for who asked, and for nobody else (``PAGE_HEADERS``)."""
    response = request.render(template, values)
    # rendered here: an error shows up in this request and not after it
    response.flatten()
    response.status_code = status
    response.headers.update(PAGE_HEADERS)
    return response


def to_buttons(alternatives):
    """Return free times as the template ``portal_free_times`` shows them.

    :param alternatives: dicts as those of ``SlotTaken``
    """
    return [
        {
            "doctor": item["doctor_id"],
            "site": item["site_id"],
            "start": epoch(fields.Datetime.to_datetime(item["start"])),
            "label": item["label"],
        }
        for item in alternatives
    ]


def get_phones(sites_sudo):
    """Return [(name, telephone number)] of those sites that have one."""
    return [(site.name, site.phone) for site in sites_sudo if site.phone]


def refuse_unknown(posted, known):
    """Answer 400 when a form sends what its page does not ask for.

    :raise BadRequest: some key of ``posted`` is not in ``known``
    """
    if posted.keys() - set(known):
        raise BadRequest()


def refuse_attempt(error):
    """Return the answer 429 with ``Retry-After``: JSON, a page, or a plain sentence."""
    seconds = error.context["retry_after"]
    if request.httprequest.accept_mimetypes.best == "application/json":
        body = {"code": error.code, "message": error.args[0], "retry_after": seconds}
        response = request.make_json_response(body, status=429)
    elif not getattr(request, "is_frontend", False):
        # calendar programs and the like: no page of the site can be drawn for them
        headers = [("Content-Type", "text/plain; charset=utf-8")]
        response = request.make_response(error.args[0], headers, status=429)
    else:
        values = {"message": error.args[0]}
        response = show_page("clinic_scheduling.portal_refused", values, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def get_given_token(appointment_sudo):
    """Return the visit's secret if this request brought it itself, else "".

    What links in an answer carry: who is let in by a consent gets no secret from us,
    because it would open the visit after the consent was revoked, too.
    """
    given = request.params.get("access_token")
    return given if appointment_sudo._is_secret(given) else ""


def get_appointment(appointment_id, access_token=None, scope="view"):
    """Return, as superuser, the visit that the caller may see, or answer 404.

    The answer is the same for a visit that is not there and for one that is not
    theirs. Render only what patients may read of it.

    :param scope: what is to be done: one of the scopes of ``clinic.consent``
    """
    if appointment_id > MAX_ID:
        raise NotFound()
    appointment_sudo = request.env["clinic.appointment"].sudo().browse(appointment_id)
    if not appointment_sudo.exists() or not appointment_sudo._is_open_to(
        request.env.user, access_token, scope
    ):
        raise NotFound()
    return appointment_sudo
