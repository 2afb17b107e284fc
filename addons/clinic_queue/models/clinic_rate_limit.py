# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import hmac

#: kind -> (how many, in how many seconds), as in ``clinic_scheduling``.
LIMITS = {
    "kiosk_pair": (10, 600),
    "kiosk_pair_all": (100, 600),
    "kiosk_wrong": (60, 600),
    "kiosk_call": (240, 60),
    "kiosk_find": (120, 600),
    # numbers of appointments that were wrong: they are given in order
    "kiosk_miss": (10, 600),
    "kiosk_link": (60, 3600),
    "kiosk_code": (20, 600),
    # all who wait may share one address, and their pages ask again by themselves
    "queue_slip": (1200, 600),
    "kiosk_request": (30, 3600),
}


class ClinicRateLimit(models.Model):
    _inherit = "clinic.rate.limit"

    @api.model
    def _get_limit(self, kind):
        """Override: the limits of kiosks."""
        if kind not in LIMITS:
            return super()._get_limit(kind)
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        given = parameters_sudo.get_param(f"clinic_scheduling.limit.{kind}")
        if not given:
            return LIMITS[kind]
        count, _slash, seconds = given.partition("/")
        return max(1, int(count)), int(seconds or LIMITS[kind][1])

    @api.model
    def _is_full(self, kind, identity):
        """Whether ``identity`` has no attempt left; none is counted by asking."""
        count, seconds = self._get_limit(kind)
        hashed = hmac(self.env(su=True), "clinic_rate_limit", f"{kind}:{identity}")
        since = fields.Datetime.now() - timedelta(seconds=seconds)
        # attempts are counted in transactions of their own: this one may not see them
        with self.env.registry.cursor() as cr:
            cr.execute(
                "SELECT count(*) FROM clinic_rate_limit"
                " WHERE kind = %s AND identity = %s AND moment > %s",
                [kind, hashed, since],
            )
            return cr.fetchone()[0] >= count

    @api.model
    def _count_each(self, kind, identity, key, count=None):
        """Count one of many attempts that one request holds.

        :param key: names the attempt; repeated by Odoo, it is not counted again
        :param count: what counts an attempt; if not given, ``_count`` does
        :raise TooManyRequests: as ``_count`` does
        """
        counted = self._get_counted()
        if (kind, identity, key) in counted:
            return
        hashed = hmac(self.env(su=True), "clinic_rate_limit", f"{kind}:{identity}")
        counted.discard((kind, hashed))
        if count:
            count()
        else:
            self._count(kind, identity)
        counted.add((kind, identity, key))
