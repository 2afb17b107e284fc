# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Odoo in this process, on a database that holds both parties and nothing else."""

import dataclasses
import gc
import logging
import secrets
import tempfile
import threading
from contextlib import contextmanager

import odoo
from odoo import api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tools import config

from tests.live.settings import read_settings

from .database import BenchDatabase, addons_path

CONNECTIONS = 80

#: Nobody listens there: no mail leaves the machine, and trying costs next to nothing.
NOWHERE = ("127.0.0.1", "9")

#: They report each mail that could not be sent, and each refused statement.
QUIET = (
    "odoo.addons.base.models.ir_mail_server",
    "odoo.addons.mail.models.mail_mail",
    "odoo.service.model",
    "odoo.sql_db",
)


class Instance:
    """The registry of the benchmarks' database, as a server's worker has it."""

    def __init__(self, name, database=None):
        self.name, self.database = name, database
        self.registry = Registry(name)
        with self.registry.cursor() as cr:
            self.uid = self._find_staff(cr)

    def _find_staff(self, cr):
        """Return the user who asks and books: reception's rights, no more."""
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        staff = env["res.users"].search([("login", "=", "bench_staff")])
        if not staff:
            groups = (
                "clinic_scheduling.group_clinic_receptionist",
                "resource_booking.group_manager",
            )
            staff = env["res.users"].create(
                {
                    "name": "Reception",
                    "login": "bench_staff",
                    "email": "reception@example.com",
                    "tz": "Europe/Paris",
                    "group_ids": [(6, 0, [env.ref(name).id for name in groups])],
                }
            )
        return staff.id

    @contextmanager
    def environment(self, staff=True, **context):
        """Yield a fresh environment in a transaction that commits at the end."""
        with self.registry.cursor() as cr:
            uid = self.uid if staff else api.SUPERUSER_ID
            yield api.Environment(cr, uid, {"tz": "Europe/Paris", **context})

    def request(self, function, **context):
        """Call ``function(env)`` as a server does: repeated on conflict, committed."""
        with self.environment(**context) as env:
            return retrying(lambda: function(env), env)

    def vacuum(self):
        """Leave PostgreSQL with fresh statistics and no dead rows."""
        connection = odoo.sql_db.db_connect(self.name)
        with connection.cursor() as cr:
            cr.commit()
            cr._cnx.autocommit = True
            cr.execute("VACUUM ANALYZE")
            cr._cnx.autocommit = False
        gc.collect()


def start(database):
    """Return the instance of a ``BenchDatabase`` that holds the addons."""
    settings = database.settings
    config.parse_config(
        [
            f"--config={settings.conf}",
            f"--addons-path={addons_path(settings)}",
            f"--data-dir={database.data_dir}",
            f"--db_maxconn={CONNECTIONS}",
            f"--smtp={NOWHERE[0]}",
            f"--smtp-port={NOWHERE[1]}",
        ]
    )
    for logger in QUIET:
        logging.getLogger(logger).setLevel(logging.CRITICAL)
    logging.getLogger("odoo").setLevel(logging.ERROR)
    return Instance(database.name, database)


@contextmanager
def instance(base=None, quick=False):
    """Yield an instance on a database made for this run, which is dropped then.

    :param base: copy the database of that name, which is made if need be and stays
    :param quick: start from a copy of the live tests' database, if there is one
    """
    settings = read_settings()
    if base or not quick:
        settings = dataclasses.replace(settings, template=None)
    with tempfile.TemporaryDirectory() as folder:
        if base:
            BenchDatabase(settings, base, f"{folder}/base").prepare()
            settings = dataclasses.replace(settings, template=base)
        name = f"bench_{secrets.token_hex(4)}"
        database = BenchDatabase(settings, name, f"{folder}/{name}")
        try:
            database.prepare()
            yield start(database)
        finally:
            wait_for_news()
            odoo.sql_db.close_all()
            database.drop()


def wait_for_news():
    """Wait until open calendars have been told: that happens after the commit."""
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join()
