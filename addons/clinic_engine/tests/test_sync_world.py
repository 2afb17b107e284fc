# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Two sides that change, fail and crash at random end in step, or a person is told.

The same check finds out each of several rules that were broken on purpose: a check that
finds nothing proves nothing.
"""

from unittest.mock import patch

from .. import sync_steps
from ..sync_payload import digest, overlay
from ..sync_steps import Step, miss
from . import sync_world
from .common import EngineCase
from .sync_world import Inside, World

#: How many random histories the algorithm must survive.
SEEDS = 2000

#: Within how many of them a broken rule must show.
SEEDS_OF_BROKEN = 400

ACTS = 45


def live(seed, world_class=World):
    """Let a world live, and return what is wrong with how it ended."""
    world = world_class(seed)
    for _act in range(ACTS):
        world.act()
    writes = world.settle()
    return list(find_faults(world, writes)), world


def find_faults(world, writes):
    """Yield in words what must not be."""
    if writes:
        yield "it goes on writing"
    for record, payload in world.inside.records.items():
        yield from find_faults_of_record(world, record, payload)
    foreign = {
        key: event.payload
        for key, event in world.calendar.events.items()
        if event.owner is None and event.alive and event.inside
    }
    if world.inside.busy != foreign:
        yield "the busy times differ"


def find_faults_of_record(world, record, payload):
    copies = [
        event
        for event in world.calendar.events.values()
        if event.alive and event.owner == record
    ]
    link = world.inside.links[record]
    if len(copies) > 1:
        yield "two copies"
    elif payload is None and copies:
        yield "a deletion is lost"
    elif payload is None:
        return
    elif link.state == "removed":
        if copies or world.inside.key(record) not in world.deleted_outside:
            yield "taken for removed"
    elif not copies:
        yield "an event is lost"
    elif copies[0].payload != overlay(payload, link.proposals):
        yield "the sides differ"
    for name, value in (payload or {}).items():
        if world.expected.get((record, name), value) != value:
            yield f"an edit of {name} is lost"


class Drawing(World):
    """Ids are drawn, not computed."""

    def send(self, step, key, record):
        if step.kind == "create":
            key = f"{key}{self.random.random()}"
        return super().send(step, key, record)


class Hasty(World):
    """The cursor is stored before what it leads past."""

    def run_pull(self):
        if self.inside.cursor is None or self.calendar.oldest:
            return super().run_pull()
        before, newest = self.inside.cursor, len(self.calendar.log)
        if not self.run(self.pull):
            self.inside.cursor = max(before, newest)
        return None

    def go_round(self):
        self.run(self.pull)
        for record in sorted(self.inside.links):
            self.run(self.push, record)


class Believing(World):
    """What a listing says to be removed is believed."""

    def take_in(self, state, key, found):
        owner = state.owner(key)
        if not owner or found or owner[1] != state.generations[owner[0]]:
            return super().take_in(state, key, found)
        record = owner[0]
        seen = miss(state.links[record], state.wanted(record), True)
        state.links[record] = seen.link
        return None


class Blind(World):
    """Writes ask for no version."""

    def send(self, step, key, record):
        return super().send(Step(step.kind, step.payload), key, record)


class Forgetting(World):
    """A cancelled record of which no copy is known deletes none."""

    def push(self, state, record):
        link = state.links[record]
        if state.records[record] is None and link.state == "new":
            state.links[record] = link.change(state="done")
            return None
        return super().push(state, record)

    def sight(self, state, record, found):
        if state.links[record].state == "done":
            return None
        return super().sight(state, record, found)


class Careless(Inside):
    """Only the newest of what may have been written is kept."""

    def change(self, record, payload):
        changed = super().change(record, payload)
        if payload is not None:
            self.histories[record] = {digest(payload): payload}
        return changed


class Writing(World):
    """A world whose inside is careless."""

    inside_class = Careless


class TestSyncWorld(EngineCase):
    """Nothing is doubled, lost or written for ever, whatever fails."""

    def test_the_algorithm(self):
        conflicts, policies, removed, proposed = 0, set(), 0, 0
        for seed in range(SEEDS):
            faults, world = live(seed)
            self.assertEqual(faults, [], f"seed {seed}")
            conflicts += world.conflicts
            policies.add(world.policy_name)
            links = world.inside.links.values()
            removed += sum(link.state == "removed" for link in links)
            proposed += sum(bool(link.proposals) for link in links)
        self.assertEqual(policies, set(sync_world.POLICIES))
        for count in (conflicts, removed, proposed):
            self.assertGreater(count, 50)

    def assert_found_out(self, *symptoms, world_class=World):
        """Assert that a broken rule shows, and by one of these symptoms."""
        found = set()
        for seed in range(SEEDS_OF_BROKEN):
            faults, _world = live(seed, world_class)
            found.update(faults)
            if found.intersection(symptoms):
                return
        self.fail(found or "nothing was found")

    def test_a_random_id(self):
        self.assert_found_out("two copies", "an event is lost", world_class=Drawing)

    def test_a_base_without_the_stamp(self):
        def find(link, wanted, copy, histories):
            return link.base or wanted.payload or copy.payload, True

        with patch.object(sync_steps, "find_base", find):
            self.assert_found_out(
                "an edit of title is lost", "an edit of start is lost"
            )

    def test_a_stamp_without_the_base(self):
        def find(link, wanted, copy, histories):
            return histories.get(copy.stamp) or copy.payload, True

        with patch.object(sync_steps, "find_base", find):
            self.assert_found_out("an edit of start is lost", "the sides differ")

    def test_a_cursor_that_is_stored_first(self):
        self.assert_found_out("the busy times differ", world_class=Hasty)

    def test_absence_that_is_believed(self):
        self.assert_found_out(
            "taken for removed", "a deletion is lost", world_class=Believing
        )

    def test_writes_without_a_condition(self):
        self.assert_found_out("an edit of start is lost", world_class=Blind)

    def test_a_cancelled_record_that_was_never_seen_outside(self):
        """The answer to its creation was lost: without a deletion it stays for ever."""
        self.assert_found_out("a deletion is lost", world_class=Forgetting)

    def test_a_write_that_no_history_has(self):
        """Its stamp leads nowhere after a crash."""
        self.assert_found_out(
            "an edit of start is lost",
            "an edit of title is lost",
            world_class=Writing,
        )
