# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Where and with what the measurements were made."""

import os
import platform

import psycopg2

from odoo import release

GIBIBYTE = 2**30


def describe(instance):
    """Return [(name, value), …] for the head of the table."""
    with instance.registry.cursor() as cr:
        cr.execute("SHOW server_version")
        postgres = cr.fetchone()[0].split()[0]
        cr.execute(
            "SELECT name, latest_version FROM ir_module_module"
            " WHERE name IN ('clinic_scheduling', 'resource_booking') ORDER BY name"
        )
        addons = dict(cr.fetchall())
    return [
        ("Machine", f"{cores()} cores, {memory():.0f} GB, {platform.machine()}"),
        ("Odoo", release.version),
        ("PostgreSQL", postgres),
        ("Python", platform.python_version()),
        ("psycopg2", psycopg2.__version__.split()[0]),
        *addons.items(),
    ]


def cores():
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


def memory():
    """Return the machine's memory in gibibytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIBIBYTE
