# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Fixtures of the live tests: one database and its servers for the whole run."""

import secrets
import shutil

import pytest

from .live.audit import Audit
from .live.database import Database
from .live.people import People
from .live.practice import Practice
from .live.race import Race
from .live.server import LiveServer
from .live.settings import read_settings

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
def people(database, folder):
    """Users with their passwords and API keys."""
    people = People(database, folder)
    people.make()
    return people


@pytest.fixture(scope="session")
def start_server(database, people, folder, settings):
    """A function that starts a server; all are stopped after the run."""
    servers = []

    def start(name, **options):
        server = LiveServer(database, name, folder, **options)
        servers.append(server)
        return server.start()

    yield start
    for server in servers:
        server.stop()
        if settings.log_dir and server.log.exists():
            shutil.copy(server.log, settings.log_dir / f"live-{server.log.name}")


@pytest.fixture(scope="session")
def race_servers(start_server):
    """A threaded and a prefork server, on the same database."""
    threaded = start_server("threaded")
    prefork = start_server("prefork", workers=PREFORK_WORKERS)
    return [threaded.wait(), prefork.wait()]


@pytest.fixture(scope="session")
def page_servers(race_servers, start_server):
    """Two threaded servers, whose pages and websocket come from one port."""
    return [race_servers[0], start_server("second").wait()]


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
