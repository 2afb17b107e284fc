# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Messages to a real SMTP server, whose senders are killed, and race each other."""

import json

import pytest

from .fakes.mail_server import STEPS, MailServer
from .live.mails import Mails, wait_until
from .live.server import free_port

#: Places of our code at which a sender dies, and whether the mail was taken by then.
PLACES = {
    "locked": False,
    "rendered": False,
    "answered": True,
    "noted": True,
    "committed": False,
}
MANY = 1000
BOOKINGS = 20
SLOW = 5.0  # seconds: what no booking takes, also on a busy machine


@pytest.fixture(scope="module")
def mail_server():
    """A mail server, on the loopback interface."""
    with MailServer(free_port()) as server:
        yield server


@pytest.fixture(scope="module")
def mails(database, mail_server, folder):
    """Messages that go through it."""
    mails = Mails(database, mail_server, folder)
    yield mails
    mails.run("end")


def check(mails, addresses, twice=False):
    """Everybody got their message, and none got another one.

    :param twice: the mail server took a mail, but its sender died before it knew: it
        is sent again under its name, so that who has it already drops it
    """
    assert {state for _to, state, _ in mails.states(*addresses)} == {"sent"}
    count = mails.mail_server.count(*addresses)
    assert len(count) == len(addresses)
    assert sorted(count.values(), reverse=True)[1:] == [1] * (len(addresses) - 1)
    assert max(count.values()) == (2 if twice else 1)


@pytest.mark.parametrize("step", STEPS)
def test_a_server_is_killed_while_it_talks(mails, step):
    """At each step of the conversation."""
    addresses = mails.begin(3)
    mails.mail_server.stand_still(step)
    server = mails.server(f"killed-{step}")
    try:
        server.wait()
        mails.wake()
        wait_until(mails.mail_server.reached.is_set, server.process)
    finally:
        server.kill()
    mails.send()
    check(mails, addresses, twice=step == "taken")


@pytest.mark.parametrize("place", PLACES)
def test_a_sender_dies(mails, place):
    """Before, while and after it writes down what it did."""
    addresses = mails.begin(3)
    mails.send_and_die(place)
    mails.send()
    check(mails, addresses, twice=PLACES[place])


def test_two_servers_send_what_is_due(mails):
    """Each message once, while others book."""
    addresses = mails.begin(100, each=MANY // 100)
    servers = [mails.server(f"sends-{number}") for number in range(2)]
    try:
        for server in servers:
            server.wait()
        mails.wake()
        wait_until(lambda: mails.mail_server.count(*addresses), servers[0].process)
        output = mails.run("book", count=BOOKINGS)
        wait_until(lambda: not mails.count_pending(), servers[0].process, 600)
        # a server that ends in the middle of its work says so in its log
        wait_until(lambda: not mails.is_working(), servers[0].process)
    finally:
        for server in servers:
            server.stop()
    count = mails.mail_server.count(*addresses)
    assert len(count) == MANY
    assert set(count.values()) == {1}
    assert all(server.count_sent() for server in servers)
    assert [line for server in servers for line in server.complaints()] == []
    times = json.loads(output.split("TIMES", 1)[1])
    assert len(times) == BOOKINGS
    assert max(times) < SLOW


@pytest.mark.parametrize(
    "when, rest",
    [("sending", [["booked", "moved"], False]), ("looked", [["booked"], True])],
)
def test_a_visit_moves_while_its_confirmation_is_sent(mails, when, rest):
    """Either the confirmation says the new time, or the move is told as well."""
    output = mails.run("move", when=when)
    assert json.loads(output.split("REST", 1)[1]) == rest
