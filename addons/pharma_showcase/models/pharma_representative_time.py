# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import pytz

from odoo import models

from odoo.addons.clinic_engine import intervals
from odoo.addons.clinic_engine.clock import local_clock, to_epoch
from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch


class PharmaRepresentative(models.Model):
    """When a representative cannot make calls, besides the claims in the ledger."""

    _inherit = "pharma.representative"

    def _get_blocks(self, start, stop, exclude=None):
        """Return what keeps this representative from calls between two UTC datetimes.

        :param exclude: showcase whose own claims do not count
        :return: {kind: merged intervals in epoch seconds}; the kinds are ``hours``
            (outside working hours), ``absence`` and ``calendar`` (meetings, and calls
            that the same user makes for another company)
        """
        self.ensure_one()
        schedule = self.env["clinic.schedule"]
        # sudo: absences and meetings block whoever plans; what they are is not told
        self_sudo = self.sudo()
        absences = schedule._select_absences(self_sudo.resource_id.ids, [], start, stop)
        return {
            "hours": self_sudo._get_hours_blocks(start, stop),
            "absence": intervals.merge((a, b) for *_who, a, b in absences),
            "calendar": intervals.merge(
                [
                    *self_sudo._get_meetings(start, stop),
                    *self_sudo._get_calls_elsewhere(start, stop, exclude),
                ]
            ),
        }

    def _get_hours_blocks(self, start, stop):
        """Return the time outside working hours; breaks for lunch are no obstacle.

        Without working hours, or with flexible ones, any time will do.
        """
        calendar = self.resource_calendar_id
        if not calendar or calendar.flexible_hours:
            return []
        bounds = [pytz.utc.localize(moment) for moment in (start, stop)]
        worked = []
        for lunch in (False, True):
            found = calendar._attendance_intervals_batch(
                *bounds, resources=self.resource_id, lunch=lunch
            )
            worked += [
                (to_epoch(begin), to_epoch(end))
                for begin, end, _attendances in found[self.resource_id.id]
            ]
        return intervals.complement(intervals.merge(worked), epoch(start), epoch(stop))

    def _get_meetings(self, start, stop):
        """Return when the user's own calendar is busy with something else.

        Meetings of showcases are left out: their claims stand in the ledger.
        """
        partner = self.user_id.partner_id
        meetings = self.env["calendar.event"].search(
            [
                ("start", "<", stop),
                ("stop", ">", start),
                ("show_as", "=", "busy"),
                (
                    "attendee_ids",
                    "any",
                    [("partner_id", "=", partner.id), ("state", "!=", "declined")],
                ),
                ("showcase_ids", "=", False),
            ]
        )
        return intervals.merge(self._get_meeting_span(event) for event in meetings)

    def _get_calls_elsewhere(self, start, stop, exclude=None):
        """Return the claims of the same user as a representative of other companies."""
        others = self.with_context(active_test=False).search(
            [("user_id", "=", self.user_id.id), ("id", "!=", self.id)]
        )
        busy = self.env["clinic.reservation"]._get_busy(
            others.resource_id.ids, start, stop, exclude
        )
        return [
            span for seats in busy.values() for row in seats.values() for span in row
        ]

    def _get_meeting_span(self, event):
        if not event.allday:
            return epoch(event.start), epoch(event.stop)
        clock = local_clock(self.tz or "UTC")
        return clock.epoch(event.start_date, 0), clock.epoch(event.stop_date, 86400)
