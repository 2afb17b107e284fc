# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The one door: every booking and every move goes through ``_settle``.

It asks the engine which claims are wanted, locks their subjects in the one order,
writes appointment and claims, and leaves the verdict to PostgreSQL. What a race
takes is tried again with the next seat, room or device; when nothing is left the
caller gets a typed error (exceptions.py) with the nearest free times.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import timedelta

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError

from odoo.addons.clinic_engine import claims as engine_claims
from odoo.addons.clinic_engine import slots

from ..const import CLAIMING_STATES, MAX_CLAIM_ATTEMPTS, UPCOMING_STATES
from ..exceptions import BookingError, IdempotencyConflict, IllegalTransition
from ..quiet import quiet_sql
from .clinic_reservation_mixin import ClaimLost
from .clinic_schedule import epoch

#: Proof that a write comes from the door: JSON cannot carry an object's identity.
DOOR = object()

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

#: A change of one of these is a reschedule that is counted and told.
MOVE_FIELDS = ("start", "doctor_id", "site_id")

#: Only the door and the gate write these.
PROTECTED_FIELDS = {
    "name",
    "hold_expires_at",
    "is_overbooked",
    "is_outside",
    "is_patient_overlap",
    "attention",
    "reschedule_count",
    "history_ids",
    "reservation_ids",
    "series_id",
    "idempotency_key",
    "idempotency_digest",
}

#: Bookings from there obey notice, horizon, grid and online hours.
PUBLIC_SOURCES = ("portal", "api")

GROUP_OVERBOOK = "clinic_scheduling.group_clinic_overbook"
GROUP_EXCEPTION = "clinic_scheduling.group_clinic_exception"


@dataclass
class Visit:
    """A wanted visit: what the door needs to know to claim its time.

    ``room`` and ``equipment`` are None when the door may choose them.
    """

    service: models.BaseModel
    doctor: models.BaseModel
    patient: models.BaseModel
    site: models.BaseModel
    start: object
    stop: object
    room: models.BaseModel | None = None
    equipment: models.BaseModel | None = None
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

    def reschedule(self, values, reason=None):
        """Move these visits: write ``values`` (start, doctor, room…) or fail whole.

        :param reason: short text for the history; nothing clinical
        :raise BookingError: one of its kinds; the visit then stays where it was
        """
        self._refuse_protected(values)
        self._lock_ahead(values)
        for appointment in self.sorted("id"):
            appointment._move(dict(values), reason)
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
        self._refuse_protected(vals)
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
        self.with_context(clinic_door=DOOR).write(vals)
        self._touch_calendars()

    def _refuse_protected(self, vals):
        if refused := PROTECTED_FIELDS & vals.keys():
            raise AccessError(
                self.env._(
                    "%(fields)s of an appointment cannot be written directly.",
                    fields=", ".join(sorted(refused)),
                )
            )

    # ------------------------------------------------------------------
    # Booking
    # ------------------------------------------------------------------

    @api.model
    def _book_once(self, values, key=None, hold_minutes=None):
        self._refuse_protected(values)
        proof = {}
        if key:
            proof = self._get_idempotency_proof(values, key)
            if known := self._find_booked_before(proof):
                return known
        try:
            return self._book(values, proof, hold_minutes)
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
        known = self.search(
            [("idempotency_key", "=", proof["idempotency_key"])], limit=1
        )
        if known and known.idempotency_digest != proof["idempotency_digest"]:
            raise IdempotencyConflict(
                self.env._(
                    "This idempotency key was used for another booking. Use a new "
                    "key for a new request."
                )
            )
        return known

    def _book(self, values, proof, hold_minutes):
        self.check_access("create")
        vals = self._add_missing_default_values(dict(values))
        state = vals.get("state") or "scheduled"
        self._check_first_state(state)
        visit = self._get_visit(vals)
        vals.update(proof)
        if state == "hold":
            company = visit.doctor.sudo().company_id or self.env.company
            minutes = hold_minutes or company.clinic_hold_minutes
            vals["hold_expires_at"] = fields.Datetime.now() + timedelta(minutes=minutes)
        claims_time = state in CLAIMING_STATES
        return self._settle(visit, vals, claims_time)

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

    def _move(self, wanted, reason=None):
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
        self._settle(visit, {**wanted, "attention": False}, True, reason)

    def _drop_unchanged(self, wanted):
        current = self._convert_to_write({name: self[name] for name in wanted})
        for name in ("start", "stop"):
            if name in wanted:
                wanted[name] = fields.Datetime.to_datetime(wanted[name])
        return {
            name: value
            for name, value in wanted.items()
            if name == "equipment_ids" or value != current[name]
        }

    def _claim_again(self):
        """Take the time of a visit that comes back from a state without claims."""
        for appointment in self:
            visit = appointment._get_visit({})
            appointment._settle(visit, {}, True)

    def _claim_patient(self):
        """Claim the patient of a confirmed hold that was taken without one."""
        for appointment in self:
            visit = appointment._get_visit({})
            number = {}
            if appointment.name == "/":
                number["name"] = appointment._next_number()
            appointment._settle(visit, number, True)

    # ------------------------------------------------------------------
    # Reading what is wanted
    # ------------------------------------------------------------------

    def _get_visit(self, vals):
        """Read ``vals`` over this record's own values (if any) into a ``Visit``."""
        service = self._get_wanted("service_id", vals)
        doctor = self._get_wanted("doctor_id", vals)
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
        source = vals.get("source") or self.source
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
            public=source in PUBLIC_SOURCES,
            overbook=self._may(vals.get("overbook", self.overbook), GROUP_OVERBOOK),
            exception=self._may(reason, GROUP_EXCEPTION),
        )

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

    # ------------------------------------------------------------------
    # The heart: from a wanted visit to claims that hold
    # ------------------------------------------------------------------

    def _settle(self, visit, vals, claims_time, reason=None):
        """Create or move one appointment together with its claims.

        :param Visit visit: what is wanted
        :param dict vals: values to write besides what the claims decide
        :param bool claims_time: False for records of visits that claim nothing
        :return: the appointment
        """
        situation = self._get_visit_situation(visit)
        self._choose_site(visit, situation)
        if not claims_time:
            return self._save(visit, vals, [], None, situation, reason)
        self._check_rules(visit, situation)
        lost, person_seat = set(), self._get_person_seat(visit, situation)
        for _attempt in range(MAX_CLAIM_ATTEMPTS):
            claims, session = self._plan(visit, situation, lost, person_seat)
            try:
                with self.env.cr.savepoint():
                    self._lock_claims(claims)
                    return self._save(visit, vals, claims, session, situation, reason)
            except ClaimLost as error:
                claim = error.claim
                if claim.person and not visit.exception:
                    self._raise_refusal("patient_busy", visit, situation)
                elif claim.person:
                    person_seat += 1
                else:
                    lost.add((claim.resource, claim.seat))
        return self._raise_refusal("taken", visit, situation)

    def _get_visit_situation(self, visit):
        named = visit.room, visit.equipment
        return self.env["clinic.schedule"]._get_situation(
            visit.service,
            visit.doctor,
            visit.start,
            visit.stop,
            patient=visit.patient or None,
            exclude=self if self.id else None,
            materials=[item for records in named if records for item in records],
        )

    def _choose_site(self, visit, situation):
        """Keep the wanted site if the doctor is there; else where the doctor is."""
        start, stop = visit.seconds
        here = visit.site.id
        if here and situation.session_at(visit.resource, start, stop, here):
            return
        session = situation.session_at(visit.resource, start, stop)
        if session and (not here or self.id):
            visit.site = self.env["clinic.site"].browse(session.site)
        elif not here:
            sites = visit.doctor.sudo().site_ids
            visit.site = sites[:1].sudo(self.env.su)
        if not visit.site:
            raise BookingError(
                self.env._(
                    "%(doctor)s works at no site yet. Choose the site.",
                    doctor=visit.doctor.display_name,
                )
            )

    def _get_person_seat(self, visit, situation):
        start, stop = visit.seconds
        return sum(
            begin < stop and start < end for begin, end in situation.patient_busy
        )

    def _get_query(self, visit, situation):
        """Return the engine's query that decides over this one visit."""
        start, stop = visit.seconds
        service = visit.service
        earliest, latest = start, stop
        if visit.public:
            now = epoch(fields.Datetime.now())
            earliest = now + round(service.booking_notice * 3600)
            if service.horizon_days:
                latest = now + service.horizon_days * 86400
            else:
                latest = max(stop, earliest)
        return slots.Query(
            duration=stop - start,
            earliest=earliest,
            latest=latest,
            before=service.buffer_before * 60,
            after=service.buffer_after * 60,
            step=service.slot_step * 60 or None,
            channel="online" if visit.public else None,
            service=service.id,
            overbook=visit.overbook,
            patient_busy=situation.patient_busy,
        )

    def _check_rules(self, visit, situation):
        """Refuse what hours, notices or other bookings forbid, with the reason."""
        start, _stop = visit.seconds
        site = visit.site.id
        situation.needs[site] = self._get_needs(visit, situation)
        query = self._get_query(visit, situation)
        reasons = situation.explain(query, start, visit.resource, site)
        ignored = self._get_ignored_rules(visit)
        reasons = [item for item in reasons if item.code not in ignored]
        if reasons:
            self._refuse(reasons, visit, situation)

    def _get_needs(self, visit, situation):
        """Return ((role, Need), …): named rooms and devices replace the choice."""
        needs = list(situation.needs.get(visit.site.id, ()))
        service = visit.service
        if visit.room:
            needs = [(role, need) for role, need in needs if role != "room"]
            need = self.env["clinic.schedule"]._to_need(visit.room.sudo(), service)
            needs.insert(0, ("room", need))
        if visit.equipment is not None:
            needs = [(role, need) for role, need in needs if role != "equipment"]
            for item in visit.equipment.sudo():
                need = self.env["clinic.schedule"]._to_need(item, service)
                needs.append(("equipment", need))
        current = {*self.sudo().room_id.resource_id.ids}
        current.update(self.sudo().equipment_ids.resource_id.ids)
        return tuple((role, self._prefer(need, current)) for role, need in needs)

    def _prefer(self, need, resources):
        """Put what the visit has already first among the options."""
        options = sorted(need.options, key=lambda option: option not in resources)
        return replace(need, options=tuple(options))

    def _plan(self, visit, situation, lost, person_seat):
        """Return the claims to try now and the session they fall into."""
        start, stop = visit.seconds
        site = visit.site.id
        session = situation.session_at(visit.resource, start, stop, site)
        seats = session.capacity if session else 1
        if visit.overbook and session:
            seats += session.overbook
        blocks = {} if visit.exception else situation.site_blocks(site)
        claims = engine_claims.plan(
            start,
            stop - start,
            visit.resource,
            seats,
            visit.service.buffer_before * 60,
            visit.service.buffer_after * 60,
            situation.needs[site],
            visit.patient.sudo().partner_id.id or None,
            situation.busy,
            blocks,
            exclude=lost,
        )
        if claims is None:
            self._raise_refusal("taken", visit, situation)
        claims = [
            replace(claim, seat=person_seat) if claim.person else claim
            for claim in claims
        ]
        return claims, session

    # ------------------------------------------------------------------
    # Writing it down
    # ------------------------------------------------------------------

    def _save(self, visit, vals, claims, session, situation, reason):
        vals = {**vals, **self._prepare_visit_vals(visit, claims, session, situation)}
        if self:
            appointment = self
            moved = self._prepare_history_vals(vals, reason)
            if moved:
                vals["reschedule_count"] = self.reschedule_count + 1
                self.env["clinic.appointment.history"].sudo().create(moved)
            self._release_claims()
            self._write_by_door(vals)
        else:
            if vals.get("state") != "hold":
                vals["name"] = self._next_number()
            door = self.with_context(clinic_door=DOOR)
            appointment = door.create([vals]).with_context(self.env.context)
            appointment._touch_calendars()
        appointment._insert_claims(claims, appointment.hold_expires_at)
        return appointment

    def _prepare_visit_vals(self, visit, claims, session, situation):
        vals = {
            "service_id": visit.service.id,
            "doctor_id": visit.doctor.id,
            "patient_id": visit.patient.id,
            "site_id": visit.site.id,
            "start": visit.start,
            "stop": visit.stop,
            "duration": (visit.stop - visit.start) // timedelta(minutes=1),
        }
        if not claims:
            return vals
        seats = {claim.role: claim.seat for claim in claims}
        vals["is_overbooked"] = bool(session and seats["doctor"] >= session.capacity)
        vals["is_outside"] = self._is_outside(visit, session, situation)
        vals["is_patient_overlap"] = bool(seats.get("patient"))
        materials = {"room": [], "equipment": []}
        for claim in claims:
            if claim.role in materials:
                materials[claim.role].append(situation.materials[claim.resource])
        vals["room_id"] = materials["room"][0] if materials["room"] else False
        vals["equipment_ids"] = [fields.Command.set(materials["equipment"])]
        return vals

    def _is_outside(self, visit, session, situation):
        if not session:
            return True
        start, stop = visit.seconds
        blocks = situation.site_blocks(visit.site.id)
        away = blocks.get(None, []) + blocks.get(visit.resource, [])
        return any(
            begin < stop and start < end for begin, end in [*away, *session.breaks]
        )

    def _prepare_history_vals(self, vals, reason):
        changed = any(
            self._fields[name].convert_to_write(self[name], self) != vals[name]
            for name in MOVE_FIELDS
        )
        if not changed:
            return None
        return {
            "appointment_id": self.id,
            "from_start": self.start,
            "to_start": vals["start"],
            "from_doctor_id": self.doctor_id.id,
            "to_doctor_id": vals["doctor_id"],
            "from_site_id": self.site_id.id,
            "to_site_id": vals["site_id"],
            "reason": reason,
        }

    @api.model
    def _next_number(self):
        # sudo: who may book may use up a number
        sequence_sudo = self.env["ir.sequence"].sudo()
        try:
            with quiet_sql():
                return sequence_sudo.next_by_code("clinic.appointment") or "/"
        except psycopg2.errors.UniqueViolation as error:
            # two first bookings of a year open its range of numbers; the one that
            # was later is repeated, and then finds the range
            raise ConcurrencyError("clinic.appointment") from error

    def _touch_calendars(self):
        """Tell open calendars of these sites, once per transaction, to look again."""
        data = self.env.cr.precommit.data
        if "clinic.calendar" not in data:
            data["clinic.calendar"] = set()
            self.env.cr.precommit.add(self.env["clinic.site"]._send_calendar_changed)
        data["clinic.calendar"].update(self.sudo().site_id.ids)
