# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The waitlist: who waits, and the cascade of offers for time that became free.

The order is `waitlist.rank`'s, the length of an offer `waitlist.offer_end`'s; the
steps are those of the addon's scheduled action.
"""

import random
from dataclasses import dataclass, field
from datetime import timedelta

from clinic_engine import waitlist
from clinic_engine.reminders import MINUTE, quiet_around

from . import world

#: Who found nothing waits so many days beyond the last wished one.
PATIENCE = 14

SITE = 1
HELD = "held"


@dataclass(eq=False, slots=True)
class Entry:
    """Somebody who waits, with the later visit that they have, or without one."""

    request: world.Request
    joined: int
    visit: object
    last_day: object
    offers: int = 0
    refused: set = field(default_factory=set)
    has_offer: bool = False
    is_gone: bool = False

    def candidate(self):
        """Return the engine's candidate."""
        request = self.request
        return waitlist.Candidate(
            id=request.id,
            service=request.service,
            duration=world.PLACE,
            joined=self.joined,
            urgency=request.urgency,
            doctors=None if request.doctor is None else (request.doctor,),
            weekdays=request.weekdays or None,
            day_parts=[request.part] if request.part else None,
            first_day=request.first,
            last_day=self.last_day,
            notice=request.notice,
            offers=self.offers,
            refused=self.refused,
            has_offer=self.has_offer,
        )


@dataclass(eq=False, slots=True)
class FreeTime:
    """A place that became free, and who was asked."""

    session: object
    place: int
    asked: set = field(default_factory=set)

    @property
    def start(self):
        """When it begins."""
        return self.session.start + self.place * world.PLACE


class Backfill:
    """The waitlist of one year."""

    def __init__(self, year):
        self.year = year
        self.entries = {}
        self.joined = self.offers = self.accepted = 0
        self._open = {}

    def join(self, request, visit):
        """Put somebody on the list."""
        last = request.last + timedelta(PATIENCE)
        if visit:
            last = visit.session.day - timedelta(1)
        self.entries[request.id] = Entry(request, self.year.now, visit, last)
        self.joined += 1

    def forget(self, request):
        """Take off the list who does not want to come any more."""
        if entry := self.entries.pop(request.id, None):
            entry.is_gone = True

    def tidy(self, day):
        """End of a day: who waited in vain goes elsewhere."""
        for key, entry in list(self.entries.items()):
            if entry.last_day <= day and not entry.has_offer:
                del self.entries[key]
                if entry.visit is None:
                    self.year.lost.add(key)

    def freed(self, session, place):
        """A place became free."""
        self._advance(FreeTime(session, place))

    def _advance(self, free):
        """Offer a free place to the next one, or wait, or leave it."""
        year, start = self.year, free.start
        if start <= year.now + waitlist.LEAST_NOTICE:
            return
        if free.session.places[free.place] is not None:
            return  # somebody has booked it meanwhile
        ranked = self._rank(free)
        if not ranked:
            return
        if hours := quiet_around(year.now, world.QUIET):
            year.at(hours[1], self._advance, free)
        elif len(self._open) >= world.MOST_OFFERS:
            year.at(min(self._open.values()) + MINUTE, self._advance, free)
        else:
            self._offer(free, self.entries[ranked[0].candidate])

    def _rank(self, free):
        day = free.session.day
        gap = waitlist.Gap(
            doctor=free.session.doctor,
            site=SITE,
            start=free.start,
            stop=free.start + world.PLACE,
            tz=world.TZ,
        )
        # who cannot come that day would be left out below as well
        candidates = [
            entry.candidate()
            for key, entry in self.entries.items()
            if key not in free.asked and entry.request.first <= day <= entry.last_day
        ]
        return waitlist.rank(candidates, gap, self.year.now)

    def _offer(self, free, entry):
        """Hold the place for somebody, who answers in time or does not."""
        year, request = self.year, entry.request
        end = waitlist.offer_end(year.now, free.start, world.OFFER_TIMES, world.QUIET)
        free.asked.add(request.id)
        free.session.places[free.place] = HELD
        entry.has_offer = True
        self._open[request.id] = end
        if free.session.day >= world.first_day():
            self.offers += 1
        draw = random.Random(f"{year.seed} {request.id} {entry.offers}")
        delay = draw.expovariate(1) * year.assumed.answer_minutes * MINUTE
        accepts = draw.random() < year.assumed.accepts
        is_told = year.tell_offer(free.session, free.start, request)
        if is_told and year.now + delay < end:
            year.at(year.now + int(delay), self._answer, free, entry, accepts)
        else:
            year.at(end, self._answer, free, entry, False)

    def _answer(self, free, entry, accepts):
        """Book the place, or offer it to the next one."""
        request = entry.request
        entry.has_offer = False
        del self._open[request.id]
        free.session.places[free.place] = None
        if accepts and not entry.is_gone:
            self._take(free, entry)
            return
        entry.offers += 1
        entry.refused.add(free.start)
        self._advance(free)

    def _take(self, free, entry):
        """Book it, or move the later visit there and give its time back."""
        request, later = entry.request, entry.visit
        del self.entries[request.id]
        if free.session.day >= world.first_day():
            self.accepted += 1
        if later:
            self.year.book(request, free.session, free.place, moved=later)
            self.year.give_back(later, "moved")
        else:
            self.year.book(request, free.session, free.place, channel="waitlist")
