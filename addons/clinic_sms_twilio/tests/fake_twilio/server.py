# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Routes, accounts, faults, and signed callbacks."""

import base64
import json
import re
import threading
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

from twilio.request_validator import RequestValidator

HOST = "127.0.0.1"
MESSAGES = re.compile(r"/2010-04-01/Accounts/(\w+)/Messages\.json")

#: The SMS is taken, but the connection breaks before the answer
LOST_ANSWER = "lost answer"
#: The connection breaks before any work
NO_CONNECTION = "no connection"
#: No answer comes: before the SMS is taken, or after
HANG, TAKE_AND_HANG = "hang", "take and hang"
HANG_SECONDS = 20

#: Numbers of Twilio's own documentation for trials, and the error that each brings
BAD_NUMBER = "+15005550001"
UNSUBSCRIBED = "+15005550004"
ERRORS = {
    BAD_NUMBER: (21211, "The 'To' number is not a valid phone number."),
    UNSUBSCRIBED: (21610, "Attempt to send to unsubscribed recipient"),
}


@dataclass
class Fault:
    """What goes wrong with the next requests to send: one of the kinds, or a status."""

    kind: object
    times: int = 1
    body: bytes | None = None


class FakeTwilio:
    """The stand-in, served on a free port. Use it as a context manager."""

    def __init__(self):
        self.tokens = {}  # of accounts
        self.messages = []
        self.requests = []
        self.faults = []
        self.on_taken = None  # is called with each SMS before it is answered for
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

    def open_account(self):
        """Return (sid, token) of a new account."""
        sid, token = f"AC{uuid.uuid4().hex}", uuid.uuid4().hex
        self.tokens[sid] = token
        return sid, token

    def fail(self, kind, times=1, body=None):
        """Let the next requests to send fail."""
        self.faults.append(Fault(kind, times, body))

    def take_fault(self):
        """Return the fault that hits the next request to send, or None."""
        with self.lock:
            for fault in self.faults:
                if fault.times:
                    fault.times -= 1
                    return fault
        return None

    def sent_to(self, number):
        """Return the SMS that were taken for a number."""
        return [message for message in self.messages if message["to"] == number]

    # The API ------------------------------------------------------------

    def take(self, account, params):
        """Take an SMS; return (status, body)."""
        error = ERRORS.get(params.get("To"))
        if not params.get("From"):
            error = (21603, "A 'From' phone number is required.")
        if error:
            return 400, {"code": error[0], "message": error[1], "status": 400}
        now = format_datetime(datetime.now(timezone.utc))
        message = {
            "sid": f"SM{uuid.uuid4().hex}",
            "account_sid": account,
            "body": params["Body"],
            "from": params["From"],
            "to": params["To"],
            "status": "queued",
            "direction": "outbound-api",
            "date_created": now,
            "date_updated": now,
            "date_sent": None,
            "error_code": None,
            "error_message": None,
        }
        kept = {**message, "callback": params["StatusCallback"]}
        with self.lock:
            self.messages.append(kept)
        if self.on_taken:
            self.on_taken(kept)
        return 201, message

    def list(self, account, params):
        """Return (status, body) of the SMS of an account."""
        found = [
            {name: value for name, value in message.items() if name != "callback"}
            for message in reversed(self.messages)
            if message["account_sid"] == account
            and params.get("To") in (None, message["to"])
        ]
        path = f"/2010-04-01/Accounts/{account}/Messages.json"
        body = {"messages": found, "page": 0, "page_size": 50, "uri": path}
        return 200, {**body, "next_page_uri": None}

    # What Twilio sends by itself ------------------------------------------

    def sign(self, url, params, token):
        """Return the signature of a request, by the SDK's own signer."""
        return RequestValidator(token).compute_signature(url, params)

    def report(self, message, status, base=None, **params):
        """Report what became of an SMS; return the HTTP status of the answer.

        :param base: where the server really is, when its address is another
        """
        message["status"] = status
        message["error_code"] = params.get("ErrorCode")
        params = {
            "AccountSid": message["account_sid"],
            "From": message["from"],
            "To": message["to"],
            "MessageSid": message["sid"],
            "SmsSid": message["sid"],
            "MessageStatus": status,
            "SmsStatus": status,
            **params,
        }
        token = self.tokens[message["account_sid"]]
        signature = self.sign(message["callback"], params, token)
        return post(_move(message["callback"], base), params, signature)[0]

    def bring(self, url, params, token, base=None):
        """Bring an SMS of a patient to a webhook; return (status, body)."""
        return post(_move(url, base), params, self.sign(url, params, token))


def _move(url, base):
    """Return an address with another server in it."""
    return f"{base}{urlsplit(url).path}" if base else url


def post(url, params, signature=None):
    """Post a form; return (status, body)."""
    headers = {"X-Twilio-Signature": signature} if signature else {}
    data = urlencode(params).encode()
    request = urllib.request.Request(url, data=data, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


class Handler(BaseHTTPRequestHandler):
    """Reads a request, lets the stand-in answer, or fails as it was told to."""

    protocol_version = "HTTP/1.1"

    def _serve(self):
        fake, params = self.server.fake, self._read()
        found = MESSAGES.fullmatch(urlsplit(self.path).path)
        if not found:
            return self._send(404, {"code": 20404, "message": "Not found"})
        account = found.group(1)
        if not self._is_authorized(account):
            return self._send(401, {"code": 20003, "message": "Authenticate"})
        if self.command == "GET":
            return self._send(*fake.list(account, params))
        fault = fake.take_fault()
        with fake.lock:
            fake.requests.append(params)
        if fault and fault.kind in (NO_CONNECTION, HANG):
            time.sleep(HANG_SECONDS if fault.kind == HANG else 0)
            return self._hang_up()
        if fault and isinstance(fault.kind, int):
            error = {"code": 20001, "message": f"Fault {fault.kind}"}
            return self._send(fault.kind, error, fault.body)
        answer = fake.take(account, params)
        if fault and fault.kind == TAKE_AND_HANG:
            time.sleep(HANG_SECONDS)
        return self._hang_up() if fault else self._send(*answer)

    do_GET = do_POST = _serve

    def _is_authorized(self, account):
        token = self.server.fake.tokens.get(account)
        given = f"{account}:{token}".encode()
        expected = f"Basic {base64.b64encode(given).decode()}"
        return token and self.headers.get("Authorization") == expected

    def _read(self):
        length = int(self.headers.get("Content-Length") or 0)
        form = f"{urlsplit(self.path).query}&{self.rfile.read(length).decode()}"
        return dict(parse_qsl(form, keep_blank_values=True))

    def _hang_up(self):
        self.close_connection = True

    def _send(self, status, body, content=None):
        content = json.dumps(body).encode() if content is None else content
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args):
        """Tests look at ``requests``; nobody reads a log."""
