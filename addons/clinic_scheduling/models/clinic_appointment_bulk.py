# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Several visits in one transaction.

A single visit locks what it claims in the one order. Several would lock in the order
of the visits, and two such transactions could wait for each other. So they queue up
for everything first; the locks of each visit are then held already.
"""

from odoo import models


class ClinicAppointment(models.Model):
    """Locks for several visits at once."""

    _inherit = "clinic.appointment"

    def _lock_ahead(self, vals):
        """Lock what these visits hold and what they may claim with ``vals``."""
        if len(self) > 1:
            self._lock_visits([visit._get_visit(dict(vals)) for visit in self])

    def _lock_ahead_of_new(self, vals_list):
        """Lock what new visits with these values may claim."""
        if len(vals_list) > 1:
            complete = self._add_missing_default_values
            visits = [self._get_visit(complete(dict(vals))) for vals in vals_list]
            self._lock_visits(visits)

    def _lock_visits(self, visits):
        held_sudo = self.sudo().reservation_ids
        resources = set(held_sudo.resource_id.ids)
        partners = set(held_sudo.partner_id.ids)
        for visit in visits:
            resources.add(visit.resource)
            for named in filter(None, (visit.room, visit.equipment)):
                resources.update(named.sudo().resource_id.ids)
            partners.update(visit.patient.sudo().partner_id.ids)
        for service, site_ids in self._group_by_service(visits).items():
            resources.update(self._get_optional_resources(service, site_ids))
        self.env["clinic.reservation"]._lock(resources, partners)

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
