# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The one door: every booking and every move comes in here.

It reads what is wanted into a ``Visit`` and hands it to ``_settle``
(clinic_appointment_settle.py), which claims the time or refuses.
"""

from dataclasses import dataclass
from datetime import timedelta

from odoo import api, fields, models

from ..const import CLAIMING_STATES, UPCOMING_STATES
from ..exceptions import BookingError, IllegalTransition
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

#: What a move may say besides where to.
MOVE_OPTIONS = {"overbook", "exception_reason"}

#: Of a visit whose service does not say it (minutes).
DEFAULT_DURATION = 30

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
    _schedule_fields = SCHEDULE_FIELDS
    _move_options = MOVE_OPTIONS
    _claiming_states = CLAIMING_STATES

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
        return self._book_once({**values, "state": "hold"}, key, hold_minutes=minutes)

    def reschedule(self, values, reason=None, public=False):
        """Move these visits: write ``values`` (start, doctor, room…) or fail whole.

        :param dict values: fields of ``SCHEDULE_FIELDS`` and ``MOVE_OPTIONS`` only
        :param reason: short text for the history; nothing clinical
        :param public: the patient moves it: notice, horizon and grid bind
        :raise BookingError: one of its kinds; the visit then stays where it was
        """
        return self._reschedule(values, reason=reason, public=public)

    def unlink(self):
        self._touch_calendars()
        return super().unlink()

    # ------------------------------------------------------------------
    # Booking
    # ------------------------------------------------------------------

    def _book(self, values, proof, hold_minutes=None):
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

    def _claim_again(self):
        """Take the time of a visit that comes back from a state without claims."""
        for appointment in self:
            visit = appointment._get_visit({})
            appointment._settle(visit, {}, True)

    # ------------------------------------------------------------------
    # Reading what is wanted
    # ------------------------------------------------------------------

    def _read_wanted(self, vals):
        """Override."""
        return self._get_visit(vals)

    def _get_visit(self, vals):
        """Read ``vals`` over this record's own values (if any) into a ``Visit``."""
        service = self._get_wanted("service_id", vals)
        doctor = self._get_wanted("doctor_id", vals)
        self._prefetch(vals)
        start, stop = self._get_wanted_times(vals)
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

    def _get_wanted_minutes(self, vals):
        """Override: as long as before, or as the service says."""
        if self and "service_id" not in vals:
            return self.duration or DEFAULT_DURATION
        return self._get_wanted("service_id", vals).duration or DEFAULT_DURATION

    def _may(self, asked, group):
        return bool(asked) and (self.env.su or self.env.user.has_group(group))
