# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Online meetings that are made with a copy: Google Meet, Microsoft Teams.

A meeting is of certain people, and its calendar never changes whose it is. So what is
asked for is a mark of these people (``meeting``, beside what the event says). When it
becomes another one, the event is taken out and made anew, with a meeting of its own.
"""

from dataclasses import replace

from odoo import SUPERUSER_ID, fields, models
from odoo.fields import NO_ACCESS

from odoo.addons.clinic_engine.sync_payload import Wanted, digest

from ..providers.base import CalendarError

MEETING = "meeting"

#: Seconds until a meeting is looked for that its provider has not made yet.
MEETING_WAITS = (20, 120, 900)


class CalendarSyncLink(models.Model):
    """The online meeting of a copy."""

    _inherit = "calendar.sync.link"

    meeting = fields.Char(
        readonly=True,
        groups=NO_ACCESS,
        help="For whom the meeting of the present copy was made.",
    )
    meeting_url = fields.Char(readonly=True, groups=NO_ACCESS)

    def _get_wanted(self, newest):
        """Override: a copy with another meeting than is wanted has to go first."""
        wanted = super()._get_wanted(newest)
        if not wanted.payload:
            return wanted
        if self.state == "synced" and self._get_asked(newest) != (self.meeting or ""):
            return Wanted(None)
        # a copy that was taken out for another one was deleted by us
        again = wanted.again or self.state == "done"
        return replace(wanted, payload=without_meeting(wanted.payload), again=again)

    def _get_asked(self, newest):
        """Return for whom a meeting is asked for, empty for none."""
        return (newest.payload or {}).get(MEETING, "")

    def _get_histories(self):
        """Override: what a copy says, meetings aside."""
        payloads = map(without_meeting, super()._get_histories().values())
        return {digest(payload): payload for payload in payloads}

    def _request(self, provider, remote, step):
        """Override: make the meeting with the event."""
        asked = self._get_asked(self._get_newest()) if step.kind == "create" else ""
        if not asked:
            return super()._request(provider, remote, step)
        stamp = digest(step.payload)
        written = provider.create(
            remote,
            self._get_key(),
            step.payload,
            stamp,
            self._get_reference(),
            meeting=asked,
        )
        self._note_meeting(asked, written.meeting_url)
        if not written.meeting_url:
            self._enqueue_meeting()
        return written

    def _note_seen(self, item):
        """Override: learn of the meeting."""
        result = super()._note_seen(item)
        if item.meeting:
            self._note_meeting(item.meeting, item.meeting_url)
        return result

    def _renew(self):
        """Override: a new copy has a meeting of its own."""
        self._note_meeting("", "")
        return super()._renew()

    def _note_meeting(self, meeting, url):
        """Store where the copy is met, and let the booking know."""
        old = self.meeting_url or ""
        if (meeting, url) != (self.meeting or "", old):
            self.write({"meeting": meeting, "meeting_url": url})
        if url != old and (record := self._get_record()):
            record._set_sync_meeting(url, old)

    def _enqueue_meeting(self, tries=0):
        """Let a job look for a meeting that its provider still has to make."""
        if tries < len(MEETING_WAITS):
            self.with_delay(
                channel="root.calendar_sync.push",
                eta=MEETING_WAITS[tries],
                max_retries=0,
            )._job_meeting(tries)

    def _job_meeting(self, tries=0):
        """Job: look for the meeting of a copy."""
        self = self.with_user(SUPERUSER_ID)
        if not self.exists() or self.state != "synced" or self.meeting_url:
            return
        if not self.calendar_id._is_on():
            return
        if not self.calendar_id.account_id._lock():
            self.with_delay(
                channel="root.calendar_sync.push",
                eta=self.calendar_id.account_id._get_next_turn(),
                max_retries=0,
            )._job_meeting(tries)
            return
        try:
            self._look()
        except CalendarError as error:
            self._note_refusal(error, "fetch")
        if not self.meeting_url:
            self._enqueue_meeting(tries + 1)


def without_meeting(payload):
    """Return what an event says, without for whom its meeting is."""
    return {name: value for name, value in payload.items() if name != MEETING}
