# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Loading the stand-ins that lie with the addons they test.

An addon's tests must run wherever it is installed, so its stand-in lies there. It
imports nothing of Odoo, so it is loaded here by its path.
"""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

ADDONS = Path(__file__).parents[2] / "addons"


def load(name, addon):
    """Return the stand-in of an addon, without the packages around it.

    :param name: of a package, or of a module
    """
    folder = ADDONS / addon / "tests" / name
    file = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # before it runs: its modules import each other
    spec.loader.exec_module(module)
    return module


def load_with_siblings(name, addon):
    """Return a stand-in that imports other files of its folder, but nothing of Odoo.

    :param name: of a module
    """
    package = f"tests_of_{addon}"
    if package not in sys.modules:
        # in place of the folder's own ``__init__``, which imports all tests
        sys.modules[package] = ModuleType(package)
        sys.modules[package].__path__ = [str(ADDONS / addon / "tests")]
    return importlib.import_module(f"{package}.{name}")
