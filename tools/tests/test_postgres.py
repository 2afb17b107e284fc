# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from tools import postgres
from tools.console import Problem
from tools.database import Databases
from tools.state import State


@pytest.fixture(scope="module")
def shared_state():
    """A state folder whose server is made once: that takes the time."""
    with tempfile.TemporaryDirectory(prefix="clinic-") as folder:
        made = State(folder)
        made.prepare()
        yield made


@pytest.fixture
def server(shared_state):
    """A server of its own, stopped at the end."""
    made = postgres.Server(shared_state, Path(shutil.which("initdb")).parent)
    yield made
    made.stop()


def test_the_server_runs_while_somebody_uses_it(server):
    server.start()
    server.enter()
    client = server.client()
    postgres.check(client)
    client.create("one")
    client.create("two", template="one")
    assert {"one", "two"} <= client.databases()
    client.drop("one")
    client.drop("two")
    assert not {"one", "two"} & client.databases()
    (server.users / "999999999").touch()  # a process that is no more
    server.leave()
    assert server.pid() is None


def test_the_server_stays_where_it_is_wanted(server):
    server.start()
    server.enter()
    server.keep.touch()
    server.leave()
    assert server.pid()


def test_a_database_is_dropped_when_autovacuum_has_left_it(monkeypatch):
    client = postgres.Client(Path("/nowhere"), {})
    refusals = ["permission denied to terminate process"] * 2
    asked = []

    def sql(statement):
        asked.append(statement)
        if refusals:
            raise Problem(refusals.pop())

    monkeypatch.setattr(client, "sql", sql)
    monkeypatch.setattr(postgres.time, "sleep", lambda seconds: None)
    client.drop("one")
    assert len(asked) == 3
    refusals.append("it does not want to")
    with pytest.raises(Problem, match="does not want"):
        client.drop("one")
    assert len(asked) == 4


def test_a_refused_statement_tells_why(server):
    server.start()
    with pytest.raises(Problem, match="PostgreSQL refused: .*syntax error"):
        server.client().sql("SELEKT")


def test_mails_link_to_where_a_database_is_served(server):
    server.start()
    client = server.client()
    client.create("served")
    client.sql(
        "CREATE TABLE ir_config_parameter (key varchar UNIQUE, value text)", "served"
    )
    databases = Databases(None, SimpleNamespace(client=client))
    select = "SELECT value FROM ir_config_parameter WHERE key = 'web.base.url'"
    for address in ("http://127.0.0.1:8069", "http://127.0.0.1:8070"):
        databases.set_address("served", address)
        assert client.sql(select, "served") == [[address]]
    client.sql(
        "INSERT INTO ir_config_parameter VALUES ('web.base.url.freeze', 'True')",
        "served",
    )
    databases.set_address("served", "http://127.0.0.1:8071")
    assert client.sql(select, "served") == [["http://127.0.0.1:8070"]]


def test_the_role_postgres_is_refused(server):
    server.start()
    with pytest.raises(Problem, match="Odoo refuses the role postgres"):
        postgres.check(server.client("postgres"))


def test_a_server_that_does_not_answer_is_explained(tmp_path):
    folder = Path(shutil.which("initdb")).parent
    client = postgres.Client(folder, {"PGHOST": str(tmp_path), "PGUSER": "odoo"})
    with pytest.raises(Problem, match="Check the variables PGHOST"):
        postgres.check(client)


def test_a_long_path_gets_a_short_socket_folder(tmp_path):
    assert postgres.short_folder(Path("/srv/socket")) == Path("/srv/socket")
    long = tmp_path / ("x" * 100) / "socket"
    short = postgres.short_folder(long)
    assert len(str(short)) < postgres.MAX_SOCKET_PATH
    assert short == postgres.short_folder(long)


def test_variables_name_a_server_of_the_user():
    assert postgres.is_external({"PGHOST": "db.test"})
    assert not postgres.is_external({"PGHOST": "", "PATH": "/bin"})
