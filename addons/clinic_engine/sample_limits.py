# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How many samples of a product a doctor may get, for how long.

Rules differ by country: a maximum per call, a maximum within rolling months, and a
number of years after the first request in which samples are given at all. Each rule
that applies to a drop must hold. A drop that is filed late counts on the day on which
it was handed over.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date

from .rolling import Entry, RollingTotals, add_months

#: What can be wrong with a drop, the gravest first.
CODES = ("quantity", "too_late", "per_call", "per_period")


@dataclass(frozen=True, slots=True)
class SampleRule:
    """A limit; None means: this one says nothing about it.

    ``country`` and ``product`` say to whom and what it applies, None to all.
    """

    country: Hashable = None
    product: Hashable = None
    per_call: int | None = None
    per_period: int | None = None
    months: int = 12
    years: int | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """Samples of one product that one doctor got on a day."""

    day: date
    quantity: int


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that a drop would break.

    ``used`` is what counts already, ``left`` what may still be given; ``until`` is the
    last day of the years after the first request, or the first day that has room.
    """

    code: str
    limit: int
    used: int = 0
    left: int = 0
    until: date | None = None


def choose_rules(
    rules: Sequence[SampleRule], country: Hashable, product: Hashable
) -> list[SampleRule]:
    """Return the rules of a doctor's country for a product.

    Where the country has any of its own, those for all countries say nothing; where
    the product has any of its own in it, those for all products say nothing.
    """
    fitting = [
        rule
        for rule in rules
        if rule.country in (None, country) and rule.product in (None, product)
    ]
    for name, wanted in (("country", country), ("product", product)):
        own = [
            rule
            for rule in fitting
            if wanted is not None and getattr(rule, name) == wanted
        ]
        fitting = own or fitting
    return fitting


def last_day(rule: SampleRule, first_request: date | None) -> date | None:
    """Return the last day on which the rule lets samples be given, None: no end."""
    if rule.years is None or first_request is None:
        return None
    return add_months(first_request, 12 * rule.years)


def check_drop(
    rules: Sequence[SampleRule],
    drops: Sequence[Drop],
    day: date,
    quantity: int,
    same_call: int = 0,
    first_request: date | None = None,
) -> list[Breach]:
    """Return what forbids a drop, the gravest first, nothing if it may be.

    :param rules: those that apply (see `choose_rules`)
    :param drops: what the doctor got of the product, on earlier and later days
    :param quantity: packs to be given now
    :param same_call: packs of the product that the same call has given already; they
        are among ``drops``
    :param first_request: the day of the first request for the product, if any
    """
    if isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 1:
        return [Breach("quantity", 1)]
    found = []
    for rule in rules:
        found += _check_rule(rule, drops, day, quantity, same_call, first_request)
    return sorted(found, key=lambda breach: (CODES.index(breach.code), breach.left))


def allowance(
    rules: Sequence[SampleRule],
    drops: Sequence[Drop],
    day: date,
    same_call: int = 0,
    first_request: date | None = None,
) -> int | None:
    """Return how many packs may be given on ``day``, None: without limit."""
    bounds = []
    for rule in rules:
        end = last_day(rule, first_request)
        if end is not None and day > end:
            return 0
        if rule.per_call is not None:
            bounds.append(rule.per_call - same_call)
        if rule.per_period is not None:
            bounds.append(rule.per_period - _totals(drops, rule).fullest(day))
    return max(min(bounds), 0) if bounds else None


def _check_rule(rule, drops, day, quantity, same_call, first_request):
    end = last_day(rule, first_request)
    if end is not None and day > end:
        yield Breach("too_late", rule.years, until=end)
    if rule.per_call is not None and same_call + quantity > rule.per_call:
        left = max(rule.per_call - same_call, 0)
        yield Breach("per_call", rule.per_call, same_call, left)
    if rule.per_period is not None:
        totals = _totals(drops, rule)
        used = totals.fullest(day)
        if used + quantity > rule.per_period:
            left = max(rule.per_period - used, 0)
            until = totals.first_free(day, rule.per_period, quantity)
            yield Breach("per_period", rule.per_period, used, left, until)


def _totals(drops, rule):
    entries = [Entry(drop.day, drop.quantity) for drop in drops]
    return RollingTotals(entries, rule.months)
