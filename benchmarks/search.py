# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Slot search: the same questions to everybody, in turn, and the answers compared."""

import gc
import statistics
import time
from dataclasses import dataclass, field

from .parties.ours import Ours
from .parties.peer import Peer
from .parties.plain import Plain, Python, Statement
from .questions import bookings

RUNS = 5  # at least
PATIENCE = 3.0  # seconds: quick questions are asked more often, up to
MOST = 25  # times


class WrongAnswer(Exception):
    """Two parties do not agree on which times are free."""


@dataclass
class Finding:
    """Median seconds by party for one question, and queries of our side."""

    question: object
    seconds: dict
    queries: set
    free: int
    runs: int
    differences: list = field(default_factory=list)

    def ratio(self, party, other):
        """Return how many times longer ``party`` takes than ``other``."""
        return self.seconds[party] / self.seconds[other]


class Search:
    """The parties, and how they are asked."""

    def __init__(self, instance):
        self.instance = instance
        self.ours, self.peer = Ours(instance), Peer(instance)
        self.plain = Plain(instance)
        self.loaders = (self.ours, self.peer, self.plain)
        floors = (Python(self.plain), Statement(self.plain))
        self.parties = (self.ours, *floors, self.peer)

    def run(self, question):
        """Return the finding of one question.

        :raise WrongAnswer: when the answers are not the same
        """
        made = bookings(question)
        try:
            for party in self.loaders:
                party.load(question, made)
            self.instance.vacuum()
            with self.instance.environment() as env:
                # else PostgreSQL compiles the one statement longer than it runs
                env.cr.execute("SET LOCAL jit = off")
                free = self._compare(env)
                return self._measure(env, question, free)
        finally:
            for party in self.loaders:
                party.clear()

    def _compare(self, env):
        """Return the number of free starts of all doctors; all must agree."""
        answers = {party: party.starts(party.ask(env)) for party in self.parties}
        expected = answers[self.ours]
        anybody = set().union(*expected.values())
        for party, answer in answers.items():
            wanted = {None: anybody} if party is self.peer else expected
            check(party.name, answer, wanted)
        for doctor, starts in self.peer.sample(env).items():
            check(self.peer.name, starts, expected.get(doctor, set()))
        return sum(len(starts) for starts in expected.values())

    def _measure(self, env, question, free):
        seconds = {party.name: [] for party in self.parties}
        queries = set()
        begin = time.monotonic()
        gc.collect()
        runs = 0
        while runs < RUNS or runs < MOST and time.monotonic() - begin < PATIENCE:
            runs += 1
            for party in self.parties:
                env.invalidate_all()
                before = env.cr.sql_log_count
                start = time.perf_counter()
                party.ask(env)
                seconds[party.name].append(time.perf_counter() - start)
                if party is self.ours:
                    queries.add(env.cr.sql_log_count - before)
        medians = {name: statistics.median(taken) for name, taken in seconds.items()}
        return Finding(question, medians, queries, free, runs)


def check(name, answer, wanted):
    """Complain when an answer is not the expected one."""
    if answer != wanted:
        raise WrongAnswer(f"{name} answers otherwise than {Ours.name}")
