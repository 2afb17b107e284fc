# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The days as a routing problem with prizes, for PyVRP (0.14).

A rep-day is a vehicle of its own. Each option of a visit is an optional client with a
prize, and the options of one visit are a group of which at most one is served. Who may
see whom is a question of routing profiles: a place is out of reach for the others.
Calls that stand and busy blocks with a place are clients that must be served at their
time. What a vehicle cannot know is left to the repair that follows: rules across days,
calls without a place, and travel around busy blocks without a place, which here only
cut the windows. Travel and calls are rounded up to the step at which calls start.

PyVRP is imported when it is needed. Where it is missing, greedy insertion plans.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata

from .planner_data import Call, Problem
from .planner_draft import with_nowhere
from .planner_route import FIXED, DayRoute

#: A place that a rep must not go to is so far away, in times of the longest way.
FAR = 10
#: Iterations between two looks at the clock, and between two reports.
LOOK, REPORT = 16, 256


@dataclass(frozen=True, slots=True)
class Limits:
    """When the solver ends: iterations decide, seconds of processor time are a net."""

    iterations: int
    seconds: float
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Solved:
    """What the solver found; ``complete``: all iterations were made."""

    calls: tuple[Call, ...]
    iterations: int
    complete: bool


def is_available() -> bool:
    """Return whether the solver is installed."""
    try:
        import pyvrp  # noqa: F401, PLC0415
    except ImportError:
        return False
    return True


def get_version() -> str:
    """Return the version of the installed solver."""
    return metadata.version("pyvrp")


class Stopping:
    """Tells the solver to end, and tells others how far it is."""

    def __init__(
        self,
        limits: Limits,
        progress: Callable[[float], None] | None,
        cancelled: Callable[[], bool] | None,
        began: float,
    ):
        self.limits, self.progress, self.cancelled = limits, progress, cancelled
        self.began = began
        self.done = 0
        self.is_cut = False

    def __call__(self, best_cost: float) -> bool:
        """Return whether to end; asked before each iteration."""
        if self.done >= self.limits.iterations:
            return True
        if self.done % LOOK == 0:
            spent = time.thread_time() - self.began
            self.is_cut = spent >= self.limits.seconds or self._report(spent)
        if not self.is_cut:
            self.done += 1
        return self.is_cut

    def _report(self, spent: float) -> bool:
        if self.done % REPORT == 0:
            if self.progress:
                by_time = spent / self.limits.seconds
                self.progress(min(1, max(by_time, self.done / self.limits.iterations)))
            return bool(self.cancelled and self.cancelled())
        return False


def solve(
    problem: Problem,
    start: tuple[Call, ...],
    limits: Limits,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Solved:
    """Return the calls that the solver chooses, beginning with those of ``start``.

    They keep rep-days, windows, travel, eligibility and the most calls of a day.

    :raises ImportError: PyVRP is not installed
    """
    import pyvrp  # noqa: PLC0415

    began = time.thread_time()
    model = Model(problem, pyvrp)
    if not model.clients or limits.iterations < 1:
        return Solved(tuple(start), 0, True)
    stopping = Stopping(limits, progress, cancelled, began)
    data = model.get_data()
    first = model.get_solution(data, start)
    result = pyvrp.solve(
        data,
        stopping,
        seed=limits.seed,
        collect_stats=False,
        initial_solution=first if first.is_feasible() else None,
    )
    calls = model.get_calls(result.best) if result.is_feasible() else tuple(start)
    return Solved(calls, stopping.done, not stopping.is_cut)


@dataclass(frozen=True, slots=True)
class Client:
    """One start window of an option for some reps; FIXED: something that stands."""

    visit: int
    option: int
    first: int
    last: int
    length: int
    prize: int
    location: int
    rep_day: int = FIXED
    is_call: bool = True


class Model:
    """PyVRP's problem, and how its clients are ours."""

    def __init__(self, problem: Problem, pyvrp):
        self.problem, self.pyvrp = problem, pyvrp
        self.matrix = with_nowhere(problem.travel)
        self.nowhere = len(problem.travel)
        self.reps = sorted({day.rep for day in problem.rep_days})
        self.routes = [
            DayRoute(problem, i, self.matrix) for i in range(len(problem.rep_days))
        ]
        self.day_of = {(day.rep, day.day): i for i, day in enumerate(problem.rep_days)}
        #: (place, reps who may go there): depots first, which all may reach.
        self.locations: dict[tuple[int, tuple[int, ...]], int] = {}
        self.depots: dict[int, int] = {}
        for route in self.routes:
            for place in (route.origin, route.end):
                self.depots.setdefault(place, len(self.depots))
        for place in self.depots:
            self._locate(place, tuple(self.reps))
        self.clients: list[Client] = []
        self.free: list[list[tuple[int, int]]] = []
        for route in self.routes:
            self.free.append(self._stand(route))
        for index in range(len(problem.visits)):
            self._offer(index)
        self.reps_at = {i: reps for (_place, reps), i in self.locations.items()}
        self.clients_of: dict[tuple[int, int], list[int]] = {}
        for number, client in enumerate(self.clients):
            key = (client.visit, client.option)
            self.clients_of.setdefault(key, []).append(number)

    def _ceil(self, time: int) -> int:
        """Return the first multiple of the step that is not before an instant."""
        return time + -time % self.problem.step

    def _locate(self, place: int, reps: tuple[int, ...]) -> int:
        return self.locations.setdefault((place, reps), len(self.locations))

    def _stand(self, route: DayRoute) -> list[tuple[int, int]]:
        """Add what stands on a day; return the stretches in which calls may start.

        What has no place, or stands where the rep cannot be in time, only cuts.
        """
        firm = all(stop.place >= 0 for stop in route.stops) and self._holds(route)
        free, begin = [], route.day.start
        for stop in route.stops:
            if firm:
                where = self._locate(stop.place, (route.day.rep,))
                first = self._ceil(stop.first)
                length = self._ceil(stop.first + stop.length) - first
                times = (first, first, length)
                client = Client(FIXED, 0, *times, 0, where, route.index, stop.is_call)
                self.clients.append(client)
            free.append((begin, stop.first))
            begin = stop.first + stop.length
        free.append((begin, route.day.stop))
        return free

    def _holds(self, route: DayRoute) -> bool:
        """Return whether what stands fits one behind the other, and into the day."""
        for i, stop in enumerate(route.stops):
            way = self.matrix[route.here[i]][route.here[i + 1]]
            if route.leave[i] + way > stop.first:
                return False
        way = self.matrix[route.here[-1]][route.end]
        return route.leave[-1] + way <= route.day.stop

    def _offer(self, index: int) -> None:
        """Add the clients of a visit: each window for the reps who are free in it."""
        visit, weights = self.problem.visits[index], self.problem.weights
        if visit.refused:
            return
        for number, option in enumerate(visit.options):
            if option.place is None:
                continue
            length = self._ceil(option.duration + self.problem.buffer)
            windows: dict[tuple[int, int], list[int]] = {}
            for rep in visit.get_reps(option):
                rep_day = self.day_of.get((rep, option.day))
                for begin, end in self.free[rep_day] if rep_day is not None else ():
                    first = max(option.first, self._ceil(begin))
                    last = min(option.last, end - length)
                    if first <= last:
                        windows.setdefault((first, last), []).append(rep)
            prize = (visit.value - option.malus) * weights.value
            for (first, last), reps in sorted(windows.items()):
                where = self._locate(option.place, tuple(sorted(reps)))
                self.clients.append(
                    Client(index, number, first, last, length, max(0, prize), where)
                )

    def get_data(self):
        """Return PyVRP's data."""
        pyvrp = self.pyvrp
        groups, group_of = self._get_groups()
        clients = [
            pyvrp.Client(
                location=client.location,
                delivery=[int(client.is_call)],
                service_duration=client.length,
                tw_early=client.first,
                tw_late=client.last,
                prize=client.prize,
                required=client.visit == FIXED,
                group=group_of.get(client.visit),
            )
            for client in self.clients
        ]
        matrices = self._get_matrices()
        return pyvrp.ProblemData(
            [pyvrp.Location(0, 0) for _place in self.locations],
            clients,
            [pyvrp.Depot(location) for location in self.depots.values()],
            [self._get_vehicle(route) for route in self.routes],
            [matrix * self.problem.weights.travel for matrix in matrices],
            [matrix + -matrix % self.problem.step for matrix in matrices],
            groups,
        )

    def _get_vehicle(self, route: DayRoute):
        return self.pyvrp.VehicleType(
            num_available=1,
            capacity=[route.most],
            start_depot=self.depots[route.origin],
            end_depot=self.depots[route.end],
            tw_early=self._ceil(route.day.start),
            tw_late=self._ceil(route.day.stop),
            profile=self.reps.index(route.day.rep),
        )

    def _get_groups(self):
        """Return the groups of options, and which visit has which group."""
        members: dict[int, list[int]] = {}
        for number, client in enumerate(self.clients):
            if client.visit != FIXED:
                members.setdefault(client.visit, []).append(number)
        members = {visit: found for visit, found in members.items() if len(found) > 1}
        groups = [
            self.pyvrp.ClientGroup(found, required=False) for found in members.values()
        ]
        return groups, {visit: i for i, visit in enumerate(members)}

    def _get_matrices(self):
        """Return a travel matrix for each rep, who is kept away from others' places."""
        import numpy  # noqa: PLC0415

        places = [place for place, _reps in self.locations]
        base = numpy.array(self.matrix, dtype=numpy.int64)[numpy.ix_(places, places)]
        horizon = max(day.stop for day in self.problem.rep_days) - min(
            day.start for day in self.problem.rep_days
        )
        far = FAR * max(int(base.max()), horizon, 1)
        matrices = []
        for rep in self.reps:
            matrix = base.copy()
            away = [i for (_p, reps), i in self.locations.items() if rep not in reps]
            matrix[away, :] = far
            matrix[:, away] = far
            numpy.fill_diagonal(matrix, 0)
            matrices.append(matrix)
        return matrices

    def get_solution(self, data, calls):
        """Return PyVRP's solution of our calls and of what stands."""
        found: dict[int, list[tuple[int, int]]] = {}
        for number, client in enumerate(self.clients):
            if client.visit == FIXED:
                found.setdefault(client.rep_day, []).append((client.first, number))
        for call in calls:
            number = self._find(call)
            if number is not None:
                found.setdefault(call.rep_day, []).append((call.start, number))
        routes = [
            self.pyvrp.Route(data, [number for _start, number in sorted(held)], rep_day)
            for rep_day, held in sorted(found.items())
        ]
        return self.pyvrp.Solution(data, routes)

    def _find(self, call: Call) -> int | None:
        rep = self.problem.rep_days[call.rep_day].rep
        for number in self.clients_of.get((call.visit, call.option), ()):
            client = self.clients[number]
            if client.first <= call.start <= client.last:
                if rep in self.reps_at[client.location]:
                    return number
        return None

    def get_calls(self, solution) -> tuple[Call, ...]:
        """Return our calls of PyVRP's solution."""
        calls = []
        for route in solution.routes():
            for activity in route.schedule():
                if not activity.is_client():
                    continue
                client = self.clients[activity.idx]
                if client.visit != FIXED:
                    start = activity.start_time
                    calls.append(
                        Call(route.vehicle_type(), start, client.visit, client.option)
                    )
        return tuple(sorted(calls))
