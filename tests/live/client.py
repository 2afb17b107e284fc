# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Clients of a live server, speaking as the web client and as other software do."""

import itertools
import time
from dataclasses import dataclass, field

import requests

TIMEOUT = 120  # seconds
COOKIE = "session_id"


@dataclass(frozen=True)
class Answer:
    """What a client got: a value, or an error with its kind.

    ``status`` is HTTP's; ``error`` the exception's full name on the server, ``code``
    and ``context`` what a refusal carries for programs.
    """

    status: int
    value: object = None
    error: str | None = None
    message: str = ""
    context: dict = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def ok(self):
        """Whether the call did what it was asked to."""
        return self.error is None and self.status < 400

    @property
    def code(self):
        """The stable code of a refusal, None of anything else."""
        return self.context.get("code")


class WebClient:
    """Calls models as the web client does: a session, JSON-RPC."""

    kind = "web"

    def __init__(self, server, session_id=None):
        self.address = server.address
        self.http = requests.Session()
        if session_id:
            self.http.cookies.set(COOKIE, session_id)
        self.numbers = itertools.count(1)

    def login(self, database, login, password):
        """Open a session; return its id, which other clients may share."""
        answer = self._post(
            "/web/session/authenticate",
            {"db": database, "login": login, "password": password},
        )
        if not answer.ok or not answer.value.get("uid"):
            raise PermissionError(f"{login}: {answer.message or 'wrong password'}")
        return self.http.cookies[COOKIE]

    def call(self, model, method, ids=None, /, **kwargs):
        """Call a method with named arguments; return the answer."""
        args = [] if ids is None else [ids]
        if "vals_list" in kwargs:
            args.append(kwargs.pop("vals_list"))  # call_kw looks for it there
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            {
                "model": model,
                "method": method,
                "args": args,
                "kwargs": kwargs,
            },
        )

    def _post(self, path, params):
        body = {
            "jsonrpc": "2.0",
            "method": "call",
            "id": next(self.numbers),
            "params": params,
        }
        start = time.monotonic()
        response = self.http.post(self.address + path, json=body, timeout=TIMEOUT)
        seconds = time.monotonic() - start
        if response.status_code != requests.codes.ok:
            return Answer(response.status_code, error="http", message=response.text)
        content = response.json()
        if "error" not in content:
            return Answer(200, content.get("result"), seconds=seconds)
        return _refusal(200, content["error"]["data"], seconds)


class Json2Client:
    """Calls models as other software does: an API key, JSON-2."""

    kind = "json2"

    def __init__(self, server, key):
        self.address = server.address
        self.http = requests.Session()
        self.http.headers["Authorization"] = f"bearer {key}"

    def call(self, model, method, ids=None, /, **kwargs):
        """Call a method with named arguments; return the answer."""
        body = kwargs if ids is None else {"ids": ids, **kwargs}
        start = time.monotonic()
        response = self.http.post(
            f"{self.address}/json/2/{model}/{method}", json=body, timeout=TIMEOUT
        )
        seconds = time.monotonic() - start
        content = response.json()
        if response.ok:
            return Answer(response.status_code, content, seconds=seconds)
        return _refusal(response.status_code, content, seconds)


def _refusal(status, data, seconds):
    return Answer(
        status,
        error=data["name"],
        message=data["message"],
        context=data.get("context") or {},
        seconds=seconds,
    )
