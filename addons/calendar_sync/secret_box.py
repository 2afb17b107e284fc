# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Secrets at rest: encrypted with a key that is not in the database.

The key is an option of the server: the environment variable ``CALENDAR_SYNC_KEY``, or
``key`` in the section ``[calendar_sync]`` of the configuration file. Several keys,
separated by commas, are for rotation: the first one encrypts, all of them decrypt.
``Fernet.generate_key()`` of the package ``cryptography`` makes one.
"""

import os
from configparser import ConfigParser

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from odoo.tools import config

VARIABLE = "CALENDAR_SYNC_KEY"
SECTION = "calendar_sync"


class NoKey(Exception):
    """The server has no key, or one that is none."""


class WrongKey(Exception):
    """A secret was encrypted with a key that the server does not have."""


def read_keys():
    """Return the text of the server's keys."""
    if VARIABLE in os.environ:
        return os.environ[VARIABLE]
    parser = ConfigParser(interpolation=None)
    parser.read(config["config"] or ())
    return parser.get(SECTION, "key", fallback="")


def get_box():
    """Return what encrypts and decrypts.

    :raise NoKey: when there is no key, or it is not one of Fernet's
    """
    keys = [key.strip() for key in read_keys().split(",") if key.strip()]
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise NoKey(str(error)) from error


def has_key():
    """Whether secrets can be stored."""
    try:
        get_box()
    except NoKey:
        return False
    return True


def encrypt(text):
    """Return the encrypted text."""
    return get_box().encrypt(text.encode()).decode()


def decrypt(token):
    """Return the text of an encrypted one.

    :raise WrongKey: when no key of the server fits
    """
    try:
        return get_box().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise WrongKey from error


def rotate(token):
    """Return the same text, encrypted with the first key."""
    try:
        return get_box().rotate(token.encode()).decode()
    except InvalidToken as error:
        raise WrongKey from error
