# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Fixtures of the live tests: one database and its servers for the whole run."""

import copy
import secrets
import shutil

import pytest

from .live.audit import Audit
from .live.browser import Browser
from .live.database import Database
from .live.people import People
from .live.practice import Practice
from .live.race import Race
from .live.server import LiveServer
from .live.settings import read_settings
from .live.visitor import SOON

PREFORK_WORKERS = 4


@pytest.fixture(scope="session")
def settings():
    """Where the programs are."""
    return read_settings()


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A folder for files, sessions and logs; it is removed after the run."""
    path = tmp_path_factory.mktemp("live")
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def database(settings, folder):
    """A database of this run; PostgreSQL must not have seen a deadlock in it."""
    database = Database(settings, f"clinic_live_{secrets.token_hex(4)}", folder)
    try:
        database.create()
        yield database
        assert database.count_deadlocks() == 0
    finally:
        database.drop()


@pytest.fixture(scope="session")
def servers(settings, database, folder):
    """Two threaded servers and a prefork one, all on the same database.

    Pages of a threaded server find its websocket at the same port.
    """
    servers = {
        "first": LiveServer(database, "first", folder),
        "second": LiveServer(database, "second", folder),
        "prefork": LiveServer(database, "prefork", folder, workers=PREFORK_WORKERS),
    }
    try:
        for server in servers.values():
            server.start()
        yield servers
    finally:
        for server in servers.values():
            server.ask_to_stop()
        for server in servers.values():
            server.stop()
            server.keep_log(settings.log_dir)


@pytest.fixture(scope="session")
def people(database, folder, servers):
    """Users with their passwords and API keys; all servers answer."""
    people = People(database, folder)
    people.make()  # while the servers start
    for server in servers.values():
        server.wait()
    return people


@pytest.fixture(scope="session")
def race_servers(servers, people):
    """A threaded and a prefork server."""
    return [servers["first"], servers["prefork"]]


@pytest.fixture(scope="session")
def page_servers(servers, people):
    """Two threaded servers, for pages."""
    return [servers["first"], servers["second"]]


@pytest.fixture(scope="session")
def practice(people, race_servers):
    """The practice in which everything happens."""
    return Practice(people.web("manager", race_servers[0]))


@pytest.fixture(scope="session")
def audit(database, practice):
    """Checks of ledger and appointments."""
    return Audit(database, practice)


@pytest.fixture
def race(race_servers, people, practice, audit):
    """A race at both servers; their logs must stay clean."""
    race = Race(race_servers, people, practice, audit)
    yield race
    assert race.complaints() == []


@pytest.fixture(scope="session")
def sales(practice, people, race_servers):
    """The same practice, in the hands of who sets up representatives, too."""
    sales = copy.copy(practice)
    sales.client = people.web("sales", race_servers[0])
    return sales


@pytest.fixture(scope="session")
def team(sales, people):
    """Return (territory, {user name: representative}) of four representatives."""
    territory = sales.create("pharma.territory", name="Live Territory")
    return territory, {
        name: sales.create(
            "pharma.representative",
            name=f"Live {name}",
            user_id=people.id(name),
            territory_ids=[(6, 0, [territory])],
            max_calls_day=0,
            resource_calendar_id=False,
            tz="UTC",
        )
        for name in ("rep1", "rep2", "rep3", "rep4")
    }


@pytest.fixture
def open_browser(settings, folder):
    """Return a function that starts a browser; all are stopped at the end."""
    assert settings.browser, "No browser: install chromium."
    browsers = []

    def open_one():
        profile = folder / f"visitor-{len(list(folder.iterdir()))}"
        browsers.append(Browser(settings.browser, profile))
        return browsers[-1]

    try:
        yield open_one
        if settings.log_dir:
            for number, browser in enumerate(browsers, 1):
                browser.page.screenshot(settings.log_dir / f"visitor-{number}.png")
    finally:
        for browser in browsers:
            browser.stop()


@pytest.fixture
def offer(practice):
    """Return a function that makes a doctor, and a service that only they offer."""

    def make(**values):
        doctor = practice.create_doctor(day=str(SOON))
        online = {"horizon_days": 0, "booking_notice": 0, "cancel_notice": 0}
        doctors = [(6, 0, [doctor])]
        return doctor, practice.create_service(doctor_ids=doctors, **online, **values)

    return make
