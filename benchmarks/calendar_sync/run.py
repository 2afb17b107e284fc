# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The measurement: a live practice, a server that runs jobs, and the stand-in."""

import json
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from tests.live.server import LiveServer

from .mailboxes import WRITES, get_times

SEED = Path(__file__).with_name("seed.py")
PATIENCE = 3 * 3600  # seconds

#: What the practice would send or ask somebody, as counters that never go back.
NOTICES = {
    "e-mails": "mail_mail_id_seq",
    "notifications": "mail_notification_id_seq",
    "messages to patients": "clinic_reminder_id_seq",
    "activities": "mail_activity_id_seq",
}
USED = "SELECT last_value FROM pg_sequences WHERE sequencename = %s"

OPEN = """
    SELECT (SELECT count(*) FROM queue_job WHERE state NOT IN ('done', 'cancelled')),
           (SELECT count(*) FROM calendar_sync_link link WHERE EXISTS (
               SELECT FROM calendar_sync_operation o
                WHERE o.link_id = link.id AND o.is_wanted
                  AND o.id > COALESCE(link.settled_id, 0)))
"""
FAILED = "SELECT exc_info FROM queue_job WHERE state = 'failed' LIMIT 1"
LAST_JOB = "SELECT COALESCE(max(id), 0) FROM queue_job"
JOBS = """
    SELECT count(*), EXTRACT(EPOCH FROM max(date_done) - min(date_started))::float,
           count(*) FILTER (WHERE result LIKE '%%busy%%')
      FROM queue_job WHERE id > %s AND state = 'done'
"""
COPIES = """
    SELECT account.login, link.remote_id, link.state, visit.state,
           EXTRACT(EPOCH FROM visit.start)::bigint, link.has_proposal
      FROM calendar_sync_link link
      JOIN calendar_sync_calendar calendar ON calendar.id = link.calendar_id
      JOIN calendar_sync_account account ON account.id = calendar.account_id
      JOIN clinic_appointment visit ON visit.id = link.res_id
     WHERE link.res_model = 'clinic.appointment' ORDER BY link.id
"""


class JobFailed(Exception):
    """A job has failed."""


@dataclass(frozen=True)
class Size:
    """How much is done; ``each``: changes of each kind, three here, three outside."""

    doctors: int
    events: int
    bookings: int

    @property
    def total(self):
        """Visits in all."""
        return self.doctors * self.events

    @property
    def each(self):
        """1 % of all visits in six kinds of changes."""
        return max(1, round(self.total / 600))


@dataclass
class Phase:
    """What one part took: requests by kind, jobs, seconds."""

    requests: Counter
    jobs: int = 0
    busy: int = 0
    seconds: float = 0.0


@dataclass
class Finding:
    """Everything that was measured."""

    size: Size
    phases: dict = field(default_factory=dict)
    notices: dict = field(default_factory=dict)
    times: dict = field(default_factory=dict)
    astray: dict = field(default_factory=dict)
    proposals: int = 0
    busy_rows: int = 0
    connecting: float = 0.0
    seeding: float = 0.0


class Bench:
    """One run of it."""

    def __init__(self, database, mailboxes, folder, size):
        self.database, self.mailboxes = database, mailboxes
        self.folder, self.size = folder, size
        self.finding = Finding(size)

    def measure(self):
        """Measure everything; return the finding."""
        finding = self.finding
        first = self.last_job()
        before = self.begin()
        with self.server("first"):
            self.finish("push", first)
            after = self.count_notices()
            finding.notices = {kind: after[kind] - before[kind] for kind in NOTICES}
            finding.astray["push"] = self.count_astray()
            self.look("second")
            self.change()
        connected, other = self.book()
        finding.times["connected, jobs run later"] = connected
        finding.times["another doctor, not connected"] = other
        with self.server("second"):
            connected, other = self.book()
            finding.times["connected, jobs run meanwhile"] = connected
            finding.times["another doctor, jobs run meanwhile"] = other
            self.wait()
        finding.astray["bookings"] = self.count_astray()
        return finding

    def begin(self):
        """Book all visits, then connect the calendars of all doctors but the last one.

        :return: how many notices there were before calendars were connected
        """
        finding, size = self.finding, self.size
        begin = {"task": "begin", "doctors": size.doctors + 1, "events": size.events}
        count = {"task": "count", "names": NOTICES}
        connect = {
            "task": "connect",
            "url": self.mailboxes.url,
            "key": self.mailboxes.service_key(),
            "mailboxes": self.mailboxes.names,
        }
        finding.seeding, times, before, finding.connecting = self.run(
            begin, self.get_booking(), count, connect
        )
        finding.times["nobody is connected"] = times["0"]
        return before

    def look(self, name):
        """Look at all calendars once, while nothing was changed by people."""
        first = self.last_job()
        self.run({"task": "look"})
        self.finish(name, first)

    def change(self):
        """Change 1 % of all, half here and half outside, and look."""
        first = self.last_job()
        self.change_outside()
        size = self.size
        change = {"task": "change", "doctors": size.doctors, "each": size.each}
        self.run(change, {"task": "look"})
        self.finish("change", first)
        self.finding.astray["change"] = self.count_astray()
        rows = self.database.query(COPIES)
        self.finding.proposals = sum(row[-1] or 0 for row in rows)
        [(self.finding.busy_rows,)] = self.database.query(
            "SELECT count(*) FROM calendar_sync_busy"
        )

    def change_outside(self):
        """Let owners rename, move and enter events: of visits not changed here."""
        # the last visits of each doctor; those changed here are the first ones
        rows = self.database.query(COPIES)
        rows = [row for row in rows if row[2] == "synced"][::-1]
        for number, row in enumerate(rows[: 2 * self.size.each]):
            login, event_id = row[:2]
            if number % 2:
                self.mailboxes.edit(login, event_id, summary="Renamed")
            else:
                start = datetime.fromtimestamp(row[4] + 7 * 3600, timezone.utc)
                self.mailboxes.edit(login, event_id, **get_times(start))
        for number in range(self.size.each):
            login = self.mailboxes.names[number % self.size.doctors]
            start = datetime.fromtimestamp(rows[0][4] + 9 * 3600, timezone.utc)
            self.mailboxes.edit(
                login, f"golf{number}", summary="Golf", **get_times(start)
            )

    def book(self):
        """Return how long bookings took, of the first doctor and of the last one."""
        [answer] = self.run(self.get_booking())
        return list(answer.values())

    def get_booking(self):
        """Return the order to book, move and cancel visits."""
        numbers = [0, self.size.doctors]
        return {"task": "book", "count": self.size.bookings, "numbers": numbers}

    # Waiting and counting ---------------------------------------------

    def server(self, name):
        """Return a server that runs jobs, as a context."""
        return Running(self.database, name, self.folder)

    def finish(self, name, first):
        """Wait until nothing is left to do, and note what it took."""
        self.wait()
        [(jobs, seconds, busy)] = self.database.query(JOBS, first)
        self.finding.phases[name] = Phase(
            self.mailboxes.take_counts(), jobs, busy, seconds or 0.0
        )

    def wait(self):
        """Wait until no job and no change waits."""
        deadline = time.monotonic() + PATIENCE
        while any(self.database.query(OPEN)[0]):
            for (trace,) in self.database.query(FAILED):
                raise JobFailed(trace)
            if time.monotonic() > deadline:
                raise JobFailed(f"still open: {self.database.query(OPEN)[0]}")
            time.sleep(1)

    def last_job(self):
        """Return the number of the newest job."""
        return self.database.query(LAST_JOB)[0][0]

    def count_notices(self):
        """Return how many notices there were ever, by kind."""
        return {
            kind: self.database.query(USED, name)[0][0] or 0
            for kind, name in NOTICES.items()
        }

    def count_astray(self):
        """Return how many visits and events do not correspond.

        An event that its owner moved waits for reception where its owner put it.
        """
        events = {
            key: event
            for key, event in self.mailboxes.living().items()
            if "extendedProperties" in event
        }
        wanted, astray = set(), 0
        for login, event_id, _state, visit, start, proposed in self.database.query(
            COPIES
        ):
            if visit != "scheduled":
                continue
            wanted.add((login, event_id))
            event = events.get((login, event_id))
            astray += event is None or not (proposed or is_right(event, start))
        return astray + len(events.keys() - wanted)

    def run(self, *orders):
        """Run tasks of the practice to their end; return their answers."""
        environment = {"CLINIC_BENCH": json.dumps(orders)}
        output = self.database.run_script(SEED.read_text(), environment, PATIENCE)
        return json.loads(output.split("ANSWER", 1)[1].splitlines()[0])


class Running:
    """A server that runs jobs, from its start to its end."""

    def __init__(self, database, name, folder):
        modules = "base,web,queue_job"
        self.server = LiveServer(database, name, folder, modules=modules)

    def __enter__(self):
        self.server.start().wait()
        return self

    def __exit__(self, *_args):
        self.server.stop()


def is_right(event, start):
    """Whether an event is as it was sent, and at its time."""
    moment = datetime.fromisoformat(event["start"]["dateTime"].replace("Z", "+00:00"))
    return event["summary"] == "Appointment" and moment.timestamp() == start


def get_minimum(size):
    """Return the least requests that each part needs, by kind of ``Phase``.

    First: an access token and the list of calendars of each mailbox, its events read
    once, and one request for each visit. A look: each calendar once. Changes: one
    request each, but none for an event that its owner entered, or moved, which
    reception decides on.
    """
    looks = size.doctors
    return {
        "push": 3 * looks + size.total,
        "second": looks,
        "change": looks + 4 * size.each,
    }


def count_writes(requests):
    """Return how many of some requests changed something outside."""
    return sum(requests[kind] for kind in WRITES.values())
