# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import ast

import pytest

from tools import addons
from tools.console import Problem


def test_addons_are_discovered_in_the_order_of_their_dependencies(make_addon):
    make_addon("a_queue", depends=["b_scheduling"])
    make_addon("b_scheduling", depends=["c_engine", "mail"])
    folder = make_addon("c_engine").parent
    assert list(addons.discover(folder)) == ["c_engine", "b_scheduling", "a_queue"]


def test_an_addon_that_is_not_installable_is_left_out(make_addon):
    folder = make_addon("draft", installable=False).parent
    assert addons.discover(folder) == {}


def test_code_and_data_count_and_tests_do_not(make_addon):
    folder = make_addon("clinic")
    before = addons.discover(folder.parent)["clinic"].fingerprint
    (folder / "tests").mkdir()
    (folder / "tests" / "test_a.py").write_text("")
    assert addons.discover(folder.parent)["clinic"].fingerprint == before
    (folder / "views.xml").write_text("<odoo/>")
    assert addons.discover(folder.parent)["clinic"].fingerprint != before


def test_an_unknown_addon_is_refused_with_the_known_ones(make_addon):
    found = addons.discover(make_addon("clinic").parent)
    assert addons.select(found, "clinic") == found
    with pytest.raises(Problem, match=r"no addon x here \(there are: clinic\)"):
        addons.select(found, "x")


def test_a_broken_manifest_is_named(make_addon):
    folder = make_addon("clinic")
    (folder / "__manifest__.py").write_text("{'name': _('x')}")
    with pytest.raises(Problem, match="is not a plain dictionary"):
        addons.discover(folder.parent)


def test_every_test_file_is_imported():
    """Odoo's runner leaves out what ``tests/__init__.py`` does not name."""
    for addon in addons.discover().values():
        if addon.tests is None:
            continue
        tree = ast.parse((addon.tests / "__init__.py").read_text())
        named = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom | ast.Import)
            for alias in node.names
        }
        files = {file.stem for file in addon.tests.glob("test_*.py")}
        assert files <= named, f"{addon.name}: {sorted(files - named)}"
