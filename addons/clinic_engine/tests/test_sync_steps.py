# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One link and one copy: each cell of the table of what either side may have done."""

import re
import uuid

from hypothesis import given
from hypothesis import strategies as st

from ..sync_identity import event_key, transaction_id
from ..sync_payload import Copy, Link, Proposal, Wanted, digest, overlay
from ..sync_steps import (
    NOTHING,
    Conflict,
    Policy,
    Step,
    SuspiciousListing,
    check_listing,
    miss,
    next_step,
    see,
    written,
)
from .common import EngineCase, examples

OURS = {"title": "Appointment", "start": 100}
EDITED = {"title": "Appointment", "start": 200}
THEIRS = {"title": "Appointment", "start": 300}
CANCELLED = Wanted(None)

SYNCED = Link("synced", OURS, digest(OURS), "e1")
TAKE = Policy(take=frozenset({"start"}))
PROPOSE = Policy(propose=frozenset({"start"}))

payloads = st.fixed_dictionaries(
    {"title": st.sampled_from("ab"), "start": st.integers(0, 3)}
)


def known(*payloads):
    return {digest(payload): payload for payload in payloads}


def copy_of(payload, etag="e2", stamp=None):
    return Copy(payload, etag, digest(stamp or OURS))


class TestSyncIdentity(EngineCase):
    """The id of an event."""

    def test_its_form(self):
        key = event_key("db", "calendar", "clinic.appointment", 7, 0)
        self.assertRegex(key, re.compile(r"^[a-v0-9]{52}$"))
        self.assertEqual(key, event_key("db", "calendar", "clinic.appointment", 7, 0))
        self.assertEqual(uuid.UUID(transaction_id(key)).version, 5)

    def test_each_part_counts(self):
        parts = ("db", "calendar", "clinic.appointment", 7, 0)
        others = [("copy", *parts[1:]), (*parts[:3], 8, 0), (*parts[:4], 1)]
        keys = {event_key(*item) for item in (parts, *others)}
        self.assertEqual(len(keys), 4)
        self.assertEqual(len({transaction_id(key) for key in keys}), 4)

    def test_parts_cannot_run_into_each_other(self):
        with self.assertRaises(ValueError):
            event_key("db|calendar", "", "model", 1, 0)


class TestSyncSteps(EngineCase):
    """What is done next, and what a sighting means."""

    def test_a_new_record_is_created_and_in_step(self):
        step = next_step(Link(), Wanted(OURS), known(OURS))
        self.assertEqual(step, Step("create", OURS))
        link = written(Link(), step, "e1")
        self.assertEqual(link, SYNCED)
        self.assertEqual(next_step(link, Wanted(OURS), known(OURS)), NOTHING)

    def test_nothing_is_written_that_no_history_has(self):
        step = next_step(SYNCED, Wanted(EDITED), known(OURS))
        self.assertEqual(step, Step("record", EDITED))

    def test_a_change_is_written_on_the_condition_of_what_was_seen(self):
        histories = known(OURS, EDITED)
        step = next_step(SYNCED, Wanted(EDITED), histories)
        self.assertEqual(step, Step("update", EDITED, "e1"))
        blind = SYNCED.change(etag="")
        self.assertEqual(next_step(blind, Wanted(EDITED), histories), Step("fetch"))

    def test_an_echo_changes_nothing(self):
        seen = see(SYNCED, Wanted(EDITED), copy_of(OURS, "e1"), known(OURS))
        self.assertEqual(seen.link, SYNCED)
        self.assertEqual((seen.take, seen.conflicts), ({}, ()))

    def test_a_change_outside_is_taken_proposed_or_put_back(self):
        histories = known(OURS)
        seen = see(SYNCED, Wanted(OURS), copy_of(THEIRS), histories, TAKE)
        self.assertEqual(seen.take, {"start": 300})
        seen = see(SYNCED, Wanted(OURS), copy_of(THEIRS), histories, PROPOSE)
        self.assertEqual(seen.take, {})
        self.assertEqual(seen.link.proposals, {"start": Proposal(300, 100)})
        self.assertEqual(next_step(seen.link, Wanted(OURS), histories), NOTHING)
        refused = seen.link.change(proposals={})
        put_back = Step("update", OURS, "e2")
        self.assertEqual(next_step(refused, Wanted(OURS), histories), put_back)
        seen = see(SYNCED, Wanted(OURS), copy_of(THEIRS), histories)
        self.assertEqual(next_step(seen.link, Wanted(OURS), histories), put_back)

    def test_a_proposal_ends_when_either_side_goes_on(self):
        link = see(SYNCED, Wanted(OURS), copy_of(THEIRS), known(OURS), PROPOSE).link
        histories = known(OURS, EDITED)
        step = next_step(link, Wanted(EDITED), histories)
        self.assertEqual(step, Step("update", EDITED, "e2"))
        back = see(link, Wanted(OURS), copy_of(OURS, "e3"), histories, PROPOSE)
        self.assertEqual(back.link.proposals, {})
        self.assertEqual(next_step(back.link, Wanted(OURS), histories), NOTHING)

    def test_a_title_may_change_while_a_time_is_proposed(self):
        link = see(SYNCED, Wanted(OURS), copy_of(THEIRS), known(OURS), PROPOSE).link
        titled = {"title": "Visit", "start": 100}
        both = {"title": "Visit", "start": 300}
        self.assertEqual(overlay(titled, link.proposals), both)
        step = next_step(link, Wanted(titled), known(OURS, titled))
        self.assertEqual(step, Step("record", both))
        step = next_step(link, Wanted(titled), known(OURS, titled, both))
        self.assertEqual(step, Step("update", both, "e2"))

    def test_a_field_changed_on_both_sides_is_ours_and_noted(self):
        histories = known(OURS, EDITED)
        seen = see(SYNCED, Wanted(EDITED), copy_of(THEIRS), histories, TAKE)
        self.assertEqual(seen.conflicts, (Conflict("start", 100, 200, 300),))
        self.assertEqual(seen.take, {})
        step = next_step(seen.link, Wanted(EDITED), histories)
        self.assertEqual(step, Step("update", EDITED, "e2"))

    def test_fields_changed_on_one_side_each_are_both_kept(self):
        titled = {"title": "Visit", "start": 100}
        histories = known(OURS, titled)
        seen = see(SYNCED, Wanted(titled), copy_of(THEIRS), histories, TAKE)
        self.assertEqual((seen.take, seen.conflicts), ({"start": 300}, ()))

    def test_a_write_whose_commit_was_lost_is_no_change_outside(self):
        histories = known(OURS, EDITED)
        copy = copy_of(EDITED, "e2", stamp=EDITED)
        seen = see(SYNCED, Wanted(EDITED), copy, histories, TAKE)
        self.assertEqual((seen.take, seen.conflicts), ({}, ()))
        self.assertEqual(next_step(seen.link, Wanted(EDITED), histories), NOTHING)
        seen = see(Link(), Wanted(OURS), copy_of(OURS), known(OURS))
        self.assertEqual(seen.link.state, "synced")

    def test_a_lost_stamp_is_told(self):
        copy = Copy(THEIRS, "e2", None)
        seen = see(SYNCED, Wanted(OURS), copy, known(OURS), TAKE)
        self.assertTrue(seen.unstamped)
        self.assertEqual(seen.take, {"start": 300})
        seen = see(Link(), Wanted(OURS), copy, known(OURS), TAKE)
        self.assertEqual(seen.take, {"start": 300})
        seen = see(Link(), Wanted(EDITED), Copy(OURS, "e2", None), known(OURS))
        self.assertEqual((seen.link.base, seen.conflicts), (OURS, ()))

    def test_what_was_deleted_outside_waits_for_a_person(self):
        seen = miss(SYNCED, Wanted(EDITED))
        self.assertTrue(seen.removed)
        self.assertEqual(next_step(seen.link, Wanted(EDITED), {}), NOTHING)
        again = miss(seen.link, Wanted(EDITED))
        self.assertFalse(again.removed)
        self.assertEqual(next_step(seen.link, CANCELLED, {}).kind, "delete")
        back = see(seen.link, Wanted(OURS), copy_of(OURS), known(OURS))
        self.assertTrue(back.returned)

    def test_a_creation_that_did_not_arrive_is_no_deletion(self):
        self.assertEqual(miss(Link(), Wanted(OURS)).link, Link())
        self.assertTrue(miss(Link(), Wanted(OURS), tombstone=True).removed)

    def test_a_cancelled_record_deletes_what_it_may_have_created(self):
        self.assertEqual(next_step(Link(), CANCELLED, {}), Step("delete"))
        step = next_step(SYNCED, CANCELLED, {})
        self.assertEqual(step, Step("delete", etag="e1"))
        done = written(SYNCED, step)
        self.assertEqual(done.state, "done")
        self.assertEqual(next_step(done, CANCELLED, {}), NOTHING)
        self.assertEqual(miss(SYNCED, CANCELLED).link, done)

    def test_an_edit_that_a_deletion_loses_is_noted(self):
        seen = see(SYNCED, CANCELLED, copy_of(THEIRS), known(OURS), TAKE)
        self.assertEqual([item.theirs for item in seen.conflicts], [300])
        self.assertEqual(seen.take, {})
        step = next_step(seen.link, CANCELLED, {})
        self.assertEqual(step, Step("delete", etag="e2"))

    def test_a_copy_that_comes_late_is_deleted_again(self):
        done = written(SYNCED, Step("delete"))
        seen = see(done, CANCELLED, copy_of(OURS), known(OURS))
        self.assertEqual(next_step(seen.link, CANCELLED, {}).kind, "delete")

    def test_a_record_that_has_an_event_again(self):
        done = written(SYNCED, Step("delete"))
        self.assertEqual(next_step(done, Wanted(OURS), {}), Step("renew"))
        seen = miss(SYNCED, Wanted(OURS, again=True))
        self.assertFalse(seen.removed)
        self.assertEqual(next_step(seen.link, Wanted(OURS), {}), Step("renew"))

    @examples(300)
    @given(payloads, payloads, payloads, st.sampled_from([TAKE, PROPOSE, Policy()]))
    def test_a_sighting_is_seen_once(self, base, ours, theirs, policy):
        """A second look finds nothing new, and the next write is the last one."""
        histories = known(base, ours)
        link = Link("synced", base, digest(base), "e1")
        copy = copy_of(theirs, stamp=base)
        seen = see(link, Wanted(ours), copy, histories, policy)
        wanted = Wanted({**ours, **seen.take})
        histories |= known(wanted.payload)
        for etag in ("e2", "e3"):
            again = see(
                seen.link, wanted, copy_of(theirs, etag, base), histories, policy
            )
            self.assertEqual((again.take, again.conflicts), ({}, ()))
            self.assertEqual(again.link.proposals, seen.link.proposals)
        histories |= known(overlay(wanted.payload, seen.link.proposals))
        step = next_step(seen.link, wanted, histories)
        if step.kind == "update":
            link = written(seen.link, step, "e4")
            self.assertEqual(next_step(link, wanted, histories), NOTHING)
        else:
            self.assertEqual(step, NOTHING)


class TestSyncListing(EngineCase):
    """When a full listing is not believed."""

    def test_a_listing_that_lost_a_fifth(self):
        check_listing(10, 2)
        check_listing(4, 4)
        for known_count, missing in ((10, 3), (5, 5), (2000, 401)):
            with self.assertRaises(SuspiciousListing):
                check_listing(known_count, missing)
