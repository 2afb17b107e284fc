# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Free times as data: small, and with nothing in it that is about a person."""

from dataclasses import dataclass
from datetime import date, timedelta

from werkzeug.exceptions import NotFound

from odoo import fields, http, models
from odoo.http import request

from odoo.addons.clinic_engine.clock import from_epoch, local_clock

from ..models.clinic_schedule import epoch
from .portal_common import count_attempt, get_appointment
from .portal_parameters import (
    BadParameter,
    read,
    to_day,
    to_id,
    to_number,
    to_token,
    to_zone,
)
from .portal_wizard import get_held

#: So many days make an answer unless the page asks for others.
DEFAULT_DAYS = 7
MAX_DAYS = 42

#: So many other doctors or sites are named when nothing is free.
MAX_OTHERS = 6


@dataclass
class Asked:
    """The question of a page, checked: only what visitors may ask about."""

    service: models.BaseModel
    everybody: models.BaseModel  # the service's doctors
    doctor: models.BaseModel  # one of them, or none: any
    site: models.BaseModel  # or none: any
    zone: str
    day: date | None
    days: int
    whose: dict

    @property
    def doctors(self):
        """Whose times are asked for."""
        return self.doctor or self.everybody

    @property
    def where(self):
        """Options of a search: at which sites, and whose visit moves."""
        return {"sites": self.site or None, **self.whose}

    @property
    def own(self):
        """Where the visit that moves is: (doctor, site, start), no choice for it."""
        visit_sudo = self.whose.get("exclude")
        if not visit_sudo or visit_sudo.state == "hold":
            return None
        return visit_sudo.doctor_id.id, visit_sudo.site_id.id, epoch(visit_sudo.start)


class PortalSlots(http.Controller):
    """The answer to "which times are free?"."""

    @http.route(
        "/clinic/book/slots",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        sitemap=False,
    )
    @count_attempt("search")
    def portal_slots(self, **params):
        """Return free times as JSON.

        Parameters: ``service``; ``doctor`` and ``site`` (empty: any); ``from``, a date
        (empty: the first day with a free time) and ``days``; ``tz``, the zone whose
        days are meant (empty: the site's); ``exclude`` and ``access_token``: the visit
        that moves.

        Keys: ``from`` and ``days``; ``zone``, whose days they are; ``until``, the last
        date of the horizon if there is one; ``slots``, a list of [doctor, site,
        [start, …]] in epoch seconds, in which any doctor's times occur once; if it is
        empty, ``next`` and ``others``, [doctor, site, start] of the next free time and
        of others' first ones; ``doctors``, {id: name}, and ``sites``, {id: [name,
        zone]}, of those that occur.
        """
        try:
            asked = self._read(params)
        except BadParameter as error:
            message = request.env._(
                "The address is not complete or not right: %(name)s.",
                name=error.parameter,
            )
            return self._refuse(400, "bad_parameter", message)
        except NotFound:
            message = request.env._("This cannot be booked online.")
            return self._refuse(404, "not_found", message)
        return self._send(self._answer(asked))

    def _refuse(self, status, code, message):
        return self._send({"code": code, "message": message}, status)

    def _send(self, body, status=200):
        response = request.make_json_response(body, status=status)
        response.headers["Cache-Control"] = "no-store"
        return response

    # ------------------------------------------------------------------
    # The question
    # ------------------------------------------------------------------

    def _read(self, params):
        """Return what is ``Asked``.

        :raise BadParameter: a parameter makes no sense
        :raise NotFound: it may not be booked, or is not theirs
        """
        ids = {name: read(params, name, to_id) for name in ("doctor", "site")}
        service_id = read(params, "service", to_id, needed=True)
        moved_id = read(params, "exclude", to_id)
        day, days = read(params, "from", to_day), self._read_days(params)
        zone = read(params, "tz", to_zone)
        token = read(params, "access_token", to_token) if moved_id else None
        whose = self._read_moved(moved_id, token)
        service_sudo = request.env["clinic.service"]._get_portal_service(service_id)
        everybody = service_sudo._get_portal_doctors()
        doctor = everybody.filtered(lambda item: item.id == ids["doctor"])
        site_sudo = self._read_site(ids["site"])
        if not service_sudo or ids["doctor"] and not doctor:
            raise NotFound()
        zone = zone or self._get_site_zone(site_sudo or doctor.site_ids, service_sudo)
        return Asked(service_sudo, everybody, doctor, site_sudo, zone, day, days, whose)

    def _read_days(self, params):
        days = read(params, "days", to_number)
        if days is None:
            return DEFAULT_DAYS
        if not 1 <= days <= MAX_DAYS:
            raise BadParameter("days")
        return days

    def _read_site(self, site_id):
        sites_sudo = request.env["clinic.site"].sudo()
        if not site_id:
            return sites_sudo
        domain = [("company_id", "in", request.env.companies.ids)]
        site_sudo = sites_sudo.search_fetch([("id", "=", site_id), *domain], ["tz"])
        if not site_sudo:
            raise NotFound()
        return site_sudo

    def _get_site_zone(self, site, service):
        site = site[:1] or service.site_ids[:1]
        domain = [("company_id", "in", request.env.companies.ids)]
        return (site or site.search(domain, limit=1)).tz or "UTC"

    def _read_moved(self, visit_id, access_token):
        """Return the visit that moves as options of a search, or the visitor's hold.

        What a visitor holds while booking is free to them: they may come back to it.
        Who is signed in as somebody who may change the visit is not offered what
        clashes with the patient's other ones. The link alone does not tell of those.
        """
        if not visit_id:
            held_sudo = get_held()
            return {"exclude": held_sudo} if held_sudo else {}
        visit_sudo = get_appointment(visit_id, access_token, "book")
        options = {"exclude": visit_sudo}
        if visit_sudo.patient_id and visit_sudo._is_open_to(
            request.env.user, scope="book"
        ):
            options["patient"] = visit_sudo.patient_id
        return options

    # ------------------------------------------------------------------
    # The answer
    # ------------------------------------------------------------------

    def _answer(self, asked):
        """Return the answer's data."""
        schedule = request.env["clinic.schedule"]
        clock = local_clock(asked.zone)
        today = clock.day(epoch(fields.Datetime.now()))
        day = asked.day or self._get_first_day(asked, clock) or today
        start, stop = (
            self._to_utc(clock.epoch(day + timedelta(days=days), 0))
            for days in (0, asked.days)
        )
        found = schedule._find_public_starts(
            asked.service,
            asked.doctors,
            start,
            stop,
            merge=not asked.doctor,
            **asked.where,
        )
        left = {
            key: [start for start in starts if (*key, start) != asked.own]
            for key, starts in found.items()
        }
        groups = [[*key, starts] for key, starts in sorted(left.items()) if starts]
        following, others = (None, []) if groups else self._get_following(asked, start)
        answer = {
            "from": day.isoformat(),
            "days": asked.days,
            "zone": asked.zone,
            "slots": groups,
            "next": following,
            "others": others,
        }
        if horizon := asked.service.horizon_days:
            answer["until"] = (today + timedelta(days=horizon)).isoformat()
        named = [*groups, *others, *([following] if following else [])]
        return {**answer, **self._get_names(named)}

    def _to_utc(self, seconds):
        return from_epoch(seconds).replace(tzinfo=None)

    def _get_first_day(self, asked, clock):
        firsts = self._find_firsts(asked, asked.doctors, **asked.where)
        return clock.day(min(firsts.values())) if firsts else None

    def _find_firsts(self, asked, doctors, **options):
        """Return {(doctor id, site id): first start} but for the visit's own time."""
        schedule = request.env["clinic.schedule"]
        firsts = schedule._find_first_starts(asked.service, doctors, **options)
        own = asked.own
        if not own or firsts.get(own[:2]) != own[2]:
            return firsts
        del firsts[own[:2]]
        options["since"] = self._to_utc(own[2] + 1)
        later = schedule._find_first_starts(
            asked.service, doctors.browse(own[0]), **options
        )
        firsts.update({place: later[place] for place in later if place == own[:2]})
        return firsts

    def _get_following(self, asked, since):
        """Return what to offer when nothing is free: items [doctor, site, start].

        :return: the next free time that was asked for or None; the first ones of other
            doctors and sites
        """
        firsts = self._find_firsts(asked, asked.everybody, since=since, **asked.whose)
        mine, others = [], []
        for (doctor, site), start in firsts.items():
            is_asked = doctor in asked.doctors.ids and site in (asked.site.id or site,)
            (mine if is_asked else others).append([doctor, site, start])
        others.sort(key=lambda item: (item[2], item))
        following = min(mine, key=lambda item: (item[2], item), default=None)
        return following, others[:MAX_OTHERS]

    def _get_names(self, items):
        """Return the names of the doctors and sites that occur, and sites' zones."""
        doctors_sudo = request.env["clinic.doctor"].sudo()
        doctors_sudo = doctors_sudo.browse({item[0] for item in items})
        doctors_sudo.fetch(["title", "name"])
        sites_sudo = request.env["clinic.site"].sudo()
        sites_sudo = sites_sudo.browse({item[1] for item in items})
        sites_sudo.fetch(["name", "tz"])
        return {
            "doctors": {doctor.id: doctor.display_name for doctor in doctors_sudo},
            "sites": {site.id: [site.name, site.tz] for site in sites_sudo},
        }
