# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Why a call is refused, in words, and which times are free instead."""

from collections import Counter
from datetime import timedelta

from odoo import fields, models

from odoo.addons.clinic_engine import intervals
from odoo.addons.clinic_engine.clock import from_epoch, local_clock
from odoo.addons.clinic_engine.ranking import nearest
from odoo.addons.clinic_scheduling.const import (
    ALTERNATIVE_COUNT,
    ALTERNATIVE_DAYS,
    ALTERNATIVES_A_DAY,
    ALTERNATIVES_LOOKED_AT,
)
from odoo.addons.clinic_scheduling.exceptions import (
    BookingError,
    NoticeTooShort,
    OutsideAvailability,
    SlotTaken,
)
from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from ..exceptions import RepresentativeBusy

#: Rules of the engine that schedulers may break with a reason.
EXCEPTION_RULES = {
    "outside_availability",
    "wrong_site",
    "wrong_purpose",
    "break",
    "too_long",
    "absence",
}

#: Rules of the engine about the hours that a doctor gave.
HOURS_RULES = {*EXCEPTION_RULES, "wrong_channel", "off_grid"}


class PharmaShowcase(models.Model):
    """Refusals."""

    _inherit = "pharma.showcase"

    def _check_rules(self, call, situation, query):
        """Refuse what people, practices, hours or other bookings forbid."""
        self._check_people(call)
        if call.recorded:
            call.breach = self._get_breach(call)
            return
        for refusal in self._get_refusals(call):
            self._raise(refusal.error, refusal.sentence, call, refusal.code)
        start, _stop = call.seconds
        reasons = situation.explain(query, start, call.resource, call.site.id)
        # only doctors keep to the grid of their hours: staff agree on any minute
        ignored = set() if call.by_doctor else {"off_grid"}
        if call.exception:
            ignored |= EXCEPTION_RULES
        codes = [item.code for item in reasons if item.code not in ignored]
        if codes:
            hours = [code for code in codes if code in HOURS_RULES]
            self._raise_refusal((hours or codes)[0], call)

    def _check_people(self, call):
        """Refuse what is archived."""
        for record in (call.doctor, call.representative, call.site):
            if not record.sudo().active:
                raise BookingError(
                    self.env._(
                        "%(name)s is archived and cannot be booked.",
                        name=record.sudo().display_name,
                    )
                )

    def _raise_refusal(self, code, call):
        """Raise the error of the engine's rule ``code``."""
        if code in HOURS_RULES:
            error = OutsideAvailability
        elif code == "notice":
            error = NoticeTooShort
        else:
            is_theirs = code == "representative_taken"
            error = RepresentativeBusy if is_theirs else SlotTaken
        self._raise(error, self._get_refusal_sentence(code, call), call, code)

    def _raise(self, error, reason, call, code):
        sentence, alternatives = reason, self._get_alternatives(call)
        if alternatives:
            sentence = self.env._(
                "%(reason)s Nearest free times: %(times)s.",
                reason=reason,
                times=", ".join(item["label"] for item in alternatives),
            )
        raise error(sentence, alternatives=alternatives, rule=code, reason=reason)

    def _get_refusal_sentence(self, code, call):
        """Return what rule ``code`` says about this call, as one sentence."""
        if code == "representative_taken":
            return self._explain_representative(call)
        sentences = {
            "outside_availability": self.env._(
                "%(doctor)s does not receive representatives on %(time)s."
            ),
            "wrong_purpose": self.env._("%(doctor)s sees patients on %(time)s."),
            "wrong_site": self.env._("%(doctor)s is not at %(site)s on %(time)s."),
            "absence": self.env._("%(doctor)s is away on %(time)s."),
            "break": self.env._("%(doctor)s has a break on %(time)s."),
            "too_long": self.env._(
                "The call would end after %(doctor)s's hours on %(time)s."
            ),
            "off_grid": self.env._("No call starts on %(time)s."),
            "room_taken": self.env._("The room is taken on %(time)s."),
        }
        taken = self.env._("%(doctor)s is already booked on %(time)s.")
        return sentences.get(code, taken) % self._get_refusal_names(call)

    def _get_refusal_names(self, call):
        return {
            "doctor": call.doctor.sudo().display_name,
            "representative": call.representative.sudo().display_name,
            "site": call.site.sudo().display_name,
            "time": self._format_call_time(epoch(call.start), call),
        }

    def _format_call_time(self, seconds, call, site=None):
        site_sudo = (site or call.site).sudo()
        tz = site_sudo.tz or call.representative.sudo().tz or "UTC"
        return self.env["clinic.schedule"]._format_moment(seconds, tz)

    def _explain_representative(self, call):
        """Say what keeps the representative: hours, absence, a meeting, or a call."""
        start, stop = call.seconds
        own = self if self.id else None
        blocks = call.representative._get_blocks(call.start, call.stop, exclude=own)
        hits = [
            kind
            for kind, found in blocks.items()
            if intervals.intersect(found, [(start, stop)])
        ]
        sentences = {
            "absence": self.env._("%(representative)s is away on %(time)s."),
            "calendar": self.env._("%(representative)s has a meeting on %(time)s."),
            "hours": self.env._("%(representative)s does not work on %(time)s."),
        }
        kind = next((kind for kind in sentences if kind in hits), None)
        taken = self.env._("%(representative)s has another call on %(time)s.")
        return sentences.get(kind, taken) % self._get_refusal_names(call)

    # ------------------------------------------------------------------
    # Free times
    # ------------------------------------------------------------------

    def _get_alternatives(self, call):
        """Return the nearest free times as dicts (see ``SlotTaken``).

        The asked time itself is left out: this transaction's snapshot may be older
        than what took it.
        """
        around = timedelta(days=ALTERNATIVE_DAYS)
        first = max(fields.Datetime.now(), call.start - around)
        found = self._find_times(call, first, call.start + around)
        chosen = self._spread_times(found, call, ALTERNATIVES_A_DAY)
        return [
            self._prepare_alternative(start, site, call)
            for start, site in chosen[:ALTERNATIVE_COUNT]
        ]

    def _spread_times(self, found, call, a_day):
        """Return the (start, site) nearest to the call's own, which is left out.

        :param found: {site: [start, …]} in epoch seconds
        :param int a_day: how many of one day at most
        """
        wanted = epoch(call.start)
        starts = {
            site: [start for start in times if start != wanted]
            for site, times in found.items()
        }
        clock, per_day, chosen = local_clock(self._get_call_tz(call)), Counter(), []
        for start, site in nearest(starts, wanted, ALTERNATIVES_LOOKED_AT):
            day = clock.day(start)
            per_day[day] += 1
            if per_day[day] <= a_day:
                chosen.append((start, site))
        return chosen

    def _get_call_tz(self, call):
        return call.site.sudo().tz or call.representative.sudo().tz or "UTC"

    def _find_times(self, call, first, last):
        """Return {site id: [start, …]} of times free for doctor and representative.

        Hours, ledger, absences, meetings and the rules of the practice are respected;
        what else may refuse a call (see ``_get_refusals``) does not depend on its
        time. Times are epoch seconds.

        :param first, last: UTC datetimes between which the whole call lies
        """
        if first >= last:
            return {}
        # sudo: whoever looks for a time need not see the doctor's hours themselves
        situation = self._get_call_situation(call, first, last)
        self._put_needs(call, situation)
        query = self._get_query(call, epoch(first), epoch(last))
        found = {}
        for (_doctor, site), starts in situation.find(query).items():
            check = self._get_time_check(call, self.env["clinic.site"].browse(site))
            if allowed := [start for start in starts if not check(start)]:
                found[site] = allowed
        return found

    def _prepare_alternative(self, start, site_id, call):
        moment = from_epoch(start).replace(tzinfo=None)
        site = self.env["clinic.site"].browse(site_id)
        label = self._format_call_time(start, call, site)
        if site_id != call.site.id:
            label = f"{label} · {site.sudo().display_name}"
        return {
            "start": fields.Datetime.to_string(moment),
            "stop": fields.Datetime.to_string(moment + (call.stop - call.start)),
            "doctor_id": call.doctor.id,
            "site_id": site_id,
            "label": label,
        }
