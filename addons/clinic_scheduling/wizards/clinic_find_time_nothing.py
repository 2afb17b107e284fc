# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from bisect import bisect_left
from datetime import timedelta

from odoo import models

from odoo.addons.clinic_engine.clock import local_clock

#: How many days after the asked ones the next free day is looked for.
NEXT_DAYS = 90


class ClinicFindTime(models.TransientModel):
    """When nothing is free: which rules removed most, and the next free day."""

    _inherit = "clinic.find.time"

    def _explain_nothing(self, sites, doctors, situation, query):
        """Return (text, offers): which rules removed most, and the next free day."""
        sentences = [self.env._("Nothing is free that fits.")]
        sentences += self._explain_rules(doctors, situation, query)
        offers = self._find_next_day(sites, doctors)
        if offers:
            site = self.env["clinic.site"].browse(offers[0].site)
            day = self.env["clinic.schedule"]._format_day(offers[0].start, site.tz)
            sentences.append(self.env._("Next free day: %(day)s.", day=day))
        else:
            sentences.append(
                self.env._(
                    "Nothing is free in the %(days)s days after that either.",
                    days=NEXT_DAYS,
                )
            )
        return "\n".join(sentences), offers

    def _explain_rules(self, doctors, situation, query):
        if not doctors:
            return [self.env._("No doctor whom you may book offers this service.")]
        if query is None:
            return [
                self.env._(
                    "Patients book %(service)s from %(hours)s hours to %(days)s days "
                    "ahead.",
                    service=self.service_id.name,
                    hours=self.service_id.booking_notice,
                    days=self.service_id.horizon_days or "∞",
                )
            ]
        schedule = self.env["clinic.schedule"]
        counts, looked_at = schedule._count_refusals(situation, query)
        if not looked_at:
            return [
                self.env._(
                    "There are no hours in that time in which a visit of %(minutes)s "
                    "min could start.",
                    minutes=query.duration // 60,
                )
            ]
        removed = [
            self.env._(
                "%(rule)s: %(count)s of %(total)s times",
                rule=schedule._get_rule_label(code),
                count=count,
                total=looked_at,
            )
            for code, count in counts.most_common()
        ]
        return [self.env._("What removed them:"), *(f"– {line}" for line in removed)]

    def _find_next_day(self, sites, doctors):
        """Return ranked offers of the first free day after the asked ones."""
        last = self.date_to
        if self.wanted_stop:
            last = self.wanted_stop.date()
        first = last + timedelta(days=1)
        until = first + timedelta(days=NEXT_DAYS)
        start, stop = self._to_window(sites, first, until)
        schedule = self.env["clinic.schedule"]
        situation, query = schedule._get_search(
            self.service_id, doctors, start, stop, **self._get_options(sites)
        )
        found = self._drop_present(situation.find(query) if query else {})
        if not found:
            return []
        (_doctor, site), starts = min(found.items(), key=lambda item: item[1][0])
        clock = local_clock(self.env["clinic.site"].browse(site).tz)
        end_of_day = clock.epoch(clock.day(starts[0]) + timedelta(days=1), 0)
        found = {
            key: list_of_starts[: bisect_left(list_of_starts, end_of_day)]
            for key, list_of_starts in found.items()
            if list_of_starts[0] < end_of_day
        }
        return schedule._rank(
            situation, query, found, self._get_preference(), self.limit
        )
