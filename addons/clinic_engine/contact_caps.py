# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How often representatives may call on a doctor, in rolling months.

Two rates, kept apart: the *call rate* has the calls that the doctor did not ask for,
the *contact rate* has them all. A call that the doctor asked for counts in the second
alone, so that it is never refused for the first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from .rolling import Entry, RollingTotals


@dataclass(frozen=True, slots=True)
class Contact:
    """One call on a doctor, made or booked."""

    day: date
    is_solicited: bool = False


@dataclass(frozen=True, slots=True)
class Caps:
    """At most so many within ``months``; None: without limit."""

    calls: int | None = None
    contacts: int | None = None
    months: int = 12


@dataclass(frozen=True, slots=True)
class Excess:
    """A cap that one more call would break.

    ``rate`` is ``calls`` or ``contacts``; ``count`` is what the fullest window has
    without that call; ``free_on`` is the first later day that takes it, if any.
    """

    rate: str
    limit: int
    count: int
    free_on: date | None


@dataclass(frozen=True, slots=True)
class Rates:
    """The mean calls and contacts of a doctor in the months that end on a day."""

    calls: float
    contacts: float


def check_call(
    contacts: Sequence[Contact], day: date, is_solicited: bool, caps: Caps
) -> list[Excess]:
    """Return the caps that one more call on ``day`` would break, none if it may be.

    :param contacts: those of one doctor, before and after that day, without the asked
    """
    return [
        Excess(rate, limit, count, totals.first_free(day, limit))
        for rate, limit, count, totals in _get_full(contacts, day, is_solicited, caps)
    ]


def is_full(
    contacts: Sequence[Contact], day: date, is_solicited: bool, caps: Caps
) -> bool:
    """Return whether one more call on ``day`` would break a cap (see `check_call`)."""
    return any(_get_full(contacts, day, is_solicited, caps))


def _get_full(contacts, day, is_solicited, caps) -> Iterator[tuple]:
    """Yield (rate, limit, count, totals) of each cap without room for one more."""
    wanted = [("contacts", caps.contacts, contacts)]
    if not is_solicited:
        calls = [contact for contact in contacts if not contact.is_solicited]
        wanted.insert(0, ("calls", caps.calls, calls))
    for rate, limit, counted in wanted:
        # few in all are few in any window
        if limit is None or len(counted) < limit:
            continue
        totals = _totals(counted, caps.months)
        count = totals.fullest(day)
        if count + 1 > limit:
            yield rate, limit, count, totals


def count_contacts(
    contacts: Sequence[Contact], end: date, months: int = 12
) -> tuple[int, int]:
    """Return how many calls and contacts the months have that end on ``end``."""
    calls = [contact for contact in contacts if not contact.is_solicited]
    return _totals(calls, months).ending(end), _totals(contacts, months).ending(end)


def rates(
    by_doctor: Sequence[Sequence[Contact]], end: date, months: int = 12
) -> Rates | None:
    """Return the mean rates of doctors, those without any contact included.

    :param by_doctor: the contacts of each doctor
    :return: None where there is no doctor
    """
    counts = [count_contacts(contacts, end, months) for contacts in by_doctor]
    if not counts:
        return None
    calls, everything = (sum(column) for column in zip(*counts, strict=True))
    return Rates(calls / len(counts), everything / len(counts))


def _totals(contacts: Sequence[Contact], months: int) -> RollingTotals:
    return RollingTotals([Entry(contact.day) for contact in contacts], months)
