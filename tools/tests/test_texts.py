# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from pathlib import Path

from tools import lock, pot, python_env, sizes

POT = 'msgid ""\nmsgstr ""\n"POT-Creation-Date: {} 10:00+0000\\n"\n\nmsgid "Doctor"\n'


def test_a_new_date_alone_is_no_change(tmp_path):
    file = tmp_path / "i18n" / "clinic.pot"
    assert pot.write(file, POT.format("2026-01-01"))
    assert not pot.write(file, POT.format("2026-02-02"))
    assert "2026-01-01" in file.read_text()
    assert pot.write(file, POT.format("2026-02-02") + 'msgid "Room"\n')


def test_an_addon_without_texts_gets_no_file(tmp_path):
    file = tmp_path / "i18n" / "clinic.pot"
    assert not pot.write(file, "")
    assert not file.exists()


def test_a_lock_file_has_names_and_versions_only():
    def item(name, version):
        return {"metadata": {"name": name, "version": version}}

    report = {"install": [item("Zeep", "4.3"), item("typing_extensions", "4.1")]}
    lines = lock.pins(report)
    assert lines == ["typing-extensions==4.1", "zeep==4.3"]
    assert lock.names(lines) == {"typing-extensions", "zeep"}
    assert lock.pins(report, exclude={"zeep"}) == ["typing-extensions==4.1"]


def test_what_newer_pythons_have_is_asked_for_by_version():
    text = 'six < 2  # python_version >= "3.12"\nzeep == 4 ; python_version >= "3.11"'
    assert lock.newer(text) == {"3.11": ["zeep == 4"]}


def test_comments_of_a_lock_file_are_no_packages(tmp_path):
    file = tmp_path / "requirements.txt"
    file.write_text("# six==1\n\nzeep==4.3  # why\n")
    assert python_env.pinned(file) == ["zeep==4.3"]


def test_a_long_function_is_named():
    lines = "    x = 1\n" * (sizes.FUNCTION - 1)
    assert sizes.check_file(Path("addons/a.py"), f"def f():\n{lines}") == []
    found = sizes.check_file(Path("addons/a.py"), f"def f():\n{lines}    x = 2\n")
    assert found == ["addons/a.py:1: f has 41 lines, 40 are allowed"]


def test_a_file_of_tests_has_a_limit_of_its_own():
    text = "x = 1\n" * (sizes.TEST_FILE + 1)
    assert sizes.check_file(Path("a.py"), text) == []
    assert sizes.check_file(Path("test_a.py"), text)
