# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Install hooks: the ledger is worthless without its exclusion constraints.

Odoo logs one line and goes on when PostgreSQL refuses to add a constraint, so
the addon makes what it needs before its tables exist and looks afterwards.
"""

import psycopg2

from odoo.exceptions import UserError


def pre_init_hook(env):
    """Create the extension that lets ``=`` stand in a GiST exclusion constraint.

    :raise UserError: when the database role may not create it.
    """
    try:
        with env.cr.savepoint():
            env.cr.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    except psycopg2.Error as error:
        raise UserError(
            env._(
                "Clinic Scheduling needs PostgreSQL's extension btree_gist, which "
                "keeps two bookings from overlapping, and the database role may not "
                "create it. Ask the database administrator to run "
                '"CREATE EXTENSION btree_gist" in database %(database)s, then '
                "install again.",
                database=env.cr.dbname,
            )
        ) from error


def post_init_hook(env):
    """Refuse an installation whose ledger PostgreSQL does not guard.

    :raise UserError: naming the constraints that are missing.
    """
    missing = env["clinic.reservation"]._missing_constraints()
    if missing:
        raise UserError(
            env._(
                "PostgreSQL did not add the constraints %(names)s, so double "
                "bookings would be possible. The server log says why; installation "
                "stops here.",
                names=", ".join(missing),
            )
        )
