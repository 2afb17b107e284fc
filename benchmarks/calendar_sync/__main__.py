# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Calendars of many doctors: connected, kept in step, and bookings meanwhile."""

import platform
import secrets
import statistics
import sys
import tempfile
from datetime import date
from pathlib import Path

from tests.live.database import Database
from tests.live.settings import read_settings

from ..machine import cores, memory
from ..report import row, text, verdict_row, word
from ..targets import Verdict
from .mailboxes import KINDS, LATENCY, Mailboxes
from .run import Bench, Size, count_writes, get_minimum

PAGE = Path(__file__).parents[2] / "docs" / "calendar-sync-benchmark.md"
COMMAND = 'make bench ARGS="--only calendar_sync"'
FULL = Size(doctors=200, events=50, bookings=100)
QUICK = Size(doctors=5, events=4, bookings=5)

PHASES = {
    "push": "connected",
    "second": "looked at again",
    "change": "1 % changed",
}
#: Requests in all, of the least possible.
MOST = 1.1
#: What booking, moving and cancelling takes with a calendar, of what it takes without.
SLOWER = 1.15


def judge(finding, quick=False):
    """Return the verdicts; a quick run is too short to judge ratios."""
    counts = [*judge_counts(finding), judge_notices(finding)]
    return counts if quick else [*counts, *judge_ratios(finding)]


def judge_counts(finding):
    """Return the verdicts on what came of it."""
    total = finding.size.total
    astray, phases = finding.astray, finding.phases
    again = count_writes(phases["second"].requests)
    first = count_writes(phases["push"].requests)
    changed = count_writes(phases["change"].requests)
    least = 4 * finding.size.each
    return [
        Verdict(
            f"All {total:,} visits are in the calendars once, at their times",
            f"{astray['push']} astray",
            not astray["push"],
        ),
        Verdict(
            "One request writes each visit", f"{first:,} of {total:,}", first == total
        ),
        Verdict("The second look writes nothing", f"{again} written", not again),
        Verdict(
            "After the changes both sides are in step",
            f"{astray['change']} astray, {finding.proposals} proposals,"
            f" {finding.busy_rows} busy times",
            (astray["change"], finding.proposals, finding.busy_rows)
            == (0, finding.size.each, finding.size.each),
        ),
        Verdict("A change is written once", f"{changed} of {least}", changed == least),
        Verdict(
            "And so they are after the bookings below",
            f"{astray['bookings']} astray",
            not astray["bookings"],
        ),
    ]


def judge_notices(finding):
    """Return the verdict on whom connecting bothers."""
    measured = ", ".join(f"{count} {kind}" for kind, count in finding.notices.items())
    met = not any(finding.notices.values())
    return Verdict("Connecting bothers nobody", measured, met)


def judge_ratios(finding):
    """Return the verdicts on requests in all, and on bookings."""
    least = get_minimum(finding.size)
    verdicts = []
    for key, label in PHASES.items():
        ratio = finding.phases[key].requests.total() / least[key]
        target = f"Requests when {label}: at most {MOST}× the least possible"
        verdicts.append(Verdict(target, f"{ratio:.2f}×", ratio <= MOST))
    ratio = get_ratio(finding)
    target = f"A booking takes at most {SLOWER}× as long with a calendar"
    return [*verdicts, Verdict(target, f"{ratio:.2f}×", ratio <= SLOWER)]


def get_ratio(finding):
    """Return how much longer bookings take with a calendar that jobs write later."""
    times = finding.times
    return statistics.median(times["connected, jobs run later"]) / statistics.median(
        times["another doctor, not connected"]
    )


def page(finding, verdicts):
    """Return the page."""
    machine = [
        ("Machine", f"{cores()} cores, {memory():.0f} GB, {platform.machine()}"),
        ("Python", platform.python_version()),
    ]
    size, least = finding.size, get_minimum(finding.size)
    return text(
        "calendar_sync",
        command=COMMAND,
        date=date.today().isoformat(),
        machine="\n".join(map(row, machine)),
        verdicts="\n".join(map(verdict_row, verdicts)),
        doctors=size.doctors,
        events=size.events,
        total=f"{size.total:,}",
        each=size.each,
        latency=f"{LATENCY * 1000:.0f}",
        seeding=f"{finding.seeding / 60:.1f}",
        connecting=f"{finding.connecting / 60:.1f}",
        requests="\n".join(request_rows(finding, least)),
        jobs="\n".join(map(row, job_rows(finding))),
        bookings=size.bookings,
        times="\n".join(map(row, time_rows(finding))),
    )


def request_rows(finding, least):
    """Return the rows of requests by kind."""
    phases = [finding.phases[key] for key in PHASES]
    for kind in KINDS:
        yield row([kind, *(f"{phase.requests[kind]:,}" for phase in phases)])
    yield row(["**in all**", *(f"{phase.requests.total():,}" for phase in phases)])
    yield row(["least possible", *(f"{least[key]:,}" for key in PHASES)])


def job_rows(finding):
    """Return how many jobs ran, and how long."""
    for key, label in PHASES.items():
        phase = finding.phases[key]
        yield [label, f"{phase.jobs:,}", f"{phase.busy:,}", f"{phase.seconds:,.0f} s"]


def time_rows(finding):
    """Return how long bookings took, in milliseconds."""
    for label, values in finding.times.items():
        times = statistics.median(values), max(values)
        yield [label, *(f"{value * 1000:,.0f}" for value in times)]


def measure(size):
    """Return the finding on a database of its own."""
    names = [f"doctor-{number:03}@example.com" for number in range(size.doctors)]
    with tempfile.TemporaryDirectory() as folder:
        name = f"clinic_bench_calendar_{secrets.token_hex(4)}"
        database = Database(read_settings(), name, folder)
        database.create()
        mailboxes = Mailboxes(names)
        try:
            return Bench(database, mailboxes, folder, size).measure()
        finally:
            mailboxes.close()
            database.drop()


def main(output=None, quick=False, size=None):
    """Run it; return the exit code: 1 when a target is missed."""
    finding = measure(size or (QUICK if quick else FULL))
    verdicts = judge(finding, quick)
    if output or not quick:
        written = page(finding, verdicts)
        (output or PAGE).write_text(written, encoding="utf-8")
    for verdict in verdicts:
        print(f"{word(verdict):>10}  {verdict.target}: {verdict.measured}", flush=True)
    return 0 if all(verdict.met for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(quick="--quick" in sys.argv))
