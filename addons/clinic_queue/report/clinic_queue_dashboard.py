# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The figures of the dashboard: one call, and the same number of queries for any room.

Odoo's own spreadsheet dashboards average and count; a median or a ninth decile needs
the rows, so these figures are asked of PostgreSQL.
"""

from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.clinic_scheduling.const import WEEKDAYS

#: Longest period (days) that is compared at once.
MOST_DAYS = 366

SUMMARY = """
    SELECT is_before, grouping(kind), kind, level_id, count(*),
           count(wait_minutes), avg(in_target)::float, avg(left_rate)::float,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY wait_minutes),
           percentile_cont(0.9) WITHIN GROUP (ORDER BY wait_minutes),
           max(wait_minutes), avg(overtakes)::float, avg(equal_overtakes)::float,
           max(target)
      FROM (SELECT day < %(start)s AS is_before, queued.* FROM %(rows)s queued) figures
  GROUP BY GROUPING SETS ((is_before), (is_before, kind, level_id))
"""

SUMMARY_NAMES = (
    "people",
    "seen",
    "in_target",
    "left",
    "median",
    "ninety",
    "longest",
    "overtakes",
    "equal_overtakes",
    "target",
)

NOW = """
    SELECT count(*), max(waiting_minutes), count(*) FILTER (
               WHERE waiting_minutes > GREATEST(target, 0))
      FROM %(rows)s queued WHERE state = 'waiting'
"""

PEAKS = """
    SELECT weekday::int, hour, count(*) FROM %(rows)s queued GROUP BY 1, 2
"""

#: Between the first start and the last end of a day; when desks were open is not kept.
#: Who was sent on was served more than once: each share counts where it was given.
WORK = """
    SELECT desk_id, doctor_id, sum(served)::int, sum(busy)::float, sum(span)::float
      FROM (SELECT grouping(desk_id) AS no_desk, desk_id, doctor_id, count(*) AS served,
                   sum(minutes) AS busy,
                   EXTRACT(EPOCH FROM max(stopped) - min(started)) / 60 AS span
              FROM (SELECT day, desk_id, doctor_id, started_at AS started,
                           completed_at AS stopped, consultation_minutes AS minutes
                      FROM %(rows)s queued
                     WHERE state = 'completed'
                       AND started_at IS NOT NULL
                     UNION ALL
                    SELECT queued.day, share.desk_id,
                           CASE WHEN share.provider_key LIKE 'doctor:%%'
                                THEN substring(share.provider_key FROM 8)::int END,
                           share.moment - make_interval(
                               secs => share.served_minutes * 60),
                           share.moment, share.served_minutes
                      FROM %(rows)s queued
                      JOIN clinic_queue_event share ON share.ticket_id = queued.id
                     WHERE share.served_minutes > 0
                       AND share.is_undone IS NOT TRUE) served
          GROUP BY GROUPING SETS ((day, desk_id), (day, doctor_id))) days
     WHERE no_desk = 1 AND doctor_id IS NOT NULL
        OR no_desk = 0 AND desk_id IS NOT NULL
  GROUP BY desk_id, doctor_id
"""

#: How far the start of a band was from the wait, in minutes, and what bands promise.
ESTIMATES = """
    SELECT shown_to, count(*), avg(error_minutes)::float,
           avg(absolute_minutes)::float,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY absolute_minutes),
           sqrt(avg(error_minutes ^ 2))::float, avg(within)::float,
           avg(shorter)::float
      FROM %(rows)s shown
  GROUP BY GROUPING SETS ((shown_to), ())
    HAVING count(*) > 0
  ORDER BY shown_to NULLS LAST
"""

ESTIMATE_NAMES = ("count", "bias", "mae", "median", "rmse", "within", "shorter")


class ClinicQueueReport(models.Model):
    _inherit = "clinic.queue.report"

    @api.model
    @api.readonly
    def get_dashboard(self, date_from, date_to, queue_id=None):
        """Return the figures of a period and of the one before it.

        :param str date_from: first day, as the queues' sites count days
        :param str date_to: last day
        :param int queue_id: one queue; None: all that the user may see
        :raise AccessError: for who may not see reports
        """
        self.check_access("read")
        start, stop = (fields.Date.to_date(day) for day in (date_from, date_to))
        days = (stop - start).days + 1
        if not 1 <= days <= MOST_DAYS:
            raise UserError(self.env._("Choose a period of at most a year."))
        queues = self.env["clinic.queue"].search_fetch([], ["name", "site_id"])
        domain = Domain("queue_id", "=", queue_id) if queue_id else Domain.TRUE
        during = domain & Domain("day", ">=", start) & Domain("day", "<=", stop)
        before = start - timedelta(days=days)
        both = domain & Domain("day", ">=", before) & Domain("day", "<=", stop)
        return {
            "queues": [{"id": item.id, "name": item.display_name} for item in queues],
            "now": self._get_now(domain),
            **self._get_summary(both, start),
            "peaks": self._get_peaks(during, start, days),
            **self._get_work(during),
            "estimates": self._get_estimates(domain, start, stop),
        }

    def _ask(self, statement, domain, columns, model=None, **values):
        """Return the answer to a statement about the rows that the user may see.

        :param model: whose rows; None: those of the report
        """
        model = self if model is None else model
        query = model._search(domain)
        names = (SQL.identifier(model._table, name) for name in columns)
        rows = query.subselect(*names)
        return self.env.execute_query(SQL(statement, rows=rows, **values))

    def _get_now(self, domain):
        """Return who waits at this moment, on the clock of each queue's site."""
        columns = ("state", "target", "waiting_minutes")
        today = self.env["clinic.queue"].search([])._get_day_domain()
        [[count, longest, overdue]] = self._ask(NOW, domain & today, columns)
        return {"waiting": count, "longest": longest, "overdue": overdue}

    def _get_summary(self, domain, start):
        """Return the totals of both periods, and the figures of each class."""
        columns = ("day", "kind", "level_id", "in_target", "left_rate")
        columns += ("wait_minutes", "overtakes", "equal_overtakes", "target")
        found = {"total": None, "before": None, "levels": []}
        for row in self._ask(SUMMARY, domain, columns, start=start):
            is_before, is_total, kind, level_id, *figures = row
            values = dict(zip(SUMMARY_NAMES, figures, strict=True))
            if is_total:
                found["before" if is_before else "total"] = values
            elif not is_before:
                level = self.env["clinic.triage.level"].browse(level_id)
                found["levels"].append({**self._describe(level, kind), **values})
        found["levels"].sort(key=lambda item: (item["order"], item["policy"]))
        if len({item["policy"] for item in found["levels"] if item["policy"]}) < 2:
            for item in found["levels"]:
                item["policy"] = ""
        return found

    def _describe(self, level, kind):
        """Return a class of people in words."""
        if kind == "appointment":
            name = self.env._("Appointments")
            return {"name": name, "order": 99, "policy": "", "threshold": None}
        return {
            "name": f"{level.code} {level.name}",
            "order": level.code,
            "policy": level.policy_id.name,
            "threshold": level.threshold / 100,
        }

    def _get_peaks(self, domain, start, days):
        """Return how many come, per hour of the weekdays; hours of nobody are left."""
        rows = self._ask(PEAKS, domain, ("weekday", "hour"))
        counts = Counter({(weekday, hour): count for weekday, hour, count in rows})
        met = Counter((start + timedelta(days=day)).weekday() for day in range(days))
        hours = sorted({hour for _weekday, hour in counts})
        field = self._fields["weekday"]._description_selection(self.env)
        names = dict(field)
        lines = [
            {
                "name": names[key],
                "values": [
                    round(counts[int(key), hour] / met[int(key)], 1) for hour in hours
                ],
            }
            for key, _label in WEEKDAYS
            if met[int(key)]
        ]
        by_hour = [
            round(sum(counts[day, hour] for day in range(7)) / days, 2)
            for hour in hours
        ]
        return {"hours": hours, "weekdays": lines, "by_hour": by_hour}

    def _get_work(self, domain):
        """Return what each desk and each doctor did."""
        self.env["clinic.queue.event"].flush_model()
        columns = ("id", "day", "desk_id", "doctor_id", "state", "started_at")
        columns += ("completed_at", "consultation_minutes")
        rows = self._ask(WORK, domain, columns)
        desks = self.env["clinic.queue.desk"].browse([row[0] for row in rows if row[0]])
        doctors = self.env["clinic.doctor"].browse([row[1] for row in rows if row[1]])
        names = {record: record.display_name for record in (*desks, *doctors)}
        if len(desks.site_id) > 1:
            names.update({desk: f"{desk.name} · {desk.site_id.name}" for desk in desks})
        found = {"desks": [], "doctors": []}
        for desk_id, doctor_id, served, busy, span in rows:
            key, record = ("desks", desks.browse(desk_id))
            if doctor_id:
                key, record = ("doctors", doctors.browse(doctor_id))
            found[key].append(
                {
                    "name": names[record],
                    "served": served,
                    "per_hour": 60 * served / span if span else None,
                    # no length is known of what nobody ended by the end of the day
                    "minutes": None if busy is None else busy / served,
                    "idle": max(0, 1 - (busy or 0) / span) if span else None,
                }
            )
        for lines in found.values():
            lines.sort(key=lambda line: line["name"])
        return found

    def _get_estimates(self, domain, start, stop):
        """Return how good the waits were that people had been told, by audience.

        ``median`` and ``rmse`` are of the size of the error, as ``mae`` is: one wait
        that was very wrong moves the last one most, and the first one not at all.
        """
        estimates = self.env["clinic.queue.estimate"]
        for model in (estimates, estimates.ticket_id):
            model.flush_model()
        during = Domain("ticket_id.day", ">=", start) & Domain("is_known", "=", True)
        during &= Domain("ticket_id.day", "<=", stop)
        columns = ("shown_to", "error_minutes", "absolute_minutes", "within", "shorter")
        rows = self._ask(ESTIMATES, domain & during, columns, model=estimates)
        labels = dict(estimates._fields["shown_to"]._description_selection(self.env))
        if len(rows) == 2:
            # one audience: all of them are the same
            rows.pop()
        return [
            {
                "name": labels.get(audience, self.env._("All")),
                **dict(zip(ESTIMATE_NAMES, figures, strict=True)),
            }
            for audience, *figures in rows
        ]
