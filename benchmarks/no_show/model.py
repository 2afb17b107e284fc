# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Train on the days before the cut, measure on those after it."""

from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import timedelta

from clinic_engine import no_show, no_show_metrics
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from .data import PARTS

#: Of the file's 27 days the five before are what a week's recalibration can see.
RECENT_DAYS = 5

TABLE = "shares by lead time"
BOOKING = "logistic regression, booking alone"
HISTORY = "logistic regression, with own attendance"

#: AUC and Brier score of an earlier evaluation of this file, by part, whose logistic
#: regression knew more of the patients.
REFERENCE = {
    ("APPT", TABLE): (0.693, 0.1405),
    ("APPT", BOOKING): (0.721, 0.1386),
    ("APPT", HISTORY): (0.729, 0.1383),
    ("APPT, lead ≥ 1", TABLE): (0.549, 0.1944),
    ("APPT, lead ≥ 1", BOOKING): (0.594, 0.1915),
    ("APPT, lead ≥ 1", HISTORY): (0.600, 0.1923),
    ("STRICT", TABLE): (0.728, 0.0925),
    ("STRICT", BOOKING): (0.755, 0.0918),
    ("STRICT", HISTORY): (0.771, 0.0905),
    ("STRICT, lead ≥ 1", TABLE): (0.521, 0.1759),
    ("STRICT, lead ≥ 1", BOOKING): (0.569, 0.1746),
    ("STRICT, lead ≥ 1", HISTORY): (0.580, 0.1750),
}


@dataclass
class Finding:
    """The figures of one model on one part of the file."""

    part: str
    model: str
    recalibrated: bool
    metrics: no_show_metrics.Metrics

    @property
    def reference(self):
        """(AUC, Brier), or None: the reference is not recalibrated."""
        return None if self.recalibrated else REFERENCE.get((self.part, self.model))


def fit(known, missed):
    """Return the trained logistic regression, as the addon trains it."""
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform([no_show.features(item) for item in known])
    learned = LogisticRegression(max_iter=2000).fit(matrix, missed)
    names = vectorizer.get_feature_names_out()
    coefficients = map(float, learned.coef_[0])
    return no_show.logistic(
        float(learned.intercept_[0]), dict(zip(names, coefficients, strict=True))
    )


def train(visits):
    """Return {name: (model, what it knows of each visit)}."""
    chosen = visits.part("train")
    alone = [replace(known, shown=0, missed=0) for known in visits.known]
    missed = [visits.missed[i] for i in chosen]
    leads = [(visits.known[i].lead, visits.missed[i]) for i in chosen]
    return {
        TABLE: (no_show.table(leads), alone),
        BOOKING: (fit([alone[i] for i in chosen], missed), alone),
        HISTORY: (fit([visits.known[i] for i in chosen], missed), visits.known),
    }


def daily(model, known, visits, chosen):
    """Return the probabilities when the last days' outcomes shift the log-odds."""
    order = sorted(range(len(known)), key=lambda i: visits.dates[i][1])
    days = [visits.dates[i][1] for i in order]
    shifts, chances = {}, []
    for i in chosen:
        day = visits.dates[i][1]
        if day not in shifts:
            stop = bisect_left(days, day)
            # days without visits (weekends) do not count
            seen = sorted(set(days[bisect_left(days, day - timedelta(14)) : stop]))
            seen = seen[-RECENT_DAYS:]
            first = bisect_left(days, seen[0]) if seen else stop
            recent = order[first:stop]
            shifts[day] = no_show.recalibration(
                [model.log_odds(known[j]) for j in recent],
                [visits.missed[j] for j in recent],
            )
        chances.append(no_show.sigmoid(model.log_odds(known[i]) + shifts[day]))
    return chances


def run(visits):
    """Yield a ``Finding`` for each part, model and whether it is recalibrated."""
    models = train(visits)
    for part in list(PARTS)[1:]:
        chosen = visits.part(part)
        missed = [visits.missed[i] for i in chosen]
        for name, (model, known) in models.items():
            plain = [model.probability(known[i]) for i in chosen]
            shifted = daily(model, known, visits, chosen)
            for chances, recalibrated in ((plain, False), (shifted, True)):
                metrics = no_show_metrics.measure(chances, missed)
                yield Finding(part, name, recalibrated, metrics)
