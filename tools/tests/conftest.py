# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import pytest

from tools.state import State


@pytest.fixture
def state(tmp_path):
    """A state folder of its own."""
    made = State(tmp_path / "state")
    made.prepare()
    return made


@pytest.fixture
def make_addon(tmp_path):
    """Return a function that writes an addon below ``tmp_path / "addons"``."""

    def make(name, **manifest):
        folder = tmp_path / "addons" / name
        folder.mkdir(parents=True)
        (folder / "__manifest__.py").write_text(repr({"name": name, **manifest}))
        return folder

    return make
