# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A waiting room from which the next is found without looking at everybody.

Those of one level keep their order among each other whatever the time: the score of
each grows by ``1 / target``. So a heap per level and need is enough, and the next is
the best of their heads. The order is the one of `queue_policy`.
"""

from heapq import heappop, heappush

from .queue_policy import Standing


class Lines:
    """Who waits, by level and need. Time only goes forward from call to call."""

    __slots__ = ("_early", "_lines", "_size")

    def __init__(self, entries=()):
        """Start with ``(Standing, needs)`` of everybody who waits."""
        self._lines = {}
        self._early = {}
        self._size = 0
        for entry, needs in entries:
            self.push(entry, needs)

    def __len__(self):
        return self._size

    def fork(self):
        """Return the same waiting room, to go on by itself."""
        other = Lines()
        other._size = self._size
        other._lines = {key: list(line) for key, line in self._lines.items()}
        other._early = {key: list(line) for key, line in self._early.items()}
        return other

    def push(self, entry: Standing, needs: frozenset = frozenset()):
        """Let somebody join."""
        self._size += 1
        if entry.early:
            line = self._early.setdefault((needs,), [])
            heappush(line, (entry.clock, entry.id, entry))
        else:
            self._join(entry, needs)

    def pop(self, now: int, offers: frozenset = frozenset()) -> Standing | None:
        """Take out who is served next; None when nobody waits for what is offered."""
        self._start_clocks(now)
        lines = self._get_best(self._lines, now, offers)
        lines = lines or self._get_best(self._early, now, offers)
        if not lines:
            return None
        self._size -= 1
        return heappop(lines)[-1]

    def _join(self, entry, needs):
        line = self._lines.setdefault((needs, entry.level), [])
        heappush(line, (entry.start, entry.clock, entry.id, entry))

    def _start_clocks(self, now):
        """Let appointments whose slot has come join the others."""
        for (needs,), line in self._early.items():
            while line and line[0][0] <= now:
                self._join(heappop(line)[-1], needs)

    @staticmethod
    def _get_best(lines, now, offers):
        """Return the heap whose head comes first, or None."""
        heads = (
            (line[0][-1].key(now), line)
            for (needs, *_level), line in lines.items()
            if line and needs <= offers
        )
        return min(heads, key=lambda head: head[0], default=(None, None))[1]
