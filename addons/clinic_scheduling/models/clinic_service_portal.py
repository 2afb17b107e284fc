# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What visitors may book: services, who offers them, and where."""

from dataclasses import dataclass, replace

from odoo import api, fields, models
from odoo.fields import Domain

from .clinic_schedule import SERVICE_FIELDS

#: What pages show of these records, and nothing else is read of them.
SERVICE_FIELDS_SHOWN = [
    "name",
    "specialty_id",
    "description",
    "duration",
    "price",
    "currency_id",
    "modality",
    "site_ids",
]
DOCTOR_FIELDS_SHOWN = [
    "name",
    "title",
    "resource_id",
    "specialty_ids",
    "language_ids",
    "fee",
    "company_id",
    "write_date",
]


@dataclass(frozen=True)
class Wish:
    """What a visitor looks for; what is None or empty is no wish."""

    specialty: int | None = None
    site: int | None = None
    language: int | None = None
    modality: str | None = None
    text: str = ""


@dataclass(frozen=True)
class Catalogue:
    """Everything that may be booked online, as superuser.

    ``offers``: service -> its doctors, of whom there is at least one. ``sites``:
    doctor -> where they have hours that are open to online bookings.
    """

    offers: dict
    sites: dict

    @property
    def doctors(self):
        """All doctors, in their order."""
        found = list(
            dict.fromkeys(d for offered in self.offers.values() for d in offered)
        )
        return sorted(found, key=lambda doctor: (doctor.sequence, doctor.name))

    def get_services(self, doctor):
        """Return the services of one doctor."""
        return [
            service for service, doctors in self.offers.items() if doctor in doctors
        ]

    def get_sites(self, service, doctors):
        """Return where ``doctors`` offer ``service``, in order."""
        allowed = service.site_ids
        found = {site for doctor in doctors for site in self.sites[doctor]}
        return sorted(
            (site for site in found if not allowed or site in allowed),
            key=lambda site: (site.sequence, site.name),
        )

    def filter(self, wish):
        """Return what is left of it for a ``Wish``."""
        offers = {}
        for service, doctors in self.offers.items():
            if not self._suits(service, wish):
                continue
            left = doctors.filtered(
                lambda doctor, service=service: self._fits(doctor, service, wish)
            )
            if left:
                offers[service] = left
        return replace(self, offers=offers)

    def _suits(self, service, wish):
        if wish.modality and service.modality != wish.modality:
            return False
        specialty = service.specialty_id
        return not (wish.specialty and specialty and specialty.id != wish.specialty)

    def _fits(self, doctor, service, wish):
        if wish.specialty and wish.specialty not in doctor.specialty_ids.ids:
            return False
        if wish.language and wish.language not in doctor.language_ids.ids:
            return False
        sites = [site.id for site in self.get_sites(service, doctor)]
        if not sites or wish.site and wish.site not in sites:
            return False
        words = (service.name, service.specialty_id.name, doctor.display_name)
        texts = [*words, *doctor.specialty_ids.mapped("name")]
        said = " ".join(filter(None, texts)).casefold()
        return all(word in said for word in wish.text.casefold().split())


class ClinicService(models.Model):
    """The service on the booking pages."""

    _inherit = "clinic.service"

    @api.model
    def _get_portal_domain(self):
        """Return the domain of services that visitors of this page may book."""
        companies = [False, *self.env.companies.ids]
        return Domain("bookable_online", "=", True) & Domain(
            "company_id", "in", companies
        )

    @api.model
    def _get_portal_service(self, service_id):
        """Return, as superuser, the service if visitors may book it, else none."""
        domain = Domain("id", "=", service_id) & self._get_portal_domain()
        return self.sudo().search_fetch(domain, SERVICE_FIELDS)

    def _get_portal_doctors(self):
        """Return, as superuser, the doctors whom visitors may book this service of."""
        doctors_sudo = self.sudo()._get_doctors()
        # names too: who asks for doctors shows them
        doctors_sudo.fetch(["resource_id", "company_id", "title", "name"])
        companies = self.env.companies
        return doctors_sudo.filtered(
            lambda doctor: not doctor.company_id or doctor.company_id in companies
        )

    @api.model
    def _get_catalogue(self, domain=Domain.TRUE, doctor_domain=Domain.TRUE):
        """Return the ``Catalogue``: with a fixed number of queries.

        :param domain: only these services
        :param doctor_domain: only these doctors
        """
        services_sudo = self.sudo().search_fetch(
            self._get_portal_domain() & domain, SERVICE_FIELDS_SHOWN
        )
        doctors_sudo = self.env["clinic.doctor"].sudo()
        doctors_sudo = doctors_sudo.search_fetch(
            Domain("company_id", "in", [False, *self.env.companies.ids])
            & doctor_domain,
            DOCTOR_FIELDS_SHOWN,
        )
        sites = self._get_online_sites(doctors_sudo)
        # as ``_get_doctors`` decides: archived doctors that are named count as named
        named = services_sudo.with_context(active_test=False)
        named = {service.id: service.doctor_ids for service in named}
        offers = {}
        for service in services_sudo:
            chosen = named[service.id]
            offered = doctors_sudo.filtered(
                lambda doctor, service=service, chosen=chosen: (
                    doctor in sites
                    and (
                        doctor in chosen
                        if chosen
                        else service.specialty_id in doctor.specialty_ids
                    )
                )
            )
            if offered:
                offers[service] = offered
        found = Catalogue(offers, sites)
        return found.filter(Wish())

    def _get_online_sites(self, doctors):
        """Return {doctor: sites} where they have hours that patients book online."""
        today = fields.Date.today()
        rows = (
            self.env["clinic.availability"]
            .sudo()
            ._read_group(
                Domain("doctor_id", "in", doctors.ids)
                & Domain("site_id.active", "=", True)
                & Domain("purpose", "=", "patient")
                & Domain("channel", "in", ["all", "online"])
                & (
                    Domain("valid_until", "=", False)
                    | Domain("valid_until", ">=", today)
                )
                & (Domain("date", "=", False) | Domain("date", ">=", today)),
                ["doctor_id"],
                ["site_id:recordset"],
            )
        )
        return dict(rows)

    def _get_portal_clock(self):
        """Return on whose clock its free times are shown: "site" or "visitor".

        Who comes to the clinic goes by the clock there.
        """
        self.ensure_one()
        return "site" if self.modality == "in_person" else "visitor"

    def _get_patient_price(self, doctor=None):
        """Return what a patient pays for this service in all; 0.0: it is not told.

        :param doctor: with whom; the fee may be theirs
        """
        self.ensure_one()
        return self.price or (doctor.fee if doctor else 0.0)
