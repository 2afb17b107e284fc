# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The first steps of a booking: what for, with whom, and when."""

from functools import partial
from urllib.parse import urlencode

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.clinic_engine.clock import from_epoch

from ..models.clinic_schedule import epoch
from ..models.clinic_service_portal import Wish
from .portal_common import count_attempt, get_phones
from .portal_parameters import to_day, to_id, to_moment
from .portal_wizard import get_first_step, get_held, get_step_url

MODALITIES = ("in_person", "video", "phone")
MAX_WORDS = 100  # characters


def to_address(path, **parameters):
    """Return an address with those parameters that are not empty."""
    given = {name: value for name, value in parameters.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


class PortalCatalogue(http.Controller):
    """Pages that anybody may look at. Nothing is changed by any of them."""

    # ------------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------------

    @http.route(
        "/clinic/book",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    @count_attempt("search")
    def portal_book(self, **params):
        """Show what may be booked: by service, or by doctor."""
        found = request.env["clinic.service"]._get_catalogue()
        by = "doctor" if params.get("by") == "doctor" else "service"
        wish = self._read_wish(params)
        values = self._get_values(params, found, wish, by)
        left = found.filter(wish)
        values["tabs"] = [
            (name, to_address("/clinic/book", **{**values["kept"], "by": name}))
            for name in ("service", "doctor")
        ]
        values["is_gone"] = bool(params.get("gone"))
        if by == "doctor":
            values["doctors"] = left.doctors
        else:
            values["services"] = list(left.offers)
        return self._show("clinic_scheduling.portal_book", values)

    @http.route(
        "/clinic/book/doctors",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    @count_attempt("search")
    def portal_book_doctors(self, **params):
        """Show who offers a service, who is free first before the others."""
        found, service = self._get_service(params)
        if not service:
            return self._say_gone()
        wish = self._read_wish(params)
        left = found.filter(Wish(site=wish.site, language=wish.language))
        doctors = left.offers.get(service, request.env["clinic.doctor"].sudo())
        firsts = self._get_firsts(service, doctors, wish.site)
        never = float("inf")
        values = self._get_values(params, found, wish, params.get("by"))
        values.update(
            service=service,
            doctors=sorted(doctors, key=lambda item: firsts.get(item.id, (never,))[0]),
            firsts=firsts,
            first=min(firsts.values(), default=None),
            step_links={"service": to_address("/clinic/book", **values["kept"])},
        )
        return self._show("clinic_scheduling.portal_book_doctors", values)

    @http.route(
        "/clinic/book/services",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    @count_attempt("search")
    def portal_book_services(self, **params):
        """Show what a doctor offers."""
        found = request.env["clinic.service"]._get_catalogue()
        doctor_id = to_id(params.get("doctor"))
        doctor = next((item for item in found.doctors if item.id == doctor_id), None)
        if not doctor:
            return self._say_gone()
        wish = self._read_wish(params)
        left = found.filter(Wish(site=wish.site, modality=wish.modality))
        values = self._get_values(params, found, wish, "doctor")
        values.update(
            doctor=doctor,
            services=left.get_services(doctor),
            step_links={"doctor": to_address("/clinic/book", **values["kept"])},
        )
        return self._show("clinic_scheduling.portal_book_services", values)

    @http.route(
        "/clinic/book/times",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    @count_attempt("search")
    def portal_book_times(self, **params):
        """Show when a service is free: with one doctor, or with any."""
        found, service = self._get_service(params)
        doctors = found.offers.get(service)
        doctor_id = to_id(params.get("doctor"))
        doctor = doctors and doctors.filtered(lambda item: item.id == doctor_id)
        if not doctors or doctor_id and not doctor:
            return self._say_gone()
        sites = found.get_sites(service, doctor or doctors)
        site = next(
            (item for item in sites if item.id == to_id(params.get("site"))), None
        )
        values = self._get_values(
            params, found, self._read_wish(params), params.get("by")
        )
        values.update(
            service=service,
            doctor=doctor,
            sites=sites,
            site=site,
            step_links=self._get_links(values["kept"], service, doctor),
            waitlist_url=self._get_waitlist_url(service, doctor, site),
            **self._get_chooser(params, service, doctor, site, sites),
        )
        return self._show("clinic_scheduling.portal_book_times", values)

    @http.route(
        "/clinic/book/doctor/<int:doctor_id>/image",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        sitemap=False,
    )
    @count_attempt("picture")
    def portal_doctor_image(self, doctor_id, **params):
        """Send the photo of a doctor whom visitors may book, and of nobody else."""
        found = request.env["clinic.service"]._get_catalogue(
            doctor_domain=Domain("id", "=", doctor_id)
        )
        if not found.doctors:
            raise NotFound()
        [doctor] = found.doctors
        stream = request.env["ir.binary"]._get_image_stream_from(doctor, "avatar_256")
        return stream.get_response(as_attachment=False, max_age=3600)

    # ------------------------------------------------------------------
    # What the pages show
    # ------------------------------------------------------------------

    def _show(self, template, values):
        """Return a page, which tells of the time that the visitor holds."""
        held = self._get_held_values()
        response = request.render(template, {**values, "held": held})
        if held:
            # the way back to it is for this visitor alone
            response.headers["Cache-Control"] = "no-store"
        return response

    def _get_held_values(self):
        """Return when the time is that this session holds, and the way back to it."""
        held_sudo = get_held()
        if not held_sudo or not held_sudo._get_seconds_left():
            return None
        step = get_first_step(held_sudo)
        schedule, tz = request.env["clinic.schedule"], held_sudo.site_id.tz
        return {
            "when": schedule._format_moment(epoch(held_sudo.start), tz),
            "doctor": held_sudo.doctor_id.display_name,
            "visit": held_sudo,
            "url": get_step_url(held_sudo, step, held_sudo.access_token),
        }

    def _read_wish(self, params):
        modality = params.get("modality")
        return Wish(
            specialty=to_id(params.get("specialty")),
            site=to_id(params.get("site")),
            language=to_id(params.get("lang")),
            modality=modality if modality in MODALITIES else None,
            text=(params.get("q") or "").strip()[:MAX_WORDS],
        )

    def _get_service(self, params):
        """Return (catalogue of the service in the address, the service or None)."""
        domain = Domain("id", "=", to_id(params.get("service")) or 0)
        found = request.env["clinic.service"]._get_catalogue(domain)
        return found, next(iter(found.offers), None)

    def _say_gone(self):
        """Lead back to the start from an address that shows nothing any more."""
        return request.redirect("/clinic/book?gone=1")

    def _get_values(self, params, found, wish, by):
        """Return what all steps show: the wishes, what there is to wish, the way."""
        wishes = {
            "specialty": wish.specialty,
            "site": wish.site,
            "lang": wish.language,
            "modality": wish.modality,
            "q": wish.text,
        }
        by = "doctor" if by == "doctor" else "service"
        return {
            "page_name": "clinic_book",
            "by": by,
            "step_by": by,
            "wishes": wishes,
            "kept": {**wishes, "by": by},
            "choices": self._get_choices(found),
            "to_address": to_address,
            "to_price": partial(self._format_price, found),
            "to_time": self._format_first,
            "ratings": self._get_ratings(found.doctors),
        }

    def _get_ratings(self, doctors):
        ids = [doctor.id for doctor in doctors]
        return request.env["clinic.doctor"].browse(ids)._get_public_feedback()

    def _get_choices(self, found):
        """Return the records that the catalogue can be narrowed by."""
        services, doctors = list(found.offers), found.doctors
        specialties = {item for doctor in doctors for item in doctor.specialty_ids}
        sites = {
            site
            for service, offered in found.offers.items()
            for site in found.get_sites(service, offered)
        }
        languages = {item for doctor in doctors for item in doctor.language_ids}
        modalities = {service.modality for service in services}
        return {
            "specialty": sorted(
                specialties, key=lambda item: (item.sequence, item.name)
            ),
            "site": sorted(sites, key=lambda item: (item.sequence, item.name)),
            "lang": sorted(languages, key=lambda item: item.name),
            "modality": [name for name in MODALITIES if name in modalities],
        }

    def _format_price(self, found, service, doctor=None):
        """Return what a visit costs as text, empty when that is not told.

        :param found: the catalogue: without a service, it is from the least price of
            what the doctor offers in it
        """
        services = [service] if service else found.get_services(doctor)
        prices = {}
        for item in services:
            if price := item._get_patient_price(doctor):
                prices[price] = item.currency_id
        if not prices:
            return ""
        least = min(prices)
        text = prices[least].format(least)
        if len(prices) == 1:
            return text
        return request.env._("from %(price)s", price=text)

    def _format_first(self, first):
        """Return a first free time as text on the site's clock, and for scripts."""
        start, site = first
        return {
            "text": request.env["clinic.schedule"]._format_moment(start, site.tz),
            "moment": from_epoch(start).isoformat(),
            "zone": site.tz,
        }

    def _get_firsts(self, service, doctors, site_id):
        """Return {doctor id: (start, site) of the first free time}."""
        sites_sudo = request.env["clinic.site"].sudo().browse(site_id or ())
        found = request.env["clinic.schedule"]._find_first_starts(
            service, doctors, sites=sites_sudo or None
        )
        firsts = {}
        for (doctor, site), start in sorted(found.items(), key=lambda item: item[1]):
            firsts.setdefault(doctor, (start, sites_sudo.browse(site)))
        return firsts

    def _get_links(self, kept, service, doctor):
        """Return the addresses of the steps before the time."""
        start = to_address("/clinic/book", **kept)
        if kept["by"] == "doctor":
            services = to_address("/clinic/book/services", doctor=doctor.id, **kept)
            return {"doctor": start, "service": services}
        doctors = to_address("/clinic/book/doctors", service=service.id, **kept)
        return {"service": start, "doctor": doctors}

    def _get_waitlist_url(self, service, doctor, site):
        """Return where to wait for another time, None where there is no waitlist."""
        company_sudo = request.env.company.sudo()
        if not company_sudo.clinic_waitlist_enabled:
            return None
        wanted = {"doctor": doctor and doctor.id, "site": site and site.id}
        return to_address("/clinic/waitlist/join", service=service.id, **wanted)

    def _get_chooser(self, params, service, doctor, site, sites):
        """Return the values of the template ``portal_times_chooser``."""
        day, start = to_day(params.get("day")), params.get("start")
        shown = site or request.env["clinic.site"].browse(item.id for item in sites)
        asked = {"service": service.id, "doctor": doctor.id, "site": site and site.id}
        return {
            "times_url": to_address("/clinic/book/slots", **asked),
            "times_action": "/clinic/book/hold",
            "times_captcha": "clinic_booking",
            "times_clock": service._get_portal_clock(),
            "times_values": {"service": service.id},
            "times_day": day and day.isoformat(),
            "times_start": start if to_moment(start) else None,
            "times_channel": request.env["ir.websocket"]._get_slots_channel(shown),
            "times_phones": get_phones(sites),
        }
