# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`make bench ARGS="--only year"`: simulate, judge, write the page."""

import os
import platform
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import fmean

import sklearn

from ..machine import cores, memory
from ..report import row, text, verdict_row, word
from ..targets import Verdict
from . import runs, world
from .learning import TRAINING_WEEKS
from .measures import MEASURES, difference
from .simulation import ARMS

PAGE = Path(__file__).parents[2] / "docs" / "simulated-year.md"
COMMAND = 'make bench ARGS="--only year"'
NONE, ALL = ARMS[0].name, ARMS[-1].name

#: Overbooking lets those at risk wait at most so many minutes longer than the others,
#: beyond what they wait longer without it.
FAIR = 1.0


def judge(figures, silent):
    """Return the verdicts.

    :param figures: {arm: {key: figures by seed}}
    :param silent: the same, where reminders prevent nothing
    """
    excess = max(max(values["excess"]) for values in figures.values())
    yield Verdict(
        "No session was ever above its limit", f"{excess:+.0f} at most", excess <= 0
    )
    keys = [item.key for item in MEASURES if item.key != "messages"]
    same = all(silent["reminders"][key] == silent[NONE][key] for key in keys)
    measured = "equal" if same else "they differ"
    yield Verdict("Reminders that prevent nothing change nothing", measured, same)
    for arm, key, better in (
        ("reminders", "missed", -1),
        ("reminders", "fill", 1),
        ("waitlist", "fill", 1),
        ("overbooking", "fill", 1),
        (ALL, "fill", 1),
    ):
        found = difference(figures[arm][key], figures[NONE][key])
        name = next(item.label for item in MEASURES if item.key == key)
        verb = "raises" if better > 0 else "lowers"
        target = f"{arm}: {verb} {name[0].lower()}{name[1:]}"
        measured = f"{found.mean:+.2f} ± {found.half:.2f}"
        yield Verdict(target, measured, found.sign == better)
    yield _judge_fairness(figures)


def _judge_fairness(figures):
    """Return the verdict on who pays for overbooking by waiting."""
    gaps = [
        [
            high - low
            for high, low in zip(arm["wait_high"], arm["wait_low"], strict=True)
        ]
        for arm in (figures["overbooking"], figures[NONE])
    ]
    found = difference(*gaps)
    return Verdict(
        f"overbooking: who is at risk waits at most {FAIR:g} min longer for it",
        f"{found.mean:+.2f} ± {found.half:.2f}",
        bool(found.mean + found.half <= FAIR),
    )


def measure_row(item, figures):
    """Return the row of one measure: the mean of each arm, and the difference."""
    cells = [item.label]
    plain = figures[NONE][item.key]
    for arm in ARMS:
        values = figures[arm.name][item.key]
        cell = f"{fmean(values):.{item.decimals}f}"
        if arm.name != NONE and values != plain:
            found = difference(values, plain)
            cell += (
                f" ({found.mean:+.{item.decimals}f} ± {found.half:.{item.decimals}f})"
            )
        cells.append(cell)
    return row(cells)


def reading(figures):
    """Yield what each arm does and does not do for the better, in words."""
    for arm in ARMS[1:]:
        groups = {1: [], -1: [], 0: []}
        for item in MEASURES:
            if item.better:
                found = difference(figures[arm.name][item.key], figures[NONE][item.key])
                groups[found.sign * item.better].append(_named(item))
        yield (
            f"- **{arm.name}**. Better: {_listed(groups[1])}. "
            f"Worse: {_listed(groups[-1])}. "
            f"No difference shown: {_listed(groups[0])}."
        )


def _named(item):
    name = item.label.split(" (")[0]
    return name[0].lower() + name[1:]


def _listed(names):
    return "; ".join(names) or "nothing"


def together(figures):
    """Say what all three fill, against what each fills alone."""
    plain = figures[NONE]["fill"]
    alone = [
        difference(figures[arm.name]["fill"], plain).mean
        for arm in ARMS[1:]
        if arm.name != ALL
    ]
    joint = difference(figures[ALL]["fill"], plain)
    return (
        f"All three change the fill rate by {joint.mean:+.1f} ± {joint.half:.1f} "
        f"percentage points; what each does alone adds up to {sum(alone):+.1f}."
    )


def change_row(name, figures):
    """Return the row of one changed assumption."""
    plain = figures[NONE]
    cells = [name, f"{fmean(plain['fill']):.1f}", f"{fmean(plain['missed']):.1f}"]
    for arm in ARMS[1:]:
        found = [
            difference(figures[arm.name][key], plain[key]).mean
            for key in ("fill", "missed", "wait")
        ]
        cells.append("{:+.1f} / {:+.1f} / {:+.1f}".format(*found))
    return row(cells)


def model_row(arm, values):
    """Return the row of how the probabilities did in one arm."""
    cells = [arm, f"{fmean(values['auc']):.3f}", f"{fmean(values['brier']):.4f}"]
    cells += [f"{fmean(values['expected']):.1f} / {fmean(values['observed']):.1f}"]
    return row([*cells, f"{fmean(values['regression']):.0f}"])


def own_row(arm, values):
    """Return the row of what the arm did."""
    names = ("above", "offers", "accepted", "messages")
    return row([arm, *(f"{fmean(values[name]):.1f}" for name in names)])


def page(found, seconds, scope):
    """Return (verdicts, the page) of (task, figures)."""
    assumed = scope.assumed
    figures = runs.by_arm(found, assumed, scope.seeds)
    changed = {
        name: runs.by_arm(found, replace(assumed, **change), scope.few)
        for name, change in runs.CHANGES.items()
    }
    silent = changed["reminders prevent no miss"]
    verdicts = list(judge(figures, silent))
    machine = [
        ("Machine", f"{cores()} cores, {memory():.0f} GB, {platform.machine()}"),
        ("Python", platform.python_version()),
        ("scikit-learn", sklearn.__version__),
        ("Time", f"{seconds / 60:.0f} minutes for {len(found)} simulated years"),
    ]
    lines = {
        "machine": map(row, machine),
        "verdicts": map(verdict_row, verdicts),
        "measures": (measure_row(item, figures) for item in MEASURES),
        "reading": reading(figures),
        "changes": (change_row(*item) for item in changed.items()),
        "models": (model_row(arm.name, figures[arm.name]) for arm in ARMS),
        "own": (own_row(arm.name, figures[arm.name]) for arm in ARMS),
    }
    values = {name: "\n".join(part) for name, part in lines.items()}
    return verdicts, text(
        "year", together=together(figures), **values, **_assumptions(scope)
    )


def _assumptions(scope):
    """Return what the page says of the simulated practice."""
    assumed = scope.assumed
    share = "{:.0%}".format
    return {
        "command": COMMAND,
        "date": date.today().isoformat(),
        "seeds": f"{scope.seeds[0]} to {scope.seeds[-1]}",
        "few": f"{scope.few[0]} to {scope.few[-1]}",
        "places": world.places_a_week(assumed),
        "training": TRAINING_WEEKS,
        "effect": share(assumed.effect),
        "instead": share(assumed.cancel_instead),
        "email": share(assumed.email),
        "sms": share(assumed.sms),
        "later": share(assumed.takes_later),
        "joins": share(assumed.joins),
        "accepts": share(assumed.accepts),
        "assumed": assumed,
        "ratio": f"{assumed.cost_empty:g} to {assumed.cost_extra:g}",
        "percent": world.MOST_PERCENT,
    }


def main(output=None, scope=None):
    """Run it; return the exit code: 1 when a target is missed."""
    scope = scope or runs.Scope()
    found, begun = [], time.monotonic()
    tasks = runs.tasks(scope)
    for task, figures in runs.run(tasks):
        found.append((task, figures))
        _assumed, arm, seed = task
        say(
            f"{len(found)}/{len(tasks)} {arm.name}, seed {seed}: "
            f"fill {figures['fill']:.2f} %, missed {figures['missed']:.2f} %"
        )
    verdicts, written = page(found, time.monotonic() - begun, scope)
    target = output or PAGE
    target.write_text(written, encoding="utf-8")
    say(f"Written: {os.path.relpath(target)}")
    for verdict in verdicts:
        say(f"{word(verdict):>10}  {verdict.target}: {verdict.measured}")
    return 0 if all(verdict.met for verdict in verdicts) else 1


def say(line):
    """Print at once."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
