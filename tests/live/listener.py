# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A websocket that listens as an open page does."""

import json
import threading
import time

import websocket

from .server import HOST

VERSION = "19.0-2"
CALENDAR_WORD = "clinic_scheduling.calendar"
CALENDAR_CHANGED = "clinic_scheduling.calendar_changed"


class Listener:
    """One socket; a thread notes what comes in, and when.

    :param session_id: None: nobody is logged in
    :param channels: strings that the client asks for
    """

    def __init__(self, server, channels, last=0, session_id=None):
        self.heard = []
        self.arrived = threading.Condition()
        self.socket = websocket.create_connection(
            f"ws://{HOST}:{server.websocket_port}/websocket?version={VERSION}",
            cookie=f"session_id={session_id}" if session_id else None,
            origin=server.address,
            timeout=30,
        )
        data = {"channels": list(channels), "last": last}
        self.socket.send(json.dumps({"event_name": "subscribe", "data": data}))
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self):
        try:
            while text := self.socket.recv():
                messages = [item["message"] for item in json.loads(text)]
                with self.arrived:
                    self.heard += [(time.monotonic(), item) for item in messages]
                    self.arrived.notify_all()
        except (websocket.WebSocketException, OSError):
            pass  # closed, here or there

    def wait_for(self, kind, seconds, **payload):
        """Wait for a message of a kind with these values; return when it came.

        None: it did not come in time. Times are those of ``time.monotonic``.
        """
        deadline = time.monotonic() + seconds

        def find():
            return next(
                (
                    moment
                    for moment, message in self.heard
                    if message["type"] == kind
                    and payload.items() <= message["payload"].items()
                ),
                None,
            )

        with self.arrived:
            self.arrived.wait_for(find, deadline - time.monotonic())
            return find()

    def messages(self, kind):
        """Return the payloads of all messages of a kind."""
        with self.arrived:
            return [
                message["payload"]
                for _moment, message in self.heard
                if message["type"] == kind
            ]

    def close(self):
        """Close the socket."""
        self.socket.close()
        self.thread.join(10)
