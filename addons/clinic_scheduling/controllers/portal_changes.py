# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Cancel or move a visit: a page that asks and tells the terms, and a POST that acts.

Programs that open the links in messages do not change anything so.
"""

from urllib.parse import urlencode

from odoo.http import Controller, request, route

from ..exceptions import BookingError
from .portal_appointments import find_visit, get_visit_values
from .portal_common import (
    count_attempt,
    get_phones,
    refuse_unknown,
    show_page,
    to_buttons,
)
from .portal_parameters import to_id, to_moment

#: What the page with the times to move to sends.
RESCHEDULE_PARAMETERS = ("start", "doctor", "site", "seal", "from")


def get_seal(terms):
    """Return what a page says of the terms, to be compared when its form comes."""
    return f"{terms.fee:.2f}/{terms.refund:.2f}"


class ClinicChanges(Controller):
    """Changes that patients make."""

    # ------------------------------------------------------------------
    # Cancel
    # ------------------------------------------------------------------

    @route(
        "/my/appointments/<int:appointment_id>/cancel",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def portal_ask_cancel(self, appointment_id, access_token=None, **_params):
        """Ask whether the visit is to be cancelled, and say what that costs."""
        appointment_sudo = find_visit(appointment_id, access_token, "book")
        return self._show_cancel(appointment_sudo, access_token)

    @route(
        "/my/appointments/<int:appointment_id>/cancel",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    @count_attempt("change")
    def portal_cancel(self, appointment_id, access_token=None, seal=None, **_params):
        """Cancel the visit on the terms that the page said."""
        appointment_sudo = find_visit(appointment_id, access_token, "book")
        if appointment_sudo.state != "cancelled":
            terms = appointment_sudo._get_terms("cancel")
            if terms.allowed and seal != get_seal(terms):
                return self._show_cancel(appointment_sudo, access_token, is_new=True)
            try:
                with request.env.cr.savepoint():
                    appointment_sudo._cancel_by_patient()
            except BookingError as error:
                return self._show_cancel(appointment_sudo, access_token, error)
        return self._leave(appointment_sudo, access_token)

    def _show_cancel(self, appointment_sudo, access_token, error=None, is_new=False):
        terms = appointment_sudo._get_terms("cancel")
        values = self._get_values(appointment_sudo, access_token, terms, error)
        values["terms_changed"] = is_new
        status = error.http_status if error else 200
        return show_page("clinic_scheduling.portal_cancel", values, status)

    # ------------------------------------------------------------------
    # Move
    # ------------------------------------------------------------------

    @route(
        "/my/appointments/<int:appointment_id>/reschedule",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def portal_ask_reschedule(self, appointment_id, access_token=None, **params):
        """Show the free times to move the visit to, and what that costs."""
        appointment_sudo = find_visit(appointment_id, access_token, "book")
        anybody = bool(params.get("anybody"))
        return self._show_reschedule(appointment_sudo, access_token, anybody=anybody)

    @route(
        "/my/appointments/<int:appointment_id>/reschedule",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    @count_attempt("change")
    def portal_reschedule(self, appointment_id, access_token=None, **posted):
        """Move the visit to the chosen time on the terms that the page said."""
        appointment_sudo = find_visit(appointment_id, access_token, "book")
        refuse_unknown(posted, RESCHEDULE_PARAMETERS)
        wish = self._read_wish(appointment_sudo, posted)
        if wish is None:
            error = BookingError(request.env._("Choose a time."))
            return self._show_reschedule(appointment_sudo, access_token, error)
        if self._is_there(appointment_sudo, wish):
            return self._stay(appointment_sudo, access_token, posted.get("from"))
        terms = appointment_sudo._get_terms("reschedule")
        if terms.allowed and posted.get("seal") != get_seal(terms):
            return self._show_reschedule(appointment_sudo, access_token, is_new=True)
        try:
            with request.env.cr.savepoint():
                appointment_sudo._reschedule_by_patient(wish)
        except BookingError as error:
            return self._show_reschedule(appointment_sudo, access_token, error)
        return self._leave(appointment_sudo, access_token)

    def _read_wish(self, appointment_sudo, posted):
        """Return the values to move to, None when they make no sense.

        Only who offers the service, and where they work, can be chosen.
        """
        wish = {"start": to_moment(posted.get("start"))}
        if not wish["start"]:
            return None
        doctors_sudo = appointment_sudo.service_id._get_doctors()
        choices = {
            "doctor": ("doctor_id", doctors_sudo | appointment_sudo.doctor_id),
            "site": ("site_id", doctors_sudo.site_ids | appointment_sudo.site_id),
        }
        for name, (field, among_sudo) in choices.items():
            if given := posted.get(name):
                wish[field] = to_id(given)
                if wish[field] not in among_sudo.ids:
                    return None
        return wish

    def _is_there(self, appointment_sudo, wish):
        """Whether the visit is where it is to go."""
        current = {name: appointment_sudo[name] for name in wish}
        current = {
            name: value if name == "start" else value.id
            for name, value in current.items()
        }
        return current == wish

    def _stay(self, appointment_sudo, access_token, since):
        """Answer a wish for the time that the visit has.

        :param since: the start that the page told; another one means that this form
            has moved the visit before, as a repeated click does
        """
        told = to_moment(since)
        if told and told != appointment_sudo.start:
            return self._leave(appointment_sudo, access_token)
        message = request.env._(
            "The appointment is at this time already. Please choose another one."
        )
        return self._show_reschedule(
            appointment_sudo, access_token, BookingError(message)
        )

    def _show_reschedule(
        self, appointment_sudo, access_token, error=None, is_new=False, anybody=False
    ):
        terms = appointment_sudo._get_terms("reschedule")
        values = self._get_values(appointment_sudo, access_token, terms, error)
        values["terms_changed"] = is_new
        values["anybody"] = anybody
        values.update(self._get_chooser(appointment_sudo, values, anybody))
        status = error.http_status if error else 200
        return show_page("clinic_scheduling.portal_reschedule", values, status)

    def _get_chooser(self, appointment_sudo, values, anybody):
        """Return the values of the template ``portal_times_chooser``."""
        doctors_sudo = appointment_sudo.doctor_id
        query = {
            "service": appointment_sudo.service_id.id,
            "exclude": appointment_sudo.id,
        }
        if anybody:
            doctors_sudo = appointment_sudo.service_id._get_doctors()
        else:
            query["doctor"] = appointment_sudo.doctor_id.id
        if values["access_token"]:
            query["access_token"] = values["access_token"]
        sites_sudo = doctors_sudo.site_ids | appointment_sudo.site_id
        return {
            "times_url": f"/clinic/book/slots?{urlencode(query)}",
            "times_action": values["link"]("/reschedule"),
            "times_values": {"seal": values["seal"], "from": values["visit"]["start"]},
            "times_clock": appointment_sudo.service_id._get_portal_clock(),
            # its own week: most people move a visit by a few days
            "times_day": str(appointment_sudo._localize(appointment_sudo.start).date()),
            "times_channel": request.env["ir.websocket"]._get_slots_channel(sites_sudo),
            "times_phones": get_phones(sites_sudo),
            "times_label": request.env._("Move the appointment"),
        }

    # ------------------------------------------------------------------
    # Both
    # ------------------------------------------------------------------

    def _get_values(self, appointment_sudo, access_token, terms, error):
        alternatives = error.context.get("alternatives", ()) if error else ()
        return {
            **get_visit_values(appointment_sudo, access_token),
            "change_terms": terms,
            "until": terms.until and appointment_sudo._format_moment_here(terms.until),
            "seal": get_seal(terms),
            "error": error and error.args[0],
            "alternatives": to_buttons(alternatives),
        }

    def _leave(self, appointment_sudo, access_token):
        values = get_visit_values(appointment_sudo, access_token)
        return request.redirect(values["link"](done=1), code=303)
