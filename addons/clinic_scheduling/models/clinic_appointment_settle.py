# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Behind the door: from a wanted visit to claims that hold.

``_settle`` asks the engine which claims are wanted, locks their subjects in the one
order, writes appointment and claims, and leaves the verdict to PostgreSQL. What a
race takes is tried again with the next seat, room or device; when nothing is left the
caller gets a typed error (exceptions.py) with the nearest free times.
"""

from dataclasses import replace
from datetime import timedelta

from odoo import fields, models

from odoo.addons.clinic_engine import claims as engine_claims
from odoo.addons.clinic_engine import slots

from ..const import MAX_CLAIM_ATTEMPTS
from ..exceptions import BookingError, OutsideAvailability
from .clinic_reservation_door import DOOR
from .clinic_reservation_mixin import ClaimLost
from .clinic_schedule import epoch

#: A change of one of these is a reschedule that is counted and told.
MOVE_FIELDS = ("start", "doctor_id", "site_id")


class ClinicAppointment(models.Model):
    """Claiming and writing down."""

    _inherit = "clinic.appointment"

    def _settle(self, visit, vals, claims_time, reason=None):
        """Create or move one appointment together with its claims.

        :param Visit visit: what is wanted
        :param dict vals: values to write besides what the claims decide
        :param bool claims_time: False for records of visits that claim nothing
        :return: the appointment
        """
        situation = self._get_visit_situation(visit)
        query = self._get_query(visit, situation)
        self._choose_site(visit, situation, query)
        self._prefetch({"site_id": visit.site.id})
        if not claims_time:
            return self._save(visit, vals, [], None, situation, reason)
        self._check_rules(visit, situation, query)
        lost, person_seat = set(), self._get_person_seat(visit, situation)
        for _attempt in range(MAX_CLAIM_ATTEMPTS):
            claims, session = self._plan(visit, situation, query, lost, person_seat)
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

    def _choose_site(self, visit, situation, query):
        """Keep the wanted site if the doctor is there; else where the doctor is."""
        start, _stop = visit.seconds
        here = visit.site.id
        if here and situation.session_at(visit.resource, start, query, here):
            return
        session = situation.session_at(visit.resource, start, query)
        if session and (not here or (self.id and not visit.names_site)):
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

    def _check_rules(self, visit, situation, query):
        """Refuse what hours, notices or other bookings forbid, with the reason."""
        self._check_offer(visit, situation)
        start, _stop = visit.seconds
        site = visit.site.id
        situation.needs[site] = self._get_needs(visit, situation)
        reasons = situation.explain(query, start, visit.resource, site)
        ignored = self._get_ignored_rules(visit)
        reasons = [item for item in reasons if item.code not in ignored]
        if reasons:
            self._refuse(reasons, visit, situation)

    def _check_offer(self, visit, situation):
        """Refuse what is archived, and services that are not offered so."""
        for record in (visit.service, visit.doctor, visit.site):
            if not record.sudo().active:
                raise BookingError(
                    self.env._(
                        "%(name)s is archived and cannot be booked.",
                        name=record.sudo().display_name,
                    )
                )
        service_sudo = visit.service.sudo()
        if visit.public and not service_sudo.bookable_online:
            self._raise_refusal("wrong_channel", visit, situation, OutsideAvailability)
        named = situation.named_doctors
        if not visit.exception and not service_sudo._is_offered_by(visit.doctor, named):
            self._raise_refusal("wrong_service", visit, situation, OutsideAvailability)

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

    def _plan(self, visit, situation, query, lost, person_seat):
        """Return the claims to try now and the session they fall into."""
        start, stop = visit.seconds
        site = visit.site.id
        session = situation.session_at(visit.resource, start, query, site)
        seats = query.seats(session) if session else 1
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
            # where it goes must be a place that the caller may book at, too
            self.check_access("write")
        else:
            if vals.get("state") != "hold":
                vals["name"] = self._next_number()
            # whoever books does not follow the visit: reception books hundreds
            door = self.with_context(clinic_door=DOOR, mail_create_nosubscribe=True)
            appointment = door.create([vals]).with_env(self.env)
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
        if self or materials["equipment"] or visit.equipment is not None:
            # where nothing was and nothing comes, there is nothing to write
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
