# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A plan in the making: calls are put in and taken out, every hard rule holds always.

Greedy insertion plans with it, what a solver found is read into it, and repairs are
made on it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from .planner_data import Call, Problem, Score
from .planner_route import DayRoute, Insertion, Stop, to_stop
from .planner_rules import Rules


@dataclass(frozen=True, slots=True)
class Move:
    """Putting a visit in: where, and what it brings (see `Weights`)."""

    gain: int
    rep_day: int
    stop: Stop
    insertion: Insertion


class Draft:
    """The days of a problem with the calls that are put in so far."""

    def __init__(self, problem: Problem):
        self.problem = problem
        travel = with_nowhere(problem.travel)
        self.routes = [
            DayRoute(problem, i, travel) for i in range(len(problem.rep_days))
        ]
        self.rules = Rules(problem)
        self.where: dict[int, int] = {}
        #: The stops that days had before they were touched, where that is kept.
        self.journal: dict[int, list[Stop]] | None = None
        self.stops = [
            tuple(
                to_stop(option, problem.buffer, index, i)
                for i, option in enumerate(visit.options)
            )
            for index, visit in enumerate(problem.visits)
        ]
        #: For each visit the options that its reps and dates allow, by rep-day.
        self.places = list(_get_places(problem))
        self.days = [sorted(places) for places in self.places]

    @property
    def left_out(self) -> list[int]:
        """The visits that are not in, in their order."""
        return [i for i in range(len(self.problem.visits)) if i not in self.where]

    def put(self, rep_day: int, stop: Stop, position: int) -> None:
        """Put a visit in; the caller knows that it fits."""
        visit = self.problem.visits[stop.visit]
        self._note(rep_day)
        self.routes[rep_day].insert(stop, position)
        self.rules.add(visit, visit.options[stop.option])
        self.where[stop.visit] = rep_day

    def take(self, index: int) -> tuple[int, Stop, int]:
        """Take a visit out; return what `put` needs to put it in again."""
        rep_day = self.where.pop(index)
        self._note(rep_day)
        stop, position = self.routes[rep_day].remove(index)
        visit = self.problem.visits[index]
        self.rules.remove(visit, visit.options[stop.option])
        return rep_day, stop, position

    def relieve(self, rep_days: Iterable[int]) -> list[int]:
        """Take out what no longer fits: a way may be longer than one with a stop."""
        taken = []
        for rep_day in rep_days:
            late = self.routes[rep_day].get_late()
            while late is not None:
                self.take(late)
                taken.append(late)
                late = self.routes[rep_day].get_late()
        return taken

    def _note(self, rep_day: int) -> None:
        if self.journal is not None and rep_day not in self.journal:
            self.journal[rep_day] = list(self.routes[rep_day].stops)

    def set_days(self, held: Mapping[int, list[Stop]]) -> None:
        """Give days the stops that they had at another time."""
        visits = self.problem.visits
        for rep_day in held:
            for stop in self.routes[rep_day].stops:
                if stop.visit >= 0:
                    visit = visits[stop.visit]
                    self.rules.remove(visit, visit.options[stop.option])
                    del self.where[stop.visit]
        for rep_day, stops in held.items():
            self.routes[rep_day].set_stops(stops)
            for stop in stops:
                if stop.visit >= 0:
                    visit = visits[stop.visit]
                    self.rules.add(visit, visit.options[stop.option])
                    self.where[stop.visit] = rep_day

    def moves(self, index: int, rep_day: int) -> Iterator[Move]:
        """Yield every move that puts a visit into a rep-day and breaks no rule."""
        visit = self.problem.visits[index]
        weights = self.problem.weights
        route = self.routes[rep_day]
        for number in self.places[index][rep_day]:
            option = visit.options[number]
            if self.rules.refusal(visit, option):
                continue
            stop = self.stops[index][number]
            worth = (visit.value - option.malus) * weights.value
            for insertion in route.insertions(stop):
                gain = worth - insertion.travel * weights.travel
                yield Move(gain, rep_day, stop, insertion)

    def best(self, index: int, rep_days: Iterable[int] | None = None) -> Move | None:
        """Return the move of a visit that brings most, None where nothing does.

        :param rep_days: only into these
        """
        best = None
        for rep_day in self.days[index] if rep_days is None else rep_days:
            for move in self.moves(index, rep_day):
                if move.gain > 0 and (best is None or _rank(move) > _rank(best)):
                    best = move
        return best

    def apply(self, move: Move) -> None:
        """Make a move."""
        self.put(move.rep_day, move.stop, move.insertion.position)

    def calls(self) -> tuple[Call, ...]:
        """Return the calls, each as near to its preferred start as its day allows."""
        return tuple(
            sorted(call for route in self.routes for call in self._settle(route))
        )

    def _settle(self, route: DayRoute) -> Iterator[Call]:
        """Move calls later, the last one first, where that suits; orders stay."""
        after = route.until
        for i in range(len(route.stops) - 1, -1, -1):
            stop, start = route.stops[i], route.starts[i]
            if stop.visit >= 0:
                option = self.problem.visits[stop.visit].options[stop.option]
                if option.preferred is not None and stop.place >= 0:
                    wanted = min(option.preferred, stop.last)
                    wanted = min(wanted, route.day.stop - stop.length)
                    wanted = min(wanted, route.get_latest(i, after))
                    wanted -= wanted % route.step
                    start = max(start, wanted)
                yield Call(route.index, start, stop.visit, stop.option)
            after = start

    def take_over(self, calls: Iterable[Call]) -> list[int]:
        """Put in calls of another plan, as far as the rules hold; return the others.

        A call goes to its rep-day and option, in the order of the starts; each as
        early as it can.
        """
        refused = []
        by_day: dict[int, list[Call]] = {}
        visits = self.problem.visits
        for call in sorted(calls):
            visit = visits[call.visit]
            option = visit.options[call.option]
            allowed = call.option in self.places[call.visit].get(call.rep_day, ())
            if not allowed or self.rules.refusal(visit, option):
                refused.append(call.visit)
                continue
            self.rules.add(visit, option)
            self.where[call.visit] = call.rep_day
            by_day.setdefault(call.rep_day, []).append(call)
        for rep_day, mine in by_day.items():
            self._note(rep_day)
            route = self.routes[rep_day]
            held = [(stop.first, 0, stop) for stop in route.stops]
            held += [(c.start, 1, self.stops[c.visit][c.option]) for c in mine]
            route.set_stops([stop for *_key, stop in sorted(held, key=_get_key)])
        refused += self.relieve(by_day)
        for rep_day in by_day:
            route = self.routes[rep_day]
            while route.calls > route.most and route.visits():
                refused.append(route.visits()[-1])
                self.take(refused[-1])
        return refused


def _get_key(held: tuple) -> tuple:
    return held[:2]


def with_nowhere(travel):
    """Return the matrix with one place more, which is no way from anywhere."""
    return [[*row, 0] for row in travel] + [[0] * (len(travel) + 1)]


def _get_places(problem: Problem) -> Iterator[dict[int, list[int]]]:
    rep_days = {(day.rep, day.day): i for i, day in enumerate(problem.rep_days)}
    for visit in problem.visits:
        places: dict[int, list[int]] = {}
        for number, option in enumerate(() if visit.refused else visit.options):
            for rep in visit.get_reps(option):
                rep_day = rep_days.get((rep, option.day))
                if rep_day is not None:
                    places.setdefault(rep_day, []).append(number)
        yield places


def _rank(move: Move) -> tuple[int, int, int, int, int]:
    """Return what compares two moves of a visit: a tie goes to the first in time."""
    where = (-move.stop.first, -move.rep_day, -move.insertion.position)
    return (move.gain, -move.insertion.wait, *where)


def get_score(problem: Problem, calls: Iterable[Call]) -> Score:
    """Return the objective of calls, and its terms, from the calls alone."""
    value = wait = off_hour = travel = count = 0
    by_day: dict[int, list[Call]] = {}
    for call in calls:
        by_day.setdefault(call.rep_day, []).append(call)
        visit = problem.visits[call.visit]
        option = visit.options[call.option]
        value += visit.value - option.malus
        if option.preferred is not None:
            off_hour += abs(call.start - option.preferred)
        count += 1
    matrix = with_nowhere(problem.travel)
    for index, held in by_day.items():
        route = lay(problem, index, sorted(held), matrix)
        travel, wait = travel + route.get_travel(), wait + route.get_wait()
    for index in set(range(len(problem.rep_days))) - set(by_day):
        travel += DayRoute(problem, index, matrix).get_travel()
    uneven = get_unevenness(problem, by_day)
    weights = problem.weights
    objective = value * weights.value - travel * weights.travel
    objective -= wait * weights.wait + off_hour * weights.hour + uneven * weights.load
    return Score(objective, value, travel, wait, off_hour, uneven, count)


def lay(problem: Problem, index: int, calls, matrix) -> DayRoute:
    """Return a day with its calls at their very minute (see `with_nowhere`)."""
    route = DayRoute(problem, index, matrix)
    route.step = 1
    for call in calls:
        option = problem.visits[call.visit].options[call.option]
        stop = to_stop(option, problem.buffer, call.visit, call.option)
        stop = Stop(call.start, call.start, *_rest(stop))
        position = sum(item.first < call.start for item in route.stops)
        route.stops.insert(position, stop)
    route.update()
    return route


def _rest(stop: Stop) -> tuple:
    return stop.length, stop.place, stop.visit, stop.option


def get_unevenness(problem: Problem, by_day) -> int:
    """Return by how many calls the reps are off an even share of their days."""
    days: dict[int, int] = {}
    calls: dict[int, int] = {}
    for index, day in enumerate(problem.rep_days):
        days[day.rep] = days.get(day.rep, 0) + 1
        calls[day.rep] = calls.get(day.rep, 0) + len(by_day.get(index, ()))
    total, all_days = sum(calls.values()), sum(days.values())
    return sum(abs(calls[rep] * all_days - total * days[rep]) for rep in days) // max(
        1, all_days
    )
