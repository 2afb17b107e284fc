# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The users of the live tests, and clients that act for them."""

import itertools
import json
import secrets
from pathlib import Path

from .client import Json2Client, WebClient

SEED = Path(__file__).with_name("seed.py")
RECEPTION = ("reception1", "reception2", "reception3", "reception4")


class People:
    """Users by name (see seed.py), their sessions and keys."""

    def __init__(self, database, folder):
        self.database = database
        self.password = secrets.token_urlsafe()
        self.file = Path(folder) / "people.json"
        self.users = {}
        self.sessions = {}

    def make(self):
        """Create the users."""
        variables = {
            "CLINIC_SEED": str(self.file),
            "CLINIC_SEED_PASSWORD": self.password,
        }
        script = SEED.read_text()
        self.database.odoo("shell", "--no-http", script=script, environment=variables)
        self.users = json.loads(self.file.read_text())

    def id(self, name):
        """Return a user's id."""
        return self.users[name]["id"]

    def session(self, name, server):
        """Return the id of a user's session, valid on every server."""
        if name not in self.sessions:
            client = WebClient(server)
            self.sessions[name] = client.login(
                self.database.name, f"live_{name}", self.password
            )
        return self.sessions[name]

    def web(self, name, server):
        """Return a user's client with a session."""
        return WebClient(server, self.session(name, server))

    def json2(self, name, server):
        """Return a user's client with an API key."""
        return Json2Client(server, self.users[name]["key"])

    def reception(self, count, servers):
        """Return ``count`` clients: every server, user and protocol takes its turn."""
        turns = itertools.product((self.web, self.json2), RECEPTION, servers)
        turns = itertools.cycle(list(turns))
        return [
            make(name, server) for make, name, server in itertools.islice(turns, count)
        ]
