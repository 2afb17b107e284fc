# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the doors of all owners of claims do alike: book once, move, read wishes.

A concrete model has ``_book`` (one new record), ``_move`` (one that is there) and
``_transition`` (its gate), and says what else is its own in the hooks below.
"""

import hashlib
import json
from datetime import timedelta

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError

from ..exceptions import BookingError, IdempotencyConflict, IllegalTransition
from .clinic_reservation_door import DOOR

#: They change together: when it starts, when it ends, and how long it takes.
TIME_FIELDS = {"start", "stop", "duration"}


class ClinicReservationMixin(models.AbstractModel):
    """Booking and moving, whatever it is that takes time.

    The concrete model sets ``_schedule_fields`` (writing one of them is a move),
    ``_move_options`` (what a move may say besides where to), ``_claiming_states``
    (states that take time), and has a unique index ``_unique_key`` on the key.
    """

    _inherit = "clinic.reservation.mixin"
    _schedule_fields = frozenset()
    _move_options = frozenset()
    _claiming_states = ()

    idempotency_key = fields.Char(readonly=True, copy=False)
    idempotency_digest = fields.Char(readonly=True, copy=False)

    # ------------------------------------------------------------------
    # Create and write
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Book each of ``vals_list``: what takes time has its claims."""
        if self.env.context.get("clinic_door") is DOOR:
            return super().create(vals_list)
        self.check_access("create")
        self._lock_ahead_of_new(vals_list)
        return self.concat(*(self._book_once(vals) for vals in vals_list))

    def write(self, vals):
        """Route moves through the door and changes of state through the gate."""
        if self.env.context.get("clinic_door") is DOOR:
            return super().write(vals)
        self._refuse_fields(self._get_protected_fields() & vals.keys())
        if not vals.get("active", True):
            self._check_archive()
        vals = dict(vals)
        state = vals.pop("state", None)
        wanted = {key: vals.pop(key) for key in self._schedule_fields & vals.keys()}
        if vals:
            super().write(vals)
            self._touch_calendars()
        if wanted:
            self._lock_ahead(wanted)
            for record in self.sorted("id"):
                record._move(dict(wanted))
        if state:
            self._transition(state)
        return True

    def _write_by_door(self, vals):
        """Write what only door and gate may write, and tell open calendars."""
        self._touch_calendars()  # of the site that is left
        self.with_context(clinic_door=DOOR).write(vals)
        self._touch_calendars()

    def _touch_calendars(self):
        """Tell open calendars of these sites, once the transaction is committed."""
        self.sudo().site_id._touch_calendars()

    def _check_archive(self):
        """Refuse to hide what takes up time."""
        states = self._claiming_states
        if claiming := self.filtered(lambda item: item.state in states):
            raise IllegalTransition(
                self.env._(
                    "%(name)s takes up time and cannot be archived. Cancel it first.",
                    name=claiming[0].display_name,
                )
            )

    # ------------------------------------------------------------------
    # Booking once
    # ------------------------------------------------------------------

    @api.model
    def _book_once(self, values, key=None, **options):
        """Book, or return what was booked with the same key and values before.

        :param options: what ``_book`` takes besides
        :raise IdempotencyConflict: the key came with other values before
        """
        self = self.browse()  # what is booked is new, whatever it is called on
        self._refuse_fields(self._get_protected_fields() & values.keys())
        proof = {}
        if key:
            proof = self._get_idempotency_proof(values, key)
            if known := self._find_booked_before(proof):
                return known
        try:
            door = self._drop_forged_defaults()
            return door._book(values, proof, **options).with_env(self.env)
        except psycopg2.errors.UniqueViolation as error:
            if error.diag.constraint_name != f"{self._table}_unique_key":
                raise
            # the twin request won; repeat this one, which then finds its booking
            raise ConcurrencyError(proof["idempotency_key"]) from error

    def _get_idempotency_proof(self, values, key):
        payload = json.dumps(values, sort_keys=True, default=str)
        return {
            "idempotency_key": f"{self.env.uid}:{key}",
            "idempotency_digest": hashlib.sha256(payload.encode()).hexdigest(),
        }

    def _find_booked_before(self, proof):
        # sudo: the key names the user, who booked it even if it was archived since
        known_sudo = self.sudo().with_context(active_test=False)
        known_sudo = known_sudo.search(
            [("idempotency_key", "=", proof["idempotency_key"])], limit=1
        )
        if known_sudo and known_sudo.idempotency_digest != proof["idempotency_digest"]:
            raise IdempotencyConflict(
                self.env._(
                    "This idempotency key was used for another booking. Use a new "
                    "key for a new request."
                )
            )
        return known_sudo.with_env(self.env)

    # ------------------------------------------------------------------
    # Moving
    # ------------------------------------------------------------------

    def _reschedule(self, values, **options):
        """Move these records to ``values``, all or none; ``options`` as of ``_move``.

        :param dict values: schedule fields and options of moves only
        """
        self._refuse_fields(values.keys() - self._schedule_fields - self._move_options)
        self._lock_ahead(values)
        for record in self.sorted("id"):
            record._move(dict(values), **options)
        return True

    def _drop_unchanged(self, wanted):
        """Return of the values of a move those that change something."""
        current = self._convert_to_write({name: self[name] for name in wanted})
        for name in ("start", "stop"):
            if name in wanted:
                wanted[name] = fields.Datetime.to_datetime(wanted[name])
        changed = {
            name
            for name, value in wanted.items()
            # commands say what to do and are no value
            if self._fields[name].type == "many2many" or value != current[name]
        }
        if changed & TIME_FIELDS:
            # an edge that stays says how long it becomes
            changed |= TIME_FIELDS
        if changed <= self._move_options:
            changed = set()
        return {name: value for name, value in wanted.items() if name in changed}

    # ------------------------------------------------------------------
    # Reading what is wanted
    # ------------------------------------------------------------------

    def _read_wanted(self, vals):
        """Hook: return ``vals``, read over this record's own values, for the door."""
        raise NotImplementedError

    def _check_wanted(self, vals):
        """Refuse people, places and things that the caller may not even see.

        :raise AccessError: as reading them would
        """
        for name in self._schedule_fields & vals.keys():
            if self._fields[name].type == "many2one":
                self._get_wanted(name, vals).check_access("read")

    def _get_wanted(self, name, vals):
        """Return the record that ``vals`` name, or this record's own."""
        field = self._fields[name]
        if name in vals:
            return self.env[field.comodel_name].browse(vals[name] or ())
        return self[name]

    def _get_wanted_times(self, vals):
        """Return the wanted (start, stop), UTC; (None, None) without a start."""
        start = fields.Datetime.to_datetime(vals.get("start")) or self.start
        stop = fields.Datetime.to_datetime(vals.get("stop"))
        if not start:
            return None, None
        if stop is None or (self and "start" not in vals and stop == self.stop):
            minutes = vals.get("duration") or self._get_wanted_minutes(vals)
            stop = start + timedelta(minutes=minutes)
        if stop <= start:
            raise BookingError(self.env._("The end comes after the start."))
        return start, stop

    def _get_wanted_minutes(self, vals):
        """Hook: how long it takes where ``vals`` do not say it."""
        return self.duration

    # ------------------------------------------------------------------
    # Locks for several at once
    # ------------------------------------------------------------------

    def _lock_ahead(self, vals):
        """Lock what these records hold and what they may claim with ``vals``.

        A single one locks what it claims in the one order. Several would lock in
        their own order, and two such transactions could wait for each other. So they
        queue up for everything first; the locks of each are then held already.
        """
        if len(self) > 1:
            self._lock_wanted([item._read_wanted(dict(vals)) for item in self])

    def _lock_ahead_of_new(self, vals_list):
        """Lock what new records with these values may claim."""
        if len(vals_list) > 1:
            complete = self._add_missing_default_values
            self._lock_wanted(
                [self._read_wanted(complete(dict(vals))) for vals in vals_list]
            )

    def _lock_wanted(self, wanted):
        """Lock what these records hold and what ``wanted`` may claim."""
        held_sudo = self.sudo().reservation_ids
        resources = set(held_sudo.resource_id.ids)
        partners = set(held_sudo.partner_id.ids)
        found_resources, found_partners = self._get_lockable(wanted)
        self.env["clinic.reservation"]._lock(
            resources | found_resources, partners | found_partners
        )

    def _get_lockable(self, wanted):
        """Hook: return (resource ids, partner ids) that ``wanted`` may claim."""
        raise NotImplementedError
