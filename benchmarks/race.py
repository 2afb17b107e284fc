# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The booking race: k clients ask for the same time at once, round after round."""

import threading
import time
from collections import Counter
from dataclasses import dataclass

CLIENTS = (2, 8, 32)
ROUNDS = 20


@dataclass
class RaceFinding:
    """What one party did in the rounds of one number of clients."""

    party: str
    clients: int
    rounds: int
    booked: int = 0
    double: int = 0  # rounds with more than one booking
    empty: int = 0  # rounds without any
    refusals: Counter = None  # by the kind of the losers' error
    slowest: float = 0.0  # seconds: the slowest answer, won or lost


class Race:
    """Real threads with their own cursors; they start together."""

    def __init__(self, instance, booker, clients):
        self.instance, self.booker, self.clients = instance, booker, clients
        self.barrier = threading.Barrier(clients)
        self.lock = threading.Lock()

    def run(self, times):
        """Return the finding of one round for each of ``times`` (UTC seconds)."""
        finding = RaceFinding(
            self.booker.name, self.clients, len(times), refusals=Counter()
        )
        for seconds in times:
            racers = [
                threading.Thread(target=self._race, args=(client, seconds, finding))
                for client in range(self.clients)
            ]
            for racer in racers:
                racer.start()
            for racer in racers:
                racer.join()
            with self.instance.environment(staff=False) as env:
                count = self.booker.count(env, seconds)
            finding.booked += count
            finding.double += count > 1
            finding.empty += count == 0
        return finding

    def _race(self, client, seconds, finding):
        threading.current_thread().dbname = self.instance.name
        self.barrier.wait()
        start = time.perf_counter()
        try:
            self.instance.request(
                lambda env: self.booker.book(env, client, seconds),
                **self.booker.context,
            )
            outcome = None
        except Exception as error:  # pylint: disable=broad-except
            outcome = type(error).__name__
        taken = time.perf_counter() - start
        with self.lock:
            finding.slowest = max(finding.slowest, taken)
            if outcome:
                finding.refusals[outcome] += 1
