# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`make bench ARGS="--only no_show"`: measure, judge, write the page."""

import os
import platform
import sys
from datetime import date
from pathlib import Path

import sklearn

from ..machine import cores, memory
from ..report import row, text, verdict_row, word
from ..targets import Verdict
from . import data, model, sessions

PAGE = Path(__file__).parents[2] / "docs" / "no-show.md"
COMMAND = 'make bench ARGS="--only no_show"'

#: How near the evaluator comes to the published days, and the table to its figures.
EXACT, ROUNDED = 1e-9, 0.0006
#: Recalibrated, the expected share is at most so far from the observed one.
CALIBRATED = 0.02


def judge_vectors(found):
    """Return the verdict on the evaluator."""
    worst = max(vector.error for vector in found)
    target = f"Overbooking evaluator: published days within {EXACT:g}"
    return Verdict(target, f"{worst:.1g}", worst <= EXACT)


def judge_models(found):
    """Return the verdicts on the models."""
    by = {(item.part, item.model, item.recalibrated): item.metrics for item in found}
    tables = [item for item in found if item.reference and item.model == model.TABLE]
    off = max(
        abs(measured - reference)
        for item in tables
        for measured, reference in zip(
            (item.metrics.auc, item.metrics.brier), item.reference, strict=True
        )
    )
    verdicts = [
        Verdict(
            "Shares by lead time: AUC and Brier as in the reference",
            f"{off:.4f} off at most",
            off <= ROUNDED,
        )
    ]
    for part in ("APPT", "STRICT"):
        ours = by[part, model.HISTORY, True]
        table = by[part, model.TABLE, True]
        verdicts.append(
            Verdict(
                f"{part}: logistic regression has a lower Brier score than the table",
                f"{ours.brier:.4f} against {table.brier:.4f}",
                ours.brier < table.brier,
            )
        )
        off = abs(ours.expected - ours.observed)
        points = f"{100 * CALIBRATED:.0f} percentage points"
        target = f"{part}: recalibrated within {points} of what was observed"
        measured = f"{ours.expected:.3f} against {ours.observed:.3f}"
        verdicts.append(Verdict(target, measured, off <= CALIBRATED))
    return verdicts


def finding_row(item):
    """Return the row of one model on one part."""
    metrics = item.metrics
    auc = brier = "–"
    if item.reference:
        auc, brier = f"{item.reference[0]:.3f}", f"{item.reference[1]:.4f}"
    name = f"{item.model}, recalibrated" if item.recalibrated else item.model
    cells = [item.part, name, f"{metrics.auc:.3f}", auc, f"{metrics.brier:.4f}", brier]
    cells += [f"{metrics.ece:.3f}", f"{metrics.slope:.2f}"]
    return row([*cells, f"{metrics.expected:.3f} / {metrics.observed:.3f}"])


def page(verdicts, visits, found, vectors, values):
    """Return the page."""
    machine = [
        ("Machine", f"{cores()} cores, {memory():.0f} GB, {platform.machine()}"),
        ("Python", platform.python_version()),
        ("scikit-learn", sklearn.__version__),
    ]
    return text(
        "no_show",
        command=COMMAND,
        date=date.today().isoformat(),
        machine="\n".join(map(row, machine)),
        verdicts="\n".join(map(verdict_row, verdicts)),
        count=f"{len(visits.missed):,}",
        models="\n".join(map(finding_row, found)),
        vectors="\n".join(
            row(
                [
                    list(item.bookings),
                    f"{item.wait:.12g}",
                    f"{item.published_wait:.12g}",
                    f"{item.overtime:.12g}",
                    f"{item.published_overtime:.12g}",
                ]
            )
            for item in vectors
        ),
        values="\n".join(
            row([item.ratio, item.policy, f"{item.booked:.1f}", f"{item.cost:.3f}"])
            for item in values
        ),
        places=sessions.PLACES,
        sessions=f"{sessions.SESSIONS:,}",
    )


def main(output=None):
    """Run it; return the exit code: 1 when a target is missed."""
    vectors = sessions.vectors()
    verdicts = [judge_vectors(vectors)]
    path = data.find()
    if path is None:
        say(f"{data.NAME} is not here: name it by NO_SHOW_DATA. Only the vectors ran.")
    else:
        visits = data.parse(data.read(path))
        found = list(model.run(visits))
        verdicts += judge_models(found)
        values = list(sessions.value(visits))
        written = output or PAGE
        written.write_text(page(verdicts, visits, found, vectors, values))
        say(f"Written: {os.path.relpath(written)}")
    for verdict in verdicts:
        say(f"{word(verdict):>10}  {verdict.target}: {verdict.measured}")
    return 0 if all(verdict.met for verdict in verdicts) else 1


def say(line):
    """Print at once."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
