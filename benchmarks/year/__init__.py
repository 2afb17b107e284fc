# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A simulated year of a practice, with and without what fills its days.

What decides is `clinic_engine`, the same functions that the addon calls; patients,
doctors and their clocks are simulated here, without Odoo and without a database.
"""

import sys
from pathlib import Path

ENGINE = str(Path(__file__).parents[2] / "addons")
if ENGINE not in sys.path:
    sys.path.append(ENGINE)
