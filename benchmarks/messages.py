# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""10,000 messages that are due at once, sent by two servers while others book."""

import json
import platform
import secrets
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.fakes.mail_server import MailServer
from tests.live.database import Database
from tests.live.mails import Mails, wait_until
from tests.live.server import free_port
from tests.live.settings import read_settings

from .machine import cores, memory
from .report import row, text, verdict_row, word
from .targets import Verdict

PAGE = Path(__file__).parents[1] / "docs" / "messages.md"
COMMAND = 'make bench ARGS="--only messages"'
SERVERS = 2
VISITS, EACH = 400, 25
BOOKINGS = 100
PATIENCE = 3600  # seconds

#: A practice's whole morning of reminders is out within it (messages a minute).
PACE = 600
#: What three steps of a booking take at most while messages go (seconds).
SLOW = 5.0


@dataclass(frozen=True)
class Finding:
    """What was measured: seconds, but for counts."""

    sent: int
    repeated: int
    seconds: float
    by_server: tuple
    alone: tuple
    meanwhile: tuple

    @property
    def pace(self):
        """Messages a minute."""
        return self.sent / self.seconds * 60


def measure(mails):
    """Let the messages go, and return the finding."""
    addresses = mails.begin(VISITS, each=EACH)
    alone = book(mails)
    servers = [mails.server(f"bench-{number}") for number in range(SERVERS)]
    try:
        for server in servers:
            server.wait()
        begun = time.monotonic()
        mails.wake()
        wait_until(lambda: mails.count_pending() < VISITS * EACH, servers[0].process)
        meanwhile = book(mails)
        wait_until(lambda: not mails.count_pending(), servers[0].process, PATIENCE)
        seconds = time.monotonic() - begun
        by_server = tuple(server.count_sent() for server in servers)
    finally:
        for server in servers:
            server.stop()
    count = mails.mail_server.count(*addresses)
    repeated = sum(count.values()) - len(count)
    return Finding(len(count), repeated, seconds, by_server, alone, meanwhile)


def book(mails):
    """Return how long it took to book, move and cancel a visit, each time."""
    output = mails.run("book", count=BOOKINGS)
    return tuple(json.loads(output.split("TIMES", 1)[1]))


def judge(finding):
    """Return the verdicts."""
    total = VISITS * EACH
    return [
        Verdict(
            f"All {total:,} messages are sent, none twice",
            f"{finding.sent:,} sent, {finding.repeated} twice",
            (finding.sent, finding.repeated) == (total, 0),
        ),
        Verdict(
            f"At least {PACE:,} messages a minute",
            f"{finding.pace:,.0f}",
            finding.pace >= PACE,
        ),
        Verdict(
            f"All {SERVERS} servers send",
            " and ".join(f"{count:,}" for count in finding.by_server),
            all(finding.by_server),
        ),
        Verdict(
            f"Nobody waits {SLOW:.0f} s to book, move and cancel meanwhile",
            f"{max(finding.meanwhile):.2f} s at most",
            max(finding.meanwhile) < SLOW,
        ),
    ]


def page(finding, verdicts):
    """Return the page."""
    machine = [
        ("Machine", f"{cores()} cores, {memory():.0f} GB, {platform.machine()}"),
        ("Python", platform.python_version()),
    ]
    times = [
        row([name, *(f"{value * 1000:,.0f}" for value in summary(values))])
        for name, values in (
            ("before", finding.alone),
            ("while messages go", finding.meanwhile),
        )
    ]
    return text(
        "messages",
        command=COMMAND,
        date=date.today().isoformat(),
        machine="\n".join(map(row, machine)),
        verdicts="\n".join(map(verdict_row, verdicts)),
        count=f"{finding.sent:,}",
        minutes=f"{finding.seconds / 60:.1f}",
        servers=SERVERS,
        times="\n".join(times),
        bookings=BOOKINGS,
    )


def summary(values):
    """Return the median and the longest of some times."""
    return statistics.median(values), max(values)


def main(output=None):
    """Run it; return the exit code: 1 when a target is missed."""
    with tempfile.TemporaryDirectory() as folder:
        name = f"clinic_bench_messages_{secrets.token_hex(4)}"
        database = Database(read_settings(), name, folder)
        database.create()
        try:
            with MailServer(free_port()) as mail_server:
                finding = measure(Mails(database, mail_server, folder))
        finally:
            database.drop()
    verdicts = judge(finding)
    (output or PAGE).write_text(page(finding, verdicts), encoding="utf-8")
    for verdict in verdicts:
        print(f"{word(verdict):>10}  {verdict.target}: {verdict.measured}", flush=True)
    return 0 if all(verdict.met for verdict in verdicts) else 1
