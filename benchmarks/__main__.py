# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`python -m benchmarks`: measure, judge, write the page."""

import argparse
import sys
from pathlib import Path

from . import machine, report, targets
from .calendar_sync.__main__ import main as calendar_sync
from .instance import instance
from .messages import main as messages
from .no_show.__main__ import main as no_show
from .parties import bookers
from .planner.__main__ import main as planner
from .portal import Portal
from .questions import MONDAY, MONTH, half_hours, questions
from .queue.__main__ import main as queue
from .race import CLIENTS, ROUNDS, Race
from .rate import CHUNKS, Rate
from .search import Search
from .year.__main__ import main as year

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
KINDS = ("search", "page", "race", "rate")
#: Each makes what it needs, and writes a page of its own.
ALONE = {
    "calendar_sync": calendar_sync,
    "no_show": no_show,
    "messages": messages,
    "planner": planner,
    "queue": queue,
    "year": year,
}
#: Of those, which have a smoke test.
SMOKE = {"calendar_sync"}
QUICK_CHUNKS = 1
QUICK_ROUNDS = 2
QUICK_CLIENTS = (2, 4)


def parser():
    """Return the parser of the command line."""
    result = argparse.ArgumentParser(prog="make bench", description=__doc__)
    result.add_argument(
        "--quick", action="store_true", help="a smoke test: tiny, judges no ratios"
    )
    result.add_argument(
        "--full", action="store_true", help="also what takes the peer minutes"
    )
    result.add_argument(
        "--only",
        choices=(*KINDS, *ALONE),
        action="append",
        help="leave the others out",
    )
    result.add_argument(
        "--output", type=Path, help=f"the page to write (default: {PAGE.name} of docs)"
    )
    result.add_argument(
        "--base", help="copy this database, which is made if need be and stays"
    )
    return result


class Run:
    """One run of the benchmarks."""

    def __init__(self, running, options):
        self.instance, self.options = running, options
        self.quick = options.quick
        self.search = Search(running)
        self.searches, self.pages, self.races, self.rates = [], [], [], []

    def measure(self):
        """Take all measurements that are asked for."""
        kinds = self.options.only or KINDS
        if "search" in kinds:
            for question in questions(self.quick, self.options.full):
                self.searches.append(self.search.run(question))
                say(report.search_row(self.searches[-1]))
        if "page" in kinds:
            for finding in Portal(self.instance, self.search, self.quick).run():
                self.pages.append(finding)
                say(report.page_row(finding))
        if "race" in kinds or "rate" in kinds:
            self._book(kinds)

    def _book(self, kinds):
        clients = QUICK_CLIENTS if self.quick else CLIENTS
        ours = bookers.OurBooker(self.search.ours, max(clients))
        peer = bookers.PeerBooker(self.search.peer)
        silent = bookers.SilentPeerBooker(self.search.peer)
        times = half_hours(MONDAY, 3 * MONTH)
        self.instance.vacuum()
        if "race" in kinds:
            rounds = QUICK_ROUNDS if self.quick else ROUNDS
            for count in clients:
                for booker in (ours, silent):
                    mine, times = times[:rounds], times[rounds:]
                    self.races.append(Race(self.instance, booker, count).run(mine))
                    say(report.race_row(self.races[-1]))
        if "rate" in kinds:
            lean = bookers.LeanBooker(self.search.ours)
            parties = (ours, peer, silent, lean, bookers.PlainBooker())
            chunks = QUICK_CHUNKS if self.quick else CHUNKS
            self.rates = Rate(self.instance, parties).run(times, chunks)
            for finding in self.rates:
                say(report.rate_row(finding))

    def judge(self):
        """Return the verdicts; a quick run is too short to judge ratios."""
        verdicts = targets.judge_race(self.races) if self.races else []
        if self.searches:
            verdicts += targets.queries(self.searches)
        if self.quick:
            return verdicts
        if self.searches:
            verdicts = targets.judge_search(self.searches) + verdicts[:1]
        if self.pages:
            verdicts += targets.judge_page(self.pages)
        if self.rates:
            verdicts += targets.judge_rate(self.rates)
        return verdicts

    def page(self, verdicts):
        """Return the page of this run."""
        found = (self.searches, self.pages, self.races, self.rates)
        return report.page(
            command(self.options), machine.describe(self.instance), verdicts, *found
        )


def command(options):
    """Return the command that measures the same anew."""
    given = [f"--{name}" for name in ("quick", "full") if getattr(options, name)]
    given += [f"--only {kind}" for kind in options.only or ()]
    return f'make bench ARGS="{" ".join(given)}"' if given else "make bench"


def say(text):
    """Print at once."""
    print(text, flush=True)


def main(arguments=None):
    """Run the benchmarks; return the exit code: 1 when a target is missed."""
    options = parser().parse_args(arguments)
    if options.only and len(options.only) == 1 and options.only[0] in ALONE:
        [name] = options.only
        smoke = {"quick": True} if options.quick and name in SMOKE else {}
        return ALONE[name](options.output, **smoke)
    with instance(options.base, options.quick) as running:
        run = Run(running, options)
        run.measure()
        verdicts = run.judge()
        page = run.page(verdicts)
    output = options.output
    if not output and not options.quick and not options.only:
        output = PAGE
    if output:
        output.write_text(page)
        say(f"\nWritten: {output}")
    say("")
    for verdict in verdicts:
        say(f"{report.word(verdict):>10}  {verdict.target}: {verdict.measured}")
    code = 0 if all(verdict.met for verdict in verdicts) else 1
    if not options.quick and not options.only:
        code = max(code, no_show(), queue())
    return code


if __name__ == "__main__":
    sys.exit(main())
