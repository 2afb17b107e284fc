# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One year of the practice in one arm: events in the order of time."""

import heapq
import itertools
import random
from dataclasses import dataclass, replace
from datetime import timedelta

from clinic_engine import overbooking, reminders
from clinic_engine.clock import DAY
from clinic_engine.reminders import HOUR, MINUTE

from . import world
from .backfill import Backfill
from .learning import TRAINING_WEEKS, Learner
from .sessions import Visit, make_sessions, serve

#: A patient chooses among so many of the first free times.
CHOICES = 5

#: Cancelled less than this before the start is too late.
LATE = DAY


@dataclass(frozen=True)
class Arm:
    """What the practice uses."""

    name: str
    reminders: bool = False
    waitlist: bool = False
    overbooking: bool = False


ARMS = (
    Arm("none"),
    Arm("reminders", reminders=True),
    Arm("waitlist", waitlist=True),
    Arm("overbooking", overbooking=True),
    Arm("all three", reminders=True, waitlist=True, overbooking=True),
)


@dataclass(slots=True)
class Closed:
    """What a session came to: minutes, visits."""

    places: int
    seen: int
    limit: int
    above: int
    overtime: float
    idle: float


class Year:
    """A practice, its calendar and its patients, from the warm-up to the last day."""

    def __init__(self, assumed, arm, seed, requests=None):
        self.assumed, self.arm, self.seed = assumed, arm, seed
        self.requests = requests or world.make_requests(assumed, seed)
        self.sessions = make_sessions(assumed)
        self.learner = Learner()
        self.visits, self.closed, self.lost = [], [], set()
        self.offer_messages = 0
        self.now = 0
        self.backfill = Backfill(self)
        self._events, self._number = [], itertools.count()

    def at(self, moment, action, *arguments):
        """Do something at a moment."""
        heapq.heappush(self._events, (moment, next(self._number), action, arguments))

    def run(self):
        """Let the time pass; return self."""
        start, stop = world.span(self.assumed)
        for request in self.requests:
            self.at(request.at, self._ask, request)
        for day in self.sessions:
            if start <= day < stop:
                self.at(world.CLOCK.epoch(day, 7 * HOUR), self._advise, day)
                self.at(world.CLOCK.epoch(day, 13 * HOUR), self._advise, day)
                self.at(world.CLOCK.epoch(day, 23 * HOUR), self._close, day)
        end = world.CLOCK.epoch(stop, 0)
        while self._events and self._events[0][0] < end:
            self.now, _number, action, arguments = heapq.heappop(self._events)
            action(*arguments)
        return self

    # ------------------------------------------------------------------
    # Booking
    # ------------------------------------------------------------------

    def _ask(self, request):
        """Book what was wished for, or something later; or wait; or go elsewhere."""
        found = self._find(request, request.first, request.last)
        above = None if found else self._find_above(request)
        is_later = not (found or above)
        if is_later and request.draw["later"] < self.assumed.takes_later:
            begin = request.last + timedelta(1)
            end = request.last + timedelta(world.FURTHER)
            found = self._find(request, begin, end)
        visit = None
        if above:
            visit = self.book(request, *above, above=True)
        elif found:
            choice = int(request.draw["place"] * min(len(found), CHOICES))
            visit = self.book(request, *found[choice])
        joins = self.arm.waitlist and request.draw["join"] < self.assumed.joins
        if is_later and joins:
            self.backfill.join(request, visit)
        elif visit is None:
            self.lost.add(request.id)

    def _days(self, first, last):
        day = max(first, world.CLOCK.day(self.now))
        while day <= last:
            yield from self.sessions.get(day, ())
            day += timedelta(1)

    def _find(self, request, first, last):
        """Return the first free (session, place) that suit."""
        found = []
        for session in self._days(first, last):
            if len(found) >= CHOICES and session.day != found[-1][0].day:
                break
            found += [(session, place) for place in session.free(request, self.now)]
        return sorted(found, key=lambda item: item[0].start + item[1] * world.PLACE)

    def _find_above(self, request):
        """Return (session, place) above the capacity where that is advised, or None."""
        if not self.arm.overbooking:
            return None
        for session in self._days(request.first, request.last):
            used, count = len(session.above), len(session.places)
            if used >= session.more:
                continue
            place = overbooking.spread(used, session.more, count)
            begins = session.start + place * world.PLACE
            seconds = session.seconds + place * world.PLACE
            suits = request.suits(session.day, seconds, session.doctor)
            if suits and begins > self.now + request.notice:
                return session, place
        return None

    def book(self, request, session, place, above=False, moved=None, channel=None):
        """Book a visit, and decide what becomes of it.

        :param moved: the visit that moves here, whose time is given back elsewhere
        """
        begins = session.start + place * world.PLACE
        booked_at = moved.booked_at if moved else self.now
        known = self.learner.look_at(request, begins, booked_at, world.CLOCK)
        if moved:
            past = {"shown": moved.known.shown, "missed": moved.known.missed}
            known = replace(known, **past)
        if channel:
            known = replace(known, channel=channel)
        model = self.learner.model
        chance = model.probability(known)
        visit = Visit(
            request, session, place, booked_at, known, chance, model.kind, above
        )
        if above:
            session.above.append(visit)
            session.most = max(session.most, len(session.above))
        else:
            session.places[place] = visit
        self.visits.append(visit)
        self._decide(visit)
        return visit

    # ------------------------------------------------------------------
    # What becomes of a visit
    # ------------------------------------------------------------------

    def _decide(self, visit):
        """Decide whether the patient cancels, comes, or neither."""
        request, assumed = visit.request, self.assumed
        cancels = world.moment_of_cancelling(assumed, request, self.now, visit.start)
        odds = world.chance_of_missing(assumed, request, visit.lead, visit.start)
        visit.will_miss = request.draw["miss"] < odds
        if self.arm.reminders:
            visit.sends = self._plan("reminder", visit.session, visit.start, request)
            if visit.will_miss and visit.sends:
                answer = self._heed(visit)
                cancels = min(filter(None, (cancels, answer)), default=None)
        if cancels:
            self.at(cancels, self._cancel, visit)

    def _heed(self, visit):
        """Let a reminder prevent the miss; return when the patient cancels instead."""
        draw = visit.request.draw
        if draw["remind"] >= self.assumed.effect:
            return None
        if draw["instead"] >= self.assumed.cancel_instead:
            visit.will_miss = False
            return None
        delay = random.Random(f"{self.seed} {visit.request.id}").expovariate(1)
        at = visit.sends[0] + int(delay * self.assumed.answer_minutes * MINUTE)
        return at if self.now < at < visit.start else None

    def _plan(self, event, session, start, request):
        """Return when the messages of an event go that reach the patient."""
        visit = (request.service, session.doctor, start, start + world.PLACE)
        channels = ("email", "sms")
        reachable = {
            name
            for name in channels
            if request.draw[name] < getattr(self.assumed, name)
        }
        return sorted(
            planned.at
            for planned in reminders.plan(
                world.RULES, event, self.now, visit, world.QUIET
            )
            if not planned.skipped
            and reminders.route(
                event, planned.rule.channel, "email", reachable, channels, calls=False
            )[0]
        )

    def tell_offer(self, session, start, request):
        """Send an offer; return whether the patient is reached."""
        sent = len(self._plan("waitlist_offer", session, start, request))
        if session.day >= world.first_day():
            self.offer_messages += sent
        return bool(sent)

    def _cancel(self, visit):
        if visit.ended is None:
            self.backfill.forget(visit.request)
            self.give_back(visit, "cancelled")

    def give_back(self, visit, outcome):
        """End a visit before its time, and let the waitlist have the place."""
        visit.ended, visit.outcome = self.now, outcome
        session = visit.session
        if visit.above:
            session.above.remove(visit)
            return
        session.places[visit.place] = None
        if self.arm.waitlist:
            self.backfill.freed(session, visit.place)

    # ------------------------------------------------------------------
    # Twice a day, and at its end
    # ------------------------------------------------------------------

    def _advise(self, today):
        """Look at the full sessions of the next days; staff follow each advice."""
        if not self.arm.overbooking:
            return
        last = today + timedelta(world.ADVICE_DAYS)
        for session in self._days(today, last):
            # an advice that was followed stays as it was
            if session.above or session.start <= self.now:
                continue
            session.more = 0
            booked = session.visits()
            if None in session.places or not booked:
                continue
            mean = sum(visit.chance for visit in booked) / len(booked)
            chances = [visit.chance for visit in booked]
            chances += [mean] * (len(session.places) - len(booked))  # open offers
            session.more = overbooking.advise(
                chances,
                len(session.places),
                self.assumed.cost_empty,
                self.assumed.cost_extra,
                limit_of(session),
            ).more

    def _close(self, day):
        """Hold the sessions of a day, and learn from them."""
        for session in self.sessions[day]:
            booked, patients, seen = session.visits(), [], []
            for visit in booked:
                visit.outcome = "missed" if visit.will_miss else "seen"
                self.learner.note(visit, visit.will_miss)
                if not visit.will_miss:
                    request = visit.request
                    arrival = visit.start - request.early
                    patients.append((visit.start, arrival, request.consultation))
                    seen.append(visit)
            waits, overtime, idle = serve(session.start, session.stop, patients)
            for visit, wait in zip(seen, waits, strict=True):
                visit.wait = wait / MINUTE
            if day >= world.first_day():
                sizes = len(session.places), len(seen), limit_of(session), session.most
                minutes = overtime / MINUTE, idle / MINUTE
                self.closed.append(Closed(*sizes, *minutes))
        self.backfill.tidy(day)
        if day.weekday() == 4:
            self._learn(day)

    def _learn(self, day):
        weeks = (day - world.span(self.assumed)[0]).days // 7
        if weeks % TRAINING_WEEKS == TRAINING_WEEKS - 1:
            self.learner.train()
        self.learner.shift(day + timedelta(1))


def limit_of(session):
    """Return how many the settings allow above the capacity of a session."""
    return overbooking.seats_allowed(len(session.places), 1, 1, world.MOST_PERCENT)
