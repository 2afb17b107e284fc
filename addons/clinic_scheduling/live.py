# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Tell open screens that something changed, without keeping the booking waiting.

Each message on Odoo's bus opens a connection to PostgreSQL, which costs a fifth of a
booking. So what was committed waits here for a moment, and a burst of bookings is told
once: pages look again anyway, whatever it was that changed.
"""

import logging
import threading

from odoo import api
from odoo.modules.registry import Registry

_logger = logging.getLogger(__name__)

DELAY = 0.2  # seconds; screens promise to follow within two

#: Which method of which model tells open calendars.
CALENDAR = ("clinic.site", "_send_calendar_changed")

_lock = threading.Lock()
_waiting = {}  # (database, sender) -> ids of records


def tell(database, ids, sender=CALENDAR):
    """Tell, a moment later, who looks at these records: call it after the commit.

    :param sender: (model, method): the method is called on the records, as superuser
    """
    key = (database, sender)
    with _lock:
        is_first = key not in _waiting
        _waiting.setdefault(key, set()).update(ids)
    if is_first:
        # not a daemon: a process that ends well sends first
        threading.Timer(DELAY, _send, [key]).start()


def _send(key):
    database, (model, method) = key
    with _lock:
        ids = _waiting.pop(key)
    try:
        with Registry(database).cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            getattr(env[model].browse(sorted(ids)), method)()
    except Exception:  # pylint: disable=broad-except
        _logger.exception("Open screens of %s could not be told", database)
