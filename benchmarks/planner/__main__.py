# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`make bench ARGS="--only planner"`: measure, judge, write the page."""

import os
import platform
import sys
from datetime import date
from pathlib import Path
from statistics import mean

from ..machine import cores, memory
from ..report import row, text, verdict_row, word
from ..targets import Verdict
from . import measures, toptw

PAGE = Path(__file__).parents[2] / "docs" / "planner.md"
COMMAND = 'make bench ARGS="--only planner"'
MEAN, WORST = 0.01, 0.04
GAIN, LARGE_GAIN = 0.08, 0.05
CHANGES, KEPT = 6, 0.99
LOST_CHANGES, LOST_KEPT = 10, 0.975
SEEDS, EVENTS = 3, 4
WEEKS = {
    "city": {"spread": 5.0},
    "city and around": {"spread": 9.0},
}
LARGE = {"doctors": 600, "reps": 12}


def judge_gaps(gaps):
    """Return the verdicts on the published cases."""
    if not gaps:
        return []
    found = mean(item.gap for item in gaps)
    worst = max(gaps, key=lambda item: item.gap)
    return [
        Verdict(
            f"Published cases: mean gap to the best known at most {MEAN:.0%}",
            f"{found:.2%} over {len(gaps)} cases",
            found <= MEAN,
        ),
        Verdict(
            f"Published cases: worst gap at most {WORST:.0%}",
            f"{worst.gap:.2%} ({worst.case.name}, {worst.case.routes} routes)",
            worst.gap <= WORST,
        ),
        Verdict(
            f"Published cases: at most {measures.SECONDS:g} s of one core each",
            f"{max(item.seconds for item in gaps):.1f} s at most",
            all(item.seconds <= measures.SECONDS for item in gaps),
        ),
    ]


def judge_weeks(gains):
    """Return the verdicts on the invented weeks."""
    verdicts = []
    for name in dict.fromkeys(item.name for item in gains):
        mine = [item for item in gains if item.name == name]
        least = LARGE_GAIN if name == "600 × 60" else GAIN
        found = mean(item.objective for item in mine)
        points = mean(item.value for item in mine)
        verdicts.append(
            Verdict(
                f"{name}: objective at least {least:.0%} over greedy",
                f"{found:.1%} (points alone {points:.1%})",
                found >= least,
            )
        )
    return verdicts


def judge_mending(mends):
    """Return the verdicts on mended plans."""
    verdicts = []
    for event, most, least in (
        ("cancellation", CHANGES, KEPT),
        ("lost rep-day", LOST_CHANGES, LOST_KEPT),
    ):
        mine = [item for item in mends if item.event == event]
        changes = max(item.changes for item in mine)
        kept = min(item.kept for item in mine)
        verdicts.append(
            Verdict(
                f"After a {event}: at most {most} calls change, at least {least:.1%} "
                "of a new plan's points",
                f"{changes} at most, {kept:.1%} at least",
                changes <= most and kept >= least,
            )
        )
    return verdicts


def gap_row(item):
    """Return the row of a published case."""
    best = f"{item.case.best}{'' if item.case.is_proven else ' (best found)'}"
    cells = [item.case.name, item.case.routes, best, item.greedy, item.score]
    return row([*cells, f"{item.gap:.2%}", f"{item.seconds:.1f}"])


def week_row(item):
    """Return the row of a week."""
    score, baseline = item.result.score, item.result.baseline
    cells = [item.name, item.seed, item.total]
    for each in (baseline, score):
        cells += [each.calls, each.value, f"{each.travel / 3600:.0f}"]
    gains = (item.value, item.objective)
    cells += [f"{gain:+.1%}" for gain in gains]
    return row([*cells, f"{item.seconds:.1f}"])


def mend_row(item):
    """Return the row of an event."""
    kept = f"{item.kept:.1%}"
    return row([item.event, item.changes, kept, f"{item.seconds:.2f}"])


def page(verdicts, gaps, gains, mends):
    """Return the page."""
    machine = [
        ("Machine", f"{cores()} cores, {memory():.0f} GB, {platform.machine()}"),
        ("Python", platform.python_version()),
        ("PyVRP", _get_version()),
    ]
    return text(
        "planner",
        command=COMMAND,
        date=date.today().isoformat(),
        machine="\n".join(map(row, machine)),
        verdicts="\n".join(map(verdict_row, verdicts)),
        seconds=f"{measures.SECONDS:g}",
        iterations=f"{measures.ITERATIONS:,}",
        gaps="\n".join(map(gap_row, gaps)) or row(["not measured", *"      "]),
        weeks="\n".join(map(week_row, gains)),
        mends="\n".join(map(mend_row, mends)),
    )


def _get_version():
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    try:
        return version("pyvrp")
    except PackageNotFoundError:
        return "not installed"


def measure():
    """Yield (kind, finding) as they are found."""
    folder = toptw.find()
    if folder is None:
        say("The published instances are not here: TOPTW_DATA names their folder.")
    for case in toptw.get_cases(folder) if folder else ():
        yield "gap", measures.measure_gap(folder, case)
    for name, fields in WEEKS.items():
        for seed in range(SEEDS):
            yield "week", measures.measure_week(name, seed, **fields)
    yield "week", measures.measure_week("600 × 60", 0, **LARGE)
    for item in measures.measure_mending(0, EVENTS):
        yield "mend", item


def main(output=None):
    """Run it; return the exit code: 1 when a target is missed."""
    found = {"gap": [], "week": [], "mend": []}
    rows = {"gap": gap_row, "week": week_row, "mend": mend_row}
    for kind, item in measure():
        found[kind].append(item)
        say(rows[kind](item))
    gaps, gains, mends = found["gap"], found["week"], found["mend"]
    verdicts = judge_gaps(gaps) + judge_weeks(gains) + judge_mending(mends)
    written = output or PAGE
    written.write_text(page(verdicts, gaps, gains, mends), encoding="utf-8")
    say(f"Written: {os.path.relpath(written)}")
    for verdict in verdicts:
        say(f"{word(verdict):>10}  {verdict.target}: {verdict.measured}")
    return 0 if all(verdict.met for verdict in verdicts) else 1


def say(line):
    """Print at once."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
