# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Behind the door: from a wanted call to claims that hold.

``_settle`` asks the engine which claims are wanted (the doctor's, the representative's,
a room's), locks their subjects in the one order, writes showcase and claims, and leaves
the verdict to PostgreSQL.
"""

from datetime import timedelta

from odoo import fields, models

from odoo.addons.clinic_engine import claims as engine_claims
from odoo.addons.clinic_engine import intervals, slots
from odoo.addons.clinic_scheduling.const import MAX_CLAIM_ATTEMPTS
from odoo.addons.clinic_scheduling.exceptions import BookingError
from odoo.addons.clinic_scheduling.models.clinic_reservation_door import DOOR
from odoo.addons.clinic_scheduling.models.clinic_reservation_mixin import ClaimLost
from odoo.addons.clinic_scheduling.models.clinic_schedule import MARGIN

#: A change of one of these is a move that is counted and told.
MOVE_FIELDS = ("start", "representative_id", "site_id")


class PharmaShowcase(models.Model):
    """Claiming and writing down."""

    _inherit = "pharma.showcase"

    def _settle(self, call, vals, claims_time, reason=None):
        """Create or move one showcase together with its claims.

        :param WantedCall call: what is wanted
        :param dict vals: values to write besides what the claims decide
        :param bool claims_time: False for drafts, which take nobody's time
        :return: the showcase
        """
        situation = self._get_call_situation(call, call.start, call.stop)
        query = self._get_query(call, *call.seconds)
        self._choose_site(call, situation, query)
        self._put_needs(call, situation)
        session = situation.session_at(
            call.resource, call.seconds[0], query, call.site.id
        )
        if not claims_time:
            return self._save(call, vals, [], session, reason)
        self._check_rules(call, situation, query)
        lost = set()
        for _attempt in range(MAX_CLAIM_ATTEMPTS):
            claims = self._plan(call, situation, query, session, lost)
            try:
                with self.env.cr.savepoint():
                    self._lock_claims(claims)
                    return self._save(call, vals, claims, session, reason)
            except ClaimLost as error:
                if error.claim.role == "representative":
                    self._raise_refusal("representative_taken", call)
                lost.add((error.claim.resource, error.claim.seat))
        return self._raise_refusal("taken", call)

    def _get_call_situation(self, call, start, stop):
        """Fetch what decides over a call between two UTC datetimes.

        The representative's own calendar and absences are blocks of the situation, as
        are the doctor's; where several sites have hours, the call fits one of them.
        """
        schedule = self.env["clinic.schedule"]
        situation = schedule._get_situation(
            self.env["clinic.service"],
            call.doctor,
            start,
            stop,
            materials=call.room,
            exclude=self if self.id else None,
        )
        resource = call.representative.sudo().resource_id.id
        begin, end = start - MARGIN, stop + MARGIN
        ledger = self.env["clinic.reservation"]
        own = self if self.id else None
        situation.busy.update(ledger._get_busy([resource], begin, end, own))
        blocks = call.representative._get_blocks(begin, end, exclude=own)
        found = [interval for kind in blocks.values() for interval in kind]
        situation.blocks[resource] = intervals.merge(found)
        return situation

    def _put_needs(self, call, situation):
        """Say what a call needs besides the doctor: its representative, its room."""
        resource = call.representative.sudo().resource_id.id
        needs = [("representative", slots.Need((resource,), role="representative"))]
        for site in {*situation.sessions, call.site.id}:
            situation.needs[site] = tuple(needs)
        if call.room:
            room_sudo = call.room.sudo()
            need = slots.Need(
                (room_sudo.resource_id.id,),
                capacity={room_sudo.resource_id.id: room_sudo.capacity},
                role="room",
            )
            situation.needs[room_sudo.site_id.id] = (*needs, ("room", need))

    def _get_query(self, call, earliest, latest):
        """Return the engine's query for a call between two instants."""
        start, stop = call.seconds
        return slots.Query(
            duration=stop - start,
            earliest=earliest,
            latest=latest,
            purpose="showcase",
        )

    def _choose_site(self, call, situation, query):
        """Keep the wanted site if the doctor is there; else where the doctor is."""
        start, _stop = call.seconds
        here = call.site.id
        if here and situation.session_at(call.resource, start, query, here):
            return
        session = situation.session_at(call.resource, start, query)
        if session and not call.names_site:
            call.site = self.env["clinic.site"].browse(session.site)
        elif not here:
            call.site = call.doctor.sudo().site_ids[:1].sudo(self.env.su)
        if not call.site:
            raise BookingError(
                self.env._(
                    "%(doctor)s works at no site yet. Choose the site.",
                    doctor=call.doctor.sudo().display_name,
                )
            )

    def _plan(self, call, situation, query, session, lost):
        """Return the claims to try now."""
        start, stop = call.seconds
        free = call.exception or call.recorded
        claims = engine_claims.plan(
            start,
            stop - start,
            call.resource,
            query.seats(session) if session else 1,
            0,
            0,
            situation.needs[call.site.id],
            None,
            situation.busy,
            {} if free else situation.site_blocks(call.site.id),
            exclude=lost,
        )
        if claims is None:
            self._raise_refusal("taken", call)
        claims = self._add_patient_seats(call, situation, claims)
        if person := call.person:
            # the same person may be a representative of several companies
            role = "representative"
            claims.append(engine_claims.Claim(None, person, 0, start, stop, role))
        return claims

    def _add_patient_seats(self, call, situation, claims):
        """Claim every seat of the doctor's where several patients come at a time.

        A doctor with two patients at once does not see a representative besides.
        """
        start, stop = call.seconds
        seats = [
            session.rule.capacity + session.rule.overbook
            for by_resource in situation.sessions.values()
            for session in by_resource.get(call.resource, ())
            if session.purpose == "patient"
            and session.start < stop
            and start < session.stop
        ]
        if max(seats, default=1) < 2:
            return claims
        taken = situation.busy.get(call.resource, {})
        wanted = [
            engine_claims.Claim(call.resource, None, seat, start, stop, "doctor")
            for seat in range(max(seats))
        ]
        if any(
            engine_claims.overlaps(taken.get(claim.seat, ()), start, stop)
            for claim in wanted
        ):
            self._raise_refusal("taken", call)
        others = [claim for claim in claims if claim.role != "doctor"]
        return sorted(others + wanted, key=lambda item: (item.resource, item.seat))

    # ------------------------------------------------------------------
    # Writing it down
    # ------------------------------------------------------------------

    def _save(self, call, vals, claims, session, reason):
        vals = {**vals, **self._prepare_call_vals(call)}
        vals["is_outside_hours"] = bool(claims) and not session
        if self:
            showcase = self
            if moved := self._prepare_history_vals(call, reason):
                vals["reschedule_count"] = self.reschedule_count + 1
                self.env["pharma.showcase.history"].sudo().create(moved)
            self._release_claims()
            self._write_by_door(vals)
            # where it goes must be a place that the caller may book at, too
            self.check_access("write")
        else:
            door = self.with_context(clinic_door=DOOR, mail_create_nosubscribe=True)
            if claims:
                vals["name"] = self._next_number()
                vals["proposed_at"] = fields.Datetime.now()
            showcase = door.create([vals]).with_env(self.env)
            showcase._touch_calendars()
        showcase._insert_claims(claims)
        if claims:
            showcase._tell("moved" if self else "booked", call.by_doctor)
        return showcase

    def _prepare_call_vals(self, call):
        return {
            "doctor_id": call.doctor.id,
            "representative_id": call.representative.id,
            "site_id": call.site.id,
            "room_id": call.room.id,
            "start": call.start,
            "stop": call.stop,
            "duration": (call.stop - call.start) // timedelta(minutes=1),
            "rule_breach": call.breach,
        }

    def _prepare_history_vals(self, call, reason):
        if self.state == "draft" or (
            self.start == call.start
            and self.representative_id == call.representative
            and self.site_id == call.site
        ):
            return None
        return {
            "showcase_id": self.id,
            "from_start": self.start,
            "to_start": call.start,
            "from_representative_id": self.representative_id.id,
            "to_representative_id": call.representative.id,
            "from_site_id": self.site_id.id,
            "to_site_id": call.site.id,
            "by_doctor": call.by_doctor,
            "reason": reason,
        }

    def _tell(self, event, by_doctor=False):
        """Hook: somebody has to be told that these were booked, moved or cancelled.

        :param event: ``booked``, ``moved`` or ``cancelled``
        :param by_doctor: the doctor did it, and need not be told
        """
