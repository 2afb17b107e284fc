# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from .. import secret_box


class ClinicHealth(models.TransientModel):
    _inherit = "clinic.health"

    @api.model
    def _checks(self):
        """Override: what keeps calendars from being in step."""
        return [*super()._checks(), *self._calendar_checks()]

    @api.model
    def _calendar_checks(self):
        # sudo: who looks after the practice need not see the calendars themselves
        companies = [("company_id", "in", self.env.companies.ids)]
        accounts_sudo = self.env["calendar.sync.account"].sudo().search(companies)
        calendars_sudo = self.env["calendar.sync.calendar"].sudo()
        lost = accounts_sudo.filtered(lambda item: item.state == "needs_consent")
        lagging = calendars_sudo._get_lagging().filtered_domain(companies)
        failing = calendars_sudo.search(
            [*companies, ("account_id.active", "=", True), ("error", "!=", False)]
        ).filtered(lambda item: item._is_on())
        return [
            (
                self.env._("Calendar accounts on a server without a key"),
                0 if secret_box.has_key() else len(accounts_sudo),
                self.env._("Their passwords cannot be read: set the server's key."),
            ),
            (
                self.env._("Calendars to connect again"),
                len(lost),
                self.env._(
                    "Send a link to: %(owners)s.",
                    owners=", ".join(lost.partner_id.mapped("name")),
                ),
            ),
            (
                self.env._("Calendars that lag behind"),
                len(lagging),
                self.env._(
                    "Bookings wait to be sent for longer than the settings allow: see "
                    "Calendar Sync > Calendars, and whether background jobs run."
                ),
            ),
            (
                self.env._("Calendars that could not be read"),
                len(failing),
                self.env._("See Calendar Sync > Calendars for the reason."),
            ),
        ]
