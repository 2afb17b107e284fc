# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Ruin and recreate: some calls are taken out, and others find room.

It works on drafts, so that every hard rule holds after each step, also those that the
solver does not know. A worse plan is kept now and then (annealing), the best is what
remains. Nothing but the seed and the number of rounds decides what is found.
"""

import heapq
import math
import random
from collections.abc import Callable

from .planner_draft import Draft
from .planner_greedy import fill
from .planner_route import Stop

#: At most so large a part of the calls, and so many, are taken out at once.
PART, MOST = 0.15, 12
#: So many may always be, however few there are.
FEW = 4
#: The temperature falls from this part of the objective to so much of itself.
WARM, COOL = 0.002, 0.01
#: The power of the gain in the ratio of insertion varies from round to round.
POWERS = (0.7, 1.0, 1.5, 2.0, 3.0)
#: And each ratio by up to this part.
NOISE = 0.5


class Improver:
    """Rounds of ruin and recreate on one draft."""

    def __init__(self, draft: Draft, seed: int):
        self.draft, self.random = draft, random.Random(seed)
        by_doctor: dict[int, list[int]] = {}
        visits = draft.problem.visits
        for index, visit in enumerate(visits):
            by_doctor.setdefault(visit.doctor, []).append(index)
        self.same = [by_doctor[visit.doctor] for visit in visits]
        self.rates = [self._rate(i) for i in range(len(draft.routes))]

    def run(self, rounds: int, stop: Callable[[int], bool] | None = None) -> int:
        """Make so many rounds, or fewer if ``stop`` says so; return how many.

        :param stop: is asked with the number of rounds made
        """
        draft, best = self.draft, self._snapshot()
        value = most = sum(self.rates)
        warm = max(1.0, abs(value) * WARM)
        made = 0
        while made < rounds and draft.where and not (stop and stop(made)):
            temperature = warm * COOL ** (made / rounds)
            draft.journal = journal = {}
            gain = self._round(journal)
            if gain >= 0 or self.random.random() < math.exp(gain / temperature):
                value += gain
                for rep_day in journal:
                    self.rates[rep_day] = self._rate(rep_day)
            else:
                draft.set_days(journal)
            if value > most:
                best, most = self._snapshot(), value
            made += 1
        draft.journal = None
        draft.set_days(best)
        return made

    def _rate(self, rep_day: int) -> int:
        """Return what a day is worth, less its travel."""
        problem, route = self.draft.problem, self.draft.routes[rep_day]
        worth = 0
        for stop in route.stops:
            if stop.visit >= 0:
                visit = problem.visits[stop.visit]
                worth += visit.value - visit.options[stop.option].malus
        weights = problem.weights
        return worth * weights.value - route.get_travel() * weights.travel

    def _snapshot(self) -> dict[int, list[Stop]]:
        return {route.index: list(route.stops) for route in self.draft.routes}

    def _round(self, journal: dict[int, list[Stop]]) -> int:
        """Take some calls out, put in what is best; return what it brought."""
        draft = self.draft
        left_out = draft.left_out
        removed = self._choose(left_out)
        for visit in removed:
            draft.take(visit)
        removed += draft.relieve(list(journal))
        days = {visit: draft.days[visit] for visit in removed}
        for visit in left_out:
            mine = [day for day in draft.days[visit] if day in journal]
            if mine:
                days[visit] = mine
        fill(draft, None, days, self.random.choice(POWERS), self._get_noise)
        return sum(self._rate(i) - self.rates[i] for i in journal)

    def _get_noise(self) -> float:
        return 1 - NOISE + 2 * NOISE * self.random.random()

    def _choose(self, left_out: list[int]) -> list[int]:
        """Return the visits to take out: near to one in time and place, or any."""
        draft, rng = self.draft, self.random
        planned = sorted(draft.where)
        most = max(FEW, min(MOST, round(len(planned) * PART)))
        count = rng.randint(1, most)
        wanted = [visit for visit in left_out if draft.days[visit]]
        way = rng.random()
        if wanted and way < 0.6:
            return self._make_room(rng.choice(wanted), count)
        if way < 0.9:
            return self._get_related(rng.choice(planned), count)
        return rng.sample(planned, min(count, len(planned)))

    def _make_room(self, visit: int, count: int) -> list[int]:
        """Return the calls around the time of one option of a visit that is out."""
        draft, rng = self.draft, self.random
        rep_day = rng.choice(draft.days[visit])
        number = rng.choice(draft.places[visit][rep_day])
        stop = draft.stops[visit][number]
        middle = (stop.first + stop.last) // 2
        route = draft.routes[rep_day]
        near = sorted(
            (abs(start - middle), item.visit)
            for item, start in zip(route.stops, route.starts, strict=True)
            if item.visit >= 0
        )
        found = [item for _distance, item in near[: rng.randint(1, FEW)]]
        found += [item for item in self._get_rivals(visit) if item not in found]
        if found and count > len(found):
            more = self._get_related(found[0], count - len(found))
            found += [item for item in more if item not in found]
        return found

    def _get_rivals(self, visit: int) -> list[int]:
        """Return the planned visits of the same doctor."""
        return [i for i in self.same[visit] if i in self.draft.where]

    def _get_related(self, visit: int, count: int) -> list[int]:
        """Return a call, and those that are near to it on days of any reps."""
        draft = self.draft
        rep_day = draft.where[visit]
        day = draft.problem.rep_days[rep_day].day
        place = self._get_place(visit)
        travel = draft.routes[rep_day].travel
        near = [
            (travel[place][self._get_place(other)] * (1 + self.random.random()), other)
            for other, where in draft.where.items()
            if other != visit and draft.problem.rep_days[where].day == day
        ]
        return [visit, *(other for _way, other in heapq.nsmallest(count - 1, near))]

    def _get_place(self, visit: int) -> int:
        """Return where a visit is planned; ANYWHERE is the place that is no way."""
        option = self.draft.routes[self.draft.where[visit]].get_stop(visit)
        return option.place
