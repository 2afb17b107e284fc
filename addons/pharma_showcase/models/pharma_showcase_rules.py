# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Rules of people and practices: who may call on whom, how often, and when."""

from dataclasses import dataclass, replace
from datetime import timedelta

from odoo import fields, models

from odoo.addons.clinic_engine import practice
from odoo.addons.clinic_engine.clock import DAY, from_epoch, local_clock
from odoo.addons.clinic_scheduling.exceptions import BeyondHorizon, NoticeTooShort
from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from ..const import CLAIMING_STATES
from ..exceptions import DoctorNotReceiving, NotEligible, PracticeRuleBroken

#: Calls that are this far away count for no limit of a month, nor for a lunch.
LOOK_AROUND = timedelta(days=35)

#: Rules of a practice about when, which schedulers may break with a reason.
WHEN_RULES = {"notice", "horizon", "weekday", "hours"}

ERRORS = {"notice": NoticeTooShort, "horizon": BeyondHorizon}


@dataclass(frozen=True)
class Refusal:
    """Why a call is refused: a code for programs, a sentence, the error to raise."""

    code: str
    sentence: str
    error: type = PracticeRuleBroken


class PharmaShowcase(models.Model):
    """What forbids a call besides hours and what is taken."""

    _inherit = "pharma.showcase"

    def _get_refusals(self, call):
        """Return what forbids ``call`` as ``Refusal`` objects, gravest first.

        Hook: extend the list to bind calls to further rules. ``self`` is the showcase
        that moves, or empty for a new one; nothing has been written yet.

        :param WantedCall call: doctor, representative, products, start, modality…
        """
        return [
            *self._get_doctor_refusals(call),
            *self._get_representative_refusals(call),
            *self._get_practice_refusals(call),
        ]

    def _get_doctor_refusals(self, call):
        doctor_sudo = call.doctor.sudo()
        name = doctor_sudo.display_name
        if doctor_sudo.no_see and not call.solicited and not call.by_doctor:
            sentence = self.env._(
                "%(doctor)s does not want to be called on.", doctor=name
            )
            yield Refusal("no_see", sentence, DoctorNotReceiving)
        if doctor_sudo.licence_state == "inactive":
            sentence = self.env._(
                "%(doctor)s's licence to practise is not active.", doctor=name
            )
            yield Refusal("licence", sentence, DoctorNotReceiving)

    def _get_representative_refusals(self, call):
        rep_sudo, doctor_sudo = call.representative.sudo(), call.doctor.sudo()
        names = {
            "representative": rep_sudo.display_name,
            "doctor": doctor_sudo.display_name,
        }
        territory = doctor_sudo.territory_id
        if territory and territory not in rep_sudo.territory_ids:
            sentence = self.env._(
                "%(doctor)s is not in a territory of %(representative)s.", **names
            )
            yield Refusal("territory", sentence, NotEligible)
        if rep_sudo.product_ids and (more := call.products - rep_sudo.product_ids):
            sentence = self.env._(
                "%(representative)s may not show %(products)s.",
                products=", ".join(more.mapped("display_name")),
                **names,
            )
            yield Refusal("products", sentence, NotEligible)
        limit = rep_sudo.max_calls_day
        if limit and not call.exception and self._count_calls_of_day(call) >= limit:
            sentence = self.env._(
                "%(representative)s has %(count)s calls on that day already.",
                count=limit,
                **names,
            )
            yield Refusal("rep_day", sentence, NotEligible)

    def _count_calls_of_day(self, call):
        """Return how many calls the representative has on the day of ``call``."""
        zone = self._get_call_tz(call)
        clock = local_clock(zone)
        day = clock.day(epoch(call.start))
        bounds = [clock.epoch(day, seconds) for seconds in (0, DAY)]
        first, last = (fields.Datetime.to_string(_to_utc(item)) for item in bounds)
        # sudo: a scheduler of one team plans for a representative of two
        return self.sudo().search_count(
            [
                ("representative_id", "=", call.representative.id),
                ("state", "in", CLAIMING_STATES),
                ("start", ">=", first),
                ("start", "<", last),
                ("id", "!=", self.id),
            ]
        )

    def _get_practice_refusals(self, call):
        check = self._get_time_check(call, call.site, call.exception)
        sentences = self._get_practice_sentences(call)
        return [
            Refusal(code, sentences[code], ERRORS.get(code, PracticeRuleBroken))
            for code in check(epoch(call.start))
        ]

    def _get_time_check(self, call, site, exception=False):
        """Return a function: start (epoch seconds) -> codes of rules that it breaks.

        What it needs is read once, however many times it is asked about.
        """
        rules = self.env["pharma.practice.rule"]._get_rules(
            call.doctor, site, call.representative.sudo().company_id
        )
        bound = [
            (rule._to_engine(self._get_call_tz(call)), self._get_calls(rule, call))
            for rule in rules
        ]
        now = epoch(fields.Datetime.now())
        length = call.seconds[1] - call.seconds[0]
        wanted = self._to_practice_call(call)
        ignored = WHEN_RULES if exception else set()

        def check(start):
            moved = replace(wanted, start=start, stop=start + length)
            codes = [
                code
                for rule, others in bound
                for code in practice.broken(rule, moved, others, now)
            ]
            return [code for code in dict.fromkeys(codes) if code not in ignored]

        return check

    def _to_practice_call(self, call):
        rep_sudo = call.representative.sudo()
        return practice.Call(
            *call.seconds, call.modality, rep_sudo.company_id.id or 0, rep_sudo.id
        )

    def _get_calls(self, rule, call):
        """Return the calls that count for the limits of ``rule``, of all companies."""
        around = LOOK_AROUND + timedelta(weeks=rule.lunch_weeks)
        # sudo: limits of a practice count the calls of every company and team
        others_sudo = self.sudo().search_fetch(
            [
                *rule._get_calls_domain(),
                ("state", "in", CLAIMING_STATES),
                ("start", ">", call.start - around),
                ("start", "<", call.start + around),
                ("id", "!=", self.id),
            ],
            ["start", "stop", "modality", "company_id", "representative_id"],
        )
        return [
            practice.Call(
                epoch(item.start),
                epoch(item.stop),
                item.modality,
                item.company_id.id,
                item.representative_id.id,
            )
            for item in others_sudo
        ]

    def _get_practice_sentences(self, call):
        """Return {code of the engine: sentence} about a practice's rules."""
        names = {
            "doctor": call.doctor.sudo().display_name,
            "company": call.representative.sudo().company_id.display_name or "",
            "representative": call.representative.sudo().display_name,
            "time": self._format_call_time(epoch(call.start), call),
        }
        sentences = {
            "company": self.env._("%(doctor)s does not receive %(company)s."),
            "representative": self.env._(
                "%(doctor)s receives other representatives than %(representative)s."
            ),
            "modality": self.env._("%(doctor)s does not take calls of this kind."),
            "notice": self.env._(
                "%(doctor)s asks for more notice than until %(time)s."
            ),
            "horizon": self.env._("%(doctor)s does not plan as far ahead as %(time)s."),
            "weekday": self.env._("%(doctor)s takes no calls on that weekday."),
            "hours": self.env._("%(doctor)s takes no calls at that hour: %(time)s."),
            "per_day": self.env._("%(doctor)s has enough calls on that day."),
            "per_week": self.env._("%(doctor)s has enough calls in that week."),
            "per_month": self.env._("%(doctor)s has enough calls in that month."),
            "per_month_of_company": self.env._(
                "%(doctor)s has enough calls of %(company)s in that month."
            ),
            "lunch": self.env._("%(doctor)s has another lunch too near to %(time)s."),
        }
        return {code: sentence % names for code, sentence in sentences.items()}


def _to_utc(seconds):
    return from_epoch(seconds).replace(tzinfo=None)
