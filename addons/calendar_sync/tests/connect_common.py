# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A doctor who gets a link, and opens it."""

import uuid
from unittest.mock import patch

from odoo import http

from odoo.addons.clinic_scheduling.controllers import portal_common

from ..controllers import calendar_sync_connect


class ConnectScenarios:
    """What a link is, whatever is connected by it."""

    def setUp(self):
        super().setUp()
        address = str(uuid.uuid4())
        for module in (portal_common, calendar_sync_connect):
            self.startPatcher(patch(f"{module.__name__}.get_address", lambda: address))
        self.account.active = False
        self.env["calendar.sync.client"].search([]).unlink()
        self.colleague.email = "ben@example.org"
        self.mails = self.env["mail.mail"].search([])
        self.link, self.token = self._invite()
        self.authenticate(None, None)

    def _invite(self, account=None):
        found = self.env["calendar.sync.invitation"]._invite(
            self.colleague.partner_id,
            self.env.company,
            self.colleague.resource_id,
            account,
        )
        self.env.flush_all()
        return found

    def _page(self, step=""):
        return f"/calendar/connect/{self.token}{step}"

    def _get(self, url):
        response = self.url_open(url, timeout=60, allow_redirects=False)
        self.env.invalidate_all()
        return response

    def _post(self, url, /, **data):
        data["csrf_token"] = http.Request.csrf_token(self)
        response = self.url_open(url, data=data, timeout=60, allow_redirects=False)
        self.env.invalidate_all()
        return response

    def _choose(self, **values):
        chosen = self.link.account_id.calendar_ids.filtered("writable")[:1]
        values = {"publish": "on", "read_busy": "on", **values}
        return self._post(self._page("/choose"), calendar=chosen.id, **values)

    def _assert_connected(self):
        """After the last step: the calendar does what was chosen."""
        self.assertEqual(self.link.state, "used")
        account = self.link.account_id
        self.assertEqual(account.state, "active")
        self.assertEqual(account.partner_id, self.colleague.partner_id)
        chosen = account.calendar_ids.filtered("publish")
        self.assertEqual(chosen.resource_id, self.colleague.resource_id)
        self.assertTrue(chosen.read_busy)
        self.assertEqual(chosen.detail, "minimal")
        self.assertEqual(self._get(self._page()).status_code, 404)
