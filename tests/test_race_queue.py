# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Desks that ask for the next at once, and people who come at once."""

import functools
import itertools

import pytest

from .live.crowd import at_once
from .live.people import RECEPTION

DESK, JOIN, STEP = "clinic.queue.desk", "clinic.queue.join", "clinic.queue.step"
DESKS = 16
AT_DESKS = """
    SELECT id, desk_id FROM clinic_queue_ticket
     WHERE queue_id = %s AND state = 'called'
"""
PARKED = """
    SELECT id FROM clinic_queue_ticket WHERE queue_id = %s AND state = 'parked'
"""
LAST = "SELECT max(id) FROM clinic_queue_ticket WHERE queue_id = %s"
STATES = """
    SELECT name, state, desk_id FROM clinic_queue_ticket
     WHERE queue_id = %s ORDER BY arrived_at, id
"""


class WaitingRoom:
    """A queue of the practice with a desk for each client."""

    def __init__(self, practice, clients, code):
        self.practice, self.clients = practice, clients
        self.service = practice.create_service()
        policy = practice.create("clinic.queue.policy", name=practice.name("Policy"))
        self.queue = practice.create(
            "clinic.queue",
            name=practice.name("Queue"),
            code=code,
            site_id=practice.site,
            policy_id=policy,
            walk_in_service_id=self.service,
        )
        self.desks = [self.open_desk(client) for client in clients]

    def open_desk(self, client):
        """Return a desk that the client's user has opened."""
        desk = self.practice.create(
            DESK,
            name=self.practice.name("Desk"),
            site_id=self.practice.site,
            queue_ids=[(6, 0, [self.queue])],
        )
        answer = client.call(DESK, "action_open", [desk])
        assert answer.ok, answer.message
        return desk

    def join(self, count):
        """Let people come, one after the other."""
        for _number in range(count):
            (join,) = self.practice.do(JOIN, "create", vals_list=[self.get_values()])
            self.practice.do(JOIN, "action_join", [join])

    def raise_alarm(self, nurse, ticket):
        """Let a nurse find that somebody must be seen at once."""
        (row,) = self.practice.read("clinic.queue", [self.queue], "policy_id")
        domain = [("policy_id", "=", row["policy_id"]), ("is_alarm", "=", True)]
        (level,) = self.practice.do("clinic.triage.level", "search", domain)
        values = {"ticket_id": ticket, "kind": "triage", "level_id": level}
        answer = nurse.call(STEP, "create", vals_list=[values])
        assert answer.ok, answer.message
        answer = nurse.call(STEP, "action_do", answer.value)
        assert answer.ok, answer.message

    def get_values(self):
        """Return what reception enters for somebody without a name."""
        return {"queue_id": self.queue}

    def call_next(self):
        """Let all desks ask at once; return the answers."""
        return self.call_next_from(self.clients, self.desks)

    def call_next_from(self, clients, desks):
        """Let clients ask at once, each at its desk; return the answers."""
        pairs = zip(clients, desks, strict=True)
        return at_once(
            [
                functools.partial(client.call, DESK, "action_call_next", [desk])
                for client, desk in pairs
            ]
        )


@pytest.fixture
def clients(race):
    """A client for each desk, of several users, on two servers."""
    return race.clients(DESKS)


@pytest.mark.parametrize("waiting", [20, 5], ids=["enough", "too-few"])
def test_nobody_is_called_twice(race, practice, database, clients, waiting):
    room = WaitingRoom(practice, clients, f"R{waiting}"[:3])
    room.join(waiting)
    answers = room.call_next()
    assert [answer.message for answer in answers if not answer.ok] == []
    rows = database.query(STATES, room.queue)
    called = [row for row in rows if row[1] == "called"]
    # those who came first, each to a desk of their own
    assert called == rows[: min(waiting, DESKS)]
    assert len({desk for _name, _state, desk in called}) == len(called)


def test_numbers_of_people_who_come_at_once(race, practice, database, clients):
    room = WaitingRoom(practice, [], "N")
    # a dialog is its user's own
    joins = [
        client.call(JOIN, "create", vals_list=[room.get_values()]).value[0]
        for client in clients
    ]
    answers = at_once(
        [
            functools.partial(client.call, JOIN, "action_join", [join])
            for client, join in zip(clients, joins, strict=True)
        ]
    )
    assert [answer.message for answer in answers if not answer.ok] == []
    names = sorted(row[0] for row in database.query(STATES, room.queue))
    assert names == [f"N-{number:03}" for number in range(1, DESKS + 1)]


def test_one_desk_in_many_windows(race, people, practice, database):
    login, *_others = RECEPTION
    windows = [
        people.json2(login, server)
        for server, _turn in zip(itertools.cycle(race.servers), range(DESKS))
    ]
    room = WaitingRoom(practice, windows[:1], "W")
    room.join(DESKS)
    answers = room.call_next_from(windows, room.desks * DESKS)
    assert sum(answer.ok for answer in answers) == 1
    told = {answer.message for answer in answers if not answer.ok}
    assert all("irst." in message for message in told), told
    rows = database.query(STATES, room.queue)
    assert [row[1] for row in rows].count("called") == 1


@pytest.mark.parametrize("is_one_desk", [False, True], ids=["desks", "windows"])
def test_all_park_and_take_the_alarm(
    race, people, practice, database, clients, is_one_desk
):
    """Who parks the one at the desk gets the alarm; who is too late parks nobody."""
    if is_one_desk:
        clients = [people.json2(RECEPTION[0], server) for server in race.servers]
    staff, code = (clients[:1], "PW") if is_one_desk else (clients, "PD")
    room = WaitingRoom(practice, staff, code)
    room.join(len(room.desks))
    answers = room.call_next()
    assert [answer.message for answer in answers if not answer.ok] == []
    room.join(1)
    ((alarm,),) = database.query(LAST, room.queue)
    room.raise_alarm(people.web("nurse", race.servers[0]), alarm)
    at_desk = {desk: ticket for ticket, desk in database.query(AT_DESKS, room.queue)}
    desks = room.desks * (len(clients) if is_one_desk else 1)
    presses = [
        functools.partial(
            client.call,
            DESK,
            "screen_call_alarm",
            [desk],
            ticket_id=alarm,
            park_id=at_desk[desk],
        )
        for client, desk in zip(clients, desks, strict=True)
    ]
    answers = at_once(presses)
    assert sum(answer.ok for answer in answers) == 1
    taken = desks[[answer.ok for answer in answers].index(True)]
    assert database.query(PARKED, room.queue) == [(at_desk[taken],)]
    now = {desk: ticket for ticket, desk in database.query(AT_DESKS, room.queue)}
    assert now == at_desk | {taken: alarm}
