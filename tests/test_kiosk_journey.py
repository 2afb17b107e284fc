# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A kiosk in a browser: with the network, without it, and with one that breaks."""

import time
from datetime import datetime, timedelta, timezone

import pytest

from .live.axe import find_barriers
from .live.kiosk import (
    IS_SENT,
    LANDSCAPE,
    PORTRAIT,
    SCOPE,
    KioskVisitor,
)
from .live.practice import at

TICKETS = """
    SELECT name, state, source FROM clinic_queue_ticket
     WHERE queue_id = %s ORDER BY arrived_at, id
"""
ARRIVALS = """
    SELECT count(*), count(DISTINCT arrived_at), max(now() AT TIME ZONE 'UTC'
           - arrived_at) < interval '10 minutes'
      FROM clinic_queue_ticket WHERE queue_id = %s
"""
LOGS = """
    SELECT state, resolution FROM clinic_sync_log WHERE device_id = %s ORDER BY id
"""
MOVE_TO_NOW = """
    WITH visit AS (
        UPDATE clinic_appointment SET start = %s, stop = %s WHERE id = %s
        RETURNING id, start, stop
    )
    UPDATE clinic_reservation r SET start = visit.start, stop = visit.stop
      FROM visit WHERE r.appointment_id = visit.id
"""
VISITS = """
    SELECT p.name, a.state, a.source FROM clinic_appointment a
      JOIN res_partner p ON p.id = a.partner_id WHERE a.doctor_id = %s
"""
CHECKED = "() => document.querySelectorAll('.o_kiosk_flag :checked').length"
#: Seconds: the taps, and as long as the tablet waits for the server.
MOST_WAIT = 20
#: Seconds: a slip's page looks again after 20, counted from when its scripts run.
LOOKS_AGAIN = 45
TICKET_PAGE = "/clinic/queue/ticket/"
TRIAGE = """
    SELECT triage_asked_at IS NOT NULL, level_id FROM clinic_queue_ticket
     WHERE queue_id = %s AND name = %s
"""


@pytest.fixture
def room(practice):
    """A site of its own with one queue: the ids of both."""
    site = practice.create_site()
    service = practice.create_service()
    queue = practice.create(
        "clinic.queue",
        name=practice.name("Live Queue"),
        code="A",
        site_id=site,
        walk_in_service_id=service,
    )
    return site, queue


@pytest.fixture
def kiosk(open_browser, page_servers, practice, room):
    """Return a function that gives a kiosk of the room."""

    def start(size=LANDSCAPE):
        site, _queue = room
        return KioskVisitor(open_browser(), page_servers[0], practice, site, size)

    return start


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
def test_online(size, kiosk, room, practice, database):
    site, queue = room
    visitor = kiosk(size)
    visitor.pair()
    first = visitor.take_number()
    alarm = visitor.take_number(flag="Trouble breathing")
    assert (first, alarm) == ("A-001", "A-002")
    assert database.query(TRIAGE, queue, first) == [(False, None)]
    assert database.query(TRIAGE, queue, alarm) == [(True, None)]

    doctor = practice.create_doctor(site=site)
    service = practice.create_service()
    (patient,) = practice.create_patients(1)
    visit = practice.book(service, doctor, patient, at(10))
    today = datetime.now(timezone.utc).replace(hour=12, minute=0, second=0)
    stop = today + timedelta(minutes=30)
    moments = (moment.strftime("%Y-%m-%d %H:%M:%S") for moment in (today, stop))
    database.query(MOVE_TO_NOW, *moments, visit)
    (read,) = practice.read("clinic.appointment", [visit], "name")
    assert visitor.check_in(read["name"]) == "A-003"
    names = [name for name, _state, _source in database.query(TICKETS, queue)]
    assert names == ["A-001", "A-002", "A-003"]
    assert visitor.page.errors == []


def test_five_walk_ins_without_the_network(kiosk, room, database):
    _site, queue = room
    visitor = kiosk()
    kept = visitor.pair()
    assert all(_is_shell(path) for path in kept), kept
    visitor.cut()
    visitor.page.command("Page.reload")  # the page, too, is there
    visitor.arrive("start")
    numbers = [visitor.take_number() for _number in range(5)]
    prefix = visitor.prefix
    assert numbers == [f"{prefix}-{number:03}" for number in range(1, 6)]
    assert visitor.count_kept() == 5
    assert database.query(TICKETS, queue) == []

    visitor.restore()
    visitor.page.wait_for(IS_SENT)
    assert visitor.count_kept() == 0
    tickets = database.query(TICKETS, queue)
    assert tickets == [(number, "waiting", "kiosk") for number in numbers]
    ((count, _moments, is_recent),) = database.query(ARRIVALS, queue)
    assert (count, is_recent) == (5, True)
    assert visitor.take_number() == "A-001"


def test_the_connection_drops_while_it_sends(kiosk, room, database):
    _site, queue = room
    visitor = kiosk()
    visitor.pair()
    visitor.cut()
    numbers = [visitor.take_number() for _number in range(5)]
    assert visitor.lose_answers(2) == [5, 5]
    # the server did everything the first time, and the kiosk does not know
    names = [name for name, _state, _source in database.query(TICKETS, queue)]
    assert names == numbers

    visitor.page.wait_for(IS_SENT)
    assert visitor.count_kept() == 0
    names = [name for name, _state, _source in database.query(TICKETS, queue)]
    assert names == numbers
    assert database.query(LOGS, visitor.device) == [("synced", None)] * 5


def test_a_number_is_taken_while_a_slow_sync_runs(kiosk, room, database):
    _site, queue = room
    visitor = kiosk()
    visitor.pair()
    visitor.cut()
    numbers = [visitor.take_number() for _number in range(3)]
    assert visitor.hold_answers() == 3
    visitor.ask_for_number()
    # the server knows of the three, the tablet does not yet: the fourth one waits
    visitor.page.place(".o_kiosk_busy")
    visitor.release_answers()
    assert visitor.finish() == "A-001"

    visitor.page.wait_for(IS_SENT)
    assert visitor.count_kept() == 0
    names = [name for name, _state, _source in database.query(TICKETS, queue)]
    assert names == [*numbers, "A-001"]
    assert database.query(LOGS, visitor.device) == [("synced", None)] * 4


def test_nobody_waits_for_a_sync_that_hangs(kiosk, room, database):
    _site, queue = room
    visitor = kiosk()
    visitor.pair()
    visitor.cut()
    numbers = [visitor.take_number() for _number in range(3)]
    assert visitor.hold_answers() == 3
    began = time.monotonic()
    visitor.ask_for_number()
    numbers.append(visitor.finish())
    assert numbers[-1] == f"{visitor.prefix}-004"
    assert time.monotonic() - began < MOST_WAIT

    visitor.release_answers()
    visitor.restore()
    visitor.page.wait_for(IS_SENT)
    assert visitor.count_kept() == 0
    # whoever was told a number by the tablet has it, however the server called it
    names = [name for name, _state, _source in database.query(TICKETS, queue)]
    assert names == numbers
    assert len(database.query(LOGS, visitor.device)) == 4


def test_a_slip_leads_to_its_page_by_itself(kiosk, open_browser, page_servers):
    visitor = kiosk()
    visitor.pair()
    visitor.cut()
    visitor.ask_for_number()
    path = visitor.read_code()
    phone = open_browser().page
    phone.resize(390, 844)
    phone.go(f"{page_servers[1].address}{path}")
    phone.place(".o_clinic_slip_waiting h1", "not to be seen here yet")
    assert find_barriers(phone) == []
    number = visitor.finish()

    visitor.restore()
    visitor.page.wait_for(IS_SENT)
    # nobody touches the phone
    phone.place(".o_clinic_ticket_number", number, seconds=LOOKS_AGAIN)
    assert phone.run("() => location.pathname").startswith(TICKET_PAGE)
    assert phone.errors == []


def test_the_way_back_keeps_what_was_typed(kiosk):
    visitor = kiosk()
    visitor.pair()
    visitor.page.click(".o_kiosk_choices button", "I have no appointment")
    visitor.arrive("reason")
    visitor.page.click(".o_kiosk_choices button", "Something else")
    visitor.arrive("flags")
    # nothing is answered for anybody
    assert visitor.page.run(CHECKED) == 0
    visitor.page.click(".o_kiosk_screen > .o_kiosk_primary")
    visitor.page.place(".o_kiosk_error", "Yes or No")
    for place in range(1, 6):
        visitor.page.click(f".o_kiosk_flag:nth-of-type({place}) .o_kiosk_answer", "No")
    visitor.page.click(".o_kiosk_screen > .o_kiosk_primary")
    visitor.arrive("mobile")
    visitor.fill("#o_kiosk_mobile", "12")
    visitor.page.click(".o_kiosk_primary")
    visitor.page.place(".o_kiosk_error", "no mobile number")
    for screen in ("flags", "reason"):
        visitor.page.click(".o_kiosk_back")
        visitor.arrive(screen)
    visitor.page.place("[aria-current=true]", "Something else")
    visitor.page.click(".o_kiosk_choices button", "Something else")
    visitor.arrive("flags")
    assert visitor.page.run(CHECKED) == 5
    visitor.page.click(".o_kiosk_screen > .o_kiosk_primary")
    visitor.arrive("mobile")
    value = "() => document.querySelector('#o_kiosk_mobile').value"
    assert visitor.page.run(value) == "12"
    visitor.page.click(".o_kiosk_home")
    visitor.arrive("start")


def test_two_ask_for_one_time_without_the_network(kiosk, room, practice, database):
    site, _queue = room
    tomorrow = datetime.now(timezone.utc).date() + timedelta(days=1)
    doctor = practice.create_doctor(site=site, day=str(tomorrow))
    name = practice.name("Kiosk Service")
    practice.create(
        "clinic.service",
        name=name,
        specialty_id=practice.specialty,
        duration=30,
        doctor_ids=[(6, 0, [doctor])],
        horizon_days=0,
        booking_notice=0,
    )
    visitor = kiosk()
    visitor.pair()
    visitor.page.place(".o_kiosk_choices button", "I would like an appointment")
    visitor.cut()
    for person in ("First Comer", "Second Comer"):
        visitor.request(name, f"{person} {doctor}", place=4)
        visitor.page.click(".o_kiosk_primary", "Done")
        visitor.arrive("start")
    assert database.query(VISITS, doctor) == []

    visitor.restore()
    visitor.page.place(".o_kiosk_unsent", "To settle: 1")
    ((patient, state, source),) = database.query(VISITS, doctor)
    assert (patient, state, source) == (f"First Comer {doctor}", "scheduled", "kiosk")
    kept = [("synced", None), ("conflict", "alternatives")]
    assert database.query(LOGS, visitor.device) == kept
    assert visitor.count_kept() == 0
    look_at_the_list(visitor, practice)


def look_at_the_list(visitor, practice):
    """Staff open the list of what is unsettled, with their code alone."""
    visitor.page.click(".o_kiosk_unsent")
    visitor.arrive("sync")
    (read,) = practice.read("clinic.queue.device", [visitor.device], "staff_pin")
    wrong = "0000" if read["staff_pin"] != "0000" else "1111"
    visitor.fill("#o_kiosk_pin", wrong)
    visitor.page.click(".o_kiosk_pin button")
    visitor.page.place(".o_kiosk_error", "not the code")
    visitor.fill("#o_kiosk_pin", read["staff_pin"])
    visitor.page.click(".o_kiosk_pin button")
    visitor.page.place(".o_kiosk_entries li", "The time is gone")


def test_a_revoked_kiosk_asks_for_a_code(kiosk, practice):
    visitor = kiosk()
    visitor.pair()
    practice.do("clinic.queue.device", "action_revoke", [visitor.device])
    visitor.restore()
    visitor.arrive("pair")


def _is_shell(path):
    return path.startswith((SCOPE, "/clinic_queue/static/img/", "/web/assets/"))
