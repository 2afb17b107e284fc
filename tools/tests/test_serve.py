# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import socket
from contextlib import closing

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


def test_logins_come_from_the_demo_data(make_addon):
    folder = make_addon("clinic")
    found = addons.discover(folder.parent)
    assert serve.logins(found) == [serve.ADMIN]
    (folder / "demo").mkdir()
    (folder / "demo" / "logins.txt").write_text(
        "role,login,password\nReceptionist,reception,secret\n"
    )
    assert [row["login"] for row in serve.logins(found)] == ["admin", "reception"]
