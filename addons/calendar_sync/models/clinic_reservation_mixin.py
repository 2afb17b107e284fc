# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a booking of any kind says to calendars, and what it does with their news."""

from odoo import models
from odoo.tools import format_datetime

from odoo.addons.clinic_engine.clock import from_epoch
from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch


class ClinicReservationMixin(models.AbstractModel):
    """What owns claims: an appointment, a showcase."""

    _inherit = "clinic.reservation.mixin"

    def _get_sync_resources(self):
        """Return the resources whose calendars have this booking.

        Holds are nobody's booking yet: they may be gone in a quarter of an hour.
        """
        claims_sudo = self.sudo().reservation_ids
        return claims_sudo.filtered(lambda claim: not claim.expires_at).resource_id

    def _get_sync_payload(self, calendar):
        """Return what ``calendar`` is told of this booking.

        Calendars are copied to telephones and shown on lock screens: nothing clinical,
        and as much about the person as the calendar's setting allows.
        """
        return {
            "title": self._get_sync_title(calendar.detail),
            "description": f"{self.get_base_url()}/odoo/{self._name}/{self.id}",
            "location": self._get_sync_location(),
            "start": epoch(self.start),
            "stop": epoch(self.stop),
        }

    def _get_sync_title(self, detail):
        return self.env._("Appointment")

    def _get_sync_location(self):
        return self.site_id.name or ""

    def _format_sync_time(self, moment):
        """Return an aware moment in words, on the clock of the booking's site."""
        naive = moment.replace(tzinfo=None)
        return format_datetime(self.env, naive, tz=self.site_id.tz or "UTC")

    def _apply_sync_times(self, values):
        """Move this booking to times that its owner's calendar has, by the one door.

        :param values: ``start`` and ``stop`` (UTC epoch seconds), or one of them
        :raise BookingError: when it cannot be moved there
        """
        start = values.get("start", epoch(self.start))
        stop = values.get("stop")
        if stop is None:
            stop = start + epoch(self.stop) - epoch(self.start)
        self.reschedule(
            {
                "start": from_epoch(start).replace(tzinfo=None),
                "stop": from_epoch(stop).replace(tzinfo=None),
            },
            reason=self.env._("Moved in the outside calendar"),
        )

    def _note_sync(self, text):
        """Leave a note and an activity for whoever looks after this booking."""
        self.sudo().activity_schedule(
            "mail.mail_activity_data_todo", summary=text[:120], note=text
        )
