# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The public file of 110,527 appointments (Brazil, 2016), which is not shipped."""

import csv
import hashlib
import io
import os
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from clinic_engine.no_show import Known, histories

NAME = "KaggleV2-May-2016.csv"
SHA256 = "9132d3e7d0246617df9041d3764f20ad6f08e7b0d9f0997fa254fc5e52eda27d"
ROOT = Path(__file__).parents[2]

#: Visits from this day on test; those before train.
CUT = date(2016, 5, 30)


class WrongFile(Exception):
    """Another file of the same name: truncated copies circulate."""


def find():
    """Return the file, or None: `NO_SHOW_DATA` names it, else a folder beside ours."""
    if named := os.environ.get("NO_SHOW_DATA"):
        return Path(named)
    beside = sorted(ROOT.parent.glob(f"*/data/noshow/{NAME}*"))
    return beside[0] if beside else None


def read(path):
    """Return the bytes of the file, unpacked.

    :raise WrongFile: it is not the file that the figures speak of
    """
    content = path.read_bytes()
    if path.suffix == ".zip":
        content = zipfile.ZipFile(io.BytesIO(content)).read(NAME)
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise WrongFile(f"{path} is another file: its sha256 is not {SHA256[:12]}…")
    return content


@dataclass
class Visits:
    """The visits in parallel lists; ``dates`` are (day of booking, day of visit)."""

    dates: list
    missed: list
    known: list

    def part(self, name):
        """Return the indices of a part of the file."""
        choice = PARTS[name]
        return [i for i, pair in enumerate(self.dates) if choice(*pair)]


#: Name -> whether a visit (day of booking, day of visit) is in it.
PARTS = {
    "train": lambda booked, day: day < CUT,
    "APPT": lambda booked, day: day >= CUT,
    "APPT, lead ≥ 1": lambda booked, day: day >= CUT and day > booked,
    "STRICT": lambda booked, day: booked >= CUT,
    "STRICT, lead ≥ 1": lambda booked, day: booked >= CUT and day > booked,
}


def parse(content):
    """Return the ``Visits``, without those of impossible age or booked afterwards.

    What the file says of the patients (age, sex, welfare, health, address) is left
    out, and so is the SMS, which was sent after the booking.
    """
    rows = []
    for row in csv.DictReader(io.StringIO(content.decode())):
        booked = date.fromisoformat(row["ScheduledDay"][:10])
        day = date.fromisoformat(row["AppointmentDay"][:10])
        if int(row["Age"]) >= 0 and booked <= day:
            rows.append((row["PatientId"], booked, day, row["No-show"] == "Yes"))
    known = [
        Known((day - booked).days, day.weekday(), shown=shown, missed=missed)
        for (_patient, booked, day, _missed), (shown, missed) in zip(
            rows, histories(rows), strict=True
        )
    ]
    return Visits(
        dates=[(booked, day) for _patient, booked, day, _missed in rows],
        missed=[missed for *_visit, missed in rows],
        known=known,
    )
