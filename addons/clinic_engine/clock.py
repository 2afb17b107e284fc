# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Between local wall-clock time and UTC epoch seconds.

The rules, in words: a wall time is turned into an instant day by day with the zone's
own rules. A wall time that does not exist that day (clocks go forward) moves forward
by the gap; one that exists twice (clocks go back) is its first occurrence.
"""

from datetime import date, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

DAY = 86400


def to_epoch(moment: datetime) -> int:
    """Return the UTC epoch seconds of an aware datetime.

    :raises ValueError: the datetime is naive
    """
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError(f"{moment!r} has no time zone")
    return int(moment.timestamp())


def from_epoch(epoch: int, tz: tzinfo = timezone.utc) -> datetime:
    """Return the aware datetime of UTC epoch seconds."""
    return datetime.fromtimestamp(epoch, tz)


class LocalClock:
    """The wall clock of one time zone. Get it from `local_clock`, which caches it.

    :raises ValueError: there is no such zone
    """

    __slots__ = ("zone", "_midnights")

    def __init__(self, tz_name: str):
        try:
            self.zone = ZoneInfo(tz_name)
        except (KeyError, OSError, TypeError, ValueError) as error:
            raise ValueError(
                f"{tz_name!r} is no time zone of this machine's tz database"
            ) from error
        self._midnights: dict[date, int | None] = {}

    def epoch(self, day: date, seconds: int) -> int:
        """Return the instant at which that day's wall clock shows ``seconds``.

        ``seconds`` counts wall time from midnight; from 86400 on it is the next day's
        wall clock, below 0 the day before's.
        """
        if not 0 <= seconds < DAY:
            days, seconds = divmod(seconds, DAY)
            day += timedelta(days=days)
        try:
            midnight = self._midnights[day]
        except KeyError:
            midnight = self._midnights[day] = self._steady_midnight(day)
        if midnight is None:
            return self._epoch_by_zone(day, seconds)
        return midnight + seconds

    def local(self, epoch: int) -> datetime:
        """Return the instant as an aware datetime of this zone."""
        return datetime.fromtimestamp(epoch, self.zone)

    def day(self, epoch: int) -> date:
        """Return the local date of the instant."""
        return datetime.fromtimestamp(epoch, self.zone).date()

    def _epoch_by_zone(self, day: date, seconds: int) -> int:
        """Ask the zone: fold 0 is the first of two, and skips a gap forward."""
        wall = datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)
        return int(wall.replace(tzinfo=self.zone).timestamp())

    def _steady_midnight(self, day: date) -> int | None:
        """Return midnight's instant, or None on a day whose offset changes."""
        midnight = self._epoch_by_zone(day, 0)
        if self._epoch_by_zone(day, DAY) - midnight != DAY:
            return None
        return midnight


@cache
def local_clock(tz_name: str) -> LocalClock:
    """Return the (shared) clock of a zone of the tz database.

    :raises ValueError: there is no such zone
    """
    return LocalClock(tz_name)
