# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A CalDAV server, as the addon's own tests start it."""

from .loader import load

_module = load("radicale_server", "calendar_sync")
LOGIN, PASSWORD, Radicale = _module.LOGIN, _module.PASSWORD, _module.Radicale
