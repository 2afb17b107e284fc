# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The board on the wall and patients' phones follow what happens in other processes.

Each page is checked by axe-core on the way.
"""

import time
from urllib.parse import urlsplit

import pytest

from .live.axe import find_barriers
from .live.visitor import PHONE

DESK, JOIN, STEP = "clinic.queue.desk", "clinic.queue.join", "clinic.queue.step"
TV = (1920, 1080)
SOON = 2.0  # seconds: what is promised
AGAIN = 25  # seconds until a page that was cut off has surely asked again

CALL = """(number) => document.querySelector(
    `.o_clinic_board_called li[data-number="${number}"]`)"""
IS_CALLED = f"(number) => Boolean(({CALL})(number))"
IS_FRESH = f"""(number) => ({CALL})(number)
    ?.classList.contains("o_clinic_board_fresh")"""
HAS_NEXT = """(number) => [...document.querySelectorAll(".o_clinic_board_next li")]
    .some((item) => item.textContent === number)"""
IS_SHOWN = "(selector) => Boolean(document.querySelector(selector)?.offsetParent)"
TEXT = "(selector) => document.querySelector(selector)?.textContent.trim()"
NETWORK = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}


class Room:
    """A queue with two desks of reception, a board, and whoever joins."""

    def __init__(self, practice, client, nurse):
        self.practice, self.client, self.nurse = practice, client, nurse
        self.queue = practice.create(
            "clinic.queue",
            name="Oncology",
            code="J",
            site_id=(site := practice.create_site()),
            policy_id=practice.create("clinic.queue.policy", name=practice.name("P")),
            walk_in_service_id=practice.create_service(),
        )
        self.desk = practice.create(
            DESK,
            name=practice.name("Room"),
            site_id=site,
            queue_ids=[(6, 0, [self.queue])],
        )
        self.board = practice.create("clinic.queue.board", name="Hall", site_id=site)
        self.do(DESK, "action_open", self.desk)

    def do(self, model, method, record, client=None):
        """Call a method as reception, or as somebody else."""
        answer = (client or self.client).call(model, method, [record])
        assert answer.ok, answer.message

    def join(self, patient):
        """Return (number, path of the page) of somebody who joins."""
        values = {"queue_id": self.queue, "patient_id": patient}
        (dialog,) = self.practice.do(JOIN, "create", vals_list=[values])
        action = self.practice.do(JOIN, "action_join_print", [dialog])
        path = urlsplit(action["url"]).path.removesuffix("/slip")
        domain = [("queue_id", "=", self.queue), ("patient_id", "=", patient)]
        tickets = "clinic.queue.ticket"
        (ticket,) = self.practice.do(tickets, "search_read", domain, fields=["name"])
        return ticket["id"], ticket["name"], path

    def raise_alarm(self, ticket):
        """Triage somebody to the highest level."""
        (row,) = self.practice.read("clinic.queue", [self.queue], "policy_id")
        domain = [("policy_id", "=", row["policy_id"]), ("is_alarm", "=", True)]
        (level,) = self.practice.do("clinic.triage.level", "search", domain)
        values = {"ticket_id": ticket, "kind": "triage", "level_id": level}
        answer = self.nurse.call(STEP, "create", vals_list=[values])
        assert answer.ok, answer.message
        self.do(STEP, "action_do", answer.value[0], self.nurse)


@pytest.fixture
def room(practice, people, page_servers):
    """A room whose reception works at another server than the pages."""
    staff = (people.web(name, page_servers[1]) for name in ("reception1", "nurse"))
    return Room(practice, *staff)


@pytest.fixture
def show(open_browser, page_servers):
    """Return a function that opens a page at the first server."""

    def open_page(path, size, selector):
        page = open_browser().page
        page.resize(*size)
        page.go(f"{page_servers[0].address}{path}")
        page.wait_for(IS_SHOWN, selector)
        time.sleep(1)  # until the page is listening
        return page

    return open_page


@pytest.fixture
def board(room, show, practice):
    """The board on a television."""
    (row,) = practice.read("clinic.queue.board", [room.board], "url")
    return show(urlsplit(row["url"]).path, TV, ".o_clinic_board")


def wait_for_all(looks, seconds=SOON):
    """Wait until each (page, script, value) is true; all within that many seconds."""
    deadline = time.monotonic() + seconds
    for page, script, *values in looks:
        page.wait_for(script, *values, seconds=max(deadline - time.monotonic(), 0.05))


def test_board_and_phone_follow_a_call(room, board, show, practice):
    patients = practice.create_patients(2)
    (_id, first, path), (_id2, second, _path) = map(room.join, patients)
    wait_for_all([(board, HAS_NEXT, first), (board, HAS_NEXT, second)])
    phone = show(path, PHONE, "[name=queue_ticket_next]")
    assert find_barriers(phone) == find_barriers(board) == []
    room.do(DESK, "action_call_next", room.desk)
    shown = "[name=queue_ticket_called]"
    wait_for_all([(board, IS_FRESH, first), (phone, IS_SHOWN, shown)])
    assert practice.read(DESK, [room.desk], "name")[0]["name"] in phone.run(TEXT, shown)
    assert find_barriers(phone) == []
    for page in (board, phone):
        text = page.run("() => document.documentElement.outerHTML")
        assert "Oncology" not in text
        for patient in practice.read("clinic.patient", patients, "name"):
            assert patient["name"] not in text
    assert board.errors == phone.errors == []


def test_a_patient_leaves_and_an_emergency_comes(room, board, show, practice):
    patients = practice.create_patients(3)
    (_id, first, path), (_id2, _second, other), (alarm, _third, _path) = map(
        room.join, patients
    )
    leaving = show(path, PHONE, ".o_clinic_ticket_leave")
    staying = show(other, PHONE, "[name=queue_ticket_place]")
    assert staying.run(TEXT, "[name=queue_ticket_place]") == "2"
    leaving.click(".o_clinic_ticket_leave summary")
    assert find_barriers(leaving) == []
    leaving.click(".o_clinic_ticket_leave button")
    leaving.wait_for(IS_SHOWN, ".o_clinic_ticket_status .alert-warning")
    assert find_barriers(leaving) == []
    wait_for_all(
        [
            (board, f"(number) => !({HAS_NEXT})(number)", first),
            (staying, IS_SHOWN, "[name=queue_ticket_next]"),
        ]
    )
    room.raise_alarm(alarm)
    wait_for_all(
        [
            (board, IS_SHOWN, ".o_clinic_board_emergency"),
            (staying, IS_SHOWN, "[name=queue_ticket_emergency]"),
        ]
    )
    assert find_barriers(board) == find_barriers(staying) == []


def test_a_board_says_that_it_is_cut_off_and_comes_back(room, board, practice):
    patient, other = practice.create_patients(2)
    _ticket, first, _path = room.join(patient)
    wait_for_all([(board, HAS_NEXT, first)])
    board.command("Network.enable")
    board.command("Network.emulateNetworkConditions", offline=True, **NETWORK)
    board.wait_for(IS_SHOWN, ".o_clinic_board_offline", seconds=AGAIN)
    assert board.run(HAS_NEXT, first)
    _ticket, second, _path = room.join(other)
    board.command("Network.emulateNetworkConditions", offline=False, **NETWORK)
    board.wait_for(HAS_NEXT, second, seconds=AGAIN)
    assert not board.run(IS_SHOWN, ".o_clinic_board_offline")


def test_a_board_turns_its_sound_on(board):
    start = ".o_clinic_board_start"
    assert board.run(IS_SHOWN, start)
    board.click(start)
    board.wait_for(f"() => !({IS_SHOWN})('{start}')")
    assert board.errors == []
