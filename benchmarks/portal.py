# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Free times over HTTP: our answer to a page, beside the peer's page in the portal."""

import http.client
import json
import re
import statistics
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from http import HTTPStatus
from urllib.parse import urlencode

from tests.live.server import HOST, LiveServer

from .database import addons_path
from .questions import (
    DOCTOR_MONTH,
    HALF_FULL,
    MONDAY,
    MONTH,
    NOTHING,
    Question,
    bookings,
    epoch,
)
from .search import WrongAnswer

ROUNDS = 15  # of the peer
QUICK_ROUNDS = 2
TURNS = 5  # of ours in each round
FIRST_OF_MONTH = date(MONDAY.year, MONDAY.month, 1)

#: More often than any round asks: the limit is counted all the same.
LIMIT = "100000/60"


@dataclass(frozen=True)
class Look:
    """What a visitor looks at: ours from a day on, the peer's always a whole month."""

    label: str
    question: Question
    first: date
    days: int
    anybody: bool = False  # of any doctor

    @property
    def window(self):
        """(start, stop) in UTC seconds."""
        last = self.first + timedelta(days=self.days)
        return epoch(self.first, 0), epoch(last, 0)


EMPTY_MONTH = Look(
    "1 doctor, a month, no booking",
    Question(1, 0, MONTH, NOTHING),
    FIRST_OF_MONTH,
    MONTH,
)
BUSY_MONTH = Look(
    "1 doctor, a month, 1,000 bookings", DOCTOR_MONTH, FIRST_OF_MONTH, MONTH
)
FIFTY_WEEK = Look(
    "any of 50 doctors, a week, half full",
    Question(50, 0, MONTH, HALF_FULL),
    MONDAY,
    7,
    anybody=True,
)
LOOKS = (EMPTY_MONTH, BUSY_MONTH, FIFTY_WEEK)
QUICK_LOOKS = (
    EMPTY_MONTH,
    Look(
        "any of 3 doctors, a week, half full",
        Question(3, 0, MONTH, HALF_FULL),
        MONDAY,
        7,
        anybody=True,
    ),
)


@dataclass
class PageFinding:
    """Median seconds to the first byte and bytes by party, for one look."""

    look: Look
    free: int = 0
    seconds: dict = field(default_factory=dict)
    sizes: dict = field(default_factory=dict)

    def ratio(self, party, other):
        """Return how many times longer ``party`` takes than ``other``."""
        return self.seconds[party] / self.seconds[other]

    def size_ratio(self, party, other):
        """Return how many times more ``party`` sends than ``other``."""
        return self.sizes[party] / self.sizes[other]


class OurPage:
    """The JSON that the page of times loads."""

    def __init__(self, party):
        self.party, self.name = party, party.name
        self.cookie = ""

    def get_address(self, env, look):
        """Return what the page asks, for the practice that was loaded."""
        limit = "clinic_scheduling.limit.search"
        env["ir.config_parameter"].set_param(limit, LIMIT)
        env["clinic.service"].browse(self.party.service).horizon_days = 0
        asked = {"service": self.party.service, "tz": "Europe/Paris"}
        if not look.anybody:
            [asked["doctor"]] = self.party.doctor_numbers
        asked.update({"from": look.first.isoformat(), "days": look.days})
        return f"/clinic/book/slots?{urlencode(asked)}"

    def starts(self, body):
        """Return the free starts that it tells."""
        answer = json.loads(body)
        return {start for _doctor, _site, starts in answer["slots"] for start in starts}


class PeerPage:
    """The month of the page in which the peer lets a visitor choose."""

    def __init__(self, party):
        self.party, self.name = party, party.name
        self.cookie = ""

    def get_address(self, env, look):
        """Return the page's address, for the practice that was loaded."""
        booking = env["resource.booking"].browse(self.party.booking)
        token = booking._portal_ensure_token()
        month = f"{look.first.year}/{look.first.month}"
        return f"/my/bookings/{booking.id}/schedule/{month}?access_token={token}"

    def starts(self, body):
        """Return the free starts that it shows."""
        return set(map(int, re.findall(rb'id="modal-confirm-(\d+)"', body)))


class Portal:
    """Both parties on one server of their own, asked in turn."""

    def __init__(self, instance, search, quick=False):
        self.instance, self.search = instance, search
        self.rounds = QUICK_ROUNDS if quick else ROUNDS
        self.looks = QUICK_LOOKS if quick else LOOKS
        self.pages = (OurPage(search.ours), PeerPage(search.peer))

    def run(self):
        """Yield the findings.

        :raise WrongAnswer: when both do not tell the same times
        """
        with serve(self.instance) as server:
            for look in self.looks:
                yield self._look(server, look)

    def _look(self, server, look):
        made = bookings(look.question)
        parties = (self.search.ours, self.search.peer)
        try:
            for party in parties:
                party.load(look.question, made)
            with self.instance.environment(staff=False) as env:
                addresses = [page.get_address(env, look) for page in self.pages]
            self.instance.vacuum()
            return self._measure(server, look, addresses)
        finally:
            for party in parties:
                party.clear()

    def _measure(self, server, look, addresses):
        finding = PageFinding(look, self._compare(server, look, addresses))
        seconds = {page.name: [] for page in self.pages}
        ours, peer = zip(self.pages, addresses, strict=True)
        for _round in range(self.rounds):
            for page, address in (*[ours] * TURNS, peer):
                taken, body = fetch(server, page, address)
                seconds[page.name].append(taken)
                finding.sizes[page.name] = len(body)
        finding.seconds = {
            name: statistics.median(taken) for name, taken in seconds.items()
        }
        return finding

    def _compare(self, server, look, addresses):
        """Return the number of free starts; both must tell the same ones."""
        start, stop = look.window
        answers = []
        for page, address in zip(self.pages, addresses, strict=True):
            _taken, body = fetch(server, page, address)
            found = page.starts(body)
            answers.append({moment for moment in found if start <= moment < stop})
        if answers[0] != answers[1] or not answers[0]:
            raise WrongAnswer(f"{look.label}: the pages tell different times")
        return len(answers[0])


@contextmanager
def serve(instance):
    """Yield a server on the instance's database."""
    with tempfile.TemporaryDirectory() as folder:
        server = LiveServer(BenchServed(instance), "benchmark", folder)
        try:
            yield server.start().wait()
        finally:
            server.stop()


class BenchServed:
    """The instance's database as a server wants it: with all addons on its path."""

    def __init__(self, instance):
        self.database = instance.database
        self.name, self.data_dir = self.database.name, self.database.data_dir

    def command(self, subcommand, *arguments):
        """Return the command line of one of Odoo's sub-commands."""
        path = addons_path(self.database.settings)
        arguments = (f"--addons-path={path}", *arguments)
        return self.database.command(subcommand, *arguments)


def fetch(server, page, address):
    """Return (seconds to the first byte, body); a visitor keeps their cookie.

    :raise WrongAnswer: when it is no page
    """
    connection = http.client.HTTPConnection(HOST, server.port, timeout=120)
    try:
        begin = time.perf_counter()
        connection.request("GET", address, headers={"Cookie": page.cookie})
        response = connection.getresponse()
        taken = time.perf_counter() - begin
        body = response.read()
    finally:
        connection.close()
    if response.status != HTTPStatus.OK:
        raise WrongAnswer(f"{page.name} answers {response.status} at {address}")
    if cookie := response.getheader("Set-Cookie"):
        page.cookie = cookie.partition(";")[0]
    return taken, body
