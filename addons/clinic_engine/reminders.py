# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which message goes when, and by which channel.

The rules, in words:

- Of an event and channel, the most specific rules win: those of the doctor and the
  service over those of the doctor, these over those of the service, these over
  those for all. Equally specific ones all apply. A silent rule sends nothing, and by
  winning keeps the general ones from sending.
- A rule's moment is counted in hours that pass, from the start backwards or from the
  end onwards; or it is now.
- Quiet hours are times on the wall clock of the site, from ``start`` until ``end``
  of the same or the next day. A reminder that falls in them goes earlier, just before
  they begin, if that is still to come; everything else, and a reminder for which that
  is too late, goes when they end. What would then come after the visit has begun goes
  at once, save a reminder, which is not sent.
- Reminders that were wanted at different moments, and that quiet hours push to the same
  one, would say the same twice: the one wanted first goes, among those that reach the
  patient. What was wanted at one moment stays together.
- At-once messages by e-mail wait for nobody to wake up, tasks of staff disturb no
  patient; offers and delays are of use at once or never. They know no quiet hours.
- A reminder whose moment was over when the visit was booked is not sent.

Times are UTC epoch seconds.
"""

from dataclasses import dataclass

from .clock import local_clock

MINUTE, HOUR, DAY = 60, 3600, 86400

#: How long before quiet hours begin a message goes that would fall in them.
QUIET_MARGIN = 10 * MINUTE

#: Events that remind: of no use after the start, and early rather than late.
REMINDING = frozenset({"reminder", "showcase_reminder"})

#: Events that are said at once or never.
PRESSING = frozenset({"waitlist_offer", "running_late"})

#: Events that come after the visit.
AFTERWARDS = frozenset({"follow_up", "feedback", "showcase_feedback"})

#: Events of which several visits are told in one message.
TOGETHER = frozenset({"booked", "moved", "cancelled", "reminder"})

#: What a practice tells by telephone those who read no messages.
CALLED = frozenset(
    {"moved", "cancelled", "away_offer", "waitlist_offer", "offer_withdrawn"}
)

#: How long the attempts after a failure wait: minutes, then hours.
BACKOFF = (MINUTE, 5 * MINUTE, 20 * MINUTE, HOUR, 3 * HOUR)


@dataclass(frozen=True)
class Rule:
    """When a message goes: ``timing`` is "now", "before" or "after" (the visit)."""

    id: int
    event: str
    channel: str
    timing: str = "now"
    offset: int = 0  # seconds
    services: frozenset = frozenset()  # empty: all
    doctors: frozenset = frozenset()
    silent: bool = False

    @property
    def specificity(self) -> int:
        """How closely the rule names whom it is for, 0 for everybody."""
        return 2 * bool(self.doctors) + bool(self.services)


@dataclass(frozen=True)
class Quiet:
    """Hours of the wall clock without messages; the same twice: none."""

    start: int  # seconds since midnight
    end: int
    tz: str


@dataclass(frozen=True)
class Planned:
    """A message of a rule: when it goes, or why it does not."""

    rule: Rule
    at: int
    # "late": its moment was over; "quiet": and no other is left; "same": another
    # reminder goes at this moment
    skipped: str = ""


def choose(rules, event: str, service: int, doctor: int) -> list[Rule]:
    """Return the rules of an event that apply to a visit, in the order given."""
    fitting = [
        rule
        for rule in rules
        if rule.event == event
        and (not rule.services or service in rule.services)
        and (not rule.doctors or doctor in rule.doctors)
    ]
    best = {}
    for rule in fitting:
        best[rule.channel] = max(best.get(rule.channel, 0), rule.specificity)
    return [
        rule
        for rule in fitting
        if rule.specificity == best[rule.channel] and not rule.silent
    ]


def moment(rule: Rule, now: int, start: int, stop: int) -> int:
    """Return when the rule wants its message to go, quiet hours aside."""
    if rule.timing == "before":
        return start - rule.offset
    if rule.timing == "after":
        return stop + rule.offset
    return now


def quiet_around(at: int, quiet: Quiet | None) -> tuple[int, int] | None:
    """Return the quiet hours (start, end) that ``at`` falls in, or None."""
    if not quiet or quiet.start == quiet.end:
        return None
    clock = local_clock(quiet.tz)
    today = clock.day(at)
    length = (quiet.end - quiet.start) % DAY
    for days in (-1, 0):
        begin = clock.epoch(today, quiet.start + days * DAY)
        end = clock.epoch(today, quiet.start + length + days * DAY)
        if begin <= at < end:
            return begin, end
    return None


def is_bound(event: str, channel: str) -> bool:
    """Whether quiet hours bind messages of an event by a channel."""
    if event in PRESSING or channel == "call":
        return False
    return channel != "email" or event in REMINDING or event in AFTERWARDS


def settle(
    event: str, channel: str, at: int, now: int, start: int, quiet: Quiet | None
) -> int | None:
    """Return when a message wanted ``at`` goes, or None if it is not to be sent.

    :param at: at or after ``now``
    :param start: of the visit
    """
    hours = quiet_around(at, quiet) if is_bound(event, channel) else None
    if not hours:
        return at
    begin, end = hours
    if event in REMINDING and begin - QUIET_MARGIN >= now:
        return begin - QUIET_MARGIN
    if event in AFTERWARDS or end < start:
        return end
    return None if event in REMINDING else at


def plan(
    rules,
    event: str,
    now: int,
    visit: tuple,
    quiet: Quiet | None = None,
    reaches=lambda rule: True,
) -> list[Planned]:
    """Return the messages of an event of a visit.

    :param rules: of the visit's company
    :param visit: (service, doctor, start, stop)
    :param reaches: tells of a rule whether the patient gets its message; asked only
        when messages fall together
    """
    service, doctor, start, stop = visit
    planned = []
    for rule in choose(rules, event, service, doctor):
        at = moment(rule, now, start, stop)
        if at < now and rule.timing == "before":
            planned.append(Planned(rule, at, "late"))
            continue
        # what comes after a visit that is over for long goes now
        at = max(at, now)
        goes = settle(event, rule.channel, at, now, start, quiet)
        planned.append(
            Planned(rule, at, "quiet") if goes is None else Planned(rule, goes)
        )
    return _part(planned, now, start, stop, reaches) if event in REMINDING else planned


def _part(planned, now: int, start: int, stop: int, reaches) -> list[Planned]:
    """Return the same reminders; of those that fall together one moment's are left."""
    together = {}
    for item in planned:
        if not item.skipped:
            wanted = max(moment(item.rule, now, start, stop), now)
            together.setdefault(item.at, {}).setdefault(wanted, []).append(item.rule)
    dropped = set()
    for moments in together.values():
        if len(moments) > 1:
            order = sorted(moments)
            kept = next(
                (at for at in order if any(map(reaches, moments[at]))), order[0]
            )
            dropped.update(
                rule.id for at in order if at != kept for rule in moments[at]
            )
    return [
        Planned(item.rule, item.at, "same") if item.rule.id in dropped else item
        for item in planned
    ]


def route(event: str, channel: str, wish: str, reachable, texts, calls: bool) -> tuple:
    """Return (channel, why not): how a message goes to who is to read it.

    :param wish: "email", "sms", "phone" or "none": how the patient wants to be told
    :param reachable: channels by which an address is known
    :param texts: channels for which the message has a text
    :param calls: whether staff call who reads no messages; not when it was the
        patient's own doing
    :return: the channel is None when nothing goes: "wish", "address"
    """
    if channel == "call":
        return "call", ""
    if wish in ("phone", "none"):
        return ("call", "") if calls and event in CALLED else (None, "wish")
    if wish == "sms" and channel == "email" and "sms" in reachable:
        if "sms" in texts:
            return "sms", ""
        if event in REMINDING:
            return None, "wish"
    if channel in reachable:
        return channel, ""
    return None, "address"


def backoff(attempt: int) -> int | None:
    """Return how long (seconds) to wait after a failed attempt (1, 2, …), or None."""
    return BACKOFF[attempt - 1] if attempt <= len(BACKOFF) else None


def joins(event: str, offset: int, first: tuple, other: tuple) -> bool:
    """Whether a message is told together with one that goes earlier.

    Messages to the same reader by the same rule. What is told at once is told
    together when it is due by then; a reminder takes along those of the same day
    that follow within half its own lead, at least an hour.

    :param first: (now, local day of the visit)
    :param other: (when it would go, local day of its visit)
    """
    (at, day), (other_at, other_day) = first, other
    if event not in TOGETHER:
        return False
    if event not in REMINDING:
        return other_at <= at
    return day == other_day and other_at - at <= max(HOUR, offset // 2)
