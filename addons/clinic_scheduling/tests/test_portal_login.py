# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.http import Request
from odoo.tests import tagged

from .portal_common import PortalCommon

#: Odoo shows crawlers the default language.
BROWSER = {"User-Agent": "Mozilla/5.0", "Accept-Language": "en-US"}


@tagged("post_install", "-at_install")
class TestPortalLogin(PortalCommon):
    """Pages are in the language of the account, whatever the browser's is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        cls.account.lang = "de_DE"

    def _open(self, url, **data):
        return self.url_open(url, data=data or None, headers=BROWSER, timeout=60)

    def test_the_language_of_the_account(self):
        self.authenticate(None, None)
        self.assertIn('lang="en-US"', self._open("/web/login").text)
        login = self.account.login
        self._open(
            "/web/login",
            csrf_token=Request.csrf_token(self),
            **{"login": login, "password": login, "redirect": "/my/appointments"},
        )
        page = self._open("/my/appointments").text
        self.assertIn('lang="de-DE"', page)
        # 2030-06-03 is a Monday
        self.assertIn("Mo., 3. Juni 2030", page)
