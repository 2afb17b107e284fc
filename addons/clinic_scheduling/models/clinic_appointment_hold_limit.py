# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How many times one visitor may hold before saying who they are.

Nobody can take a doctor's whole day out of the offer from one place: of the holds that
nobody has proved a contact for, or chosen a known patient, an address has a few.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import hmac

from ..exceptions import TooManyRequests
from .clinic_appointment_hold import INTAKE_HOURS

#: How many, and the system parameter that comes first; 0 there: without limit.
MOST_UNPROVED = 3
PARAMETER = "clinic_scheduling.limit.unproved_holds"

#: When those of an address end that nobody has proved.
UNPROVED = """
    SELECT max(claim.expires_at)
      FROM clinic_appointment hold
      JOIN clinic_reservation claim ON claim.appointment_id = hold.id
     WHERE hold.state = 'hold' AND hold.hold_address = %s
       AND hold.id <> ALL(%s) AND hold.patient_id IS NULL
       AND coalesce(hold.portal_intake ->> 'proof', '') = ''
     GROUP BY hold.id
    HAVING max(claim.expires_at) > %s
"""


class ClinicAppointment(models.Model):
    """Holds of one address."""

    _inherit = "clinic.appointment"

    hold_address = fields.Char(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        help="Keyed hash of the address that a hold came from; empty once it is over.",
    )

    _hold_address = models.Index("(hold_address) WHERE state = 'hold'")

    @api.model
    def _check_unproved_holds(self, address, besides):
        """Refuse one more hold to who has enough of them; others of theirs wait here.

        Call it in the transaction that then makes the hold and notes its address.

        :param address: IP address of who asks
        :param besides: holds that are given back for the new one
        :raise TooManyRequests: with the seconds until one of them ends
        """
        text = self.env["ir.config_parameter"].sudo().get_param(PARAMETER)
        most = int(text) if text else MOST_UNPROVED
        if not most:
            return
        whose = self._hash_address(address)
        self.env.cr.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [whose]
        )
        now = fields.Datetime.now()
        # this transaction cannot see what was held while it waited; another one can
        with self.env.registry.cursor() as cr:
            cr.execute(UNPROVED, [whose, besides.ids, now])
            ends = [end for (end,) in cr.fetchall()]
        if len(ends) < most:
            return
        seconds = max(1, round((min(ends) - now).total_seconds()))
        raise TooManyRequests(
            self.env._(
                "From your connection, %(count)s times are held already and not booked "
                "yet. Please finish one of these bookings, or try again in "
                "%(minutes)s min.",
                count=len(ends),
                minutes=max(1, -(-seconds // 60)),
            ),
            retry_after=seconds,
        )

    def _note_address(self, address):
        """Note from where a new hold came; as a keyed hash, while it is a hold."""
        self.sudo()._write_by_door({"hold_address": self._hash_address(address)})

    @api.model
    def _hash_address(self, address):
        return hmac(self.env(su=True), "clinic_hold_address", address)

    def _confirm_hold(self):
        """Override: where it came from is not kept with a visit."""
        result = super()._confirm_hold()
        if self.sudo().hold_address:
            self.sudo()._write_by_door({"hold_address": False})
        return result

    @api.autovacuum
    def _gc_hold_addresses(self):
        """Forget where holds came from that were given back."""
        before = fields.Datetime.now() - timedelta(hours=INTAKE_HOURS)
        holds_sudo = self.sudo().search(
            [
                ("state", "=", "cancelled"),
                ("hold_address", "!=", False),
                ("write_date", "<", before),
            ],
            limit=1000,
        )
        for hold in holds_sudo:
            hold._write_by_door({"hold_address": False})
