# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from urllib.parse import urlsplit

from odoo.tests import HttpCase, tagged

from .message_common import MessageCommon


@tagged("post_install", "-at_install")
class TestReminderLink(HttpCase, MessageCommon):
    """The link in a message."""

    def test_it_opens_the_visit_for_who_has_the_message(self):
        visit = self._book(14)
        self._send()
        # the log keeps the link without its secret
        body = self._mails[0]["body"]
        link = re.search(r'href="([^"]+)"', body)[1].replace("&amp;", "&")
        parts = urlsplit(link)
        page = self.url_open(f"{parts.path}?{parts.query}")
        self.assertEqual(page.status_code, 200)
        self.assertIn(visit.name, page.text)
        # what was sent, and to whom, is staff's business
        self.assertNotIn("paul@example.com", page.text)
        other = parts.query[:-1] + ("a" if parts.query[-1] != "a" else "b")
        refused = self.url_open(f"{parts.path}?{other}", allow_redirects=False)
        self.assertNotEqual(refused.status_code, 200)
