# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A server on loopback that stands in for a provider, and breaks when it is told to."""

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit


class Refusal(Exception):
    """The server refuses a request with a status and a body."""

    def __init__(self, status, body, **headers):
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.headers = headers


@dataclass
class Request:
    """What was asked."""

    method: str
    path: str
    query: dict
    headers: dict
    body: str


@dataclass
class Fault:
    """What goes wrong with the next requests of a kind.

    ``kind``: ``status`` (refused), ``drop`` (the line breaks before anything happens),
    ``lose`` (it is done, then the line breaks), ``hang`` (it is done, and the answer
    comes after ``seconds``).
    """

    method: str
    path: str
    times: int = 1
    kind: str = "status"
    status: int = 503
    body: dict = field(default_factory=dict)
    headers: dict = field(default_factory=dict)
    seconds: float = 0
    skip: int = 0

    def fits(self, request):
        """Whether this request is one of those; each that is counts."""
        if request.method != self.method or self.path not in request.path:
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return self.times >= 0


class FakeServer:
    """Answers requests by ``answer(request)`` of a subclass, one at a time."""

    def __init__(self):
        self.faults = []
        self.requests = []
        self.lock = threading.Lock()
        handler = type("Handler", (Handler,), {"fake": self})
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}/"
        self.thread = threading.Thread(target=self.http.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        """End the server."""
        self.http.shutdown()
        self.http.server_close()
        self.thread.join(10)

    def fail(self, method, path, **values):
        """Let the next requests of a kind go wrong, see ``Fault``."""
        self.faults.append(Fault(method, path, **values))

    def asked(self, method, path=""):
        """Return the requests of a kind that came."""
        return [r for r in self.requests if r.method == method and path in r.path]

    def handle(self, request):
        """Return (status, body, headers), or None when the line breaks."""
        with self.lock:
            self.requests.append(request)
            fault = next((item for item in self.faults if item.fits(request)), None)
            if fault and fault.kind == "drop":
                return None
            if fault and fault.kind == "status":
                return fault.status, fault.body, fault.headers
            try:
                answer = (*self.answer(request), {})
            except Refusal as refusal:
                answer = refusal.status, refusal.body, refusal.headers
        if fault and fault.kind == "hang":
            time.sleep(fault.seconds)
        return None if fault and fault.kind == "lose" else answer


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    fake = None

    def log_message(self, *_args):
        """Tell nobody."""

    def serve(self):
        """Answer a request."""
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            self.command,
            unquote(parts.path),
            dict(parse_qsl(parts.query)),
            self.headers,
            self.rfile.read(length).decode(),
        )
        answer = self.fake.handle(request)
        self.close_connection = True
        if answer is None:
            return
        status, body, headers = answer
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        headers = {"Content-Type": "application/json", **headers}
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PATCH = do_DELETE = serve
