# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The base of the engine's tests: Odoo's where Odoo runs them, else unittest's."""

if __name__.startswith("odoo.addons."):
    from odoo.tests import BaseCase as EngineCase
else:
    from unittest import TestCase as EngineCase

__all__ = ["EngineCase"]
