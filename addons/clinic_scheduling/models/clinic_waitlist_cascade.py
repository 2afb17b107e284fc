# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One step of the cascade: who comes next for a gap, and the offer to them.

The ledger decides: an offer is a hold, and a time that somebody else has taken ends
the cascade. What the database still says of a time it may have lost since, so a
refused hold is looked at again in the next transaction.
"""

import logging
from collections import defaultdict
from datetime import timedelta

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, MissingError, UserError
from odoo.fields import Domain

from odoo.addons.clinic_engine import intervals, waitlist
from odoo.addons.clinic_engine.clock import from_epoch

from ..exceptions import BookingError
from .clinic_schedule import epoch
from .clinic_waitlist_gap import LEAST_MINUTES, LIVE_STATES, WORKING_STATES

_logger = logging.getLogger(__name__)

#: What PostgreSQL refuses for the sake of another transaction: the step is repeated.
REPEATED = (
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.DeadlockDetected,
    psycopg2.errors.LockNotAvailable,
    psycopg2.errors.UniqueViolation,
    ConcurrencyError,
    MissingError,
)
MAX_ATTEMPTS = 5

#: The least time to wait for a place among the open offers.
SHORT_WAIT = timedelta(minutes=1)

#: What could not go on is tried again after that.
LONG_WAIT = timedelta(minutes=5)

#: At most so many of those who wait are looked at for one gap.
MAX_CANDIDATES = 1000


class ClinicWaitlistGap(models.Model):
    """The cascade."""

    _inherit = "clinic.waitlist.gap"

    @api.model
    def _cron_work(self):
        """Scheduled action: take every gap that is due one step further.

        One that cannot go on is put off, and holds up none of the others.
        """
        cron = self.env["ir.cron"]
        failed = set()
        order = "next_at, start, id"
        while gap := self.search(self._get_due_domain(failed), order=order, limit=1):
            if not gap._try_to_advance():
                failed.add(gap.id)
            remaining = self.search_count(self._get_due_domain(failed))
            if not cron._commit_progress(1, remaining=remaining):
                break

    def _get_due_domain(self, besides):
        return (
            Domain("state", "in", WORKING_STATES)
            & Domain("next_at", "<=", fields.Datetime.now())
            & Domain("id", "not in", list(besides))
        )

    def _try_to_advance(self):
        """Advance, again if another transaction came in between; whether it did."""
        for _attempt in range(MAX_ATTEMPTS):
            try:
                with self.env.cr.savepoint():
                    self.exists()._advance_all()
                return True
            except REPEATED:
                # the next attempt has to see what the other transaction did
                self._start_afresh()
            except Exception:  # whatever the rules of a practice may raise
                _logger.exception("Gap %s of the waitlist is put off", self.id)
                self._start_afresh()
                break
        self._put_off()
        return False

    def _start_afresh(self):
        self.env.cr.rollback()
        self.env.invalidate_all(flush=False)

    def _put_off(self):
        """Take the next step of this gap some minutes later."""
        at = fields.Datetime.now() + LONG_WAIT
        if gap := self.exists():
            gap.next_at = at
            gap._trigger(at)

    def _advance_all(self):
        for gap in self:
            gap._advance()

    def _advance(self):
        """Take this gap one step further: look, offer, wait, or end.

        Nothing is locked before the hold has locked its claims: bookings that end a
        hold write here while they have theirs.
        """
        self.ensure_one()
        if self.state == "look":
            return self._look_for_times()
        now = fields.Datetime.now()
        if self.state == "offered":
            return self._check_open_offer(now)
        if self.start <= now + timedelta(minutes=LEAST_MINUTES):
            return self._give_up("past")
        if not self.company_id.clinic_waitlist_enabled or self._has_twin():
            return self._end("stopped")
        return self._offer_or_wait(now)

    def _offer_or_wait(self, now):
        """Offer this gap to the first of the ranking, or wait until that may be.

        Who waits for the morning or for a place is ranked once: a long list is not
        written down again with every step that offers nothing.
        """
        later = self._get_later(now)
        if later and self.is_ranked:
            return self._wait_until(*later)
        gap = self._get_free_stretch()
        if not gap:
            return self._end(self._get_loss())
        entries = self._rank(gap)
        if not entries:
            return self._give_up("nobody")
        if later:
            return self._wait_until(*later)
        return self._offer_to(entries[0])

    def _check_open_offer(self, now):
        """Wait for an answer; without one in time, the next step is somebody else's."""
        offer = self.asked_ids.filtered(lambda item: item.state == "offered")[:1]
        hold = offer.appointment_id
        if not offer:
            return self._go_on()
        if offer.expires_at > now and hold.state == "hold":
            self.next_at = offer.expires_at
            return None
        hold._lock_hold()
        hold._expire_hold()
        offer._note_answer("expired")
        return offer.entry_id._look_again()

    def _has_twin(self):
        """Whether this time is in another gap's hands, which was there before."""
        domain = (
            Domain("doctor_id", "=", self.doctor_id.id)
            & Domain("id", "<", self.id)
            & Domain("state", "in", LIVE_STATES)
            & Domain("start", "<", self.stop)
            & Domain("stop", ">", self.start)
        )
        return bool(self.search_count(domain, limit=1))

    def _give_up(self, state):
        self._end(state)
        self._tell_reception()

    # ------------------------------------------------------------------
    # Who comes next
    # ------------------------------------------------------------------

    def _get_entries(self):
        """Return who waits for something that this doctor may do.

        Of more than can be looked at, the most urgent ones whom the day suits.
        """
        entries = self.env["clinic.waitlist.entry"]
        domain = entries._get_candidate_domain(self.company_id)
        waited_for = entries._read_group(domain, ["service_id"])
        offered = [
            service.id
            for (service,) in waited_for
            if service._is_offered_by(self.doctor_id)
        ]
        domain &= Domain("service_id", "in", offered)
        for part in entries._get_search_order(self.start, self.stop):
            room = MAX_CANDIDATES - len(entries)
            if room <= 0:
                break
            entries |= entries.search(
                domain & part, order="create_date, id", limit=room
            )
        return entries

    def _get_free_stretch(self, entries=None):
        """Return the engine's ``Gap`` from here to the doctor's next visit, or None.

        It begins where the time was given back: free time before it is offered by
        itself. None when somebody else has taken it meanwhile.
        """
        entries = self._get_entries() if entries is None else entries
        services = entries.service_id | self.service_id
        before = max(services.mapped("buffer_before"), default=0) * 60
        after = max(services.mapped("buffer_after"), default=0) * 60
        longest = max(services.mapped("duration"), default=30) * 60
        start, stop = epoch(self.start), epoch(self.stop)
        window = (start - before, max(stop, start + longest) + after)
        pieces, step, offered = self._get_free_pieces(window, before, after)
        pieces = [piece for piece in pieces if piece[0] < stop and piece[1] > start]
        if not pieces:
            return None
        piece = max(pieces, key=lambda item: min(item[1], stop) - max(item[0], start))
        return waitlist.Gap(
            doctor=self.doctor_id.id,
            site=self.site_id.id,
            start=piece[0],
            stop=piece[1],
            tz=self.site_id.tz,
            step=step,
            anchor=start,
            services=offered,
        )

    def _get_situation(self, window):
        """Return what decides over the doctor's time in ``window`` (UTC seconds)."""
        begin, end = (from_epoch(moment).replace(tzinfo=None) for moment in window)
        return self.env["clinic.schedule"]._get_situation(
            self.service_id, self.doctor_id, begin, end, sites=self.site_id
        )

    def _get_free_pieces(self, window, before, after, situation=None):
        """Return (free intervals, step, services) of the doctor's hours there.

        Of several hours or seats, those with the most free time in the gap speak.

        :param situation: of the schedule, when it is known already
        """
        situation = situation or self._get_situation(window)
        resource, site = self.doctor_id.resource_id.id, self.site_id.id
        blocks = situation.site_blocks(site)
        away = blocks.get(None, []) + blocks.get(resource, [])
        start, stop = epoch(self.start), epoch(self.stop)
        best = ([], 0, None)
        most = 0
        for session in situation.sessions.get(site, {}).get(resource, ()):
            if session.purpose != "patient":
                continue
            hours = [(max(window[0], session.start - before), session.stop + after)]
            hours = (
                intervals.intersect(hours, [window])
                if hours[0][0] < hours[0][1]
                else []
            )
            closed = intervals.merge([*away, *session.breaks])
            for seat in range(session.capacity):
                taken = situation.busy.get(resource, {}).get(seat, [])
                free = intervals.subtract(hours, intervals.merge([*taken, *closed]))
                inside = intervals.intersect(free, [(start, stop)])
                share = sum(right - left for left, right in inside)
                if share > most:
                    most, best = share, (free, session.step, session.services)
        return best

    def _get_busy(self, entries, gap):
        """Return {partner id: [(start, stop)]}: the patients' visits near the gap."""
        partners = entries.patient_id.partner_id
        begin, end = (
            from_epoch(moment).replace(tzinfo=None) for moment in (gap.start, gap.stop)
        )
        claims = self.env["clinic.reservation"].search(
            Domain("partner_id", "in", partners.ids)
            & Domain("start", "<", end)
            & Domain("stop", ">", begin)
        )
        busy = defaultdict(list)
        for claim in claims:
            busy[claim.partner_id.id].append((epoch(claim.start), epoch(claim.stop)))
        return busy

    def _rank(self, gap):
        """Write down who comes next and who is left out; return the entries in order.

        :param gap: the engine's, of ``_get_free_stretch``
        """
        self.offer_ids.filtered(
            lambda offer: offer.state in ("ranked", "left_out")
        ).unlink()
        asked = self.offer_ids.filtered(lambda offer: offer.state != "stopped")
        entries = self._get_entries() - asked.entry_id
        candidates = entries._to_candidates(self._get_busy(entries, gap))
        now = epoch(fields.Datetime.now())
        ranked = waitlist.rank(candidates, gap, now)
        barred = self._get_barred(entries)
        without = [item for item in ranked if item.candidate in barred]
        ranked = [item for item in ranked if item.candidate not in barred]
        rows = [
            self._prepare_ranked_vals(item, place)
            for place, item in enumerate(ranked, 1)
        ]
        rows += [
            {"entry_id": item.candidate, "reasons": [barred[item.candidate]]}
            for item in without
        ]
        rows += [
            {
                "entry_id": candidate,
                "reasons": [item.code for item in reasons],
            }
            for candidate, reasons in waitlist.left_out(candidates, gap, now)
        ]
        self.env["clinic.waitlist.offer"].create(
            [{"gap_id": self.id, "state": "left_out", **vals} for vals in rows]
        )
        return entries.browse(item.candidate for item in ranked)

    def _prepare_ranked_vals(self, item, place):
        return {
            "entry_id": item.candidate,
            "state": "ranked",
            "rank": place,
            "score": item.score,
            "terms": [list(term) for term in item.terms],
            "start": from_epoch(item.start).replace(tzinfo=None),
        }

    def _get_barred(self, entries):
        """Return {entry id: rule} of who is left out for what was booked before."""
        barred = dict.fromkeys(self._get_sooner_visits(entries), "sooner_visit")
        if self.is_given_back:
            giver = self.appointment_id.patient_id
            own = entries.filtered(lambda entry: entry.patient_id == giver)
            barred |= dict.fromkeys(own.ids, "gave_back")
        return barred

    def _get_sooner_visits(self, entries):
        """Return the ids of entries whose patients have a visit for it before this."""
        visits = self.env["clinic.appointment"].search(
            Domain("patient_id", "in", entries.patient_id.ids)
            & Domain("service_id", "in", entries.service_id.ids)
            & Domain("state", "in", ("scheduled", "confirmed"))
            & Domain("start", ">", fields.Datetime.now())
            & Domain("start", "<=", self.start),
        )
        served = {(visit.patient_id, visit.service_id) for visit in visits}
        return {
            entry.id
            for entry in entries
            if (entry.patient_id, entry.service_id) in served
        }

    # ------------------------------------------------------------------
    # The offer
    # ------------------------------------------------------------------

    def _get_later(self, now):
        """Return (when an offer may be made, whether it is quiet till then).

        None: now. Later in quiet hours, and while too many offers are open.
        """
        if morning := self._get_quiet_end(now):
            return morning, True
        turn = self._get_turn(self.company_id)
        return turn and (turn, False)

    def _wait_until(self, at, is_quiet):
        """Take the next step at ``at`` (UTC); who comes next is written down."""
        values = {"state": "open", "is_quiet": is_quiet, "is_ranked": True}
        self.write({**values, "next_at": at})
        self._trigger(at)

    def _get_turn(self, company):
        """Return when the company may make one more offer, None: now.

        An offer whose time is over takes no place, whether or not its own gap has
        been looked at since: it must not keep this one waiting for the past.
        """
        now = fields.Datetime.now()
        most = company.clinic_waitlist_max_offers
        open_offers = self.env["clinic.waitlist.offer"].search(
            [
                ("state", "=", "offered"),
                ("expires_at", ">", now),
                ("gap_id.company_id", "=", company.id),
            ],
            order="expires_at",
        )
        if not most or len(open_offers) < most:
            return None
        return max(open_offers[0].expires_at + timedelta(seconds=1), now + SHORT_WAIT)

    def _offer_to(self, entry, by_hand=False):
        """Hold the time for ``entry``, and tell the patient after the commit.

        :raise BookingError: only by hand; else it is noted, and the next one's turn
        """
        offer = self.offer_ids.filtered(
            lambda item: item.entry_id == entry and item.state == "ranked"
        )[:1]
        now = fields.Datetime.now()
        try:
            with self.env.cr.savepoint():
                hold = self._hold_for(entry, offer.start, now)
        except BookingError as error:
            if by_hand:
                raise
            offer.write({"state": "taken", "refusal": error.args[0]})
            return self._go_on()
        offer.write(
            {
                "state": "offered",
                "appointment_id": hold.id,
                "offered_at": now,
                "expires_at": hold.hold_expires_at,
                "by_hand": by_hand,
            }
        )
        entry.state = "offered"
        self.write(
            {"state": "offered", "next_at": hold.hold_expires_at, "is_quiet": False}
        )
        self._trigger(hold.hold_expires_at + timedelta(seconds=1))
        hold._portal_ensure_token()
        hold._emit("waitlist_offer")
        return None

    def _hold_for(self, entry, start, now):
        company = self.company_id
        end = self._get_offer_end(now, start)
        values = {
            "service_id": entry.service_id.id,
            "doctor_id": self.doctor_id.id,
            "site_id": self.site_id.id,
            "patient_id": entry.patient_id.id,
            "start": start,
            "urgency": entry.urgency,
            "source": "waitlist",
        }
        door = self.env["clinic.appointment"].with_company(company)
        minutes = max(1, (end - now) // timedelta(minutes=1))
        return door.hold(values, minutes=minutes)

    def _offer_by_hand(self, entry):
        """Offer this gap to ``entry`` now; an open offer to another is taken back.

        :raise UserError: the patient cannot take it, or it is a quiet hour
        """
        self.ensure_one()
        now = fields.Datetime.now()
        if self._get_quiet_end(now):
            raise UserError(
                self.env._(
                    "These are quiet hours: patients get no offers now. The first of "
                    "the list gets one when they end."
                )
            )
        if self.state == "filled" or self.start <= now:
            raise UserError(self.env._("This time is filled or over."))
        self.asked_ids._withdraw()
        gap = self._get_free_stretch()
        ranked = self._rank(gap) if gap else self.env["clinic.waitlist.entry"]
        if entry not in ranked:
            raise UserError(
                self.env._(
                    "%(name)s cannot take this time any more.", name=entry.display_name
                )
            )
        self._offer_to(entry, by_hand=True)
