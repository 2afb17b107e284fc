# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whoever signs in reads the pages in the language of the account.

The page of the login notes the browser's language in a cookie, which Odoo then prefers
to that of the account. A language that is chosen afterwards, on a page, stays.
"""

from odoo.http import request

from odoo.addons.web.controllers.home import Home


class ClinicLogin(Home):
    """The language after the login."""

    def _login_redirect(self, uid, redirect=None):
        """Override: let the pages of the portal be in the account's language."""
        # sudo: who has just signed in is read, nothing else
        user_sudo = request.env["res.users"].sudo().browse(uid)
        if user_sudo.share and user_sudo.lang:
            request.future_response.set_cookie("frontend_lang", user_sudo.lang)
        return super()._login_redirect(uid, redirect=redirect)
