# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import pytest

from tools import odoo_source
from tools.console import Problem


@pytest.fixture
def tree(tmp_path):
    """Return a function that makes a tree like Odoo's."""

    def make(major=19, addons="odoo/addons"):
        folder = tmp_path / f"odoo-{major}"
        (folder / "odoo").mkdir(parents=True)
        release = f"version_info = ({major}, 0, 0, FINAL, 0, '')\n"
        (folder / "odoo" / "release.py").write_text(release)
        for name in ("mail", "web"):
            (folder / addons / name).mkdir(parents=True)
            (folder / addons / name / "__manifest__.py").write_text("{}")
        return folder

    return make


def test_a_given_folder_is_used(tree, monkeypatch, state):
    folder = tree()
    monkeypatch.setenv("ODOO_SOURCE", str(folder))
    assert odoo_source.locate(state).folder == folder


def test_the_package_itself_may_be_named(tree):
    folder = tree()
    assert odoo_source.from_folder(folder / "odoo").folder == folder


def test_a_clone_has_its_addons_beside_the_package(tree):
    folder = tree(addons="addons")
    assert odoo_source.OdooSource(folder).addons_paths == [folder / "addons"]


def test_another_version_is_refused(tree):
    with pytest.raises(Problem, match="holds Odoo 18: name a folder"):
        odoo_source.from_folder(tree(major=18))


def test_a_folder_without_odoo_is_refused(tmp_path):
    with pytest.raises(Problem, match="does not hold Odoo: name a folder"):
        odoo_source.from_folder(tmp_path)


def test_the_script_that_debian_leaves_out_is_added(tree, tmp_path):
    source = odoo_source.OdooSource(tree(), own=True)
    script = tmp_path / "selfie.js"
    script.write_text("// script")
    odoo_source.complete(source, script)
    found = source.find_addon_file(odoo_source.SELFIE)
    assert found.read_text() == "// script"


def test_a_source_of_the_user_is_not_changed(tree, tmp_path, capsys):
    source = odoo_source.OdooSource(tree())
    odoo_source.complete(source, tmp_path / "selfie.js")
    assert source.find_addon_file(odoo_source.SELFIE) is None
    assert "lacks" in capsys.readouterr().out


def test_a_failed_download_leaves_the_old_folder(tmp_path):
    target = tmp_path / "odoo"
    odoo_source.replace_folder(target, lambda folder: folder.mkdir())

    def fail(folder):
        folder.mkdir()
        raise Problem("no network")

    with pytest.raises(Problem):
        odoo_source.replace_folder(target, fail)
    assert target.is_dir()
