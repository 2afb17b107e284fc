# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import configparser
import io
from types import SimpleNamespace

from tools.console import Progress
from tools.odoo import Odoo, show_loading

LOG = """\
INFO clinic odoo.modules.loading: loading 2 modules...
INFO clinic odoo.modules.loading: Loading module clinic_queue (2/2)
INFO clinic odoo.modules.loading: loading clinic_queue/demo/clinic_ticket_demo.xml
INFO clinic odoo.modules.registry: module clinic_queue: creating or updating tables
"""


def test_the_files_that_are_loaded_are_shown():
    seconds = iter(range(0, 1000, 10))
    stream = io.StringIO()
    show = show_loading(Progress("Database clinic", stream, lambda: next(seconds)))
    for line in LOG.splitlines():
        show(line)
    assert stream.getvalue().splitlines() == [
        "  Database clinic ...",
        "  Database clinic: module 2 of 2 (clinic_queue)",
        "  Database clinic: module 2 of 2 (clinic_ticket_demo.xml)",
    ]


def test_the_configuration_keeps_its_key(tmp_path):
    state = SimpleNamespace(path=lambda name: tmp_path / name)
    env = SimpleNamespace(bin=tmp_path, oca_addons=tmp_path)
    odoo = Odoo(state, env, SimpleNamespace(addons_paths=[]), None)
    keys = set()
    for _time in range(2):
        odoo.write_config()
        parser = configparser.ConfigParser(interpolation=None)
        parser.read(odoo.conf)
        keys.add(parser["calendar_sync"]["key"])
        assert "queue_job" in parser["options"]["server_wide_modules"]
        assert parser["queue_job"]["channels"]
    assert len(keys) == 1
