# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Steps that meet: an undo and a call, a tablet and the reception."""

import functools
import itertools
import time
import uuid
from datetime import datetime, timedelta, timezone

import pytest
import requests

from .live.crowd import at_once
from .live.kiosk import SCOPE
from .live.practice import at
from .test_race_queue import DESK, JOIN, STEP, WaitingRoom

TICKET, VISIT = "clinic.queue.ticket", "clinic.appointment"
COUPLES = 6
CLIENTS = 12
OPEN = """
    SELECT id, state, level_id, desk_id FROM clinic_queue_ticket
     WHERE queue_id = %s ORDER BY id
"""
NAMES = "SELECT name FROM clinic_queue_ticket WHERE queue_id = %s ORDER BY name"
OF_VISIT = "SELECT id, source FROM clinic_queue_ticket WHERE appointment_id = %s"
LOGS = """
    SELECT state, action, ticket_id FROM clinic_sync_log
     WHERE device_id = ANY(%s) ORDER BY id
"""
MOVE_TO_TODAY = """
    WITH visit AS (
        UPDATE clinic_appointment SET start = %s, stop = %s WHERE id = %s
        RETURNING id, start, stop
    )
    UPDATE clinic_reservation r SET start = visit.start, stop = visit.stop
      FROM visit WHERE r.appointment_id = visit.id
"""


class Tablet:
    """A paired tablet that speaks to the server without its page."""

    def __init__(self, practice, site, server):
        self.address, self.seq = f"{server.address}{SCOPE}", itertools.count(1)
        self.device = practice.create(
            "clinic.queue.device", name=practice.name("Live Tablet"), site_id=site
        )
        (read,) = practice.read("clinic.queue.device", [self.device], "prefix")
        self.prefix = read["prefix"]
        shown = practice.do("clinic.queue.device", "action_show_code", [self.device])
        code = shown["params"]["message"].partition(":")[0]
        self.token = None
        self.token = self.post("pair", {"code": code})["token"]

    def post(self, path, payload):
        """Return the answer to what the tablet sends."""
        headers = {"X-Clinic-Device": self.token} if self.token else {}
        answer = requests.post(
            f"{self.address}/{path}", json=payload, headers=headers, timeout=60
        )
        answer.raise_for_status()
        return answer.json()

    def make_item(self, kind, **values):
        """Return something that somebody did at the tablet just now."""
        moment = int(time.time() * 1000)
        item = {"uuid": str(uuid.uuid4()), "kind": kind, "taken_at": moment}
        return {**item, "seq": next(self.seq), **values}

    def make_backlog(self, queue, count):
        """Return people who took numbers of the tablet's own."""
        numbers = [f"{self.prefix}-{number:03}" for number in range(1, count + 1)]
        return [self.make_item("walk_in", number=n, queue=queue) for n in numbers]

    def sync(self, items):
        """Send items; return the answers."""
        sent = {"sent_at": int(time.time() * 1000), "items": items}
        return self.post("sync", sent)["results"]


def test_an_undo_meets_a_call(race, people, practice, database):
    """Whoever is called stays called, and an undo takes back what its button said."""
    servers = list(itertools.islice(itertools.cycle(race.servers), COUPLES))
    room = WaitingRoom(practice, race.clients(COUPLES), "UC")
    room.join(COUPLES)
    tickets = [row[0] for row in database.query(OPEN, room.queue)]
    nurses = [people.web("nurse", server) for server in servers]
    (row,) = practice.read("clinic.queue", [room.queue], "policy_id")
    domain = [("policy_id", "=", row["policy_id"]), ("code", "=", 3)]
    (level,) = practice.do("clinic.triage.level", "search", domain)
    for ticket in tickets:
        values = {"ticket_id": ticket, "kind": "triage", "level_id": level}
        step = nurses[0].call(STEP, "create", vals_list=[values]).value
        assert nurses[0].call(STEP, "action_do", step).ok
    steps = [row["undo_event_id"] for row in read_undo_steps(practice, tickets)]
    presses = [
        functools.partial(nurse.call, TICKET, "screen_undo", [ticket], event_id=event)
        for nurse, ticket, event in zip(nurses, tickets, steps, strict=True)
    ]
    presses += [
        functools.partial(client.call, DESK, "action_call_next", [desk])
        for client, desk in zip(room.clients, room.desks, strict=True)
    ]
    answers = at_once(presses)
    undone, called = answers[:COUPLES], answers[COUPLES:]
    assert [answer.message for answer in called if not answer.ok] == []
    refused = {answer.message for answer in undone if not answer.ok}
    assert all("Something else has happened" in words for words in refused), refused
    rows = database.query(OPEN, room.queue)
    assert {row[1] for row in rows} == {"called"}
    assert sorted(row[3] for row in rows) == sorted(room.desks)
    # a level is gone exactly where the undo said so
    assert [row[2] is None for row in rows] == [answer.ok for answer in undone]


def read_undo_steps(practice, tickets):
    """Return what the manager's form names as the step to take back."""
    return practice.read(TICKET, tickets, "undo_event_id")


def create_queue(practice, site, service):
    """Return a queue that takes the visits of a site."""
    return practice.create(
        "clinic.queue",
        name=practice.name("Queue"),
        code="CI",
        site_id=site,
        walk_in_service_id=service,
    )


def book_for_today(practice, database, site, service):
    """Return a visit of today at a site: its id and number."""
    doctor = practice.create_doctor(site=site)
    (patient,) = practice.create_patients(1)
    visit = practice.book(service, doctor, patient, at(10))
    today = datetime.now(timezone.utc).replace(hour=12, minute=0, second=0)
    moments = (today, today + timedelta(minutes=30))
    texts = (moment.strftime("%Y-%m-%d %H:%M:%S") for moment in moments)
    database.query(MOVE_TO_TODAY, *texts, visit)
    (read,) = practice.read(VISIT, [visit], "name")
    return visit, read["name"]


@pytest.mark.parametrize("case", ["expected", "arrived", "printed"])
def test_reception_and_tablets_check_the_same_visit_in(race, practice, database, case):
    """One ticket, and nobody is told that something failed.

    Who has a printed number meets the reception at the ticket alone: the others wait
    for the counter of numbers before that.
    """
    site, service = practice.create_site(), practice.create_service()
    queue = create_queue(practice, site, service)
    visit, number = book_for_today(practice, database, site, service)
    if case != "expected":
        practice.do(VISIT, "arrive", [visit])
    tablets = [Tablet(practice, site, server) for server in race.servers * 2]
    presses = [
        functools.partial(client.call, VISIT, "action_check_in", [visit])
        for client in race.clients(CLIENTS)
    ]
    for tablet in tablets:
        printed = {"number": f"{tablet.prefix}-001"} if case == "printed" else {}
        item = tablet.make_item("check_in", appointment=number, **printed)
        presses.append(functools.partial(tablet.sync, [item]))
    answers = at_once(presses)
    ((ticket, _source),) = database.query(OF_VISIT, visit)
    ((name,),) = database.query(NAMES, queue)
    # reception is told that it was done, or that there is nothing left to do
    served, refused = [], []
    for answer in answers[:CLIENTS]:
        (served if answer.ok else refused).append(answer.message)
    assert all("nothing to check in" in words for words in refused), refused
    # a tablet gives who stands there the same number: that is no failure
    results = [result for (result,) in answers[CLIENTS:]]
    assert {result["ticket"]["number"] for result in results} == {name}, results
    logs = database.query(LOGS, [tablet.device for tablet in tablets])
    assert {found for _state, _action, found in logs} == {ticket}
    assert [action for _state, action, _ticket in logs].count("created") <= 1
    # two numbers of one person are for staff to settle
    states = {"synced", "conflict"} if case == "printed" else {"synced"}
    assert {state for state, _action, _ticket in logs} <= states


def test_a_tablets_backlog_meets_people_at_the_reception(
    race, people, practice, database
):
    room = WaitingRoom(practice, [], "BL")
    tablets = [Tablet(practice, practice.site, server) for server in race.servers]
    batches = [tablet.make_backlog(room.queue, 10) for tablet in tablets]
    clients = race.clients(CLIENTS)
    joins = [
        client.call(JOIN, "create", vals_list=[room.get_values()]).value[0]
        for client in clients
    ]
    presses = [
        functools.partial(client.call, JOIN, "action_join", [join])
        for client, join in zip(clients, joins, strict=True)
    ]
    presses += [
        functools.partial(tablet.sync, batch)
        for tablet, batch in zip(tablets, batches, strict=True)
    ]
    answers = at_once(presses)
    refused = [answer.message for answer in answers[:CLIENTS] if not answer.ok]
    assert refused == []
    names = {name for (name,) in database.query(NAMES, room.queue)}
    wanted = {f"BL-{number:03}" for number in range(1, CLIENTS + 1)}
    wanted |= {item["number"] for batch in batches for item in batch}
    assert names == wanted
    logs = database.query(LOGS, [tablet.device for tablet in tablets])
    assert {(state, action) for state, action, _ticket in logs} == {
        ("synced", "created")
    }
    assert len({ticket for _state, _action, ticket in logs}) == sum(map(len, batches))
    # sent once more, as after a lost answer: nobody is doubled
    again = [tablet.sync(batch) for tablet, batch in zip(tablets, batches, strict=True)]
    assert {name for (name,) in database.query(NAMES, room.queue)} == wanted
    assert len(database.query(NAMES, room.queue)) == len(wanted), again
