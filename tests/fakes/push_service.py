# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The push service of a browser, as the addon's own tests know it."""

from .loader import load

_module = load("push_service", "clinic_scheduling")
PushBrowser, PushService = _module.PushBrowser, _module.PushService
