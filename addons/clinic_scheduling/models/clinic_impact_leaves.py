# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Absences, company holidays and closing days that come from anywhere in Odoo.

They are facts, so they are never refused: visits that they hit are flagged, and
reception gets an activity. Absences that go away take their flags along.
"""

from contextlib import contextmanager

from odoo import api, fields, models

from .clinic_impact_check import added
from .clinic_impact_guard import SKIP


class ResourceCalendarLeaves(models.Model):
    """Absences flag the visits that they hit."""

    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        resources = {vals.get("resource_id") or 0 for vals in vals_list}
        with self._flagging_impact(resources, vals_list) as leaves:
            created = super(ResourceCalendarLeaves, leaves).create(vals_list)
        return created.with_env(self.env)

    def write(self, vals):
        resources = {leave.resource_id.id or 0 for leave in self}
        if "resource_id" in vals:
            resources.add(vals["resource_id"] or 0)
        with self._flagging_impact(resources, [vals]) as leaves:
            return super(ResourceCalendarLeaves, leaves).write(vals)

    def unlink(self):
        resources = {leave.resource_id.id or 0 for leave in self}
        with self._flagging_impact(resources, []) as leaves:
            return super(ResourceCalendarLeaves, leaves).unlink()

    @contextmanager
    def _flagging_impact(self, resource_ids, vals_list):
        """Flag and unflag visits by what the body changes.

        :param resource_ids: whose absences; 0 among them: everybody's
        """
        doctors = self._get_impact_doctors(resource_ids)
        if self.env.context.get("clinic_impact") is SKIP or doctors == []:
            yield self
            return
        check = self.env["clinic.impact.check"]
        start, stop = self._get_impact_window(vals_list)
        before = check._get_causes(doctors, start, stop)
        yield self.with_context(clinic_impact=SKIP)
        hits = added(before, check._get_causes(doctors, start, stop))
        hits = {key: causes for key, causes in hits.items() if "absence" in causes}
        if hits:
            check._flag(hits)
        check._refresh_flags(doctors)
        check._look_again_soon()

    def _get_impact_doctors(self, resource_ids):
        """Return the doctors concerned, None for all, [] for nobody.

        An employee's absence counts for the doctor who is the same user; one of a
        room or device counts for whoever is booked there.
        """
        if 0 in resource_ids:
            return None
        # sudo: who enters an absence need not see the practice
        env_sudo = self.env(su=True)
        domain = [("resource_id", "in", list(resource_ids))]
        for model in ("clinic.room", "clinic.equipment"):
            if env_sudo[model].search_count(domain, limit=1):
                return None
        resources_sudo = env_sudo["resource.resource"].browse(resource_ids)
        doctors_sudo = (
            env_sudo["clinic.doctor"]
            .with_context(active_test=False)
            .search(
                [
                    "|",
                    ("resource_id", "in", resources_sudo.ids),
                    ("user_id", "in", resources_sudo.user_id.ids),
                ]
            )
        )
        return doctors_sudo or []

    def _get_impact_window(self, vals_list):
        """Return (start, stop) that the absences cover before or after; None: open."""
        starts, stops = self.mapped("date_from"), self.mapped("date_to")
        is_new = not self
        for vals in vals_list:
            if is_new or "date_from" in vals:
                starts.append(fields.Datetime.to_datetime(vals.get("date_from")))
            if is_new or "date_to" in vals:
                stops.append(fields.Datetime.to_datetime(vals.get("date_to")))
        start = min(starts) if starts and all(starts) else None
        stop = max(stops) if stops and all(stops) else None
        return start, stop
