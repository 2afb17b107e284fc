# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Stripe's API, as the addon's own tests know it, for tests of running servers.

The stand-in lies with the addon, whose tests must run wherever it is installed. It
imports nothing of Odoo, so it is loaded here by its path.
"""

import importlib.util
import sys
from pathlib import Path

ADDON = Path(__file__).parents[2] / "addons" / "clinic_payment_stripe"


def _load(name, folder):
    """Return the package in a folder, without the packages around it."""
    file = folder / "__init__.py"
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # before it runs: its modules import each other
    spec.loader.exec_module(module)
    return module


FakeStripe = _load("fake_stripe", ADDON / "tests" / "fake_stripe").FakeStripe
