# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Nothing leaves this machine: whatever tries is an error of the test."""

import socket
from unittest.mock import patch

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class LeftTheMachine(Exception):
    """A test tried to reach another machine."""


class SocketGuard:
    """Refuses connections to other machines, whichever library opens them."""

    def __init__(self):
        connect, resolve = socket.socket.connect, socket.getaddrinfo

        def guarded_connect(sock, address):
            if isinstance(address, tuple) and address[0] not in LOOPBACK:
                raise LeftTheMachine(address)
            return connect(sock, address)

        def guarded_resolve(host, *args, **kwargs):
            if host not in LOOPBACK and not is_address(host):
                raise LeftTheMachine(host)
            return resolve(host, *args, **kwargs)

        self._patches = [
            patch.object(socket.socket, "connect", guarded_connect),
            patch.object(socket, "getaddrinfo", guarded_resolve),
        ]

    def start(self):
        for item in self._patches:
            item.start()

    def stop(self):
        for item in self._patches:
            item.stop()


def is_address(host):
    """Whether a host is written as a number, which asks nobody."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, str(host))
        except OSError:
            continue
        return True
    return False
