# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Tell open calendars that something changed, without keeping the booking waiting.

Each message on Odoo's bus opens a connection to PostgreSQL, which costs a fifth of a
booking. So what was committed waits here for a moment, and a burst of bookings is told
once: pages look again anyway, whatever it was that changed.
"""

import logging
import threading

from odoo import api
from odoo.modules.registry import Registry

_logger = logging.getLogger(__name__)

DELAY = 0.2  # seconds; calendars promise to follow within two

_lock = threading.Lock()
_waiting = {}  # database -> ids of sites


def tell(database, site_ids):
    """Tell, a moment later, the calendars of these sites: call it after the commit."""
    with _lock:
        is_first = database not in _waiting
        _waiting.setdefault(database, set()).update(site_ids)
    if is_first:
        # not a daemon: a process that ends well sends first
        threading.Timer(DELAY, _send, [database]).start()


def _send(database):
    with _lock:
        site_ids = _waiting.pop(database)
    try:
        with Registry(database).cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            env["clinic.site"].browse(sorted(site_ids))._send_calendar_changed()
    except Exception:  # pylint: disable=broad-except
        _logger.exception("Open calendars of %s could not be told", database)
