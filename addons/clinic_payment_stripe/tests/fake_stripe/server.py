# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The HTTP side of the stand-in: routes, keys, faults, signed events."""

import copy
import hashlib
import hmac
import json
import re
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from .account import Account, Refused

HOST = "127.0.0.1"
BRACKETS = re.compile(r"\[([^\]]*)\]")

#: The work is done, but the connection breaks before the answer
LOST_ANSWER = "lost answer"
#: The connection breaks before any work
NO_CONNECTION = "no connection"


@dataclass
class Fault:
    """What goes wrong with the next requests that match.

    ``kind`` is LOST_ANSWER, NO_CONNECTION, or an HTTP status that is answered
    without doing anything.
    """

    method: str
    path: str
    kind: object
    times: int = 1


@dataclass(frozen=True)
class Request:
    """A request as it came in."""

    method: str
    path: str
    params: dict
    key: str | None  # idempotency


class FakeStripe:
    """The stand-in, served on a free port of the loopback interface.

    Use it as a context manager. ``account`` is changed directly for what happens
    outside of the API: patients who pay, banks that refuse.
    """

    secret_key = "sk_test_fake"
    publishable_key = "pk_test_fake"
    webhook_secret = "whsec_fake"

    def __init__(self):
        self.account = Account()
        self.faults = []
        self.requests = []
        self.answers = {}  # by idempotency key
        self.lock = threading.RLock()
        self.server = ThreadingHTTPServer((HOST, 0), Handler)
        self.server.fake = self
        self.server.daemon_threads = True
        self.url = f"http://{HOST}:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    # Faults and what was asked -----------------------------------------

    def fail(self, method, path, kind, times=1):
        """Let the next requests fail whose path starts with ``path``."""
        self.faults.append(Fault(method, path, kind, times))

    def take_fault(self, request):
        """Return the kind of the fault that hits a request, or None."""
        for fault in self.faults:
            if fault.times and fault.method == request.method:
                if request.path.startswith(fault.path):
                    fault.times -= 1
                    return fault.kind
        return None

    def asked(self, method, path):
        """Return the requests to exactly this path."""
        return [r for r in self.requests if (r.method, r.path) == (method, path)]

    # Answers -----------------------------------------------------------

    def answer(self, request):
        """Return (status, body) of a request, once per idempotency key."""
        with self.lock:
            self.requests.append(request)
            if not request.key or request.method != "POST":
                return self._work(request)
            known = self.answers.get(request.key)
            if known is None:
                answer = self._work(request)
                if answer[0] < 500:
                    self.answers[request.key] = (request, *answer)
                return answer
            first, status, body = known
            if (first.path, first.params) != (request.path, request.params):
                error = Refused(
                    "Keys for idempotent requests", kind="idempotency_error"
                )
                return error.status, error.body
            return status, body

    def _work(self, request):
        try:
            for method, pattern, act in ROUTES:
                found = re.fullmatch(pattern, request.path)
                if found and method == request.method:
                    body = act(self.account, request, *found.groups())
                    return 200, self._expand(copy.deepcopy(body), request.params)
            raise Refused(f"Unrecognized request URL ({request.path})", 404)
        except Refused as refused:
            return refused.status, refused.body

    def _expand(self, body, params):
        """Put the payment method in place of its id where the client wants it."""
        wanted = params.get("expand", {})
        wanted = set(wanted.values() if isinstance(wanted, dict) else [wanted])
        if "payment_method" in wanted:
            self._expand_method(body)
        if "data.payment_method" in wanted:
            for item in body["data"]:
                self._expand_method(item)
        return body

    def _expand_method(self, item):
        if item.get("payment_method"):
            method = self.account.get(item["payment_method"], "payment_method")
            item["payment_method"] = copy.deepcopy(method)

    # Events ------------------------------------------------------------

    def sign(self, event, secret=None, at=None):
        """Return (body, headers) of a webhook's request, signed as Stripe signs.

        :param at: seconds since the epoch; now, unless given
        """
        body = json.dumps(event, indent=2).encode()
        at = int(at or time.time())
        secret = (secret or self.webhook_secret).encode()
        digest = hmac.new(secret, f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": f"t={at},v1={digest}",
        }
        return body, headers

    def deliver(self, event, url, **signature):
        """Send an event to a webhook; return the status of its answer."""
        body, headers = self.sign(event, **signature)
        request = urllib.request.Request(url, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code


def unflatten(pairs):
    """Return the parameters of a form: ``a[b]=1`` becomes ``{"a": {"b": "1"}}``."""
    result = {}
    for name, value in pairs:
        first, bracket, rest = name.partition("[")
        keys = [first, *BRACKETS.findall(bracket + rest)]
        target = result
        for key in keys[:-1]:
            target = target.setdefault(key, {})
        target[keys[-1] or str(len(target))] = value
    return result


class Handler(BaseHTTPRequestHandler):
    """Reads a request, lets the stand-in answer, or fails as it was told to."""

    protocol_version = "HTTP/1.1"

    def _serve(self):
        fake, request = self.server.fake, self._read()
        fault = fake.take_fault(request)
        if fault == NO_CONNECTION:
            return self._hang_up()
        if isinstance(fault, int):
            return self._send(fault, _error(f"Fault {fault}"))
        if self.headers.get("Authorization") != f"Bearer {fake.secret_key}":
            return self._send(401, _error("Invalid API Key provided"))
        status, body = fake.answer(request)
        return self._hang_up() if fault == LOST_ANSWER else self._send(status, body)

    do_GET = do_POST = do_DELETE = _serve

    def _read(self):
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        form = f"{parts.query}&{self.rfile.read(length).decode()}"
        return Request(
            self.command,
            parts.path.removeprefix("/v1"),
            unflatten(parse_qsl(form)),
            self.headers.get("Idempotency-Key"),
        )

    def _hang_up(self):
        self.close_connection = True

    def _send(self, status, body):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args):
        """Tests look at ``requests``; nobody reads a log."""


def _error(message):
    return {"error": {"type": "api_error", "message": message}}


def _list(kind):
    return lambda account, request: account.page(
        kind, request.params, f"/v1{request.path}"
    )


def _get(kind):
    return lambda account, _request, key: account.get(key, kind)


def _cards_of_customer(account, request, customer):
    params = {**request.params, "type": "card"}
    account.get(customer, "customer")
    return account.page("payment_method", params, f"/v1{request.path}")


ID = r"(\w+)"
ROUTES = (
    ("POST", "/customers", lambda a, r: a.create_customer(r.params)),
    ("GET", f"/customers/{ID}", _get("customer")),
    ("GET", f"/customers/{ID}/payment_methods", _cards_of_customer),
    ("GET", "/payment_methods", _list("payment_method")),
    ("GET", f"/payment_methods/{ID}", _get("payment_method")),
    ("POST", "/payment_intents", lambda a, r: a.create_intent(r.params)),
    ("GET", "/payment_intents", _list("payment_intent")),
    ("GET", f"/payment_intents/{ID}", _get("payment_intent")),
    ("POST", f"/payment_intents/{ID}/capture", lambda a, r, key: a.capture(key)),
    ("POST", f"/payment_intents/{ID}/cancel", lambda a, r, key: a.cancel(key)),
    ("POST", "/setup_intents", lambda a, r: a.create_setup_intent(r.params)),
    ("GET", f"/setup_intents/{ID}", _get("setup_intent")),
    ("GET", "/charges", _list("charge")),
    ("GET", f"/charges/{ID}", _get("charge")),
    ("POST", "/refunds", lambda a, r: a.create_refund(r.params)),
    ("GET", "/refunds", _list("refund")),
    ("GET", f"/refunds/{ID}", _get("refund")),
    ("POST", "/webhook_endpoints", lambda a, r: a.create_webhook(r.params)),
    ("GET", "/events", _list("event")),
    ("GET", f"/events/{ID}", _get("event")),
)
