# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from ..observances import observances
from .common import EngineCase

#: Zones of each kind: northern, southern, half an hour, none, irregular, by Friday.
ZONES = (
    "Europe/Paris",
    "America/New_York",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Africa/Casablanca",
    "Asia/Jerusalem",
    "America/Sao_Paulo",
    "Europe/Dublin",
    "UTC",
)

HOUR = timedelta(hours=1)


def offset_at(items, moment):
    """Return the offset that the observances give an instant, as RFC 5545 reads it."""
    best = None
    for item in items:
        wall = moment.replace(tzinfo=None) + item.offset_from
        onset = item.start
        if item.rule:
            month, day = item.rule
            rule = f"FREQ=YEARLY;BYMONTH={month};BYDAY={day}"
            onset = rrulestr(rule, dtstart=item.start).before(wall, inc=True)
        if onset is None or onset > wall:
            continue
        instant = onset - item.offset_from
        if best is None or instant > best[0]:
            best = (instant, item.offset_to)
    return best[1]


class TestObservances(EngineCase):
    """The described clock is the zone's clock, hour by hour around each change."""

    def test_every_offset_is_the_zones(self):
        for name in ZONES:
            items = observances(name, 2025, 2028)
            zone = ZoneInfo(name)
            moment = datetime(2025, 1, 1, tzinfo=timezone.utc)
            while moment.year < 2029:
                expected = moment.astimezone(zone).utcoffset()
                with self.subTest(zone=name, moment=moment):
                    self.assertEqual(offset_at(items, moment), expected)
                moment += 53 * HOUR

    def test_the_hours_of_a_change(self):
        zone = ZoneInfo("Europe/Paris")
        items = observances("Europe/Paris", 2030, 2030)
        for start in (datetime(2030, 3, 30), datetime(2030, 10, 26)):
            for hour in range(48):
                moment = start.replace(tzinfo=timezone.utc) + hour * HOUR
                expected = moment.astimezone(zone).utcoffset()
                self.assertEqual(offset_at(items, moment), expected)

    def test_a_yearly_rule(self):
        rules = {item.rule for item in observances("Europe/Paris", 2025, 2030)}
        self.assertEqual(rules, {None, (3, "-1SU"), (10, "-1SU")})
        rules = {item.rule for item in observances("America/New_York", 2025, 2030)}
        self.assertEqual(rules, {None, (3, "2SU"), (11, "1SU")})

    def test_changes_without_a_rule_stand_alone(self):
        items = observances("Africa/Casablanca", 2025, 2027)
        self.assertTrue(all(item.rule is None for item in items))
        self.assertEqual(len(items), 1 + 2 * 3)

    def test_a_zone_that_never_changes(self):
        (only,) = observances("Asia/Kolkata", 2025, 2030)
        self.assertEqual(only.offset_to, timedelta(hours=5, minutes=30))
        self.assertFalse(only.is_daylight)

    def test_unknown_zone(self):
        with self.assertRaises(ValueError):
            observances("Mars/Olympus", 2025, 2026)
