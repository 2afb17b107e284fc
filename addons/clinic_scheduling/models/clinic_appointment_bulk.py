# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Several visits in one transaction: what they lock first (see ``_lock_ahead``)."""

from odoo import models


class ClinicAppointment(models.Model):
    """Locks for several visits at once."""

    _inherit = "clinic.appointment"

    def _get_lockable(self, wanted):
        """Override: doctors, patients, and the rooms and devices that may be chosen."""
        resources, partners = set(), set()
        for visit in wanted:
            resources.add(visit.resource)
            for named in filter(None, (visit.room, visit.equipment)):
                resources.update(named.sudo().resource_id.ids)
            partners.update(visit.patient.sudo().partner_id.ids)
        for service, site_ids in self._group_by_service(wanted).items():
            resources.update(self._get_optional_resources(service, site_ids))
        return resources, partners

    def _group_by_service(self, visits):
        """Return {service: ids of the sites where a visit to it might be}."""
        sites = {}
        for visit in visits:
            doctor_sudo = visit.doctor.sudo()
            possible = visit.site | doctor_sudo.site_ids
            possible |= doctor_sudo.availability_ids.site_id
            sites.setdefault(visit.service, set()).update(possible.ids)
        return sites

    def _get_optional_resources(self, service, site_ids):
        """Return resource ids of the rooms and devices that the door may choose."""
        service_sudo = service.sudo()
        kinds = {
            "clinic.room": service_sudo.room_kind_id,
            "clinic.equipment": service_sudo.equipment_kind_ids,
        }
        found = []
        for model, kind in kinds.items():
            domain = [("kind_id", "in", kind.ids), ("site_id", "in", list(site_ids))]
            if kind:
                found += self.env[model].sudo().search(domain).resource_id.ids
        return found
