# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The visit planner: published instances, invented weeks, mended plans."""

import sys
from pathlib import Path

ENGINE = str(Path(__file__).parents[2] / "addons")
if ENGINE not in sys.path:
    sys.path.append(ENGINE)
