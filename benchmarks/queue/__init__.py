# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The waiting room: how fast it is ranked, and how fair a day of it is.

The algorithms are those of `clinic_engine`, without Odoo and without a database.
"""

import sys
from pathlib import Path

ENGINE = str(Path(__file__).parents[2] / "addons")
if ENGINE not in sys.path:
    sys.path.append(ENGINE)
