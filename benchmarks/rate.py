# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Bookings per second: one process, one commit each, nobody in the way."""

import gc
import os
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

from odoo import sql_db

from .instance import wait_for_news

CHUNK = 40  # bookings of one party before it is the next one's turn
CHUNKS = 5
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class RateFinding:
    """One party's bookings per second, and what one of them costs."""

    party: str
    title: str
    rates: list = field(default_factory=list)
    count: int = 0
    queries: int = 0
    odoo_cpu: float = 0.0  # seconds in all
    postgres_cpu: float = 0.0

    @property
    def rate(self):
        """Bookings per second: the median of the chunks."""
        return statistics.median(self.rates)

    def each(self, total):
        """Return a total per booking."""
        return total / self.count


class Rate:
    """The parties take turns of a few bookings, so that all meet the same machine."""

    def __init__(self, instance, bookers):
        self.instance, self.bookers = instance, bookers

    def run(self, times, chunks=CHUNKS):
        """Return the findings; every party books each of ``times`` once at most."""
        findings = [RateFinding(item.name, item.title) for item in self.bookers]
        for booker in self.bookers:  # caches that a running server has
            self._book(booker, times[-1])
        for number in range(chunks):
            turn = times[number * CHUNK : (number + 1) * CHUNK]
            for booker, finding in zip(self.bookers, findings, strict=True):
                self._take_turn(booker, finding, turn)
        return findings

    def _take_turn(self, booker, finding, times):
        gc.collect()
        queries, postgres = sql_db.sql_counter, self._postgres_cpu()
        cpu, start = time.process_time(), time.perf_counter()
        for seconds in times:
            self._book(booker, seconds)
        finding.rates.append(len(times) / (time.perf_counter() - start))
        wait_for_news()  # in the background; the next party must not pay for it
        finding.odoo_cpu += time.process_time() - cpu
        finding.queries += sql_db.sql_counter - queries
        finding.postgres_cpu += self._postgres_cpu() - postgres
        finding.count += len(times)

    def _book(self, booker, seconds):
        self.instance.request(
            lambda env: booker.book(env, 0, seconds), **booker.context
        )

    def _postgres_cpu(self):
        """Return the seconds that PostgreSQL's processes of ours have worked.

        0 where they are not to be seen: on another machine, or without /proc.
        """
        with self.instance.registry.cursor() as cr:
            cr.execute(
                "SELECT pid FROM pg_stat_activity WHERE application_name = %s",
                [f"odoo-{os.getpid()}"],
            )
            pids = [pid for (pid,) in cr.fetchall()]
        return sum(map(cpu_seconds, pids))


def cpu_seconds(pid):
    """Return the CPU time of a process of this machine, 0 if it is not one."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0.0
    user, system = text.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / TICKS
