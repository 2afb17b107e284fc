# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the suite promises, as ratios within one run."""

from dataclasses import dataclass

from .parties.bookers import LeanBooker, OurBooker, PeerBooker
from .parties.ours import Ours
from .parties.peer import Peer
from .parties.plain import Python
from .portal import BUSY_MONTH, EMPTY_MONTH, FIFTY_WEEK
from .questions import DOCTOR_MONTH, FIFTY, TEN_AND_EIGHT

#: At least this many times faster than the peer.
FASTER = ((DOCTOR_MONTH, 8), (FIFTY, 20), (TEN_AND_EIGHT, 150))
#: Free times over HTTP: at least this many times sooner, and smaller, than the peer.
SOONER = ((EMPTY_MONTH, 3), (BUSY_MONTH, 3), (FIFTY_WEEK, 10))
SMALLER = ((EMPTY_MONTH, 20), (BUSY_MONTH, 20))
FLOOR_FACTOR = 3  # at most this many times the plain-Python floor,
FLOOR_SECONDS = 0.005  # wherever that floor takes longer than this
BOOKING_FASTER = 10  # than the peer's bookings with its mails
LEAN_SHARE = 1 / 3  # of the lean model's bookings per second


@dataclass(frozen=True)
class Verdict:
    """A target, what was measured, and whether that meets it."""

    target: str
    measured: str
    met: bool


def judge_search(findings):
    """Return the verdicts on slot search."""
    by_question = {finding.question: finding for finding in findings}
    verdicts = []
    for question, factor in FASTER:
        if question in by_question:
            ratio = by_question[question].ratio(Peer.name, Ours.name)
            target = f"{question.title}: at least {factor}× faster than the peer"
            verdicts.append(Verdict(target, f"{ratio:.1f}×", ratio >= factor))
    return [*verdicts, floor(findings), slowest(findings), *queries(findings)]


def floor(findings):
    """Return the verdict on how far above the plain-Python floor we are."""
    slow = [item for item in findings if item.seconds[Python.name] > FLOOR_SECONDS]
    target = f"At most {FLOOR_FACTOR}× plain Python where that takes over 5 ms"
    if not slow:
        return Verdict(target, "nowhere over 5 ms", True)
    worst = max(slow, key=lambda item: item.ratio(Ours.name, Python.name))
    ratio = worst.ratio(Ours.name, Python.name)
    measured = f"at most {ratio:.1f}× ({worst.question.title})"
    return Verdict(target, measured, ratio <= FLOOR_FACTOR)


def slowest(findings):
    """Return the verdict on the question in which the peer comes closest."""
    worst = min(findings, key=lambda item: item.ratio(Peer.name, Ours.name))
    ratio = worst.ratio(Peer.name, Ours.name)
    measured = f"at least {ratio:.1f}× faster ({worst.question.title})"
    return Verdict("Nowhere slower than the peer", measured, ratio >= 1)


def queries(findings):
    """Return the verdicts on the number of queries of one search."""
    verdicts = []
    for label, with_rooms in (("of doctors", False), ("of doctors and rooms", True)):
        chosen = [item for item in findings if bool(item.question.rooms) == with_rooms]
        counts = set().union(*(item.queries for item in chosen))
        if counts:
            target = f"Searches {label}: queries constant in doctors, days, bookings"
            measured = " or ".join(map(str, sorted(counts)))
            verdicts.append(Verdict(target, measured, len(counts) == 1))
    return verdicts


def judge_page(findings):
    """Return the verdicts on free times over HTTP."""
    by_look = {finding.look: finding for finding in findings}
    verdicts = []
    for words, factors, measure in (
        ("sooner than", SOONER, "ratio"),
        ("smaller than", SMALLER, "size_ratio"),
    ):
        for look, factor in factors:
            if look in by_look:
                ratio = getattr(by_look[look], measure)(Peer.name, Ours.name)
                target = f"{look.label}: {factor}× {words} the peer's page"
                verdicts.append(Verdict(target, f"{ratio:.1f}×", ratio >= factor))
    return verdicts


def judge_race(findings):
    """Return the verdict on double bookings of ours."""
    ours = [item for item in findings if item.party == OurBooker.name]
    double = sum(item.double for item in ours)
    rounds = sum(item.rounds for item in ours)
    wrong = double + sum(item.empty for item in ours)
    measured = f"{double} double, {wrong - double} without a winner, of {rounds} rounds"
    return [Verdict("Double bookings: none", measured, not wrong)]


def judge_rate(findings):
    """Return the verdicts on bookings per second."""
    rates = {item.party: item.rate for item in findings}
    ours = rates[OurBooker.name]
    faster, share = ours / rates[PeerBooker.name], ours / rates[LeanBooker.name]
    return [
        Verdict(
            f"Booking: at least {BOOKING_FASTER}× the peer's per second",
            f"{faster:.1f}×",
            faster >= BOOKING_FASTER,
        ),
        Verdict(
            "Booking: at least a third of the lean model's per second",
            f"{share:.2f}",
            share >= LEAN_SHARE,
        ),
    ]
