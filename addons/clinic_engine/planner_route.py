# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One rep-day as a sequence of stops, and what putting one more call into it does.

Each call starts as early as it can. What leaving for each stop must keep to is kept, so
that an insertion is judged without walking the day (Vansteenwegen, Souffriau, Vanden
Berghe and Van Oudheusden 2009). Busy blocks and locked calls are stops that do not
move; where two of those do not fit one behind the other it is nobody's doing here, and
the day is planned around them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .planner_data import Option, Problem, RepDay

#: A stop without a place is wherever the rep then is.
ANYWHERE = -1
#: The ``visit`` of a stop that stands.
FIXED = -1


@dataclass(frozen=True, slots=True)
class Stop:
    """A call or a block: starts from first to last, takes length (buffer included)."""

    first: int
    last: int
    length: int
    place: int
    visit: int = FIXED
    option: int = 0
    is_call: bool = True


@dataclass(frozen=True, slots=True)
class Insertion:
    """Where a stop goes (before the stop at ``position``), what it adds."""

    position: int
    travel: int
    wait: int

    @property
    def added(self) -> int:
        """The time that the day loses, without the call itself."""
        return self.travel + self.wait


def to_stop(option: Option, buffer: int, visit: int, index: int) -> Stop:
    """Return the stop that one option of a visit makes."""
    place = ANYWHERE if option.place is None else option.place
    length = option.duration + buffer
    return Stop(option.first, option.last, length, place, visit, index)


def get_fixed(problem: Problem, index: int) -> list[Stop]:
    """Return what stands on a rep-day, in order; what overlaps begins later."""
    day = problem.rep_days[index]
    held = [
        (max(day.start, block.start), min(day.stop, block.stop), block.place, False)
        for block in day.busy
        if block.stop > day.start and block.start < day.stop
    ]
    held += [
        (call.start, call.stop + problem.buffer, call.place, True)
        for call in problem.locked
        if call.rep_day == index
    ]
    stops: list[Stop] = []
    until = min((start for start, *_rest in held), default=0)
    for start, stop, place, is_call in sorted(held, key=lambda item: item[:2]):
        first = max(start, until)
        until = max(stop, first)
        where = ANYWHERE if place is None else place
        stops.append(Stop(first, first, until - first, where, is_call=is_call))
    return stops


class DayRoute:
    """The stops of one rep-day, in the order in which they are made.

    Whoever comes later than a stop may start begins at the next multiple of ``step``.
    """

    def __init__(self, problem: Problem, index: int, travel: Sequence[Sequence[int]]):
        day: RepDay = problem.rep_days[index]
        self.index, self.day, self.travel = index, day, travel
        self.step = problem.step
        nowhere = len(travel) - 1
        self.origin = nowhere if day.origin is None else day.origin
        self.end = nowhere if day.destination is None else day.destination
        self.stops: list[Stop] = get_fixed(problem, index)
        standing = [stop.first + stop.length for stop in self.stops]
        self.until = max([day.stop, *standing])
        locked = sum(call.rep_day == index for call in problem.locked)
        self.most = len(problem.visits) + locked
        if day.max_calls is not None:
            self.most = day.max_calls
        self.calls = locked
        self.update()

    def update(self) -> None:
        """Compute times and places anew after a change.

        ``driven`` is how much of the way from ``here`` was covered between stops that
        have no place.
        """
        travel, begin = self.travel, self.day.start
        starts, leave, here, driven = [], [begin], [self.origin], [0]
        for stop in self.stops:
            if stop.place < 0:
                place, arrive = here[-1], leave[-1]
            else:
                place = stop.place
                arrive = leave[-1] + max(0, travel[here[-1]][place] - driven[-1])
            start = stop.first
            if arrive > start:
                start = arrive + -arrive % self.step
            if stop.visit < 0:
                start = stop.first
            waited = max(0, start - leave[-1])
            driven.append(driven[-1] + waited if stop.place < 0 else 0)
            starts.append(start)
            leave.append(max(start + stop.length, begin))
            here.append(place)
        self.starts, self.leave, self.here, self.driven = starts, leave, here, driven
        self._look_back()

    def _look_back(self) -> None:
        """Compute what leaving for each stop must keep to: see `_fits`."""
        bound = [self.until + 1]
        chain, latest, following = [0], [self.until], [self.end]
        travel = self.travel
        for i in range(len(self.stops) - 1, -1, -1):
            stop = self.stops[i]
            if stop.place < 0:
                most = self._floor(stop, bound[-1] - stop.length)
                bound.append(stop.first if stop.visit < 0 else most)
                chain.append(chain[-1] + stop.length)
                latest.append(latest[-1])
                following.append(following[-1])
                continue
            way = travel[stop.place][following[-1]] + chain[-1]
            most = min(bound[-1] - stop.length, latest[-1] - way - stop.length)
            most = self._floor(stop, most)
            latest.append(stop.first if stop.visit < 0 else most)
            bound.append(latest[-1])
            chain.append(0)
            following.append(stop.place)
        self.bound, self.chain = bound[::-1], chain[::-1]
        self.latest, self.following = latest[::-1], following[::-1]

    def _floor(self, stop: Stop, most: int) -> int:
        """Return the last start of a stop that is not after ``most``."""
        return stop.last if most >= stop.last else most - most % self.step

    def _fits(self, i: int, leave: int, way: int) -> bool:
        """Return whether what follows position i still can.

        Leaving then, with so far to go: in time for the next stop that has a place,
        after those in between that have none, and in time for each of these.
        """
        arrive = leave + way + self.chain[i]
        return leave <= self.bound[i] and arrive <= self.latest[i]

    def holds(self) -> bool:
        """Return whether every call starts in time and the day ends in time."""
        return self.get_late() is None

    def get_late(self) -> int | None:
        """Return a visit whose removal helps a day that does not hold, else None."""
        culprit = None
        for i, stop in enumerate(self.stops):
            way = 0
            if stop.place >= 0:
                way = max(0, self.travel[self.here[i]][stop.place] - self.driven[i])
            if stop.visit >= 0:
                culprit = stop.visit
                if self.starts[i] > min(stop.last, self.day.stop - stop.length):
                    return culprit
            elif culprit is not None and self.leave[i] + way > stop.first:
                return culprit
            elif stop.place >= 0:
                culprit = None
        way = max(0, self.travel[self.here[-1]][self.end] - self.driven[-1])
        return culprit if self.leave[-1] + way > self.until else None

    def insertions(self, stop: Stop) -> Iterator[Insertion]:
        """Yield every way to put a stop in, first positions first."""
        if self.calls >= self.most:
            return
        travel, leave, here = self.travel, self.leave, self.here
        place = stop.place
        last = min(stop.last, self.day.stop - stop.length)
        for i in range(len(self.stops) + 1):
            if leave[i] > last:
                break
            if self.bound[i] < stop.first + stop.length:
                continue
            before, after = here[i], self.following[i]
            way = travel[before][after]
            if place < 0:
                begin = stop.first
                if leave[i] > begin:
                    begin = leave[i] + -leave[i] % self.step
                arrive = begin
                rest = max(0, way - self.driven[i] - (begin - leave[i]))
                added = 0
            else:
                arrive = leave[i] + max(0, travel[before][place] - self.driven[i])
                begin = stop.first
                if arrive > begin:
                    begin = arrive + -arrive % self.step
                rest = travel[place][after]
                added = travel[before][place] + rest - way
            if begin <= last and self._fits(i, begin + stop.length, rest):
                yield Insertion(i, added, begin - arrive)

    def get_latest(self, i: int, after: int) -> int:
        """Return the latest start of stop i, which has a place, the next stays.

        :param after: when the next stop starts, or the day ends
        """
        stop = self.stops[i]
        following = self.stops[i + 1] if i + 1 < len(self.stops) else None
        if following is not None and following.place < 0:
            return self.starts[i]
        place = self.end if following is None else following.place
        latest = after - self.travel[stop.place][place] - stop.length
        return latest - latest % self.step

    def insert(self, stop: Stop, position: int) -> None:
        """Put a stop in."""
        self.stops.insert(position, stop)
        self.calls += 1
        self.update()

    def set_stops(self, stops: Sequence[Stop]) -> None:
        """Have these stops, those that stand among them."""
        self.calls += len(stops) - len(self.stops)
        self.stops = list(stops)
        self.update()

    def remove(self, visit: int) -> tuple[Stop, int]:
        """Take a visit out; return its stop and where it was."""
        position = next(i for i, stop in enumerate(self.stops) if stop.visit == visit)
        stop = self.stops.pop(position)
        self.calls -= 1
        self.update()
        return stop, position

    def get_stop(self, visit: int) -> Stop:
        """Return the stop of a visit of this day."""
        return next(stop for stop in self.stops if stop.visit == visit)

    def get_wait(self) -> int:
        """Return how long the rep waits between the first stop and the last."""
        wait = 0
        for i in range(1, len(self.stops)):
            arrive = self.leave[i] + self.travel[self.here[i]][self.here[i + 1]]
            wait += max(0, self.starts[i] - arrive)
        return wait

    def get_travel(self) -> int:
        """Return the time on the road; none on a day without any stop."""
        if not self.stops:
            return 0
        legs = zip(self.here, [*self.here[1:], self.end], strict=True)
        return sum(self.travel[one][other] for one, other in legs)

    def visits(self) -> list[int]:
        """Return the visits of the day, in order."""
        return [stop.visit for stop in self.stops if stop.visit >= 0]
