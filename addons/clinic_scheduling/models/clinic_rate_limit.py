# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How often somebody may ask: counted in the database, for all processes at once."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.http import request
from odoo.tools import hmac

from ..exceptions import TooManyRequests

#: kind -> (how many, in how many seconds). The system parameter
#: ``clinic_scheduling.limit.<kind>``, written as "count/seconds", comes first.
LIMITS = {
    # all patients of a waiting room may come from one address
    "search": (600, 60),
    "picture": (1200, 60),
    "hold": (20, 600),
    "book": (10, 3600),
    "book_address": (100, 3600),
    "code": (5, 3600),
    "code_address": (20, 3600),
    "code_sms": (60, 3600),
    "verify": (10, 3600),
    "verify_address": (50, 3600),
    "verify_code": (5, 3600),
    "change": (30, 3600),
    "apply": (5, 86400),
    "feed": (120, 3600),
    # pages of the waiting room: counted for each link, and for who has none
    "queue_page": (60, 60),
    "queue_state": (240, 60),
    "queue_change": (20, 3600),
    "queue_link": (10, 3600),
    "queue_unknown": (60, 600),
    "sms_unsigned": (30, 600),
    "sms_reply": (20, 3600),
}


class ClinicRateLimit(models.Model):
    """One attempt of somebody at something that must not be done too often.

    Nobody writes another one's row, so that two requests never wait for each other.
    Who it was stands there as a keyed hash: addresses of visitors are not kept.
    """

    _name = "clinic.rate.limit"
    _description = "Counted Attempt"
    _log_access = False

    kind = fields.Char(required=True)
    identity = fields.Char(required=True)
    moment = fields.Datetime(required=True)

    _by_identity = models.Index("(kind, identity, moment)")

    @api.model
    def _count(self, kind, identity, limit=None):
        """Count one more attempt of ``identity``, in a transaction of its own.

        What is counted stays counted when the request fails, and is not counted again
        when Odoo repeats the request because of a conflict in the database.

        :param str kind: one of ``LIMITS``
        :param identity: whose attempt: an IP address, a contact, a user id
        :param limit: (how many, in how many seconds) in place of those of the kind
        :raise TooManyRequests: with the seconds to wait; the attempt is then not added
        """
        count, seconds = limit or self._get_limit(kind)
        now = fields.Datetime.now()
        identity = hmac(self.env(su=True), "clinic_rate_limit", f"{kind}:{identity}")
        counted = self._get_counted()
        if (kind, identity) in counted:
            return
        since = now - timedelta(seconds=seconds)
        if oldest := self._add(kind, identity, now, since, count):
            left = oldest + timedelta(seconds=seconds) - now
            raise TooManyRequests(
                self.env._(
                    "That was a little too often. Please wait %(minutes)s min and "
                    "try again, or call us.",
                    minutes=max(1, round(left.total_seconds() / 60)),
                ),
                retry_after=max(1, round(left.total_seconds())),
            )
        counted.add((kind, identity))

    @api.model
    def _get_counted(self):
        """Return what this request counted; it stays there when Odoo repeats it."""
        if not request:
            return set()
        if not hasattr(request, "clinic_counted"):
            request.clinic_counted = set()
        return request.clinic_counted

    @api.model
    def _add(self, kind, identity, now, since, count):
        """Add an attempt unless there are ``count`` others already since ``since``.

        It is added before the others are counted, in a transaction of its own: of two
        at the same moment, at least the one that commits last sees both.

        :return: the moment of the attempt that has to be over first, if it is not
            added
        """
        with self.env.registry.cursor() as cr:
            cr.execute(
                "INSERT INTO clinic_rate_limit (kind, identity, moment)"
                " VALUES (%s, %s, %s) RETURNING id",
                [kind, identity, now],
            )
            (own,) = cr.fetchone()
        with self.env.registry.cursor() as cr:
            cr.execute(
                "SELECT moment FROM clinic_rate_limit"
                " WHERE kind = %s AND identity = %s AND moment > %s AND id != %s"
                " ORDER BY moment DESC OFFSET %s LIMIT 1",
                [kind, identity, since, own, count - 1],
            )
            oldest = cr.fetchone()
            if oldest:
                cr.execute("DELETE FROM clinic_rate_limit WHERE id = %s", [own])
        return oldest and oldest[0]

    @api.model
    def _get_limit(self, kind):
        """Return (how many, in how many seconds)."""
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        given = parameters_sudo.get_param(f"clinic_scheduling.limit.{kind}")
        usual = self._get_usual_limits()[kind]
        if not given:
            return usual
        count, _slash, seconds = given.partition("/")
        return max(1, int(count)), int(seconds or usual[1])

    @api.model
    def _get_usual_limits(self):
        """Return {kind: (how many, in how many seconds)}; addons add theirs."""
        return LIMITS

    @api.autovacuum
    def _gc_attempts(self):
        """Forget attempts that count no more."""
        longest = max(self._get_limit(kind)[1] for kind in LIMITS)
        since = fields.Datetime.now() - timedelta(seconds=longest)
        self.env.cr.execute("DELETE FROM clinic_rate_limit WHERE moment < %s", [since])
