# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re

import psycopg2.errors

from odoo import fields, models

from odoo.addons.clinic_engine.clock import from_epoch

from ..quiet import quiet_sql

REFUSED_ROW = re.compile(r"\)=\((\d+), (\d+), ")


class ClaimLost(Exception):
    """Another transaction took this claim first. Never leaves the booking door."""

    def __init__(self, claim):
        super().__init__(claim)
        self.claim = claim


def find_lost_claim(diag, claims):
    """Return the claim that PostgreSQL refused.

    Its detail names the refused row before the one in the way: "Key (resource_id,
    seat, tsrange(…))=(7, 0, …) conflicts …", whatever the language of its messages.
    """
    subject, seat = map(int, REFUSED_ROW.search(diag.message_detail).groups())
    is_person = diag.constraint_name.endswith("_no_person_overlap")
    return next(
        claim
        for claim in claims
        if (claim.person if is_person else claim.resource) == subject
        and claim.seat == seat
    )


class ClinicReservationMixin(models.AbstractModel):
    """What owns claims in the ledger: an appointment, a showcase.

    The concrete model sets ``_reservation_owner`` to the name of its many2one on
    ``clinic.reservation`` and defines ``reservation_ids`` over it.
    """

    _name = "clinic.reservation.mixin"
    _description = "Owner of Reservations"
    _reservation_owner = None

    def _lock_claims(self, claims):
        """Lock what ``claims`` want and what this record holds, in the one order."""
        held_sudo = self.sudo().reservation_ids
        resources = held_sudo.resource_id.ids
        partners = held_sudo.partner_id.ids
        resources += [claim.resource for claim in claims if claim.resource]
        partners += [claim.person for claim in claims if claim.person]
        self.env["clinic.reservation"]._lock(resources, partners)
        self.env["clinic.reservation"]._release_expired(resources, partners)

    def _insert_claims(self, claims, expires_at=None):
        """Write ``claims`` (engine values, in lock order) into the ledger.

        :raise ClaimLost: with the claim that PostgreSQL refused; the caller's
            savepoint must be rolled back
        """
        self.ensure_one()
        ledger_sudo = self.env["clinic.reservation"].sudo()
        wanted = [self._prepare_claim_vals(claim, expires_at) for claim in claims]
        try:
            with quiet_sql():
                ledger_sudo.create(wanted)
        except psycopg2.errors.ExclusionViolation as error:
            raise ClaimLost(find_lost_claim(error.diag, claims)) from error

    def _prepare_claim_vals(self, claim, expires_at):
        return {
            self._reservation_owner: self.id,
            "resource_id": claim.resource,
            "partner_id": claim.person,
            "seat": claim.seat,
            "start": from_epoch(claim.start).replace(tzinfo=None),
            "stop": from_epoch(claim.stop).replace(tzinfo=None),
            "role": claim.role,
            "expires_at": expires_at,
        }

    def _release_claims(self):
        """Take these records' claims out of the ledger."""
        self.sudo().reservation_ids.unlink()

    def _expire_hold(self):
        """Give back a hold whose time is up. Concrete models change state too."""
        self._release_claims()

    def _has_live_hold(self):
        """Whether every claim is still held at this moment."""
        now = fields.Datetime.now()
        claims_sudo = self.sudo().reservation_ids
        return bool(claims_sudo) and all(
            not claim.expires_at or claim.expires_at > now for claim in claims_sudo
        )
