# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a booking of any kind says to calendars, and what it does with their news."""

from hashlib import sha256

from odoo import models
from odoo.tools import format_datetime

from odoo.addons.clinic_engine.clock import from_epoch
from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from .clinic_video import CALENDAR, WITH_MEETINGS

#: What reception has to decide on, after its owner changed an event outside.
ACTIVITY = "calendar_sync.mail_activity_type_outside"


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
        payload = {
            "title": self._get_sync_title(calendar.detail),
            "description": f"{self.get_base_url()}/odoo/{self._name}/{self.id}",
            "location": self._get_sync_location(),
            "start": epoch(self.start),
            "stop": epoch(self.stop),
        }
        meeting = self._get_sync_meeting(calendar)
        return {**payload, "meeting": meeting} if meeting else payload

    def _get_sync_title(self, detail):
        """Return what kind of booking it is: of calls on doctors nothing more."""
        if self._name == "clinic.appointment":
            return self.env._("Appointment")
        return self.env._("Showcase")

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
        self.sudo().activity_schedule(ACTIVITY, summary=text[:120], note=text)

    def _close_sync_notes(self):
        """Take away what ``_note_sync`` left: somebody decided."""
        self.sudo().activity_feedback([ACTIVITY])

    # ------------------------------------------------------------------
    # Online meetings
    # ------------------------------------------------------------------

    def write(self, vals):
        """Override: calendars learn of another kind of call, or a room of its own."""
        result = super().write(vals)
        if {"modality", "video_url"} & vals.keys():
            self.sudo().reservation_ids._publish()
        return result

    def _get_sync_meeting(self, calendar):
        """Return a mark of who meets in the meeting that ``calendar`` makes.

        Empty when it is to make none: it is the calendar of somebody else who takes
        part, the booking is no video call, or it takes place elsewhere.
        """
        record_sudo = self.sudo()
        if record_sudo.modality != "video" or not (
            calendar.account_id.provider in WITH_MEETINGS
            and record_sudo._get_sync_video_provider() == CALENDAR
        ):
            return ""
        host_sudo = record_sudo._get_sync_host()
        if calendar.resource_id != host_sudo.resource_id:
            return ""
        if own_room := record_sudo.video_url:
            links_sudo = record_sudo._get_sync_links()
            if own_room not in links_sudo.mapped("meeting_url"):
                return ""
        people = f"{host_sudo}|{record_sudo._get_sync_guest()}"
        return sha256(people.encode()).hexdigest()[:16]

    def _get_sync_host(self):
        """Return whose calendar makes the meeting: who calls, or the doctor."""
        name = "representative_id"
        return self[name if name in self._fields else "doctor_id"]

    def _get_sync_guest(self):
        """Return who is met: the patient, or the doctor who is called."""
        name = "patient_id"
        return self[name if name in self._fields else "doctor_id"]

    def _get_sync_video_provider(self):
        """Return where video calls take place, a key of ``clinic.video``."""
        return self.company_id.clinic_video_provider

    def _get_sync_links(self):
        """Return the copies of this booking."""
        links_sudo = self.env["calendar.sync.link"].sudo()
        return links_sudo.search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)]
        )

    def _get_sync_meeting_link(self):
        """Return the copy whose meeting is the one of these people."""
        return self._get_sync_links().filtered(
            lambda link: (
                link.state == "synced"
                and link.meeting
                and link.meeting == self._get_sync_meeting(link.calendar_id)
            )
        )[:1]

    def _set_sync_meeting(self, url, old):
        """Store where this booking is met, unless it has a room of its own.

        :param old: where it was met until now
        """
        record_sudo = self.sudo()
        if (record_sudo.video_url or "") in ("", old):
            record_sudo.video_url = url or False
