# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Visitors without an account, who book through the public pages over HTTP."""

import re
from dataclasses import dataclass, field
from html import unescape

import requests

TIMEOUT = 120  # seconds
CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
STEP = re.compile(r"/clinic/book/(\d+)/(\w+)\?access_token=([\w\-]+)")
CODE = re.compile(r"\b(\d{6})\b")
MAIL = "SELECT body_html FROM mail_mail WHERE email_to = %s ORDER BY id DESC LIMIT 1"


@dataclass
class Guest:
    """One visitor with a browser of their own.

    ``statuses`` keeps the HTTP status of everything that was asked.
    """

    server: object
    database: object
    name: str
    http: requests.Session = field(default_factory=requests.Session)
    statuses: list = field(default_factory=list)

    @property
    def email(self):
        """The mail address of this guest."""
        return f"{self.name.lower().replace(' ', '.')}@example.com"

    def free_times(self, service, day):
        """Return the free times of a day: (doctor, site, start in epoch seconds)."""
        answer = self._get(
            "/clinic/book/slots", service=service, days=1, tz="UTC", **{"from": day}
        ).json()
        return [
            (doctor, site, start)
            for doctor, site, starts in answer["slots"]
            for start in starts
        ]

    def hold(self, service, doctor, site, start):
        """Hold a time; return the page that follows, None when it was refused."""
        page = self._get("/clinic/book/times", service=service)
        chosen = {"service": service, "doctor": doctor, "site": site, "start": start}
        page = self._post("/clinic/book/hold", page, **chosen)
        return page if STEP.search(page.url) else None

    def book(self, page):
        """Go from the hold to the end as a new patient; return the last page."""
        page = self._step(page, "code", contact=self.email)
        (body,) = self.database.query(MAIL, self.email)[0]
        code = CODE.search(re.sub(r"<[^>]+>", " ", body)).group(1)
        page = self._step(page, "code/check", code=code)
        page = self._step(page, "details", name=self.name, birthdate="1990-05-17")
        return self._step(page, "review")

    def _step(self, page, step, **values):
        appointment, _name, token = STEP.search(page.url).groups()
        path = f"/clinic/book/{appointment}/{step}"
        return self._post(path, page, access_token=token, **values)

    def _get(self, path, **query):
        return self._note(
            self.http.get(self.server.address + path, params=query, timeout=TIMEOUT)
        )

    def _post(self, path, page, **values):
        values["csrf_token"] = unescape(CSRF.search(page.text).group(1))
        return self._note(
            self.http.post(self.server.address + path, data=values, timeout=TIMEOUT)
        )

    def _note(self, response):
        self.statuses.append(response.status_code)
        return response
