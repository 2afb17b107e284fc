# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Google's calendars, as the addon's own tests know them."""

from .loader import load_with_siblings

_module = load_with_siblings("fake_google", "calendar_sync")
AUDIENCE, FakeGoogle, refuse = _module.AUDIENCE, _module.FakeGoogle, _module.refuse
