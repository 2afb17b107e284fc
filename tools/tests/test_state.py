# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import os
import shutil
from collections import namedtuple

import pytest

from tools.console import Problem
from tools.state import State, fingerprint, write_whole


def test_fingerprint_depends_on_contents_and_order(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("one")
    first = fingerprint("x", file)
    assert first == fingerprint("x", file)
    assert first != fingerprint(file, "x")
    file.write_text("two")
    assert first != fingerprint("x", file)


def test_fingerprint_keeps_parts_apart():
    assert fingerprint("ab", "c") != fingerprint("a", "bc")


def test_a_step_is_done_for_its_inputs_only(state):
    assert not state.is_done("venv", "key")
    state.mark_done("venv", "key")
    assert state.is_done("venv", "key")
    assert not state.is_done("venv", "other key")
    state.forget("venv")
    assert not state.is_done("venv", "key")


def test_the_folder_can_be_named_by_a_variable(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_STATE", str(tmp_path / "elsewhere"))
    assert State().folder == tmp_path / "elsewhere"


def test_json_files_have_a_default(state):
    assert state.read_json("book.json", {}) == {}
    state.write_json("book.json", {"a": 1})
    assert state.read_json("book.json", {}) == {"a": 1}


def test_a_file_is_replaced_as_a_whole(tmp_path):
    file = tmp_path / "file"
    write_whole(file, "old")
    write_whole(file, "new")
    assert file.read_text() == "new"
    assert os.listdir(tmp_path) == ["file"]


def test_too_small_a_disk_is_refused_before_any_work(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")(10**9, 9 * 10**8, 10**8)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(Problem, match="has 0.1 GB left and 4 GB are needed: free"):
        State(tmp_path / "state").prepare()
