# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A doctor's own calendar, on a real CalDAV server, in step with a running practice.

The jobs run as in production: by the runner of a server, after each commit.
"""

import re
import time

import pytest

from .fakes.radicale import LOGIN, PASSWORD, Radicale
from .live.practice import at
from .live.sales import call, create_target
from .live.server import LiveServer
from .live.visitor import CHOICE, SOON, WIDE, Visitor, soon

PATIENCE = 60  # seconds until a job has run on a busy machine
NEW_ACCOUNT = "/odoo/action-calendar_sync.calendar_sync_account_action/new"

ALLOW = """
group = env.ref("calendar_sync.group_calendar_sync_manager")
user = env["res.users"].search([("login", "=", "live_manager")])
user.group_ids += group
env["ir.config_parameter"].set_param("calendar_sync.stand_in", {url!r})
env.cr.commit()
"""
DISALLOW = """
env["calendar.sync.account"].search([]).active = False
env["calendar.sync.calendar"].search([]).write({"publish": False, "read_busy": False})
env["ir.config_parameter"].set_param("calendar_sync.stand_in", False)
env.cr.commit()
"""
OFFERED = f"""() => [...document.querySelectorAll({CHOICE!r})]
    .map((label) => label.textContent.trim())"""
CONNECT = """
representative = env["pharma.representative"].browse({representative})
account = env["calendar.sync.account"].create(
    {{
        "partner_id": representative.user_id.partner_id.id,
        "url": {url!r},
        "login": {login!r},
        "password": {password!r},
    }}
)
account.action_connect()
account.calendar_ids.write(
    {{"resource_id": representative.resource_id.id, "publish": True}}
)
# servers keep in mind whose bookings go to a calendar
env.registry.signal_changes()
env.cr.commit()
"""
SEND = """
links = env["calendar.sync.link"].search([("res_model", "=", "pharma.showcase")])
for _step in range(2):
    for link in links:
        link._job_push()
env.cr.commit()
"""
STATE = "SELECT state FROM calendar_sync_account WHERE login = %s AND active"


@pytest.fixture
def radicale(database):
    """The doctor's server; other tests find the practice without it."""
    server = Radicale()
    try:
        database.odoo("shell", "--no-http", script=ALLOW.format(url=server.url))
        yield server
        database.odoo("shell", "--no-http", script=DISALLOW)
    finally:
        server.close()


@pytest.fixture
def jobs(database, folder, settings, people):
    """A server that runs background jobs; it may not log an error."""
    server = LiveServer(database, "jobs", folder, modules="base,web,queue_job")
    try:
        server.start().wait()
        yield server
        assert server.complaints() == []
    finally:
        server.stop()
        server.keep_log(settings.log_dir)


def wait_until(question, what):
    """Wait until a question is answered with something true; return it."""
    deadline = time.monotonic() + PATIENCE
    while not (answer := question()):
        assert time.monotonic() < deadline, what
        time.sleep(0.2)
    return answer


class Administrator:
    """Connects the doctor's calendar in the browser."""

    def __init__(self, page, server, people):
        self.page, self.server = page, server
        page.resize(*WIDE)
        page.go(f"{server.address}/web/login")
        self.fill("input[name=login]", "live_manager")
        self.fill("input[name=password]", people.password)
        page.click(".oe_login_form button[type=submit]")
        page.place(".o_main_navbar", seconds=90)

    def fill(self, selector, text):
        self.page.click(selector)
        self.page.type(text)

    def connect(self, owner, url):
        """Enter the login, and press Connect."""
        self.page.go(f"{self.server.address}{NEW_ACCOUNT}")
        self.page.place("[name=url] input", seconds=60)
        self.fill("[name=partner_id] input", owner)
        self.page.click(".o-autocomplete--dropdown-item", owner)
        self.fill("[name=url] input", url)
        self.fill("[name=login] input", LOGIN)
        self.fill("[name=password] input", PASSWORD)
        self.page.click("button[name=action_connect]")
        self.page.place("[name=calendar_ids] .o_data_row")


def read_start(radicale):
    """Return when the one event begins, as the doctor's own program reads it."""
    paths = radicale.list()
    if len(paths) != 1:
        return None
    found = re.search(r"DTSTART:(\d{8}T\d{6}Z)", radicale.get(paths[0]))
    return found and found.group(1)


def stamp(hour):
    """Return a moment of the tests' day as iCalendar writes it."""
    return f"{SOON:%Y%m%d}T{hour:02}0000Z"


def offered(visitor, service, doctor):
    """Return the times that patients are offered."""
    visitor.look(service, doctor)
    return visitor.page.run(OFFERED)


def test_a_calendar_is_connected_and_stays_in_step(
    radicale, jobs, open_browser, database, people, practice, offer
):
    doctor, service = offer()
    (row,) = practice.read("clinic.doctor", [doctor], "name", "resource_id")
    administrator = Administrator(open_browser().page, jobs, people)
    administrator.connect(row["name"], radicale.url)
    assert database.query(STATE, LOGIN) == [("active",)]
    calendars = practice.do(
        "calendar.sync.calendar", "search", domain=[("account_id.login", "=", LOGIN)]
    )
    wanted = {"resource_id": row["resource_id"], "publish": True, "read_busy": True}
    practice.do("calendar.sync.calendar", "write", calendars, vals=wanted)

    # a booking appears, moves and goes away
    (patient,) = practice.create_patients(1)
    visit = practice.book(service, doctor, patient, soon(9))
    wait_until(lambda: read_start(radicale) == stamp(9), "the booking is not there")
    practice.do("clinic.appointment", "reschedule", [visit], values={"start": soon(11)})
    wait_until(lambda: read_start(radicale) == stamp(11), "it did not move")

    # what the doctor blocks is offered to nobody
    visitor = Visitor(open_browser(), jobs, database, "Calendar Visitor")
    assert "2:00 PM" in offered(visitor, service, doctor)
    path = radicale.put(
        "golf", f"DTSTART:{stamp(14)}", f"DTEND:{stamp(15)}", "SUMMARY:Golf"
    )
    practice.do("calendar.sync.calendar", "action_sync", calendars)
    wait_until(
        lambda: "2:00 PM" not in offered(visitor, service, doctor), "still offered"
    )
    assert "3:00 PM" in offered(visitor, service, doctor)
    radicale.delete(path)
    practice.do("calendar.sync.calendar", "action_sync", calendars)
    wait_until(lambda: "2:00 PM" in offered(visitor, service, doctor), "still blocked")

    practice.do("clinic.appointment", "cancel", [visit])
    wait_until(lambda: not radicale.list(), "the cancelled booking is still there")


def test_a_call_stands_in_the_representatives_calendar(radicale, database, sales, team):
    """It says that there is a showcase, and neither of whom nor of what."""
    territory, representatives = team
    representative = representatives["rep1"]
    login = {"login": LOGIN, "password": PASSWORD, "url": radicale.url}
    script = CONNECT.format(representative=representative, **login)
    database.odoo("shell", "--no-http", script=script)
    doctor = create_target(sales, territory)
    values = call(doctor, representative, at(10))
    answer = sales.client.call("pharma.showcase", "book", None, values=values)
    assert answer.ok, answer.message
    database.odoo("shell", "--no-http", script=SEND)
    (path,) = radicale.list()
    text = radicale.get(path)
    assert "SUMMARY:Showcase" in text
    assert "CLASS:PRIVATE" in text
    (row,) = sales.read("clinic.doctor", [doctor], "name")
    assert row["name"] not in text
