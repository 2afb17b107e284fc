# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`make bench ARGS="--only queue"`: measure, judge, write the page."""

import os
import platform
import sys
from datetime import date
from pathlib import Path

from clinic_engine.queue_policy import MINUTE

from ..machine import cores, memory
from ..report import milliseconds, row, text, verdict_row, word
from ..targets import Verdict
from . import data, day, fairness, speed, waits

PAGE = Path(__file__).parents[2] / "docs" / "queue.md"
COMMAND = 'make bench ARGS="--only queue"'

#: So many who wait are ranked in at most so many times what sorting their keys takes.
JUDGED, FACTOR = 10_000, 5
#: Ranking the most takes at most so many times as long for each as ranking the least.
LINEAR = 2
#: How much longer everybody's estimate takes when twice as many wait.
DOUBLED = 2.5
#: Four fifths of the waits end by the end of the band; this much less is too few.
COVERED, LESS = 0.8, 0.05
#: Levels that a practice can keep its word to, and up to which load.
WALK_INS, USUAL = (2, 3, 4, 5), 1.0


def judge_speed(ranked, estimated):
    """Return the verdicts on speed."""
    judged = next(item for item in ranked if item.count == JUDGED)
    first, last = ranked[0], ranked[-1]
    growth = (last.rank / last.count) / (first.rank / first.count)
    doubled = max(speed.get_growth(estimated, "seconds"))
    return [
        Verdict(
            f"{JUDGED:,} waiting tickets are ranked anew in at most {FACTOR}× the time "
            "of sorting as many ready-made keys",
            f"{judged.ratio:.1f}×",
            judged.ratio <= FACTOR,
        ),
        Verdict(
            f"Linear: each of {last.count:,} takes at most {LINEAR}× as long as each "
            f"of {first.count:,}",
            f"{growth:.2f}×",
            growth <= LINEAR,
        ),
        Verdict(
            f"Everybody's estimate: at most {DOUBLED}× as long when twice as many wait",
            f"at most {doubled:.2f}×",
            doubled <= DOUBLED,
        ),
    ]


def judge_days(findings, told):
    """Return the verdicts on the simulated days."""
    usual = [item for item in findings if item.load <= USUAL]
    ours = [item for item in usual if item.policy == fairness.OURS]
    missed = [item for item in ours if item.level in WALK_INS and not item.kept]
    shown = [item for item in told if item.way == waits.OURS and item.level is None]
    least = min(item.accuracy.within for item in shown)
    lost = {
        name: sum(item.left.mean * item.count for item in usual if item.policy == name)
        for name in (fairness.OURS, fairness.STRICT)
    }
    return [
        Verdict(
            f"Levels 2 to 5 are seen in time as often as they are to be, up to load "
            f"{USUAL:g}",
            f"missed {len(missed)} times",
            not missed,
        ),
        Verdict(
            "Fewer leave without being seen than under strict priority",
            f"{lost[fairness.OURS]:,.0f} against {lost[fairness.STRICT]:,.0f}",
            lost[fairness.OURS] < lost[fairness.STRICT],
        ),
        Verdict(
            f"At least {COVERED - LESS:.0%} wait no longer than they were told",
            f"{least:.0%} at least",
            least >= COVERED - LESS,
        ),
    ]


def ranked_row(item):
    """Return the row of so many ranked tickets."""
    times = [milliseconds(value) for value in (item.sort, item.call, item.rank)]
    each = f"{item.rank / item.count * 1e6:.2f}"
    return row([f"{item.count:,}", *times, f"{item.ratio:.1f}", each])


def estimated_rows(found):
    """Return the rows of estimates."""
    growths = ["–", *(f"{item:.2f}" for item in speed.get_growth(found, "seconds"))]
    return "\n".join(
        row([f"{item.count:,}", milliseconds(item.seconds), growth])
        for item, growth in zip(found, growths, strict=True)
    )


def level_row(item):
    """Return the row of one level under one policy."""
    needed = "–" if item.needed is None else f"{item.needed:.0%}"
    inside = f"{100 * item.inside.mean:.1f} ± {100 * item.inside.half:.1f}"
    cells = [f"{item.load:g}", item.level, item.policy, needed]
    cells += [inside if item.kept else f"{inside} ✗"]
    cells += [
        f"{each.mean:.1f} ± {each.half:.1f}" for each in (item.median, item.ninety)
    ]
    left = f"{100 * item.left.mean:.1f} ± {100 * item.left.half:.1f}"
    return row([*cells, f"{item.longest:.0f}", left])


def told_row(item):
    """Return the row of one way to estimate."""
    found = item.accuracy
    cells = [f"{item.load:g}", item.level or "all", item.way, f"{found.count:,}"]
    cells += [f"{value / MINUTE:+.1f}" for value in (found.bias,)]
    cells += [f"{value / MINUTE:.1f}" for value in (found.mae, found.median_ae)]
    return row([*cells, f"{found.shorter:.2f}", f"{found.within:.2f}"])


def page(shape, verdicts, ranked, estimated, findings, told):
    """Return the page."""
    machine = [
        ("Machine", f"{cores()} cores, {memory():.0f} GB, {platform.machine()}"),
        ("Python", platform.python_version()),
        ("Shape of the day", shape.source),
    ]
    return text(
        "queue",
        command=COMMAND,
        date=date.today().isoformat(),
        machine="\n".join(map(row, machine)),
        verdicts="\n".join(map(verdict_row, verdicts)),
        ranked="\n".join(map(ranked_row, ranked)),
        estimated=estimated_rows(estimated),
        desks=speed.DESKS,
        mean=f"{shape.mean / MINUTE:.1f}",
        doctors=len(day.DOCTORS),
        appointments=len(day.get_slots()),
        seeds=fairness.SEEDS,
        days=fairness.DAYS,
        levels="\n".join(map(level_row, findings)),
        told_days=waits.DAYS,
        told="\n".join(map(told_row, told)),
    )


def main(output=None):
    """Run it; return the exit code: 1 when a target is missed."""
    shape = data.get_shape()
    say(f"Shape of the day: {shape.source}.")
    if data.find() is None:
        say(f"{data.SERVICES} and {data.ARRIVALS} are not here: QUEUE_DATA names them.")
    ranked = [speed.measure_rank(count) for count in speed.RANKED]
    estimated = speed.measure_estimates()
    findings = [
        item for load in fairness.LOADS for item in fairness.measure(shape, load)
    ]
    told = [item for load in waits.LOADS for item in waits.measure(shape, load)]
    verdicts = judge_speed(ranked, estimated) + judge_days(findings, told)
    written = output or PAGE
    written.write_text(
        page(shape, verdicts, ranked, estimated, findings, told), encoding="utf-8"
    )
    say(f"Written: {os.path.relpath(written)}")
    for verdict in verdicts:
        say(f"{word(verdict):>10}  {verdict.target}: {verdict.measured}")
    return 0 if all(verdict.met for verdict in verdicts) else 1


def say(line):
    """Print at once."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
