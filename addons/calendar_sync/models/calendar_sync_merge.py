# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a sighting of a copy does here: values taken, conflicts noted, people told."""

from odoo import models

from odoo.addons.clinic_engine.sync_steps import miss, see
from odoo.addons.clinic_scheduling.exceptions import BookingError


class CalendarSyncLink(models.Model):
    """Sightings."""

    _inherit = "calendar.sync.link"

    def _note_seen(self, item):
        """Follow from seeing the copy as ``item``."""
        seen = see(
            self._to_engine(),
            self._get_wanted(self._get_newest()),
            item.copy,
            self._get_histories(),
            self.calendar_id._get_policy(),
        )
        had_proposal = self.has_proposal
        changed = seen.link != self._to_engine()
        self._store(seen.link, remote_id=item.remote_id)
        if changed:
            self.settled_id = 0
        self._note_conflicts(seen.conflicts)
        if seen.take:
            self._take_times(seen.take)
        if self.has_proposal and not had_proposal:
            self._tell_reception(
                self.env._(
                    "%(owner)s moved this booking in the calendar. Accept or refuse it "
                    "in Calendar Sync, Proposals.",
                    owner=self.calendar_id.resource_id.name,
                )
            )

    def _note_missing(self, tombstone=False):
        """Follow from asking for the copy and not finding it."""
        seen = miss(
            self._to_engine(), self._get_wanted(self._get_newest()), tombstone=tombstone
        )
        self._store(seen.link)
        if seen.removed:
            self._tell_reception(
                self.env._(
                    "%(owner)s deleted this booking from the calendar. It still stands "
                    "here: publish it again, give it to somebody else, or cancel it.",
                    owner=self.calendar_id.resource_id.name,
                )
            )

    def _note_conflicts(self, conflicts):
        self.env["calendar.sync.conflict"].create(
            [
                {
                    "link_id": self.id,
                    "name": item.field,
                    "base": str(item.base),
                    "ours": str(item.ours),
                    "theirs": str(item.theirs),
                }
                for item in conflicts
            ]
        )

    def _take_times(self, values):
        """Move the booking as its owner moved the copy, if that is possible."""
        record = self._get_record()
        try:
            with self.env.cr.savepoint():
                record._apply_sync_times(values)
        except BookingError as error:
            self._tell_reception(
                self.env._(
                    "%(owner)s moved this booking in the calendar. That is not "
                    "possible: %(reason)s The calendar was put back.",
                    owner=self.calendar_id.resource_id.name,
                    reason=error.args[0],
                )
            )

    def _tell_reception(self, text):
        """Leave a note and an activity at the booking."""
        if record := self._get_record():
            record._note_sync(text)
