# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A real SMTP server on the loopback interface that keeps what it takes.

It can stand still at a step of the conversation, so that a sender is killed there.
"""

import asyncio
import threading
from collections import Counter
from email import message_from_bytes
from email.policy import default
from email.utils import parseaddr

from aiosmtpd.controller import Controller

HOST = "127.0.0.1"

#: Steps at which the server can stand still, in their order. The message is taken
#: between the last two.
STEPS = ("greeting", "sender", "recipient", "content", "taken")


class MailServer:
    """Takes mails; ``messages`` are those it took, also the same one twice."""

    def __init__(self, port):
        self.messages = []
        self.port = port
        self.stands_at = None
        self.reached = threading.Event()
        self._controller = Controller(self, hostname=HOST, port=port)

    def __enter__(self):
        self._controller.start()
        return self

    def __exit__(self, *_error):
        self._controller.stop()

    def stand_still(self, step):
        """Stop at a step of the next conversation; ``reached`` is set then."""
        self.reached.clear()
        self.stands_at = step

    def count(self, *addresses):
        """Return how often each message to these addresses was taken.

        :return: {Message-ID: how often}
        """
        return Counter(
            message["Message-ID"]
            for message in list(self.messages)
            if parseaddr(message["To"])[1] in addresses
        )

    async def _pass(self, step):
        if self.stands_at == step:
            self.stands_at = None
            self.reached.set()
            # until the connection is lost with its client
            await asyncio.sleep(300)

    # ------------------------------------------------------------------
    # What aiosmtpd calls
    # ------------------------------------------------------------------

    async def handle_EHLO(self, _server, session, _envelope, hostname, responses):
        """Greet."""
        await self._pass("greeting")
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, _server, _session, envelope, address, _options):
        """Hear who sends."""
        await self._pass("sender")
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        """Hear who is to get it."""
        await self._pass("recipient")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        """Take the message, and say so."""
        await self._pass("content")
        self.messages.append(message_from_bytes(envelope.content, policy=default))
        await self._pass("taken")
        return "250 OK"
