# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reading iCalendar files as browsers' and Thunderbird's calendars do: by ical.js."""

import json
import os
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

READER = Path(__file__).parent / "data" / "read_calendar.cjs"
SECONDS = 30


def has_ical_js():
    """Whether Node.js and its packages are known here: `make test` sets the path."""
    return bool(os.environ.get("NODE_PATH") and shutil.which("node"))


def read_calendar(content):
    """Return what ical.js reads in the bytes of a calendar; times are naive UTC."""
    done = subprocess.run(
        [shutil.which("node"), str(READER)],
        input=content,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode:
        raise AssertionError(f"ical.js: {done.stderr.decode()}")
    calendar = json.loads(done.stdout)
    for event in calendar["events"]:
        for name in ("start", "end"):
            moment = datetime.fromisoformat(event[name].replace("Z", "+00:00"))
            event[name] = moment.replace(tzinfo=None)
    return calendar
