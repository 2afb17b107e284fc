# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import socket
import subprocess
from contextlib import closing, contextmanager, nullcontext
from types import SimpleNamespace

import pytest

from tools import addons, serve
from tools.console import Problem


@pytest.fixture
def taken():
    """A port of this machine that somebody listens on."""
    with closing(socket.socket()) as listener:
        listener.bind((serve.HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_refused_with_what_to_do(taken):
    with pytest.raises(Problem, match=f"taken: .* PORT={taken + 1}"):
        serve.claim_port(taken)


def test_the_next_free_port_is_found(taken, monkeypatch):
    monkeypatch.setattr(serve, "PORT", taken)
    found = serve.claim_port(None)
    assert taken < found < taken + serve.PORTS


def test_a_wanted_port_is_kept(taken, monkeypatch):
    monkeypatch.setattr(serve, "PORT", taken)
    free = serve.claim_port(None)
    assert serve.claim_port(free) == free


class Databases:
    """Setting one up takes so long that another program starts to listen."""

    def __init__(self, intruder, port):
        self.intruder, self.port = intruder, port
        self.addresses = []

    def ensure(self, _name, _addons, demo):
        assert demo
        self.intruder.bind((serve.HOST, self.port))
        self.intruder.listen()

    def set_address(self, name, address):
        self.addresses.append((name, address))


@pytest.fixture
def practice(taken, state, monkeypatch):
    """A practice whose first port is taken while it is set up."""
    monkeypatch.setattr(serve, "PORT", taken)
    port = serve.claim_port(None)
    monkeypatch.setattr(serve, "PORT", port)
    with closing(socket.socket()) as intruder:
        databases = Databases(intruder, port)
        space = SimpleNamespace(state=state, databases=databases, port=port)
        monkeypatch.setattr(serve, "workspace", lambda: nullcontext(space))
        yield space


def test_the_port_is_chosen_when_all_is_set_up(practice, monkeypatch):
    served = []

    @contextmanager
    def serving(_space, _database, port):
        # mails link to where it is served, from the first request on
        (known,) = practice.databases.addresses
        served.append((port, known))
        yield SimpleNamespace(wait=lambda: 1)

    monkeypatch.setattr(serve, "serving", serving)
    with pytest.raises(Problem, match="ended by itself"):
        serve.serve("clinic")
    ((port, known),) = served
    assert practice.port < port < practice.port + serve.PORTS
    assert known == ("clinic", f"http://{serve.HOST}:{port}")


def test_a_named_port_that_was_taken_meanwhile_is_refused(practice):
    with pytest.raises(Problem, match=f"Port {practice.port} is taken: "):
        serve.serve("clinic", practice.port)
    assert practice.databases.addresses == []


def test_a_server_that_found_its_port_taken_says_so(taken, tmp_path):
    with subprocess.Popen(["false"]) as process:
        process.wait()
    log = tmp_path / "server.log"
    with pytest.raises(Problem, match=f"another program has taken port {taken} "):
        serve.wait_until_ready(process, taken, log)


def test_logins_come_from_the_demo_data(make_addon):
    folder = make_addon("clinic")
    found = addons.discover(folder.parent)
    assert serve.logins(found) == [serve.ADMIN]
    (folder / "demo").mkdir()
    (folder / "demo" / "logins.txt").write_text(
        "role,login,password\nReceptionist,reception,secret\n"
    )
    assert [row["login"] for row in serve.logins(found)] == ["admin", "reception"]
