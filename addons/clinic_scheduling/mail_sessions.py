# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Connections to mail servers that several messages share."""

from odoo.exceptions import UserError
from odoo.tools import config

#: What Odoo's configuration says as long as nobody named a server.
UNNAMED = ("localhost", 25)


class MessageFailed(Exception):
    """A message could not be handed over.

    ``for_good``: another attempt would fail in the same way. ``is_raw``: it is what the
    mail server or a library said, and no sentence for people.
    """

    def __init__(self, error, for_good=False, is_raw=False):
        super().__init__(error)
        self.for_good = for_good
        self.is_raw = is_raw


class NoMailServer(Exception):
    """Nobody named a mail server, and none answers on this machine."""


def is_server_named(env):
    """Tell whether a mail server is set, in Odoo or in its configuration file."""
    named = (config["smtp_server"], config["smtp_port"])
    if config["smtp_server"] and named != UNNAMED:
        return True
    return bool(env["ir.mail_server"].sudo().search_count([], limit=1))


class MailSessions:
    """Connections to mail servers, kept open between messages of one run.

    A server that does not answer is not asked again in the same run: each attempt
    may take a minute, and other messages wait behind it.
    """

    def __init__(self, env):
        self.env = env
        self.sessions = {}
        self.away = {}

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.close()

    def close(self):
        """Close all connections."""
        for session in self.sessions.values():
            try:
                session.quit()
            except OSError:  # it is closed already
                continue
        self.sessions.clear()

    def send(self, mail):
        """Send a mail.mail in the running transaction.

        :return: False if there is no mail server at all: the mail stays in the queue
        :raise MessageFailed: the server is away, or does not take the mail
        """
        server_id, alias_domain_id, smtp_from, _ids = next(
            mail._split_by_mail_configuration()
        )
        servers = mail.env["ir.mail_server"]
        key = server_id, alias_domain_id, smtp_from
        try:
            if key not in self.sessions:
                self.sessions[key] = self._connect_once(server_id, smtp_from)
            mail._send(
                smtp_session=self.sessions[key],
                alias_domain_id=alias_domain_id,
                mail_server=servers.browse(server_id),
            )
        except NoMailServer:
            return False
        except Exception as error:
            # whatever it was, the next message starts with a new connection
            self.sessions.pop(key, None)
            raise MessageFailed(str(error), is_raw=True) from error
        return True

    def _connect_once(self, server_id, smtp_from):
        # without a server of its own, the sender's address leads to one
        key = server_id or smtp_from
        if key in self.away:
            raise self.away[key]
        try:
            return self._connect(server_id, smtp_from)
        except Exception as error:
            self.away[key] = error
            raise

    def _connect(self, server_id, smtp_from):
        try:
            return self.env["ir.mail_server"]._connect__(
                mail_server_id=server_id, smtp_from=smtp_from
            )
        except (ConnectionRefusedError, UserError) as error:
            if is_server_named(self.env):
                raise
            raise NoMailServer from error
