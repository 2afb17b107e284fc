# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What one server books, the open calendars of another one hear about."""

import time

import pytest

from .live.listener import CALENDAR_CHANGED, CALENDAR_WORD, Listener
from .live.practice import at
from .live.race import APPOINTMENT

SOON = 2  # seconds
SETTLED = 1  # seconds until a subscription surely counts


@pytest.fixture
def listen(people, database):
    """A function that opens sockets; all are closed after the test."""
    listeners = []

    def open_socket(server, name, *channels):
        session = people.session(name, server) if name else None
        ((last,),) = database.query("SELECT coalesce(max(id), 0) FROM bus_bus")
        words = channels or (CALENDAR_WORD,)
        listeners.append(Listener(server, words, last, session))
        return listeners[-1]

    yield open_socket
    for listener in listeners:
        listener.close()


@pytest.fixture
def scene(practice):
    """A site of its own with a doctor, so that other tests are not heard."""
    site = practice.create_site()
    doctor = practice.create_doctor(site=site)
    (patient,) = practice.create_patients(1)
    visit = practice.visit(practice.create_service(), doctor, patient, at(9))
    return site, visit


@pytest.mark.parametrize("ear", ["threaded", "prefork"])
def test_other_servers_hear_soon(
    race_servers, page_servers, people, listen, scene, ear
):
    """Booking, moving and cancelling at one server, listening at another."""
    site, visit = scene
    mouth = page_servers[1]
    listener = listen(race_servers[ear == "prefork"], "reception2")
    client = people.web("reception1", mouth)
    time.sleep(SETTLED)

    def heard_after(method, *ids, **values):
        listener.heard.clear()
        start = time.monotonic()
        answer = client.call(APPOINTMENT, method, *ids, **values)
        assert answer.ok, answer.message
        moment = listener.wait_for(CALENDAR_CHANGED, SOON + 3, site_id=site)
        assert moment is not None
        assert moment - start < SOON
        assert len(listener.messages(CALENDAR_CHANGED)) == 1
        return answer.value

    (key,) = heard_after("book", values=visit)
    heard_after("reschedule", [key], values={"start": at(10)})
    heard_after("confirm", [key])
    heard_after("cancel", [key], reason="live")


def test_a_refused_booking_makes_no_noise(
    race_servers, people, listen, scene, practice
):
    site, visit = scene
    listener = listen(race_servers[0], "reception2")
    client = people.web("reception1", race_servers[1])
    assert client.call(APPOINTMENT, "book", values=visit).ok
    assert listener.wait_for(CALENDAR_CHANGED, 5, site_id=site)
    (other,) = practice.create_patients(1)
    refused = client.call(APPOINTMENT, "book", values={**visit, "patient_id": other})
    assert refused.code == "slot_taken"
    time.sleep(SETTLED)
    assert listener.messages(CALENDAR_CHANGED) == [{"site_id": site}]


def test_strangers_hear_nothing(race_servers, people, listen, scene, database):
    """Neither the word nor guesses at the records' channels lead anywhere."""
    site, visit = scene
    name = database.name
    guesses = [
        CALENDAR_WORD,
        CALENDAR_CHANGED,
        f"clinic.site_{site}",
        f"clinic.site,{site}",
        f"('{name}', 'clinic.site', {site}, 'CALENDAR')",
        f'["{name}","clinic.site",{site},"CALENDAR"]',
        f'["{name}", "clinic.site", {site}, "CALENDAR"]',
        "CALENDAR",
    ]
    server = race_servers[0]
    strangers = {
        kind: listen(server, kind, *guesses) for kind in (None, "portal", "employee")
    }
    staff = listen(server, "reception2", *guesses)
    time.sleep(SETTLED)
    client = people.web("reception1", server)
    assert client.call(APPOINTMENT, "book", values=visit).ok
    assert staff.wait_for(CALENDAR_CHANGED, 5, site_id=site)
    time.sleep(SETTLED)
    for kind, listener in strangers.items():
        assert listener.messages(CALENDAR_CHANGED) == [], kind
    # deaf to this, not to everything: what goes to a mere string they do hear
    database.send(CALENDAR_CHANGED, "knock", {})
    for kind, listener in strangers.items():
        assert listener.wait_for("knock", 5), kind


def test_staff_of_another_site_hear_nothing(
    race_servers, people, listen, scene, practice
):
    """A user who works at one site does not even learn that another is busy."""
    site, visit = scene
    elsewhere = practice.create_site()
    practice.do(
        "clinic.site",
        "write",
        [elsewhere],
        vals={"user_ids": [(4, people.id("reception4"))]},
    )
    try:
        near = listen(race_servers[0], "reception2")
        far = listen(race_servers[0], "reception4")
        time.sleep(SETTLED)
        client = people.web("reception1", race_servers[1])
        assert client.call(APPOINTMENT, "book", values=visit).ok
        assert near.wait_for(CALENDAR_CHANGED, 5, site_id=site)
        time.sleep(SETTLED)
        assert far.messages(CALENDAR_CHANGED) == []
    finally:
        practice.do("clinic.site", "write", [elsewhere], vals={"user_ids": [(5,)]})
