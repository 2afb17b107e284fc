# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The base of the engine's tests: Odoo's where Odoo runs them, else unittest's."""

import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

from ..availability import Rule, Session
from ..clock import to_epoch

if __name__.startswith("odoo.addons."):
    from odoo.tests import BaseCase as EngineCase
else:
    from unittest import TestCase as EngineCase

__all__ = ["EngineCase", "HOUR", "MINUTE", "at", "examples", "session", "wall"]

# Hypothesis caches what it reads from the sources: not in the working directory.
set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "hypothesis")

MINUTE = 60
HOUR = 3600


def examples(count: int) -> settings:
    """Return Hypothesis settings: the same examples in every run, nothing stored."""
    return settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


def at(text: str, tz: str = "UTC", fold: int = 0) -> int:
    """Return the epoch seconds of an ISO wall time in a zone."""
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(tz), fold=fold)
    return to_epoch(local)


def wall(epoch: int, tz: str = "UTC") -> str:
    """Return the wall time of an instant in a zone, with its offset."""
    return datetime.fromtimestamp(epoch, ZoneInfo(tz)).isoformat(timespec="minutes")


def session(start: int, stop: int, breaks=(), **fields) -> Session:
    """Return a session of a rule in UTC with the given fields."""
    values = {"key": 1, "resource": 1, "step": 30 * MINUTE, "tz": "UTC", **fields}
    rule = Rule(start=start, stop=stop, weekday=0, **values)
    return Session(start, stop, rule, tuple(breaks))
