# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A small world of two sides that lose answers, crash, and change the same things.

The outside calendar keeps its events however the requests end. The inside forgets
whatever was not committed. Everything random comes from one seed.
"""

import itertools
import random
from dataclasses import dataclass, field

from ..sync_errors import classify
from ..sync_identity import event_key
from ..sync_payload import Copy, Link, Wanted, digest
from ..sync_steps import Policy, check_listing, miss, next_step, see, written

RECORDS = range(3)

POLICIES = {
    "take": Policy(take=frozenset({"start"})),
    "propose": Policy(propose=frozenset({"start"})),
    "revert": Policy(),
}


class Refused(Exception):
    """The calendar answered with an error."""

    def __init__(self, status):
        super().__init__(status)
        self.status = status


class Lost(Exception):
    """No answer came, or the worker died: nothing of the transaction stays."""


@dataclass
class Event:
    """What the outside calendar has under a key."""

    payload: dict
    stamp: str | None
    etag: str
    owner: object = None
    alive: bool = True
    inside: bool = True

    def as_copy(self):
        return Copy(dict(self.payload), self.etag, self.stamp)


class Calendar:
    """The outside calendar, with etags, a log of changes, and a window."""

    def __init__(self, tombstones):
        self.events = {}
        self.log = []
        self.oldest = 0
        self.tombstones = tombstones
        self.writes = 0

    def touch(self, key):
        self.log.append(key)
        self.events[key].etag = f"e{len(self.log)}"
        return self.events[key].etag

    def alive(self, key):
        event = self.events.get(key)
        return event if event and event.alive else None

    def insert(self, key, payload, owner=None, stamp=None):
        if self.alive(key) or (self.tombstones and key in self.events):
            raise Refused(409)
        self.events[key] = Event(dict(payload), stamp, "", owner)
        return self.touch(key)

    def update(self, key, payload, stamp, etag):
        event = self.alive(key)
        if event is None:
            raise Refused(404)
        if etag and etag != event.etag:
            raise Refused(412)
        event.payload, event.stamp = dict(payload), stamp
        return self.touch(key)

    def delete(self, key, etag=""):
        event = self.alive(key)
        if event is None:
            raise Refused(410)
        if etag and etag != event.etag:
            raise Refused(412)
        event.alive = False
        return self.touch(key)

    def get(self, key):
        """Return (copy or None, whether a deleted one is remembered)."""
        event = self.alive(key)
        return event and event.as_copy(), self.tombstones and key in self.events

    def changes(self, cursor):
        """Return ([(key, copy or None for "removed")], new cursor)."""
        if cursor is None or cursor < self.oldest:
            raise Refused(410)
        keys = dict.fromkeys(self.log[cursor:])
        return [(key, self._shown(key)) for key in keys], len(self.log)

    def listing(self):
        keys = [key for key in self.events if self._shown(key)]
        return [(key, self._shown(key)) for key in keys], len(self.log)

    def _shown(self, key):
        """What a listing says: out of the window looks like deleted."""
        event = self.alive(key)
        return event.as_copy() if event and event.inside else None


@dataclass
class Inside:
    """What is committed here."""

    records: dict = field(default_factory=dict)
    histories: dict = field(default_factory=dict)
    links: dict = field(default_factory=dict)
    generations: dict = field(default_factory=dict)
    cancelled: set = field(default_factory=set)
    busy: dict = field(default_factory=dict)
    cursor: int | None = None

    def change(self, record, payload):
        """A person's change of a record, and what the calendar should learn."""
        self.records[record] = payload
        self.links.setdefault(record, Link())
        self.generations.setdefault(record, 0)
        known = self.histories.setdefault(record, {})
        if payload is None:
            self.cancelled.add(record)
        else:
            known[digest(payload)] = payload

    def fork(self):
        """Return what a transaction works on; links and payloads never change."""
        histories = {key: dict(known) for key, known in self.histories.items()}
        return type(self)(
            dict(self.records),
            histories,
            dict(self.links),
            dict(self.generations),
            set(self.cancelled),
            dict(self.busy),
            self.cursor,
        )

    def wanted(self, record):
        return Wanted(self.records[record], again=record in self.cancelled)

    def renew(self, record):
        self.generations[record] += 1
        self.links[record] = Link()
        self.cancelled.discard(record)

    def key(self, record, generation=None):
        if generation is None:
            generation = self.generations[record]
        return event_key("db", "calendar", "visit", record, generation)

    def owner(self, key):
        """Return the (record, generation) that a key is of, or None."""
        for record, newest in self.generations.items():
            for generation in range(newest + 1):
                if key == self.key(record, generation):
                    return record, generation
        return None


class World:
    """Both sides, people on both, and a line that breaks."""

    inside_class = Inside

    def __init__(self, seed, faults=0.25):
        self.random = random.Random(seed)
        self.policy_name = self.random.choice(sorted(POLICIES))
        self.policy = POLICIES[self.policy_name]
        self.calendar = Calendar(tombstones=self.random.random() < 0.7)
        self.inside = self.inside_class()
        self.faults = faults
        self.values = itertools.count(1)
        self.expected = {}
        self.agreed = {}
        self.deleted_outside = set()
        self.conflicts = 0

    # The line and the transaction ------------------------------------

    def call(self, method, *args, **kwargs):
        """Send a request: it may be lost before or after it took effect."""
        if self.random.random() < self.faults / 2:
            raise Lost
        if method.__name__ in ("insert", "update", "delete"):
            self.calendar.writes += 1
        answer = method(*args, **kwargs)
        if self.random.random() < self.faults / 2:
            raise Lost
        return answer

    def run(self, job, *args):
        """Run a job in its transaction; return whether it was committed."""
        state = self.inside.fork()
        try:
            job(state, *args)
            if self.random.random() < self.faults / 2:
                raise Lost
        except Lost:
            return False
        self.inside = state
        self.notice_agreement()
        return True

    # The jobs ---------------------------------------------------------

    def push(self, state, record):
        link = state.links[record]
        step = next_step(link, state.wanted(record), state.histories[record])
        key = state.key(record)
        if step.kind == "record":
            state.histories[record][digest(step.payload)] = step.payload
        elif step.kind == "renew":
            state.renew(record)
        elif step.kind == "fetch":
            self.look(state, record)
        elif step.kind != "nothing":
            try:
                etag = self.send(step, key, record)
            except Refused as refusal:
                meaning = classify(refusal.status, action=step.kind)
                if meaning != "success":
                    return self.look(state, record)
                etag = ""
            state.links[record] = written(link, step, etag)

    def send(self, step, key, record):
        if step.kind == "delete":
            return self.call(self.calendar.delete, key, step.etag)
        stamp = digest(step.payload)
        if step.kind == "create":
            return self.call(
                self.calendar.insert, key, step.payload, record, stamp=stamp
            )
        return self.call(self.calendar.update, key, step.payload, stamp, step.etag)

    def look(self, state, record):
        """Ask for the copy itself."""
        found, tombstone = self.call(self.calendar.get, state.key(record))
        wanted = state.wanted(record)
        if found:
            return self.sight(state, record, found)
        seen = miss(state.links[record], wanted, tombstone)
        state.links[record] = seen.link
        return None

    def sight(self, state, record, found):
        wanted = state.wanted(record)
        seen = see(
            state.links[record], wanted, found, state.histories[record], self.policy
        )
        self.conflicts += len(seen.conflicts)
        state.links[record] = seen.link
        if seen.take:
            state.change(record, {**wanted.payload, **seen.take})

    def pull(self, state):
        try:
            items, cursor = self.call(self.calendar.changes, state.cursor)
        except Refused:
            return self.verify(state)
        for key, found in items:
            self.take_in(state, key, found)
        state.cursor = cursor
        return None

    def verify(self, state):
        """Compare everything."""
        items, cursor = self.call(self.calendar.listing)
        listed = dict(items)
        for key, found in items:
            self.take_in(state, key, found)
        for key in set(state.busy) - set(listed):
            del state.busy[key]
        linked = [r for r, link in state.links.items() if link.state == "synced"]
        unseen = [r for r in linked if state.key(r) not in listed]
        check_listing(len(linked), len(unseen))
        for record in unseen:
            self.look(state, record)
        state.cursor = cursor

    def take_in(self, state, key, found):
        owner = state.owner(key)
        if owner is None:
            state.busy.pop(key, None)
            if found:
                state.busy[key] = found.payload
        elif owner[1] == state.generations[owner[0]]:
            if found:
                self.sight(state, owner[0], found)
            else:
                self.look(state, owner[0])

    # People -----------------------------------------------------------

    def act(self):
        """Let somebody do something, or a job run."""
        acts = [
            (self.edit_inside, 5),
            (self.cancel_inside, 1),
            (self.decide_inside, 1),
            (self.edit_outside, 4),
            (self.delete_outside, 1),
            (self.shift_window, 1),
            (self.change_foreign, 2),
            (self.expire_cursor, 1),
            (self.run_push, 7),
            (self.run_pull, 5),
        ]
        weights = [weight for _act, weight in acts]
        self.random.choices([act for act, _weight in acts], weights)[0]()
        self.notice_agreement()

    def run_push(self):
        if self.inside.links:
            self.run(self.push, self.random.choice(sorted(self.inside.links)))

    def run_pull(self):
        self.run(self.pull)

    def edit_inside(self):
        record = self.random.choice(RECORDS)
        payload = dict(self.inside.records.get(record) or {"title": 0, "start": 0})
        names = self.random.sample(("title", "start"), self.random.randint(1, 2))
        if self.inside.records.get(record) is None:
            names = ("title", "start")
        for name in names:
            payload[name] = self.expected[record, name] = next(self.values)
        self.inside.change(record, payload)

    def cancel_inside(self):
        if live := self.live_records():
            record = self.random.choice(live)
            self.inside.change(record, None)
            self.forget(record)

    def decide_inside(self):
        """Make a deleted copy anew, or judge what was proposed."""
        for record, link in self.inside.links.items():
            payload = self.inside.records[record]
            if link.state == "removed" and payload is not None:
                self.inside.renew(record)
            elif link.proposals and payload is not None:
                accepted = self.random.random() < 0.5
                value = link.proposals["start"].theirs
                self.inside.links[record] = link.change(proposals={})
                if accepted and payload["start"] == link.proposals["start"].ours:
                    self.expected[record, "start"] = value
                    self.inside.change(record, {**payload, "start": value})

    def edit_outside(self):
        for record in self.random.sample(RECORDS, len(RECORDS)):
            event = self.copy_of(record)
            if event is None:
                continue
            name = self.random.choice(("title", "start"))
            dirty = self.is_dirty(record, name)
            event.payload[name] = next(self.values)
            self.calendar.touch(self.inside.key(record))
            if name in self.policy.take and not dirty:
                self.expected[record, name] = event.payload[name]
            return

    def delete_outside(self):
        record = self.random.choice(RECORDS)
        if event := self.copy_of(record):
            event.alive = False
            key = self.inside.key(record)
            self.calendar.touch(key)
            self.deleted_outside.add(key)
            self.forget(record)

    def shift_window(self):
        record = self.random.choice(RECORDS)
        if event := self.copy_of(record):
            event.inside = not event.inside
            self.calendar.touch(self.inside.key(record))

    def change_foreign(self):
        key = f"foreign{self.random.randint(1, 3)}"
        event = self.calendar.alive(key)
        if event is None:
            self.calendar.events[key] = Event({"start": next(self.values)}, None, "")
        elif self.random.random() < 0.5:
            event.alive = False
        else:
            event.payload = {"start": next(self.values)}
        self.calendar.touch(key)

    def expire_cursor(self):
        self.calendar.oldest = len(self.calendar.log)

    # What an onlooker knows of both sides --------------------------------

    def live_records(self):
        return [r for r, payload in self.inside.records.items() if payload is not None]

    def copy_of(self, record):
        """Return the copy that the outside has of a record, if any."""
        if record not in self.inside.generations:
            return None
        return self.calendar.alive(self.inside.key(record))

    def is_dirty(self, record, name):
        """Whether the record was changed since both sides had the same."""
        payload = self.inside.records[record]
        return payload is None or payload[name] != self.agreed.get((record, name))

    def notice_agreement(self):
        for record in self.live_records():
            event, payload = self.copy_of(record), self.inside.records[record]
            for name in payload:
                if event and event.payload[name] == payload[name]:
                    self.agreed[record, name] = payload[name]

    def forget(self, record):
        """Nothing is expected of the fields of an event that is gone."""
        for name in ("title", "start"):
            self.expected.pop((record, name), None)

    def settle(self, rounds=40):
        """Let everything arrive, without faults; return the writes of a last round."""
        self.faults = 0
        for _round in range(rounds):
            before = self.inside.fork()
            self.go_round()
            if self.inside == before:
                break
        writes = self.calendar.writes
        self.go_round()
        return self.calendar.writes - writes

    def go_round(self):
        self.run(self.pull)
        self.run(self.verify)
        for record in sorted(self.inside.links):
            self.run(self.push, record)
