# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The model of who does not come, as the practice learns it along the year.

Only outcomes of days that are over train it; the choice between table and regression
is the engine's, and so are the split in time and the weekly shift.
"""

from datetime import timedelta

from clinic_engine import no_show, no_show_metrics

from ..no_show.model import fit

#: Fewer tested visits say nothing about a model, as in the addon.
MIN_TESTED = 50

#: Trained anew every so many weeks; shifted every week.
TRAINING_WEEKS = 13


class Learner:
    """Outcomes so far, and the model in use."""

    def __init__(self):
        self.model = no_show.table()
        self.known, self.dates, self.missed = [], [], []
        self.kinds = []
        self._past = {}

    def look_at(self, request, start, now, clock):
        """Return what is known of a visit when it is booked."""
        local, day = clock.local(start), clock.day(now)
        # outcomes are noted at the end of their day: all are of days before this one
        shown, missed = self._past.get(request.patient, (0, 0))
        return no_show.Known(
            lead=(local.date() - day).days,
            weekday=local.weekday(),
            hour=local.hour,
            service=request.service,
            channel=request.channel,
            shown=shown,
            missed=missed,
        )

    def note(self, visit, missed):
        """Take one outcome; days come in order."""
        day = visit.session.day
        self.known.append(visit.known)
        self.dates.append((day - timedelta(visit.lead), day))
        self.missed.append(missed)
        shown, lost = self._past.get(visit.request.patient, (0, 0))
        self._past[visit.request.patient] = shown + (not missed), lost + missed

    def train(self):
        """Choose the kind by the Brier score on later visits, and learn."""
        briers = self._compare()
        kind, _reason = no_show.choose(len(self.known), *briers)
        self.model = _fit(kind, self.known, self.missed)
        self.kinds.append(kind)

    def shift(self, today):
        """Recalibrate by the outcomes of the last weeks."""
        first = len(self.dates)
        since = today - timedelta(no_show.RECENT_DAYS)
        while first and self.dates[first - 1][1] >= since:
            first -= 1
        plain = self.model.shifted(0.0)
        recent = [plain.log_odds(known) for known in self.known[first:]]
        shift = no_show.recalibration(recent, self.missed[first:])
        self.model = plain.shifted(shift)

    def _compare(self):
        """Return the Brier scores of regression and table, None for too few."""
        train, test = no_show.time_split(self.dates)
        if len(test) < MIN_TESTED or len(train) < MIN_TESTED:
            return None, None
        scores = []
        for kind in (no_show.LOGISTIC, no_show.TABLE):
            model = _fit(
                kind, [self.known[i] for i in train], [self.missed[i] for i in train]
            )
            chances = no_show.rolling(model, self.known, self.dates, self.missed, test)
            scores.append(
                no_show_metrics.brier(chances, [self.missed[i] for i in test])
            )
        return tuple(scores)


def _fit(kind, known, missed):
    """Return a trained model; the table where nothing can be learned."""
    if kind == no_show.TABLE or len(set(missed)) < 2:
        leads = zip((item.lead for item in known), missed, strict=True)
        return no_show.table(leads)
    return fit(known, missed)
