# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Greedy insertion: a plan at once, without any solver.

Again and again the call goes in whose squared gain is the highest for the time it
takes of its day. It is the baseline beside every plan, the start of the solver, and
the plan where there is no solver.
"""

import heapq
from collections.abc import Callable, Collection, Mapping

from .planner_draft import Draft, Move


def fill(
    draft: Draft,
    cancelled: Callable[[], bool] | None = None,
    days: Mapping[int, Collection[int]] | None = None,
    power: float = 2.0,
    noise: Callable[[], float] | None = None,
) -> int:
    """Put in what fits, the best ratio first; return how many calls that were.

    :param days: the rep-days to look into for each visit (default: all of all)
    :param power: of the gain in the ratio: the higher, the more a value counts
    :param noise: returns what each ratio is multiplied by
    """
    queue = _Queue(draft, days, power, noise)
    count = 0
    while not (cancelled and cancelled()):
        move = queue.pop()
        if move is None:
            break
        index = move.stop.visit
        if draft.rules.refusal(*_get_asked(draft, move)):
            # A rule of the doctor or practice changed meanwhile, on any day.
            queue.renew(index, queue.days[index])
            continue
        draft.apply(move)
        count += 1
        del queue.days[index]
        for other, days in queue.days.items():
            if move.rep_day in days:
                queue.renew(other, (move.rep_day,))
    return count


class _Queue:
    """The best move of each visit into each of its rep-days, best first."""

    def __init__(self, draft: Draft, days, power: float, noise):
        self.draft, self.power, self.noise = draft, power, noise
        self.days: dict[int, list[int]] = {}
        self.heap: list[tuple[float, int, int]] = []
        self.known: dict[tuple[int, int], Move | None] = {}
        for index in draft.left_out if days is None else days:
            self.days[index] = draft.days[index] if days is None else days[index]
            self.renew(index, self.days[index])

    def renew(self, index: int, rep_days) -> None:
        """Look anew at a visit's moves into some of its rep-days."""
        for rep_day in rep_days:
            move, ratio = get_best_ratio(self.draft, index, rep_day, self.power)
            if self.noise:
                ratio *= self.noise()
            self.known[index, rep_day] = (move, ratio)
            if move is not None:
                heapq.heappush(self.heap, (-ratio, index, rep_day))

    def pop(self) -> Move | None:
        """Return the best of all moves, None when there is none left."""
        while self.heap:
            negative, index, rep_day = heapq.heappop(self.heap)
            move, ratio = self.known[index, rep_day]
            if index in self.days and move and ratio == -negative:
                return move
        return None


def _get_asked(draft: Draft, move: Move):
    visit = draft.problem.visits[move.stop.visit]
    return visit, visit.options[move.stop.option]


def get_best_ratio(
    draft: Draft, index: int, rep_day: int, power: float
) -> tuple[Move | None, float]:
    """Return the best move of a visit into one rep-day, and its ratio."""
    best, most = None, 0.0
    for move in draft.moves(index, rep_day):
        if move.gain > 0:
            time = move.insertion.added + move.stop.length + 1
            ratio = move.gain**power / time
            if ratio > most:
                best, most = move, ratio
    return best, most
