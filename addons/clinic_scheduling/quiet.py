# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Keep PostgreSQL's expected refusals out of the log, thread by thread.

Odoo's ``mute_logger`` swaps the logger's handlers for everybody: when two requests
of a threaded server overlap in it, the second one puts the first one's silence back,
and the logger stays dumb for good.
"""

import logging
import threading
from contextlib import contextmanager

_state = threading.local()


def _is_wanted(_record):
    return not getattr(_state, "depth", 0)


logging.getLogger("odoo.sql_db").addFilter(_is_wanted)


@contextmanager
def quiet_sql():
    """Do not log failing statements of this thread: the caller expects them."""
    _state.depth = getattr(_state, "depth", 0) + 1
    try:
        yield
    finally:
        _state.depth -= 1
