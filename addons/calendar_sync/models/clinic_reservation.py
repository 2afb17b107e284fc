# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whatever claims time of somebody with a calendar is told to that calendar.

The ledger is where every booking, move and cancellation passes, whatever owns the
claim. What changed is collected, and written to the outbox once, just before the
transaction is committed. A practice without connected calendars pays for one look into
a cache.
"""

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.clinic_engine.sync_payload import digest

TOUCHED = "calendar_sync_touched"


class ClinicReservation(models.Model):
    """Claims of people and rooms with a calendar."""

    _inherit = "clinic.reservation"

    @api.model_create_multi
    def create(self, vals_list):
        claims = super().create(vals_list)
        claims._publish()
        return claims

    def write(self, vals):
        self._publish()
        result = super().write(vals)
        self._publish()
        return result

    def unlink(self):
        self._publish()
        return super().unlink()

    def _publish(self):
        """Let calendars learn of the owners of these claims when all is done."""
        published = self.env["calendar.sync.calendar"]._get_published_resources()
        if not published:
            return
        touched = [
            (owner._name, owner.id)
            for claim in self
            if claim.resource_id.id in published
            for name in self._owner_fields()
            for owner in claim[name]
        ]
        if not touched:
            return
        data = self.env.cr.precommit.data
        if TOUCHED not in data:
            data[TOUCHED] = set()
            self.env.cr.precommit.add(self.sudo()._publish_touched)
        data[TOUCHED].update(touched)

    @api.model
    def _publish_touched(self):
        """Write the operations of everything that was touched."""
        by_model = defaultdict(set)
        for model, record_id in self.env.cr.precommit.data.pop(TOUCHED, ()):
            by_model[model].add(record_id)
        for model, ids in sorted(by_model.items()):
            self._publish_records(model, sorted(ids))

    @api.model
    def _publish_records(self, model, ids):
        """Write an operation for each calendar that has these records otherwise."""
        wanted = self._get_wanted_payloads(model, ids)
        links_sudo = self.env["calendar.sync.link"].sudo()
        known = {
            (link.calendar_id.id, link.res_id): link
            for link in links_sudo.search(
                [("res_model", "=", model), ("res_id", "in", ids)]
            )
        }
        missing = sorted(wanted.keys() - known.keys())
        created = links_sudo.create(
            [
                {"calendar_id": calendar_id, "res_model": model, "res_id": record_id}
                for calendar_id, record_id in missing
            ]
        )
        known |= dict(zip(missing, created, strict=True))
        newest = self._get_newest_digests([link.id for link in known.values()])
        changed = {}
        for key, link in sorted(known.items()):
            payload = wanted.get(key)
            told = digest(payload) if payload else None
            if newest.get(link.id) != told:
                changed[link] = payload
        links_sudo._record_all(changed)
        links_sudo.concat(*changed)._enqueue()

    @api.model
    def _get_wanted_payloads(self, model, ids):
        """Return {(calendar id, record id): payload} of records that have an event."""
        records = self.env[model].sudo().browse(ids).exists()
        resources = {record: record._get_sync_resources() for record in records}
        calendars_sudo = self.env["calendar.sync.calendar"].sudo()
        resource_ids = {item.id for found in resources.values() for item in found}
        calendars_sudo = calendars_sudo.search(
            [("publish", "=", True), ("resource_id", "in", list(resource_ids))]
        )
        by_resource = calendars_sudo.grouped("resource_id")
        now = fields.Datetime.now()
        return {
            (calendar.id, record.id): record._get_sync_payload(calendar)
            for record in records
            for resource in resources[record]
            for calendar in by_resource.get(resource, ())
            if record.stop > (calendar.connected_at or now)
        }

    @api.model
    def _get_newest_digests(self, link_ids):
        """Return {link id: digest of its newest wanted operation}."""
        self.env["calendar.sync.operation"].flush_model()
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT DISTINCT ON (link_id) link_id, digest"
                    " FROM calendar_sync_operation"
                    " WHERE link_id = ANY(%s) AND is_wanted ORDER BY link_id, id DESC",
                    link_ids,
                )
            )
        )
