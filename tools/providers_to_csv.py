# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Turn a list of providers with their hours into files for the import of master data.

    python -m tools.providers_to_csv providers.csv folder --tz America/Los_Angeles

reads one provider per row with the columns ``id, name_prefix, fname, lname, npi,
specialty_name, specialty_code, specialty_name2, specialty_code2, organization`` and
``Working Hours`` (others are passed over). It writes specialties.csv, sites.csv,
services.csv, doctors.csv and availability.csv in the form of the import templates, to
be imported in that order (docs/import.md).

Hours are days and a span: ``M-F 10am - 5pm``, ``M, W, F 8am - 4:30pm``; several are
separated by semicolons.
"""

import argparse
import csv
import re
import sys
from pathlib import Path

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: One and two letters as they are usual; longer ones are beginnings of DAYS.
SHORT_DAYS = {"m": 0, "t": 1, "w": 2, "th": 3, "r": 3, "f": 4, "s": 5}
SPAN = re.compile(
    r"^(?P<days>.*?)\s*(?P<start>\d[\d:]*\s*[ap]m)\s*-\s*(?P<stop>\d[\d:]*\s*[ap]m)$",
    re.IGNORECASE,
)
TIME = re.compile(r"^(\d{1,2})(?::(\d{2}))?\s*([ap])m$", re.IGNORECASE)

#: What is offered of each specialty, since such lists name no services.
VISIT_MINUTES = 30


class HoursError(ValueError):
    """Hours that cannot be read; the message names them."""


def parse_hours(text):
    """Return [(weekday, first hour, last hour)], Monday being 0.

    :raises HoursError: the text does not say days and a span of time
    """
    hours = []
    for part in text.split(";"):
        match = SPAN.match(part.strip())
        if not match:
            raise HoursError(f"no days and hours in {text!r}")
        start, stop = _parse_time(match["start"]), _parse_time(match["stop"])
        hours += [(day, start, stop) for day in _parse_days(match["days"])]
    return hours


def _parse_days(text):
    """Return the weekdays of "M-F" or "M, W, F"."""
    days = []
    for part in text.split(","):
        first, _dash, last = part.partition("-")
        begin = _parse_day(first)
        end = _parse_day(last) if last else begin
        if end < begin:
            raise HoursError(f"days run backwards in {text!r}")
        days += range(begin, end + 1)
    return days


def _parse_day(text):
    name = text.strip().rstrip(".").lower()
    if name in SHORT_DAYS:
        return SHORT_DAYS[name]
    found = [
        number
        for number, day in enumerate(DAYS)
        if len(name) > 1 and day.lower().startswith(name)
    ]
    if len(found) != 1:
        raise HoursError(f"{text.strip()!r} is no weekday")
    return found[0]


def _parse_time(text):
    """Return the hour of "4:30pm" as a number: 16.5."""
    match = TIME.match(text.strip())
    if not match or not 1 <= int(match[1]) <= 12 or int(match[2] or 0) > 59:
        raise HoursError(f"{text!r} is no time of day")
    hour = int(match[1]) % 12 + (12 if match[3].lower() == "p" else 0)
    return hour + int(match[2] or 0) / 60


def convert(providers, tz):
    """Return {name of the file: rows, the header first} for the import.

    :param providers: dicts, one per provider
    :param str tz: time zone of all sites
    """
    specialties, sites = {}, {}
    doctors, hours = [], []
    for provider in providers:
        own = _get_specialties(provider)
        specialties.update(own)
        site = _key("site", provider["organization"])
        sites[site] = [site, provider["organization"], tz]
        doctor = _key("doctor", provider["id"])
        doctors.append(
            [
                doctor,
                provider["name_prefix"],
                f"{provider['fname']} {provider['lname']}",
                provider["npi"],
                ",".join(own),
                site,
            ]
        )
        hours += _get_hours(provider, doctor, site)
    services = [
        [_key("service", row[1]), f"{row[1]} Visit", key, VISIT_MINUTES]
        for key, row in specialties.items()
    ]
    doctor_columns = ["id", "title", "name", "license_number"]
    hour_columns = ["id", "doctor_id/id", "site_id/id", "weekday"]
    return {
        "specialties": [["id", "name", "code"], *specialties.values()],
        "sites": [["id", "name", "tz"], *sites.values()],
        "services": [["id", "name", "specialty_id/id", "duration"], *services],
        "doctors": [[*doctor_columns, "specialty_ids/id", "site_ids/id"], *doctors],
        "availability": [[*hour_columns, "hour_from", "hour_to"], *hours],
    }


def _get_specialties(provider):
    """Return {external id: row} of a provider's one or two specialties."""
    rows = {}
    for number in ("", "2"):
        name = provider.get(f"specialty_name{number}")
        if name:
            key = _key("specialty", name)
            rows[key] = [key, name, provider.get(f"specialty_code{number}") or ""]
    return rows


def _get_hours(provider, doctor, site):
    """Return the rows of one provider's hours."""
    return [
        [f"hours_{doctor}_{number}", doctor, site, DAYS[day], f"{start:g}", f"{stop:g}"]
        for number, (day, start, stop) in enumerate(
            parse_hours(provider["Working Hours"])
        )
    ]


def _key(kind, text):
    """Return an external id: letters, digits and underscores."""
    return f"{kind}_{re.sub(r'[^a-z0-9]+', '_', text.lower()).strip('_')}"


def read(path):
    """Return the providers of a file as dicts."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def write(files, folder):
    """Write what ``convert`` returned into ``folder``, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        with open(folder / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)


def main(arguments=None):
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("providers", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tz", default="UTC", help="time zone of the sites")
    options = parser.parse_args(arguments)
    try:
        files = convert(read(options.providers), options.tz)
    except (OSError, HoursError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyError as error:
        print(f"{options.providers}: no column {error}", file=sys.stderr)
        return 1
    write(files, options.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
