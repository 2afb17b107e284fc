# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""When an offer may go out, until when it stands, and who hears when nobody took it."""

from datetime import timedelta
from typing import NamedTuple

from odoo import fields, models
from odoo.tools import format_datetime

from odoo.addons.clinic_engine import reminders, waitlist
from odoo.addons.clinic_engine.clock import DAY, from_epoch, local_clock

from .clinic_schedule import epoch
from .clinic_waitlist_gap import LEAST_MINUTES, LOOK_DAYS

ACTIVITY = "clinic_scheduling.mail_activity_type_gap"

#: Reception hears of an empty time at most so long ahead.
TELL_HOURS = 72

#: Of new hours, free times are looked at for those who may come on that day: at most
#: so many pairs of a time and a patient.
MAX_LOOKS = 100_000


class Span(NamedTuple):
    """From when until when (UTC seconds) the patients' visits are read."""

    start: int
    stop: int


class ClinicWaitlistGap(models.Model):
    """Clocks of the cascade."""

    _inherit = "clinic.waitlist.gap"

    def _get_quiet(self):
        """Return the engine's quiet hours of the gap's site."""
        self.ensure_one()
        hours = self.company_id._get_clinic_quiet_hours()
        return reminders.Quiet(*hours, self.site_id.tz)

    def _get_quiet_end(self, moment):
        """Return when the quiet hours end that ``moment`` falls in, or None."""
        around = reminders.quiet_around(epoch(moment), self._get_quiet())
        return around and from_epoch(around[1]).replace(tzinfo=None)

    def _get_offer_end(self, now, start):
        """Return until when an offer stands that is made now.

        Shorter when the time is near; minutes of quiet hours do not count, as far as
        the visit and the longest hold allow.

        :param start: of the visit (UTC)
        """
        company = self.company_id
        times = waitlist.OfferTimes(
            company.clinic_waitlist_minutes,
            company.clinic_waitlist_near_minutes,
            company.clinic_waitlist_near_hours,
        )
        end = waitlist.offer_end(epoch(now), epoch(start), times, self._get_quiet())
        return from_epoch(end).replace(tzinfo=None)

    # ------------------------------------------------------------------
    # Hours that change
    # ------------------------------------------------------------------

    def _look_for_times(self):
        """Note the free times of these hours that suit somebody who waits."""
        now = fields.Datetime.now()
        start = max(self.start, now + timedelta(minutes=LEAST_MINUTES))
        stop = min(self.stop, now + timedelta(days=LOOK_DAYS))
        entries = self._get_entries().filtered(lambda item: item.state == "waiting")
        found = []
        for service, waiting in entries.grouped("service_id").items():
            if start < stop:
                found += self._find_times(service, waiting, start, stop)
        self._note(found)
        self.unlink()

    def _find_times(self, service, entries, start, stop):
        """Return values of gaps for a service: at most one for each who waits."""
        now = epoch(fields.Datetime.now())
        starts = self.env["clinic.schedule"]._find_starts(
            service, start, stop, doctors=self.doctor_id
        )
        times = sorted(
            (begin, site)
            for (_doctor, site), begins in starts.items()
            for begin in begins
        )
        candidates = self._get_look_candidates(entries, start, stop)
        found, end, looks = [], 0, MAX_LOOKS
        for begin, site in times:
            gap = begin >= end and self._get_time_gap(service, begin, site)
            fits = [item for item in candidates if gap and _may_come(item, gap)]
            looks -= len(fits)
            if not candidates or looks < 0:
                break
            ranked = waitlist.rank(fits, gap, now) if fits else ()
            if ranked:
                found.append(self._prepare_time_vals(service, begin, site))
                end = begin + service.duration * 60
                taker = ranked[0].candidate
                candidates = [item for item in candidates if item.id != taker]
        return found

    def _get_look_candidates(self, entries, start, stop):
        """Return the engine's candidates of ``entries``; visits are read once."""
        span = Span(epoch(start), epoch(stop) + DAY)
        return entries._to_candidates(self._get_busy(entries, span))

    def _get_time_gap(self, service, begin, site):
        """Return the engine's gap of one visit that would begin at ``begin``."""
        return waitlist.Gap(
            doctor=self.doctor_id.id,
            site=site,
            start=begin - service.buffer_before * 60,
            stop=begin + (service.duration + service.buffer_after) * 60,
            tz=self.env["clinic.site"].browse(site).tz or "UTC",
            anchor=begin,
        )

    def _prepare_time_vals(self, service, begin, site):
        start = from_epoch(begin).replace(tzinfo=None)
        return {
            "doctor_id": self.doctor_id.id,
            "site_id": site,
            "service_id": service.id,
            "company_id": self.company_id.id,
            "start": start,
            "stop": start + timedelta(minutes=service.duration),
            "cause": "hours",
        }

    # ------------------------------------------------------------------
    # Reception
    # ------------------------------------------------------------------

    def _tell_reception(self):
        """Tell reception once that a time which is near stays empty."""
        soon = fields.Datetime.now() + timedelta(hours=TELL_HOURS)
        for gap in self:
            asked = gap.asked_ids
            if gap.is_told or not asked or gap.start > soon:
                continue
            gap.is_told = True
            receptions = self.env["clinic.impact.check"]._get_receptions(gap.site_id)
            gap.activity_schedule(
                ACTIVITY,
                date_deadline=gap._get_day(min(gap.start, soon)),
                summary=self.env._("Nobody of the waitlist takes this time"),
                note=self.env._(
                    "%(time)s, %(doctor)s: %(count)s patients were asked.",
                    time=gap._say_time(),
                    doctor=gap.doctor_id.display_name,
                    count=len(asked),
                ),
                user_id=receptions[gap.site_id].id,
            )

    def _get_loss(self):
        """Return the state of a time that is no longer free: taken, or nobody there."""
        resource, site = self.doctor_id.resource_id, self.site_id
        absences = self.env["clinic.schedule"]._select_absences(
            resource.ids, site.ids, self.start, self.stop
        )
        is_away = any(
            closed == site.id if closed else owner in (None, resource.id)
            for owner, closed, _start, _stop in absences
        )
        return "away" if is_away else "taken"

    def _get_fill_notice(self):
        """Return the notification that says why nobody got an offer, or None."""
        words = self._say_why_not_offered()
        return words and {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": words,
                "type": "warning",
                # the screen is read again
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _say_why_not_offered(self):
        self.ensure_one()
        waits = self.state == "open" and self.next_at
        if waits and self.next_at <= fields.Datetime.now():
            return self.env._(
                "The time could not be held for the first of the list: the next one "
                "is asked at once."
            )
        if waits:
            at = format_datetime(
                self.env,
                self.next_at,
                tz=self.site_id.tz or "UTC",
                dt_format="EEE d MMM, HH:mm",
            )
            if self.is_quiet:
                return self.env._(
                    "These are quiet hours: patients get no offers now. The first of "
                    "the list gets one at %(time)s.",
                    time=at,
                )
            return self.env._(
                "As many offers as allowed are open. The next step is at %(time)s.",
                time=at,
            )
        return {
            "nobody": self.env._("Nobody who waits can take this time."),
            "taken": self.env._("This time is taken by somebody else."),
            "away": self.env._("The doctor is away then."),
            "stopped": self.env._(
                "The waitlist is off, or another gap holds this time."
            ),
        }.get(self.state)

    def _get_day(self, moment):
        """Return the day of ``moment`` (UTC) on the site's clock."""
        return local_clock(self.site_id.tz or "UTC").day(epoch(moment))

    def _say_time(self):
        """Return when the gap is, on the site's clock."""
        self.ensure_one()
        start, stop = epoch(self.start), epoch(self.stop)
        schedule, tz = self.env["clinic.schedule"], self.site_id.tz or "UTC"
        day = schedule._format_day(start, tz)
        return f"{day}, {schedule._format_range(start, stop, tz)}"


def _may_come(candidate, gap):
    """Whether the day of ``gap`` suits a candidate; the ranking asks for the rest."""
    day = local_clock(gap.tz).day(gap.anchor)
    first, last = candidate.first_day or day, candidate.last_day or day
    weekdays = candidate.weekdays or (day.weekday(),)
    return first <= day <= last and day.weekday() in weekdays
