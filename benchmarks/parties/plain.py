# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The floor: the same answers from a plain table, without any model.

It knows no exceptions, leaves, services, buffers, seats, sites or rights: nothing that
does less can answer at all.
"""

from collections import defaultdict
from datetime import datetime, timedelta

from ..questions import CLOSE, OPEN, SLOT, TZ, sessions
from . import rows
from .people import moment

ROOM = 1_000_000  # rooms are numbered from here

TABLE = """
    DROP TABLE IF EXISTS bench_claim;
    CREATE TABLE bench_claim (
        id bigserial PRIMARY KEY,
        resource_id int NOT NULL,
        start timestamp NOT NULL,
        stop timestamp NOT NULL,
        EXCLUDE USING gist (resource_id WITH =, tsrange(start, stop) WITH &&)
    );
    CREATE INDEX ON bench_claim (resource_id, stop);
"""

CLAIMS = """
    SELECT resource_id, EXTRACT(EPOCH FROM start)::bigint,
           EXTRACT(EPOCH FROM stop)::bigint
      FROM bench_claim
     WHERE resource_id = ANY(%s) AND stop > %s AND start < %s
     ORDER BY resource_id, start
"""

#: One statement: hours minus what is taken, then the grid's points in each gap.
FREE = """
    WITH resource AS (
        SELECT unnest(%(doctors)s::int[]) AS id, FALSE AS is_room
         UNION ALL SELECT unnest(%(rooms)s::int[]), TRUE
    ), hours AS (
        SELECT range_agg(tsrange(
                   (day + %(open)s) AT TIME ZONE %(tz)s AT TIME ZONE 'UTC',
                   (day + %(close)s) AT TIME ZONE %(tz)s AT TIME ZONE 'UTC')) AS open
          FROM generate_series(%(first)s::timestamp, %(last)s, '1 day') AS day
         WHERE EXTRACT(ISODOW FROM day) < 6
    ), busy AS (
        SELECT resource_id, range_agg(tsrange(start, stop)) AS taken
          FROM bench_claim
         WHERE resource_id = ANY(%(doctors)s::int[] || %(rooms)s::int[])
           AND stop > %(start)s AND start < %(stop)s
         GROUP BY resource_id
    ), gap AS (
        SELECT id, is_room, unnest(open - COALESCE(taken, '{}'::tsmultirange)) AS free
          FROM resource CROSS JOIN hours LEFT JOIN busy ON resource_id = id
    ), offer AS (
        SELECT id, is_room, generate_series(
                   date_bin(%(step)s, lower(free) + %(step)s - interval '1 us',
                            %(grid)s),
                   upper(free) - %(step)s, %(step)s) AS start
          FROM gap
    )
    SELECT id, array_agg(EXTRACT(EPOCH FROM start)::bigint ORDER BY start)
      FROM offer
     WHERE NOT is_room AND (cardinality(%(rooms)s::int[]) = 0
           OR start IN (SELECT start FROM offer WHERE is_room))
     GROUP BY id
"""


class Plain:
    """Keeps the bookings in the plain table."""

    def __init__(self, instance):
        self.instance = instance
        self.question = None
        with instance.environment(staff=False) as env:
            env.cr.execute(TABLE)

    def load(self, question, bookings):
        """Fill the table."""
        self.question = question
        claims = [(item.doctor, item.start, item.stop) for item in bookings]
        claims += [
            (ROOM + item.room, item.start, item.stop)
            for item in bookings
            if item.room is not None
        ]
        if not claims:
            return
        resources, starts, stops = zip(*claims, strict=True)
        with self.instance.environment(staff=False) as env:
            rows.insert(
                env.cr,
                "bench_claim",
                resource_id=resources,
                start=[moment(start) for start in starts],
                stop=[moment(stop) for stop in stops],
            )

    def subjects(self):
        """Return the numbers of doctors and of rooms."""
        question = self.question
        rooms = range(ROOM, ROOM + question.rooms)
        return list(range(question.doctors)), list(rooms)

    def clear(self):
        """Empty the table."""
        with self.instance.environment(staff=False) as env:
            rows.delete(env.cr, "bench_claim")


class Python:
    """One indexed query, then one sweep over the sorted claims of each resource."""

    name = "plain Python"

    def __init__(self, plain):
        self.plain = plain

    def ask(self, env):
        """Return {doctor: [start, …]}."""
        start, stop = self.plain.question.window
        doctors, rooms = self.plain.subjects()
        env.cr.execute(CLAIMS, [doctors + rooms, moment(start), moment(stop)])
        busy = defaultdict(list)
        for resource, begin, end in env.cr.fetchall():
            busy[resource].append((begin, end))
        hours = sessions(start, stop)
        found = {doctor: sweep(hours, busy[doctor]) for doctor in doctors}
        if not rooms:
            return found
        possible = set().union(*(sweep(hours, busy[room]) for room in rooms))
        return {
            doctor: [start for start in starts if start in possible]
            for doctor, starts in found.items()
        }

    def starts(self, answer):
        """Return {doctor: free starts}."""
        return {doctor: set(starts) for doctor, starts in answer.items() if starts}


class Statement:
    """One SQL statement, by subtraction of multiranges."""

    name = "one SQL statement"

    def __init__(self, plain):
        self.plain = plain

    def ask(self, env):
        """Return [(doctor, [start, …])]."""
        start, stop = self.plain.question.window
        doctors, rooms = self.plain.subjects()
        env.cr.execute(FREE, self._parameters(start, stop, doctors, rooms))
        return env.cr.fetchall()

    def _parameters(self, start, stop, doctors, rooms):
        local = [datetime.fromtimestamp(item, TZ) for item in (start, stop - 1)]
        first, last = (item.replace(tzinfo=None, hour=0, minute=0) for item in local)
        return {
            "doctors": doctors,
            "rooms": rooms,
            "open": timedelta(hours=OPEN),
            "close": timedelta(hours=CLOSE),
            "tz": str(TZ),
            "first": first,
            "last": last,
            "start": moment(start),
            "stop": moment(stop),
            "step": timedelta(seconds=SLOT),
            "grid": moment(start),
        }

    def starts(self, answer):
        """Return {doctor: free starts}."""
        return {doctor: set(starts) for doctor, starts in answer}


def sweep(hours, busy):
    """Return the grid's points in the hours at which a visit fits between claims.

    :param hours: sorted [(start, stop), …], the grid begins anew with each
    :param busy: sorted, disjoint [(start, stop), …]
    """
    starts, index = [], 0
    for begin, end in hours:
        point = begin
        while index < len(busy) and busy[index][1] <= begin:
            index += 1
        while index < len(busy) and busy[index][0] < end:
            taken, free = busy[index]
            starts.extend(range(point, taken - SLOT + 1, SLOT))
            point = max(point, begin - (begin - free) // SLOT * SLOT)
            if free > end:
                break
            index += 1
        starts.extend(range(point, end - SLOT + 1, SLOT))
    return starts
