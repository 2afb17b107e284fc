# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A real CalDAV server on loopback, with its own folder, and a second client."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urljoin

import requests

LOGIN, PASSWORD = "doctor", "on-loopback"

CONFIG = """
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0
[rights]
type = owner_only
[storage]
filesystem_folder = {folder}/collections
[logging]
level = error
"""

CALENDAR = """<?xml version="1.0" encoding="utf-8"?>
<mkcalendar xmlns="urn:ietf:params:xml:ns:caldav" xmlns:d="DAV:"><d:set><d:prop>
<d:displayname>{name}</d:displayname></d:prop></d:set></mkcalendar>"""

EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Another//Client//EN
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20260101T000000Z
{lines}
END:VEVENT
END:VCALENDAR
"""


def free_port():
    """Return a port of loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Radicale:
    """A server with one user and one calendar."""

    def __init__(self):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self._folder = tempfile.TemporaryDirectory()
        self.process = None
        folder = Path(self._folder.name)
        (folder / "users").write_text(f"{LOGIN}:{PASSWORD}\n")
        config = CONFIG.format(port=self.port, folder=folder)
        (folder / "config").write_text(config)
        self.start()
        self.calendar = self.make_calendar("work", "Work")

    def start(self):
        command = [sys.executable, "-m", "radicale", "--config"]
        self.process = subprocess.Popen(
            [*command, str(Path(self._folder.name, "config"))],
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 30
        while True:
            try:
                requests.get(self.url, timeout=10)
                return
            except requests.ConnectionError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.05)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)

    def close(self):
        self.stop()
        self._folder.cleanup()

    # The doctor's own program -------------------------------------------

    def request(self, method, path, body=None, **headers):
        answer = requests.request(
            method,
            urljoin(self.url, path),
            data=body,
            headers={name.replace("_", "-"): text for name, text in headers.items()},
            auth=(LOGIN, PASSWORD),
            timeout=10,
        )
        answer.raise_for_status()
        return answer

    def make_calendar(self, path, name):
        path = f"/{LOGIN}/{path}/"
        self.request("MKCALENDAR", path, CALENDAR.format(name=name))
        return path

    def put(self, uid, *lines):
        """Enter an event and return its path."""
        path = f"{self.calendar}{uid}.ics"
        body = EVENT.format(uid=uid, lines="\n".join(lines)).replace("\n", "\r\n")
        self.request("PUT", path, body.encode(), Content_Type="text/calendar")
        return path

    def edit(self, path, old, new):
        """Change the text of an event."""
        text = self.request("GET", path).text
        if old not in text:
            raise AssertionError(f"{old} is not in {text}")
        body = text.replace(old, new).encode()
        self.request("PUT", path, body, Content_Type="text/calendar")

    def delete(self, path):
        self.request("DELETE", path)

    def get(self, path):
        return self.request("GET", path).text

    def list(self):
        """Return the paths of all events."""
        body = '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>'
        text = self.request("PROPFIND", self.calendar, body, Depth="1").text
        return sorted(
            part.partition("</")[0]
            for part in text.split("href>")
            if part.partition("</")[0].endswith(".ics")
        )
