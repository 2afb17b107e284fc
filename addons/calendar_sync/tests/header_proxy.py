# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A CalDAV server with habits that others have: a real one behind a proxy."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urljoin

import requests

#: Of one connection, not of the message (RFC 9110, 7.6.1), or counted anew.
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


class HeaderProxy:
    """Passes requests on, and changes headers on the way.

    :param asked: takes the headers of a request away that it names (lower case)
    :param answered: function of an answer's headers, a dictionary that it may change
    """

    def __init__(self, target, asked=(), answered=None):
        self.target = target
        self.asked = set(asked)
        self.answered = answered or (lambda headers: None)
        handler = type("Handler", (Handler,), {"proxy": self})
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}/"
        self.thread = threading.Thread(target=self.http.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        """End it."""
        self.http.shutdown()
        self.http.server_close()
        self.thread.join(10)


class Handler(BaseHTTPRequestHandler):
    """One request."""

    proxy = None

    def log_message(self, *_args):
        """Tell nobody."""

    def serve(self):
        """Ask the real server, and pass its answer on."""
        length = int(self.headers.get("Content-Length") or 0)
        headers = {
            name: value
            for name, value in self.headers.items()
            if name.lower() not in HOP | self.proxy.asked
        }
        answer = requests.request(
            self.command,
            urljoin(self.proxy.target, self.path),
            data=self.rfile.read(length),
            headers=headers,
            timeout=10,
            allow_redirects=False,
        )
        kept = {
            name.lower(): value
            for name, value in answer.headers.items()
            if name.lower() not in HOP | {"content-encoding"}
        }
        self.proxy.answered(kept)
        self.close_connection = True
        self.send_response(answer.status_code)
        for name, value in kept.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    do_GET = do_PUT = do_DELETE = do_PROPFIND = do_REPORT = serve
