# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What reception books, the page on which a visitor chooses a time hears about."""

import re
import time
import urllib.request

import pytest

from .live.listener import CALENDAR_CHANGED, Listener
from .live.practice import at
from .live.race import APPOINTMENT

SOON = 5  # seconds
SETTLED = 1  # seconds until a subscription surely counts


@pytest.fixture
def open_page(database):
    """A function that listens as a page without login does, given its channel."""
    listeners = []

    def listen(server, channel):
        ((last,),) = database.query("SELECT coalesce(max(id), 0) FROM bus_bus")
        listeners.append(Listener(server, [channel], last))
        return listeners[-1]

    yield listen
    for listener in listeners:
        listener.close()


def read_channel(server, service, doctor):
    """Return the channel that the page of times names to the browser."""
    address = f"{server.address}/clinic/book/times?service={service}&doctor={doctor}"
    with urllib.request.urlopen(address, timeout=60) as response:
        page = response.read().decode()
    return re.search(r'data-channel="([^"]+)"', page)[1]


@pytest.mark.parametrize("kind", ["threaded", "prefork"])
def test_visitors_hear_of_their_sites(race_servers, people, practice, open_page, kind):
    """The token of the page opens its sites; a changed one, or none, opens nothing."""
    here, elsewhere = practice.create_site(), practice.create_site()
    doctor = practice.create_doctor(site=here)
    stranger = practice.create_doctor(site=elsewhere)
    service = practice.create_service()
    (patient,) = practice.create_patients(1)
    visit = practice.visit(service, doctor, patient, at(9))
    server = race_servers[kind == "prefork"]
    channel = read_channel(server, service, doctor)
    page = open_page(server, channel)
    deaf = [
        open_page(server, channel[:-4] + "AAAA"),
        open_page(server, channel.partition(":")[0]),
        open_page(server, read_channel(server, service, stranger)),
    ]
    time.sleep(SETTLED)
    client = people.web("reception1", race_servers[0])
    assert client.call(APPOINTMENT, "book", values=visit).ok
    assert page.wait_for(CALENDAR_CHANGED, SOON, site_id=here)
    time.sleep(SETTLED)
    assert page.messages(CALENDAR_CHANGED) == [{"site_id": here}]
    for listener in deaf:
        assert listener.messages(CALENDAR_CHANGED) == []
