# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Slot search: the same questions to everybody, in turn, and the answers compared."""

import gc
import statistics
import time
from dataclasses import dataclass

from .parties.ours import Ours
from .parties.peer import Peer
from .parties.plain import Plain, Python, Statement
from .questions import bookings

RUNS = 5  # rounds at least
PATIENCE = 3.0  # seconds: quick questions are asked in more rounds, up to
MOST = 25
TURNS = 5  # of the quick parties in each round, the peer has one


class WrongAnswer(Exception):
    """Two parties do not agree on which times are free."""


@dataclass
class Finding:
    """Median seconds by party for one question, and queries of our side."""

    question: object
    seconds: dict
    queries: set
    free: int

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
        rounds = 0
        while rounds < RUNS or rounds < MOST and time.monotonic() - begin < PATIENCE:
            rounds += 1
            for party in [*self.parties[:-1] * TURNS, self.peer]:
                taken, count = ask(party, env)
                seconds[party.name].append(taken)
                if party is self.ours:
                    queries.add(count)
        medians = {name: statistics.median(taken) for name, taken in seconds.items()}
        return Finding(question, medians, queries, free)


def ask(party, env):
    """Return the seconds and the queries of one answer, nothing being in cache."""
    env.invalidate_all()
    count, start = env.cr.sql_log_count, time.perf_counter()
    party.ask(env)
    return time.perf_counter() - start, env.cr.sql_log_count - count


def check(name, answer, wanted):
    """Complain when an answer is not the expected one."""
    if answer != wanted:
        raise WrongAnswer(f"{name} answers otherwise than {Ours.name}")
