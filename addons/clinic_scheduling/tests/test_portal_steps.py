# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from lxml import html

from odoo.tests import tagged

from .booking_common import BookingCase


@tagged("post_install", "-at_install")
class TestPortalSteps(BookingCase):
    """The way back to any earlier step, with the time held behind it."""

    def _links(self, hold, step):
        page = html.fromstring(self._get(self._step(hold, step)).text)
        return {
            " ".join(link.text_content().split()): link.get("href")
            for link in page.xpath("//nav//a[@data-keep]")
        }

    def test_every_earlier_step_is_a_link(self):
        hold = self._hold_time()
        self._prove(hold)
        links = self._links(hold, "details")
        self.assertEqual(list(links), ["Service", "Doctor", "Time", "Patient"])
        for name in ("Service", "Doctor", "Time"):
            with self.subTest(name=name):
                page = self._get(links[name])
                self.assertEqual(page.status_code, 200)
                self.assertEqual(page.headers["Cache-Control"], "no-store")
                [held] = html.fromstring(page.text).xpath("//*[@name='portal_held']")
                self.assertIn("You are holding", held.text_content())
                [way_back] = held.xpath(".//a/@href")
                self.assertEqual(way_back, self._step(hold, "details"))
        self.assertTrue(hold._has_live_hold())

    def test_others_are_told_of_no_time(self):
        hold = self._hold_time()
        links = self._links(hold, "who")
        self.authenticate(None, None)
        for link in links.values():
            page = self._get(link)
            self.assertNotIn("portal_held", page.text)
            self.assertNotIn(hold.access_token, page.text)

    def test_no_way_back_from_a_booked_visit(self):
        hold = self._hold_as_guest()
        self._send(hold, "review")
        self.assertFalse(self._links(hold, "done"))
