# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which servers may be called: an address that a person typed is not to be trusted.

Without this, whoever may connect a calendar could make this server call its own
network. That a name may stand for another address a moment later does no harm: a server
inside has no certificate for that name.
"""

import ipaddress
import socket
from urllib.parse import urlsplit

from .base import CalendarError

HTTPS_PORT = 443


def check_address(url, stand_in=""):
    """Refuse addresses that are not public servers with a certificate.

    :param stand_in: an address (scheme, host and port) of this very machine that may be
        called all the same, for tests
    :raise CalendarError: with reason ``address``
    """
    try:
        parts = urlsplit(url)
        port = parts.port or HTTPS_PORT
    except ValueError as error:
        raise CalendarError(None, "address", detail=str(error)) from error
    if stand_in and f"{parts.scheme}://{parts.netloc}" == stand_in.rstrip("/"):
        return
    if parts.scheme != "https" or not parts.hostname or parts.username:
        raise CalendarError(None, "address", detail="https://")
    for address in resolve(parts.hostname, port):
        if not ipaddress.ip_address(address).is_global:
            raise CalendarError(None, "address", detail=parts.hostname)


def resolve(host, port):
    """Return the addresses that a name stands for."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise CalendarError(None, "unknown_host", detail=host) from error
    return {item[4][0].partition("%")[0] for item in found}


def same_server(url, other):
    """Whether two addresses are of one server: a password goes nowhere else."""
    one, two = urlsplit(url), urlsplit(other)
    return (one.scheme, one.netloc) == (two.scheme, two.netloc)
