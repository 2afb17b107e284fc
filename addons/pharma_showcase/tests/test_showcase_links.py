# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What doctors' links open, how long, and how often."""

import re
import uuid
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.http import Request
from odoo.tests import HttpCase, freeze_time, tagged

from odoo.addons.clinic_scheduling.controllers import portal_common
from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from .common import PharmaCommon

LINK = re.compile(r'href="(/showcase/(\d+)\?access_token=([^"]+))"')


@tagged("post_install", "-at_install")
class TestShowcaseLinks(PharmaCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.representative.max_calls_day = 0

    def setUp(self):
        super().setUp()
        self.address = str(uuid.uuid4())
        self.startPatcher(
            patch(f"{portal_common.__name__}.get_address", lambda: self.address)
        )
        self.showcase = self._propose()
        self.other = self._propose(start=self._at(13, day=1))

    def _get(self, showcase, token=None, suffix=""):
        token = showcase.sudo().access_token if token is None else token
        self.env.flush_all()
        return self.url_open(
            f"/showcase/{showcase.id}{suffix}?access_token={token}",
            allow_redirects=False,
        )

    def _get_links(self, page):
        """Return {id: secret} of the calls that a page leads to."""
        return {int(key): secret for _all, key, secret in LINK.findall(page.text)}

    def _record(self, days, **values):
        """Return a call that was held so many days ago."""
        start = fields.Datetime.now() - timedelta(days=days)
        return self.showcases.create(
            self._showcase_vals(
                start=start, site_id=self.practice.id, state="confirmed", **values
            )
        )

    def test_the_agenda_hands_out_no_secret_that_lasts(self):
        page = self._get(self.showcase)
        links = self._get_links(page)
        self.assertEqual(set(links), {self.other.id})
        self.assertNotIn(self.other.sudo().access_token, page.text)
        opened = self._get(self.other, links[self.other.id])
        self.assertEqual(opened.status_code, 200)
        self.assertIn("/accept", opened.text)
        # a pass leads no further, or whoever has one would renew it for ever
        self.assertFalse(self._get_links(opened))
        self.assertNotIn(self.showcase.sudo().access_token, opened.text)

    def test_who_came_by_the_agenda_answers(self):
        secret = self.other.sudo()._get_pass()
        self.authenticate(None, None)
        answer = self.url_open(
            f"/showcase/{self.other.id}/accept",
            data={"access_token": secret, "csrf_token": Request.csrf_token(self)},
            allow_redirects=False,
        )
        self.assertEqual(answer.status_code, 303)
        self.env.invalidate_all()
        self.assertEqual(self.other.state, "confirmed")

    def test_passes_end_and_are_of_one_call(self):
        with freeze_time(fields.Datetime.now() - timedelta(hours=25)):
            old = self.other.sudo()._get_pass()
        new = self.other.sudo()._get_pass()
        self.assertEqual(self._get(self.other, old).status_code, 404)
        self.assertEqual(self._get(self.other, new).status_code, 200)
        self.assertEqual(self._get(self.showcase, new).status_code, 404)
        for text in ("AQ", "x" * 400, "é", "%00", "A" * 5):
            with self.subTest(text=text):
                self.assertEqual(self._get(self.other, text).status_code, 404)
        # another doctor's call has another secret
        self.other.sudo()._write_by_door({"access_token": str(uuid.uuid4())})
        self.assertEqual(self._get(self.other, new).status_code, 404)

    def test_what_is_over_shows_itself_alone(self):
        past = self._record(3)
        past.complete()
        self.showcase.cancel("Ill")
        for showcase in (past, self.showcase):
            page = self._get(showcase)
            self.assertEqual(page.status_code, 200)
            self.assertIn(showcase.name, page.text)
            self.assertFalse(self._get_links(page))
            self.assertNotIn(self.other.name, page.text)
        self.assertEqual(self._get(past, suffix="/feedback").status_code, 200)

    def test_links_end_some_days_after_the_call(self):
        past = self._record(20)
        for days, status in ((30, 200), (14, 404)):
            self.env.company.pharma_link_days = days
            for suffix in ("", "/feedback"):
                answer = self._get(past, suffix=suffix)
                self.assertEqual(answer.status_code, status)
        self.assertEqual(self._get(past, suffix="/accept").status_code, 404)

    def test_links_of_archived_doctors_are_dead(self):
        self.outside.active = False
        for suffix in ("", "/feedback", "/accept"):
            answer = self._get(self.showcase, suffix=suffix)
            self.assertEqual(answer.status_code, 404)
        self.outside.active = True
        self.assertEqual(self._get(self.showcase).status_code, 200)

    def _get_public_routes(self):
        """Return (address, method) of everything here that needs no user."""
        rules = self.env["ir.http"]._generate_routing_rules(
            ["pharma_showcase"], self.env["ir.http"]._get_converters()
        )
        found = []
        for address, endpoint in rules:
            if endpoint.routing["auth"] != "user":
                found += [(address, method) for method in endpoint.routing["methods"]]
        return found

    def test_every_public_route_is_rate_limited(self):
        for kind in ("search", "change"):
            key = f"clinic_scheduling.limit.{kind}"
            self.env["ir.config_parameter"].set_param(key, "1/3600")
        self.authenticate(None, None)
        routes = self._get_public_routes()
        self.assertGreaterEqual(len(routes), 8)
        # what is answered as an error of HTTP is rolled back in tests, counting too
        words = {"/move": {"time": f"{epoch(self._at(9))}-{self.practice.id}"}}
        for address, method in routes:
            self.address = str(uuid.uuid4())
            url = re.sub(r"<int:\w+>", str(self.showcase.id), address)
            values, secret = None, self.showcase.sudo().access_token
            if method == "POST":
                token = Request.csrf_token(self)
                values = {"csrf_token": token, **words.get(url[-5:], {})}
            self.env.flush_all()
            answers = [
                self.url_open(
                    f"{url}?access_token={secret}", values, allow_redirects=False
                ).status_code
                for _number in range(2)
            ]
            with self.subTest(address=address, method=method):
                self.assertNotIn(answers[0], (400, 404, 429))
                self.assertEqual(answers[1], 429)
