# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""From the records of a plan to the planner's plain values.

Each kind of record is read once, however many doctors and days there are. Of patients'
visits nothing but taken time is read. What the door of showcases refuses is no option
here, by the same functions.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from odoo.fields import Domain
from odoo.tools.date_utils import add, subtract

from odoo.addons.clinic_engine import intervals, practice
from odoo.addons.clinic_engine.clock import from_epoch, local_clock
from odoo.addons.clinic_engine.planner_data import (
    IN_PERSON,
    LUNCH,
    REMOTE,
    Block,
    Locked,
    Option,
    Problem,
    RepDay,
    Visit,
)
from odoo.addons.clinic_engine.planner_value import Worth, get_value
from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from ..const import CLAIMING_STATES, REMOTE_MODALITIES
from .pharma_plan_places import Places
from .pharma_plan_rules import PlanRules, get_weekday

#: In this order a kind of call is chosen where a practice does not take any.
KINDS = ("in_person", "video", "phone")
#: Points of an open opportunity, of a doctor who asked for a call, and of a day that
#: is not the one that suits best.
OPPORTUNITY, ASKED, OFF_DAY = 2, 5, 1
#: Months around the plan's days whose calls count for gaps and practices.
LOOK_AROUND = 12
#: Time between the end of a call and the way to the next one, in seconds.
BUFFER = 300
#: Calls start at multiples of so many seconds.
STEP = 300
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Wish:
    """What kind of call is wanted; ``site`` (id): there and of that kind alone."""

    minutes: int
    modality: str
    products: object
    site: int | None = None


@dataclass
class Loaded:
    """The planner's problem, and whose its numbers are."""

    problem: Problem
    #: For each rep-day its representative's id and date.
    days: list = field(default_factory=list)
    #: For each visit its doctor's id; for each of its options (site id, modality).
    doctors: list = field(default_factory=list)
    places: list = field(default_factory=list)
    #: (latitude, longitude) of the problem's places.
    points: list = field(default_factory=list)


class PlanLoader(PlanRules):
    """Reads what one plan depends on. ``plan`` is sudo: limits bind, seen or not.

    :param doctors: these, with one call each, instead of the plan's
    :param reps: these instead of the plan's
    :param movable: calls that may be made at another time: they take none
    """

    def __init__(self, plan, now, doctors=None, reps=None, movable=None):
        self.plan, self.env = plan, plan.env
        self.now = epoch(now)
        self.start = datetime.combine(plan.date_from, time.min) - DAY
        self.stop = datetime.combine(plan.date_to, time.max) + DAY
        self.reps = plan._get_representatives() if reps is None else reps
        self.doctors = plan._get_doctors() if doctors is None else doctors
        self.is_single = doctors is not None
        self.movable = plan.env["pharma.showcase"] if movable is None else movable
        self.promising = plan._get_promising()
        self.places = Places(self.env, plan.company_id, plan.territory_id, self.reps)
        self.refused = {}

    def load(self):
        """Return the plan's problem."""
        self.situation = self.env["clinic.schedule"]._get_situation(
            self.env["clinic.service"], self.doctors, self.start, self.stop
        )
        here = self.env["clinic.site"].browse(self.situation.sessions)
        self.sites = self.doctors.site_ids | here
        partners = self.doctors.partner_id | self.sites.partner_id
        partners |= self.reps.home_partner_id
        partners.fetch(["partner_latitude", "partner_longitude", "zip"])
        self.rules = self._get_rules()
        self.calls = self._get_calls()
        self.standing = self.calls - self.movable
        self.dates = {call: call._localize(call.start).date() for call in self.calls}
        counted = self.standing if self.is_single else self.calls
        self.calls_on = counted.grouped("doctor_id")
        rep_days = self._get_rep_days()
        loaded = Loaded(None, [(day.rep, day.day) for day in rep_days])
        loaded.points = self.places.points
        visits = []
        for doctor in self.doctors:
            visits += self._get_visits(doctor, loaded)
        index = {(day.rep, day.day): i for i, day in enumerate(rep_days)}
        # before the matrix: calls elsewhere are places, too
        locked = tuple(self._get_locked(call, index) for call in self.standing)
        loaded.problem = Problem(
            tuple(rep_days),
            tuple(visits),
            self.places.get_matrix(),
            locked,
            {doctor.id: self._get_doctor_rule(doctor) for doctor in self.doctors},
            self._get_practices(),
            BUFFER,
            self.plan._get_weights(),
            STEP,
        )
        return loaded

    # ------------------------------------------------------------------
    # Representatives
    # ------------------------------------------------------------------

    def _get_rep_days(self):
        days, claimed = [], self._get_claimed()
        for rep in self.reps.sorted("id"):
            home = self.places.get_home(rep)
            blocks = rep._get_blocks(self.start, self.stop)
            blocks["claimed"] = claimed[rep]
            clock = local_clock(rep.tz or "UTC")
            date = self.plan.date_from
            while date <= self.plan.date_to:
                if day := self._get_rep_day(rep, date, clock, blocks, home):
                    days.append(day)
                date += DAY
        return days

    def _get_claimed(self):
        """Return {representative: what the ledger takes besides showcases}."""
        ledger = self.env["clinic.reservation"]
        resources = self.reps.resource_id.ids
        busy = ledger._get_busy(resources, self.start, self.stop)
        known = defaultdict(set)
        for call in self.calls:
            span = (epoch(call.start), epoch(call.stop))
            known[call.representative_id].add(span)
        found = {}
        for rep in self.reps:
            seats = busy.get(rep.resource_id.id, {}).values()
            spans = {span for spans in seats for span in spans}
            found[rep] = intervals.merge(spans - known[rep])
        return found

    def _get_rep_day(self, rep, date, clock, blocks, home):
        """Return one date of a representative, None where they do not work."""
        seconds = (self.plan.hour_from * 3600, self.plan.hour_to * 3600)
        opens, closes = (clock.epoch(date, round(item)) for item in seconds)
        away = intervals.merge([*blocks["hours"], *blocks["absence"]])
        worked = intervals.subtract([(opens, closes)], away)
        if not worked:
            return None
        start, stop = worked[0][0], worked[-1][1]
        taken = intervals.merge([*away, *blocks["calendar"], *blocks["claimed"]])
        busy = _clip(taken, start, stop)
        return RepDay(
            rep.id,
            date.toordinal(),
            start,
            stop,
            home,
            home,
            tuple(Block(*interval) for interval in busy),
            rep.max_calls_day or None,
        )

    # ------------------------------------------------------------------
    # Calls that stand
    # ------------------------------------------------------------------

    def _get_calls(self):
        """Return the calls that count: these doctors', practices' and reps'."""
        domain = Domain("doctor_id", "in", self.doctors.ids)
        domain |= Domain("site_id", "in", self.sites.ids)
        domain |= Domain("representative_id", "in", self.reps.ids)
        domain &= Domain("state", "in", CLAIMING_STATES)
        reach = {"months": max(LOOK_AROUND, self._get_caps().months), "days": 1}
        domain &= Domain("start", ">", subtract(self.start, **reach))
        domain &= Domain("start", "<", add(self.stop, **reach))
        return self.env["pharma.showcase"].search(domain, order="start, id")

    def _get_locked(self, call, index):
        day = self.dates[call].toordinal()
        kind = get_kind(call.modality)
        rep_day = index.get((call.representative_id.id, day))
        # where calls of other days are makes no way longer
        place = None if rep_day is None else self._get_call_place(call)
        practices = [
            key
            for key, rule, own in self._bound(call.doctor_id, call.site_id)
            if not own or call.company_id == self.plan.company_id
        ]
        return Locked(
            epoch(call.start),
            epoch(call.stop),
            day,
            call.doctor_id.id,
            rep_day,
            place,
            tuple(practices),
            kind,
            call.solicited_by_doctor,
            call.company_id == self.plan.company_id,
        )

    def _get_call_place(self, call):
        """Return the place of a call; None where it is from afar or nobody knows."""
        if call.modality in REMOTE_MODALITIES:
            return None
        return self.places.get_practice(call.site_id, call.doctor_id)

    # ------------------------------------------------------------------
    # Visits
    # ------------------------------------------------------------------

    def _get_visits(self, doctor, loaded):
        """Return the calls that are wanted of a doctor."""
        products = self.plan.campaign_id.product_ids
        wish = Wish(self.plan.duration, self.plan.modality, products)
        reps = self._get_reps_of(doctor, wish)
        options, places = self._get_options(doctor, wish)
        mine = self._get_mine(doctor)
        visits = []
        asked = self._is_asked(doctor, mine)
        wanted = 1 if self.is_single else self._get_wanted(doctor, mine, asked)
        for occurrence in range(wanted):
            value, terms = get_value(self._get_worth(doctor, mine, occurrence))
            visits.append(
                Visit(
                    f"{doctor.id}-{occurrence}",
                    doctor.id,
                    value,
                    tuple(options),
                    reps,
                    asked and not occurrence,
                    refused=self._get_refused(doctor),
                    terms=terms,
                )
            )
            loaded.doctors.append(doctor.id)
            loaded.places.append(places)
        return visits

    def _get_mine(self, doctor):
        """Return the calls on a doctor, of those that may move none if it is one."""
        return self.calls_on.get(doctor, self.calls.browse())

    def _get_wanted(self, doctor, mine, asked):
        """Return how many calls are planned: one at least for who asked for it."""
        wanted = self.plan._get_wanted(doctor, [self.dates[call] for call in mine])
        return max(wanted, int(asked))

    def _is_asked(self, doctor, mine):
        """Return whether a doctor asked for a call and none was made of it yet."""
        asked_on = doctor.call_asked_on
        return bool(asked_on) and all(
            call.create_date.date() < asked_on and self.dates[call] < asked_on
            for call in mine
        )

    def _get_refused(self, doctor):
        """Return the code of what forbids every call on a doctor, if anything."""
        refused = doctor.no_see or doctor.licence_state == "inactive"
        return "no_consent_or_no_see" if refused else None

    def _get_reps_of(self, doctor, wish):
        """Return the ids of the representatives who may call on a doctor."""
        territory = doctor.territory_id
        return tuple(
            rep.id
            for rep in self.reps.sorted("id")
            if (not territory or territory in rep.territory_ids)
            and (not rep.product_ids or wish.products <= rep.product_ids)
        )

    def _get_worth(self, doctor, mine, occurrence):
        before = [
            call
            for call in mine
            if call.state == "done" or self.dates[call] < self.plan.date_from
        ]
        since = None
        if before:
            last = self.dates[before[-1]]
            since = max(0, (self.plan.date_from - last).days)
        gap = doctor.target_period_days // max(1, doctor.target_calls) or 30
        return Worth(
            doctor.segment_id.base_value,
            since,
            gap,
            self.plan.campaign_id.launch_percent or 100,
            0 if occurrence or not self._is_asked(doctor, mine) else ASKED,
            opportunity=OPPORTUNITY if doctor in self.promising else 0,
            occurrence=occurrence,
        )

    def _get_options(self, doctor, wish):
        """Return the options of a doctor, and site and modality of each."""
        options, places = [], []
        resource = doctor.resource_id.id
        for site_id, by_resource in sorted(self.situation.sessions.items()):
            site = self.env["clinic.site"].browse(site_id)
            rules = self._get_rules_of(doctor, site)
            modality = self._get_modality(doctor, rules, wish)
            if modality is None or not site.active or wish.site not in (None, site_id):
                continue
            remote = modality in REMOTE_MODALITIES
            place = None if remote else self.places.get_practice(site, doctor)
            for session in by_resource.get(resource, ()):
                if session.purpose != "showcase":
                    continue
                for begin, end in self._get_free(session, resource, site, rules):
                    where = (place, self._get_keys(doctor, site), get_kind(modality))
                    free = (begin, end, wish.minutes * 60)
                    option = self._get_option(doctor, site, free, where, rules)
                    if option:
                        options.append(option)
                        places.append((site_id, modality))
        return options, places

    def _get_keys(self, doctor, site):
        return tuple(key for key, _rule, _own in self._bound(doctor, site))

    def _get_modality(self, doctor, rules, wish):
        """Return how a practice takes calls of this kind, None if it does not."""
        for rule in rules:
            companies = rule.allowed_company_ids
            if companies and self.plan.company_id not in companies:
                return None
        wanted = wish.modality
        others = () if wish.site else (kind for kind in KINDS if kind != wanted)
        return next(
            (
                kind
                for kind in (wanted, *others)
                if all(rule[kind] for rule in rules) and self._is_agreed(doctor, kind)
            ),
            None,
        )

    def _is_agreed(self, doctor, modality):
        """Return whether the doctor may be contacted in that way."""
        if modality not in self.refused:
            self.refused[modality] = self.env["pharma.showcase"]._get_missing_consents(
                self.doctors, modality, self.plan.company_id
            )
        return doctor.id not in self.refused[modality]

    def _get_free(self, session, resource, site, rules):
        """Return when a call may take place within hours that the doctor gave."""
        situation = self.situation
        seats = situation.busy.get(resource, {}).values()
        own = {
            (epoch(call.start), epoch(call.stop))
            for call in self.movable
            if call.doctor_id.resource_id.id == resource
        }
        taken = [claim for claims in seats for claim in claims if claim not in own]
        blocks = situation.site_blocks(site.id)
        taken += [*session.breaks, *blocks.get(resource, ()), *blocks.get(None, ())]
        free = intervals.subtract(
            [(session.start, session.stop)], intervals.merge(taken)
        )
        earliest = self.now + round(self.plan.freeze_hours * 3600)
        clock = local_clock(site.tz or "UTC")
        day = clock.day(session.start)
        for rule in rules:
            bounds = practice.get_bounds(
                rule._to_engine(site.tz or "UTC"), day, self.now
            )
            if not bounds.is_open:
                return []
            free = _clip(free, bounds.opens, bounds.closes)
            earliest = max(earliest, bounds.earliest)
            if bounds.latest is not None:
                free = _clip(free, 0, bounds.latest)
        return _clip(free, earliest, session.stop) if free else []

    def _get_option(self, doctor, site, free, where, rules):
        """Return the option of one free stretch, None where no call fits."""
        begin, end, duration = free
        clock = local_clock(site.tz or "UTC")
        day = clock.day(begin)
        plan = self.plan
        if end - begin < duration or not plan.date_from <= day <= plan.date_to:
            return None
        place, keys, kind = where
        # in whole steps, as every start
        first, last = begin + -begin % STEP, (end - duration) // STEP * STEP
        if first > last:
            return None
        weekday = get_weekday(doctor, rules)
        off = weekday is not None and weekday != day.weekday()
        hour = doctor.preferred_hour or doctor.best_hour
        return Option(
            day.toordinal(),
            first,
            last,
            duration,
            place,
            keys,
            kind,
            clock.epoch(day, round(hour * 3600)) if hour else None,
            OFF_DAY if off else 0,
            any(rule.approval_required for rule in rules),
            self._get_received(rules),
            weekday,
        )


def to_utc(seconds):
    """Return an instant of the planner as Odoo keeps it."""
    return from_epoch(seconds).replace(tzinfo=None)


def _clip(found, start, stop):
    """Return the parts of sorted intervals that lie between two instants."""
    return intervals.intersect(found, [(start, stop)]) if start < stop else []


def get_kind(modality):
    """Return the planner's kind of a modality."""
    if modality in REMOTE_MODALITIES:
        return REMOTE
    return LUNCH if modality == "lunch" else IN_PERSON
