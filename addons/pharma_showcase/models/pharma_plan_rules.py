# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What practices and doctors ask for, as the planner reads it."""

from collections import defaultdict

from odoo.fields import Domain

from odoo.addons.clinic_engine.planner_data import DoctorRule, PracticeRule


class PlanRules:
    """The rules among what a plan depends on."""

    def _get_rules(self):
        """Return the practice rules by (model, id) of their subject."""
        domain = Domain("doctor_id", "in", self.doctors.ids)
        domain |= Domain("site_id", "in", self.sites.ids)
        domain &= Domain("company_id", "in", [self.plan.company_id.id, False])
        rules = defaultdict(list)
        for rule in self.env["pharma.practice.rule"].search(domain):
            subject = rule.doctor_id or rule.site_id
            rules[subject._name, subject.id].append(rule)
        return rules

    def _get_rules_of(self, doctor, site):
        return [
            *self.rules.get((doctor._name, doctor.id), ()),
            *self.rules.get((site._name, site.id), ()),
        ]

    def _bound(self, doctor, site):
        """Return (key, rule, of our company alone) of what binds a call."""
        return [
            (2 * rule.id + own, rule, own)
            for rule in self._get_rules_of(doctor, site)
            for own in (0, 1)
        ]

    def _get_practices(self):
        practices = {}
        for rules in self.rules.values():
            for rule in rules:
                practices[2 * rule.id] = PracticeRule(
                    rule.max_calls_day or None,
                    rule.max_calls_week or None,
                    rule.max_calls_month or None,
                    rule.lunch_weeks or None,
                )
                practices[2 * rule.id + 1] = PracticeRule(
                    per_month=rule.max_calls_month_own or None
                )
        return practices

    def _get_doctor_rule(self, doctor):
        return DoctorRule(max(1, doctor.segment_id.min_gap_days), self._get_caps())

    def _get_caps(self):
        return self.plan.company_id._get_caps()

    def _get_received(self, rules):
        """Return the ids of those whom a practice receives, None for all."""
        named = [rule.allowed_representative_ids for rule in rules]
        named = [set(allowed.ids) for allowed in named if allowed]
        return tuple(sorted(set.intersection(*named))) if named else None


def get_weekday(doctor, rules):
    """Return the weekday that suits best, None for any.

    What the doctor says comes first, then what the practice does, then what is learned.
    """
    wishes = [doctor.preferred_weekday, *(rule.preferred_weekday for rule in rules)]
    weekday = next(filter(None, [*wishes, doctor.best_weekday]), None)
    return None if weekday is None else int(weekday)
