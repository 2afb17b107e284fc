# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import io

from tools.console import Progress
from tools.odoo import show_loading

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
