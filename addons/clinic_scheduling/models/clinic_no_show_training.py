# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Training on the practice's own past: one query, strict in time.

scikit-learn is imported here, when a model is trained, and nowhere else: what it finds
is stored as coefficients.
"""

from collections import namedtuple
from dataclasses import asdict

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.clinic_engine import no_show, no_show_metrics

from ..report.clinic_appointment_report import ATTENDED_STATES
from .clinic_appointment_no_show import PAST_DAYS

#: Fewer tested visits say nothing about a model.
MIN_TESTED = 50

#: The candidates, in the order in which the model card shows them.
KINDS = (no_show.LOGISTIC, no_show.TABLE, no_show.CONSTANT)

#: What is read of each visit, in the order of the query.
Outcome = namedtuple(
    "Outcome",
    ["patient", "booked", "day", "missed", "weekday", "hour", "service", "channel"],
)

#: Visits that were booked ahead and took place, or did not, of one company.
OUTCOMES = """
    SELECT visit.patient_id,
           (visit.create_date AT TIME ZONE 'UTC' AT TIME ZONE site.tz)::date,
           (visit.start AT TIME ZONE 'UTC' AT TIME ZONE site.tz)::date,
           visit.state = 'no_show',
           visit.weekday::int,
           visit.hour,
           visit.service_id,
           visit.source
      FROM clinic_appointment visit
      JOIN clinic_site site ON site.id = visit.site_id
     WHERE visit.company_id = %(company)s
       AND visit.active
       AND visit.patient_id IS NOT NULL
       AND visit.state = ANY(%(states)s)
       AND visit.start >= %(since)s
       AND visit.start < %(now)s
       AND visit.create_date <= visit.start
     ORDER BY visit.start, visit.id
"""


class ClinicNoShowModel(models.Model):
    """How a version comes about."""

    _inherit = "clinic.no.show.model"

    @api.model
    def _train(self, company):
        """Make the next version of a company's model, put it to use and return it."""
        outcomes = self._read_outcomes(company)
        visits = self._to_known(outcomes)
        dates = [(outcome.booked, outcome.day) for outcome in outcomes]
        missed = [outcome.missed for outcome in outcomes]
        tested = self._evaluate(visits, dates, missed)
        briers = [tested[kind].brier if kind in tested else None for kind in KINDS]
        kind, reason = no_show.choose(len(outcomes), *briers)
        model = self._fit(kind, visits, missed)
        values = self._prepare_version(model, visits, dates, missed, tested)
        # sudo: nobody writes models, they come from the past alone
        models_sudo = self.sudo()
        models_sudo._get_current(company).is_current = False
        models_sudo.flush_model(["is_current"])
        return models_sudo.create(
            {**values, "company_id": company.id, "reason": reason, "is_current": True}
        )

    @api.model
    def _read_outcomes(self, company):
        """Return the ``Outcome`` of each visit, in the order in which they were."""
        self.env["clinic.appointment"].flush_model()
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                OUTCOMES,
                company=company.id,
                states=[*ATTENDED_STATES, "no_show"],
                since=fields.Datetime.subtract(now, days=PAST_DAYS),
                now=now,
            )
        )
        return [Outcome(*row) for row in rows]

    @api.model
    def _to_known(self, outcomes):
        """Return what was known of each visit when it was booked."""
        past = no_show.histories(
            [(item.patient, item.booked, item.day, item.missed) for item in outcomes]
        )
        return [
            no_show.Known(
                lead=(item.day - item.booked).days,
                weekday=item.weekday,
                hour=item.hour,
                service=item.service,
                channel=item.channel,
                shown=shown,
                missed=missed,
            )
            for item, (shown, missed) in zip(outcomes, past, strict=True)
        ]

    @api.model
    def _evaluate(self, visits, dates, missed):
        """Return {kind: ``no_show_metrics.Metrics``, "chances": …} of later visits.

        All kinds are trained on visits that were over before the first tested one
        was booked, and shifted week by week as they would have been in use.
        """
        train, test = no_show.time_split(dates)
        if len(test) < MIN_TESTED:
            return {}
        tested = {"test": test, "chances": {}}
        for kind in KINDS:
            model = self._fit(
                kind, [visits[i] for i in train], [missed[i] for i in train]
            )
            if model.kind == kind:
                chances = no_show.rolling(model, visits, dates, missed, test)
                tested["chances"][kind] = chances
                tested[kind] = no_show_metrics.measure(
                    chances, [missed[i] for i in test]
                )
        return tested

    @api.model
    def _fit(self, kind, visits, missed):
        """Return the trained engine's model; the table where nothing can be learned."""
        if kind == no_show.CONSTANT:
            return no_show.constant(missed)
        if kind == no_show.TABLE or len(set(missed)) < 2:
            pairs = zip((known.lead for known in visits), missed, strict=True)
            return no_show.table(pairs)
        # loaded where it is needed: it is large, and servers that book never train
        from sklearn.feature_extraction import DictVectorizer  # noqa: PLC0415
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

        vectorizer = DictVectorizer()
        matrix = vectorizer.fit_transform([no_show.features(item) for item in visits])
        learned = LogisticRegression(max_iter=2000).fit(matrix, missed)
        names = vectorizer.get_feature_names_out()
        return no_show.logistic(
            float(learned.intercept_[0]),
            dict(zip(map(str, names), map(float, learned.coef_[0]), strict=True)),
        )

    @api.model
    def _prepare_version(self, model, visits, dates, missed, tested):
        """Return the values of a version: parameters, recalibration and figures."""
        table = self._fit(no_show.TABLE, visits, missed)
        table = table.shifted(self._get_recent_shift(table, visits, dates, missed))
        values = {
            "kind": model.kind,
            "outcome_count": len(visits),
            "shift": self._get_recent_shift(model, visits, dates, missed),
            "parameters": {
                "shares": list(model.shares),
                "intercept": model.intercept,
                "coefficients": dict(model.coefficients),
                "missed_by_lead": [1 - share for _bound, share in table.attendance()],
            },
        }
        if dates:
            days = [day for _booked, day in dates]
            values.update(first_day=min(days), last_day=max(days))
        if model.kind in tested:
            values.update(self._prepare_figures(model.kind, dates, missed, tested))
        return values

    def _get_recent_shift(self, model, visits, dates, missed):
        today = fields.Date.today()
        recent = [
            i
            for i, (_booked, day) in enumerate(dates)
            if (today - day).days <= no_show.RECENT_DAYS
        ]
        return no_show.recalibration(
            [model.log_odds(visits[i]) for i in recent], [missed[i] for i in recent]
        )

    def _prepare_figures(self, kind, dates, missed, tested):
        """Return the values of a version that its evaluation gives."""
        chances = tested["chances"][kind]
        hits = [missed[i] for i in tested["test"]]
        weeks = no_show_metrics.drift(
            [self._get_monday(dates[i][1]) for i in tested["test"]], chances, hits
        )
        metrics = tested[kind]
        return {
            "test_count": metrics.count,
            "auc": metrics.auc or 0.0,
            "brier": metrics.brier,
            "calibration_error": metrics.ece,
            "drift": no_show_metrics.largest_drift(weeks),
            "figures": {
                "kinds": {k: asdict(tested[k]) for k in KINDS if k in tested},
                "bins": [
                    asdict(item)
                    for item in no_show_metrics.calibration_bins(chances, hits)
                ],
                "weeks": [asdict(week) for week in weeks],
            },
        }

    def _get_monday(self, day):
        return fields.Date.to_string(fields.Date.start_of(day, "week"))
