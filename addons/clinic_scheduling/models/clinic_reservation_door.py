# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the doors of all owners of claims share: an appointment's, a showcase's."""

import psycopg2.errors

from odoo import api, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import ormcache

from ..exceptions import IllegalTransition
from ..quiet import quiet_sql

#: Proof that a write comes from the door: JSON cannot carry an object's identity.
DOOR = object()

#: Only the door and the gate write these, and whatever field is read-only.
PROTECTED_FIELDS = {"access_token", "history_ids", "reservation_ids"}


class ClinicReservationMixin(models.AbstractModel):
    """Fields that only the door writes, steps that only the gate takes, numbers."""

    _name = "clinic.reservation.mixin"
    _inherit = ["clinic.reservation.mixin", "clinic.protected.mixin"]

    @api.model
    @ormcache()
    def _get_protected_fields(self):
        """Override: also those that only door and gate may write."""
        return super()._get_protected_fields() | PROTECTED_FIELDS

    def _check_step(self, target, transitions):
        """Refuse a step that the table ``transitions`` does not have.

        :raise IllegalTransition: with the state, the target and what is allowed
        """
        self.ensure_one()
        allowed = transitions.get(self.state, ())
        if target in allowed:
            return
        labels = dict(self._fields["state"]._description_selection(self.env))
        raise IllegalTransition(
            self.env._(
                '%(name)s is "%(state)s" and cannot become "%(target)s".',
                name=self.display_name,
                state=labels[self.state],
                target=labels.get(target, target),
            ),
            state=self.state,
            target=target,
            allowed=[key for key in labels if key in allowed],
        )

    @api.model
    def _next_number(self):
        """Return the next number of this model's sequence, "/" where it has none."""
        # sudo: who may book may use up a number
        sequence_sudo = self.env["ir.sequence"].sudo()
        sequence_id = sequence_sudo._get_id_by_code(self._name, self.env.company.id)
        if not sequence_id:
            return "/"
        try:
            with quiet_sql():
                return sequence_sudo.browse(sequence_id)._next_of_today()
        except psycopg2.errors.UniqueViolation as error:
            # two first bookings of a year open its range of numbers; the one that
            # was later is repeated, and then finds the range
            raise ConcurrencyError(self._name) from error
