# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Google's two addresses, played on this machine."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Handler(BaseHTTPRequestHandler):
    """Answers for the tokens that its server knows."""

    def do_GET(self):
        url = urlsplit(self.path)
        self.server.asked.append(self.path)
        # as Google: user info takes a header, token info a parameter only
        token = parse_qs(url.query).get("access_token", [""])[0]
        if url.path == "/userinfo":
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        answer = self.server.tokens.get(token, {}).get(url.path.strip("/"))
        body = json.dumps(answer or {"error": "invalid_token"}).encode()
        self.send_response(200 if answer else 400)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        """Say nothing in the log of the tests."""


class FakeProvider:
    """A provider on loopback: ``tokens`` = {token: {path: answer}}."""

    def __enter__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.tokens = self.tokens = {}
        self.server.asked = self.asked = []
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_args):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def get_url(self, path):
        """Return the address of one of its answers."""
        return f"http://127.0.0.1:{self.server.server_port}/{path}"
