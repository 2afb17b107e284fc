# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A board on the wall survives a night: its memory stays, and so does its sense.

Its clock runs fast in a real browser. What it asks is answered in the page meanwhile,
another room each time; then the server goes away and comes back. What is heard, and
what a television's own browser does, cannot be tried here.
"""

import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from .live.server import LiveServer
from .test_queue_journey import CALL, DESK, IS_SHOWN, TV, Room

SCRIPT = Path(__file__).parent / "live" / "night.js"
HOURS = 12
FAST = 1200  # seconds of the page in one of ours
ANSWERS = 1000  # so many at the least: on a busy machine the night is longer
WARM = 300  # answers until everything that is kept once is there
MOST = 2 * 2**20  # bytes that may come on top: less than a kilobyte for each answer
BRISK = 10  # the page's seconds in one of ours while the server is away
CALLED = f"(number) => Boolean(({CALL})(number))"
IS_OVER = """([began, hours, answers]) =>
    Date.now() > began + hours * 3600 * 1000 && night.answered > answers"""
NOTICE = ".o_clinic_board_offline"
#: What a browser says of a server that is away.
AWAY = ("Failed to load resource", "WebSocket")


@pytest.fixture
def server(database, folder):
    """A server of its own: it is stopped and started again."""
    server = LiveServer(database, "night", folder)
    try:
        yield server.start().wait()
    finally:
        server.stop()


@pytest.fixture
def room(practice, people, page_servers):
    """A room whose reception works at another server."""
    staff = (people.web(name, page_servers[1]) for name in ("reception1", "nurse"))
    return Room(practice, *staff)


@pytest.fixture
def page(room, server, open_browser, practice):
    """The board on a television, its sound turned on."""
    values = {"has_wait": True, "has_voice": True}
    practice.do("clinic.queue.board", "write", [room.board], vals=values)
    (row,) = practice.read("clinic.queue.board", [room.board], "url")
    page = open_browser().page
    page.command("Page.addScriptToEvaluateOnNewDocument", source=SCRIPT.read_text())
    page.command("Performance.enable")
    page.command("HeapProfiler.enable")
    page.resize(*TV)
    page.go(f"{server.address}{urlsplit(row['url']).path}")
    page.wait_for(IS_SHOWN, ".o_clinic_board")
    page.run("() => document.querySelector('.o_clinic_board').click()")
    return page


def measure(page):
    """Return what the page holds once all rubbish is gone."""
    for _turn in range(3):
        page.command("HeapProfiler.collectGarbage")
    rows = page.command("Performance.getMetrics")["metrics"]
    found = {row["name"]: row["value"] for row in rows}
    names = ("JSHeapUsedSize", "Nodes", "JSEventListeners", "Documents")
    return {name: found[name] for name in names}


def call_next(room, practice):
    """Let somebody join and be called; return their number."""
    (patient,) = practice.create_patients(1)
    _ticket, number, _path = room.join(patient)
    room.do(DESK, "action_call_next", room.desk)
    return number


def finish(room, practice):
    """End the visit of who is called."""
    domain = [("queue_id", "=", room.queue), ("state", "=", "called")]
    (ticket,) = practice.do("clinic.queue.ticket", "search", domain)
    for step in ("action_start", "action_complete"):
        room.do("clinic.queue.ticket", step, ticket)


def test_a_board_survives_a_night(page, room, server, practice):
    first = call_next(room, practice)
    page.wait_for(CALLED, first)
    page.wait_for("() => night.state && night.state.called.length")

    page.run("(speed) => { night.isFake = true; night.setSpeed(speed); }", FAST)
    page.wait_for("(count) => night.answered > count", WARM, seconds=60)
    before, began = measure(page), page.run("() => Date.now()")
    page.wait_for(IS_OVER, [began, HOURS, ANSWERS], seconds=240)
    after = measure(page)
    assert after["JSHeapUsedSize"] - before["JSHeapUsedSize"] < MOST
    # six calls more or less are shown, and no more than that
    assert after["Nodes"] - before["Nodes"] < 400
    assert after["JSEventListeners"] - before["JSEventListeners"] < 20
    assert after["Documents"] == before["Documents"]

    page.run("(speed) => { night.isFake = false; night.setSpeed(speed); }", BRISK)
    page.wait_for(CALLED, first)
    page.wait_for(f"() => !({IS_SHOWN})('{NOTICE}')")

    server.stop()
    page.wait_for(IS_SHOWN, NOTICE, seconds=60)
    assert page.run(CALLED, first)
    finish(room, practice)
    last = call_next(room, practice)
    server.start().wait()
    page.wait_for(CALLED, last, seconds=60)
    page.wait_for(f"() => !({IS_SHOWN})('{NOTICE}')")
    page.run("() => night.setSpeed(1)")
    time.sleep(1)
    # and it still follows at once, by the bus
    finish(room, practice)
    latest = call_next(room, practice)
    page.wait_for(CALLED, latest, seconds=10)
    assert [text for text in page.errors if not text.startswith(AWAY)] == []
