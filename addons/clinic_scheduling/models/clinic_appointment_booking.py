# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The one door: every booking and every move comes in here.

It reads what is wanted into a ``Visit`` and hands it to ``_settle``
(clinic_appointment_settle.py), which claims the time or refuses.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError

from ..const import CLAIMING_STATES, UPCOMING_STATES
from ..exceptions import BookingError, IdempotencyConflict, IllegalTransition
from .clinic_reservation_door import DOOR
from .clinic_schedule import SERVICE_FIELDS, epoch

#: Writing one of these moves the visit.
SCHEDULE_FIELDS = {
    "doctor_id",
    "service_id",
    "patient_id",
    "site_id",
    "room_id",
    "equipment_ids",
    "start",
    "stop",
    "duration",
}

#: What a booking reads of what it names: alone, the ORM would fetch whole records.
FIELDS_READ = {
    "service_id": [*SERVICE_FIELDS, "active", "bookable_online", "price", "modality"],
    "doctor_id": ["resource_id", "active", "fee", "company_id"],
    "patient_id": ["partner_id"],
    "patient_id.partner_id": ["company_id", "name", "email", "lang"],
    "site_id": ["company_id", "tz", "active"],
    "site_id.company_id": ["currency_id", "alias_domain_id"],
    "site_id.company_id.currency_id": ["rounding", "decimal_places"],
}

#: They change together: when a visit starts, ends, and how long it takes.
TIME_FIELDS = {"start", "stop", "duration"}

#: What a move may say besides where to.
MOVE_OPTIONS = {"overbook", "exception_reason"}

#: No hold lasts longer (minutes).
MAX_HOLD_MINUTES = 24 * 60

#: Bookings from there obey notice, horizon, grid and online hours.
PUBLIC_SOURCES = ("portal", "api", "kiosk")

GROUP_OVERBOOK = "clinic_scheduling.group_clinic_overbook"
GROUP_EXCEPTION = "clinic_scheduling.group_clinic_exception"


@dataclass
class Visit:
    """A wanted visit: what the door needs to know to claim its time.

    ``room`` and ``equipment`` are None when the door may choose them, and so is the
    site of a move unless ``names_site``. ``public`` visits obey notice, horizon, grid
    and online hours.
    """

    service: models.BaseModel
    doctor: models.BaseModel
    patient: models.BaseModel
    site: models.BaseModel
    start: object
    stop: object
    room: models.BaseModel | None = None
    equipment: models.BaseModel | None = None
    names_site: bool = False
    public: bool = False
    overbook: bool = False
    exception: bool = False

    @property
    def resource(self):
        """Resource id of the doctor."""
        return self.doctor.sudo().resource_id.id

    @property
    def seconds(self):
        """(start, stop) in epoch seconds."""
        return epoch(self.start), epoch(self.stop)


class ClinicAppointment(models.Model):
    """Booking and moving."""

    _inherit = "clinic.appointment"

    # ------------------------------------------------------------------
    # The door's public face
    # ------------------------------------------------------------------

    @api.model
    def book(self, values, key=None):
        """Book a visit and return it.

        :param dict values: fields of the appointment; at least ``service_id``,
            ``doctor_id``, ``patient_id`` and ``start`` (UTC)
        :param str key: idempotency key of the caller; the same key again returns
            the same appointment
        :raise BookingError: one of its kinds, saying why not
        """
        return self._book_once(values, key)

    @api.model
    def hold(self, values, minutes=None, key=None):
        """Take a time for somebody who is still choosing, and return the hold.

        :param values: as for ``book``; the patient may still be unknown
        :param minutes: how long; None: as the company's setting says
        """
        return self._book_once({**values, "state": "hold"}, key, minutes)

    def reschedule(self, values, reason=None, public=False):
        """Move these visits: write ``values`` (start, doctor, room…) or fail whole.

        :param dict values: fields of ``SCHEDULE_FIELDS`` and ``MOVE_OPTIONS`` only
        :param reason: short text for the history; nothing clinical
        :param public: the patient moves it: notice, horizon and grid bind
        :raise BookingError: one of its kinds; the visit then stays where it was
        """
        self._refuse_fields(values.keys() - SCHEDULE_FIELDS - MOVE_OPTIONS)
        self._lock_ahead(values)
        for appointment in self.sorted("id"):
            appointment._move(dict(values), reason, public)
        return True

    # ------------------------------------------------------------------
    # Create, write, unlink
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Book each of ``vals_list``: there is no appointment without its claims."""
        if self.env.context.get("clinic_door") is DOOR:
            return super().create(vals_list)
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
        wanted = {key: vals.pop(key) for key in SCHEDULE_FIELDS & vals.keys()}
        if vals:
            super().write(vals)
            self._touch_calendars()
        if wanted:
            self._lock_ahead(wanted)
            for appointment in self.sorted("id"):
                appointment._move(dict(wanted))
        if state:
            self._transition(state)
        return True

    def unlink(self):
        self._touch_calendars()
        return super().unlink()

    def _write_by_door(self, vals):
        """Write what only door and gate may write, and tell open calendars."""
        self._touch_calendars()  # of the site that a visit leaves
        self.with_context(clinic_door=DOOR).write(vals)
        self._touch_calendars()

    def _check_archive(self):
        """Refuse to hide a visit whose time stays taken."""
        if claiming := self.filtered(lambda item: item.state in CLAIMING_STATES):
            raise IllegalTransition(
                self.env._(
                    "Appointment %(name)s takes up time and cannot be archived. "
                    "Cancel it first.",
                    name=claiming[0].display_name,
                )
            )

    # ------------------------------------------------------------------
    # Booking
    # ------------------------------------------------------------------

    @api.model
    def _book_once(self, values, key=None, hold_minutes=None):
        self = self.browse()  # what is booked is new, whatever it is called on
        self._refuse_fields(self._get_protected_fields() & values.keys())
        proof = {}
        if key:
            proof = self._get_idempotency_proof(values, key)
            if known := self._find_booked_before(proof):
                return known
        try:
            door = self._drop_forged_defaults()
            return door._book(values, proof, hold_minutes).with_env(self.env)
        except psycopg2.errors.UniqueViolation as error:
            if error.diag.constraint_name != "clinic_appointment_unique_key":
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
        known = self.sudo().with_context(active_test=False)
        known = known.search(
            [("idempotency_key", "=", proof["idempotency_key"])], limit=1
        )
        if known and known.idempotency_digest != proof["idempotency_digest"]:
            raise IdempotencyConflict(
                self.env._(
                    "This idempotency key was used for another booking. Use a new "
                    "key for a new request."
                )
            )
        return known.with_env(self.env)

    def _book(self, values, proof, hold_minutes):
        # all that is needed of the user: alone, the ORM would fetch the whole record
        self.env.user.fetch(["company_id", "partner_id"])
        self.check_access("create")
        vals = self._add_missing_default_values(dict(values))
        state = vals.get("state") or "scheduled"
        self._check_first_state(state)
        visit = self._get_visit(vals)
        vals.update(proof)
        if state == "hold":
            company = visit.doctor.sudo().company_id or self.env.company
            minutes = company.clinic_hold_minutes
            minutes = minutes if hold_minutes is None else hold_minutes
            self._check_hold_minutes(minutes)
            vals["hold_expires_at"] = fields.Datetime.now() + timedelta(minutes=minutes)
        claims_time = state in CLAIMING_STATES
        return self._settle(visit, vals, claims_time)

    def _check_hold_minutes(self, minutes):
        if not 0 < minutes <= MAX_HOLD_MINUTES:
            raise BookingError(
                self.env._(
                    "A time is held for at least 1 and at most %(minutes)s minutes.",
                    minutes=MAX_HOLD_MINUTES,
                )
            )

    def _check_first_state(self, state):
        """New bookings start at the beginning; past ones may be recorded whole."""
        if state in ("hold", "scheduled", "confirmed", "arrived"):
            return
        user = self.env.user
        if self.env.su or user.has_group("clinic_scheduling.group_clinic_manager"):
            return
        raise IllegalTransition(
            self.env._("A new appointment cannot start in this state: book it first.")
        )

    # ------------------------------------------------------------------
    # Moving
    # ------------------------------------------------------------------

    def _move(self, wanted, reason=None, public=False):
        """Take one visit to other times, people or rooms, claims and all."""
        self.ensure_one()
        self.check_access("write")
        wanted = self._drop_unchanged(wanted)
        if not wanted:
            return
        if self.state not in (*UPCOMING_STATES, "in_progress"):
            raise IllegalTransition(
                self.env._(
                    "Appointment %(name)s is over or cancelled and cannot move. "
                    "Book a new one.",
                    name=self.display_name,
                )
            )
        visit = self._get_visit(wanted)
        if public:
            # what staff once made an exception for, patients do not move elsewhere
            visit.public, visit.overbook, visit.exception = True, False, False
        self._settle(visit, {**wanted, "attention": False}, True, reason)

    def _drop_unchanged(self, wanted):
        current = self._convert_to_write({name: self[name] for name in wanted})
        for name in ("start", "stop"):
            if name in wanted:
                wanted[name] = fields.Datetime.to_datetime(wanted[name])
        changed = {
            name
            for name, value in wanted.items()
            if name == "equipment_ids" or value != current[name]
        }
        if changed & TIME_FIELDS:
            # an edge that stays says how long the visit becomes
            changed |= TIME_FIELDS
        if changed <= MOVE_OPTIONS:
            changed = set()
        return {name: value for name, value in wanted.items() if name in changed}

    def _claim_again(self):
        """Take the time of a visit that comes back from a state without claims."""
        for appointment in self:
            visit = appointment._get_visit({})
            appointment._settle(visit, {}, True)

    # ------------------------------------------------------------------
    # Reading what is wanted
    # ------------------------------------------------------------------

    def _get_visit(self, vals):
        """Read ``vals`` over this record's own values (if any) into a ``Visit``."""
        service = self._get_wanted("service_id", vals)
        doctor = self._get_wanted("doctor_id", vals)
        self._prefetch(vals)
        start, stop = self._get_wanted_times(vals, service)
        if not (service and doctor and start):
            raise BookingError(
                self.env._("Choose the service, the doctor and the start.")
            )
        room = self._get_wanted("room_id", vals)
        explicit_room = vals.get("room_id") or not self.service_id.room_kind_id
        equipment = None
        if vals.get("equipment_ids"):
            equipment = self.new({"equipment_ids": vals["equipment_ids"]}, origin=self)
            equipment = equipment.equipment_ids._origin
            equipment.check_access("read")
        self._check_wanted(vals)
        reason = vals.get("exception_reason") or self.exception_reason
        return Visit(
            service=service,
            doctor=doctor,
            patient=self._get_wanted("patient_id", vals),
            site=self._get_wanted("site_id", vals),
            start=start,
            stop=stop,
            room=room if room and explicit_room else None,
            equipment=equipment,
            names_site="site_id" in vals,
            public=not self and vals.get("source") in PUBLIC_SOURCES,
            overbook=self._may(vals.get("overbook", self.overbook), GROUP_OVERBOOK),
            exception=self._may(reason, GROUP_EXCEPTION),
        )

    @api.model
    def _get_fields_read(self):
        """Return {path from a visit: fields of its record that a booking reads}."""
        return FIELDS_READ

    def _prefetch(self, vals):
        """Read what a booking needs of what ``vals`` names, each in one query."""
        for path, names in self._get_fields_read().items():
            field, _dot, rest = path.partition(".")
            wanted = self._get_wanted(field, vals)
            if not wanted:
                continue
            # sudo: who may see it is checked by ``_check_wanted``
            wanted_sudo = wanted.sudo().mapped(rest)
            if path == "patient_id.partner_id":
                wanted_sudo |= self.env.user.partner_id  # the author of the first note
            wanted_sudo.fetch(names)

    def _check_wanted(self, vals):
        """Refuse people, places and things that the caller may not even see.

        :raise AccessError: as reading them would
        """
        for name in SCHEDULE_FIELDS & vals.keys():
            if self._fields[name].type == "many2one":
                self._get_wanted(name, vals).check_access("read")

    def _get_wanted(self, name, vals):
        field = self._fields[name]
        if name in vals:
            return self.env[field.comodel_name].browse(vals[name] or ())
        return self[name]

    def _get_wanted_times(self, vals, service):
        start = fields.Datetime.to_datetime(vals.get("start")) or self.start
        stop = fields.Datetime.to_datetime(vals.get("stop"))
        if not start:
            return None, None
        if stop is None or (self and "start" not in vals and stop == self.stop):
            minutes = vals.get("duration")
            if not minutes:
                keeps = self and "service_id" not in vals
                minutes = self.duration if keeps else service.duration
            stop = start + timedelta(minutes=minutes or 30)
        if stop <= start:
            raise BookingError(self.env._("An appointment ends after it starts."))
        return start, stop

    def _may(self, asked, group):
        return bool(asked) and (self.env.su or self.env.user.has_group(group))
