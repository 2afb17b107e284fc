# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Writing the change and every decision in one transaction, or nothing at all."""

from odoo import models
from odoo.exceptions import UserError

from ..exceptions import BookingError, HoldExpired
from ..models.clinic_impact_check import BOOKED_STATES, added


class ClinicImpact(models.TransientModel):
    """Applying."""

    _inherit = "clinic.impact"

    def action_apply(self):
        """Write the absence or the change, then move, keep and cancel.

        :raise BookingError: when a visit cannot move any more; nothing is written
        """
        self.ensure_one()
        if self.state == "done":
            return True
        if self.state != "preview":
            raise UserError(self.env._("Look first at who is affected."))
        # the patients are told by ``_notify``, if at all
        silent = self.with_context(clinic_silent=("moved", "cancelled"))
        with self.env.cr.savepoint():
            silent._apply()
        return True

    def _apply(self):
        lines = self._get_open_lines()
        self._lock_ledger(lines)
        doctors = self._get_changed_doctors()
        before = self._get_causes(doctors)
        self._write_change()
        by_decision = lines.grouped("decision")
        none = lines.browse()
        cancelled = self._cancel_visits(by_decision.get("cancel", none))
        moved = self._move_visits(by_decision.get("move", none))
        kept = self._keep_visits(by_decision.get("keep", none))
        self._propose_visits(by_decision.get("propose", none))
        late = self._flag_others(lines.appointment_id, doctors, before)
        self._write_by_server(
            {
                "state": "done",
                "moved_count": len(moved),
                "kept_count": len(kept),
                "cancelled_count": len(cancelled),
                "late_count": max(len(late) - self.hidden_count, 0),
            }
        )
        self._notify(moved, cancelled)
        self.env["clinic.impact.check"]._look_again_soon()

    def _get_open_lines(self):
        """Return the lines whose visit is still where it was shown.

        What somebody else moved or cancelled meanwhile is settled: its line says so
        and its hold is given back.
        """
        settled = self.line_ids.filtered(
            lambda line: (
                line.appointment_id.state not in BOOKED_STATES
                or line.appointment_id.start != line.start
                or line.appointment_id.doctor_id != line.doctor_id
            )
        )
        settled._release_holds()
        settled._set_quietly(outcome=self.env._("Settled meanwhile by somebody else"))
        return self.line_ids - settled

    def _lock_ledger(self, lines):
        """Queue up at once for everything that will move, in the one order.

        Locks of one move after another would not be in one order, and could wait for
        each other in a circle.
        """
        moving = lines.filtered(lambda line: line.decision == "move" and line.option_id)
        targets = [
            line.appointment_id._get_visit(line._prepare_move()[0]) for line in moving
        ]
        (lines.hold_id | lines.appointment_id)._lock_wanted(targets)

    def _cancel_visits(self, lines):
        visits = lines.appointment_id
        visits.cancel(reason=self._get_public_reason())
        lines._set_quietly(outcome=self.env._("Cancelled"))
        return visits

    def _move_visits(self, lines):
        """Give the holds back and move the visits there, in one step."""
        wanted = {line: line._prepare_move() for line in lines}
        lines._release_holds()
        for line, (values, was_held) in wanted.items():
            line._move(values, was_held, self._get_public_reason())
        return lines.appointment_id

    def _keep_visits(self, lines):
        undecided = self.kind != "decide"
        for cause, group in lines.grouped("cause").items():
            group.appointment_id._keep_outside(cause, attention=undecided)
        lines._set_quietly(outcome=self.env._("Kept"))
        return lines.appointment_id

    def _flag_others(self, decided, doctors, before):
        """Flag who is hit but was not shown: at other sites, or booked meanwhile."""
        check = self.env["clinic.impact.check"]
        hits = added(before, self._get_causes(doctors))
        for visit in decided:
            hits.pop(visit.id, None)
        check._refresh_flags(doctors | decided.doctor_id)
        return check._flag(hits)

    def _get_public_reason(self):
        """The reason for histories and patients: never why a doctor is away."""
        if self.kind == "absence":
            return self.env._("The doctor is away")
        return self.env._("The doctor's hours changed")

    def _notify(self, moved, cancelled):
        if not self.notify:
            return
        counts = [
            visits._notify_change(event)
            for event, visits in (("move", moved), ("cancel", cancelled))
        ]
        self._write_by_server(
            {
                "mail_count": sum(mails for mails, _calls in counts),
                "call_count": sum(calls for _mails, calls in counts),
            }
        )


class ClinicImpactLine(models.TransientModel):
    """Moving one visit."""

    _inherit = "clinic.impact.line"

    def _prepare_move(self):
        """Return (values of the move, whether they are held at this moment)."""
        self.ensure_one()
        visit, option = self.appointment_id, self.option_id
        if not option:
            raise HoldExpired(
                self.env._(
                    "Choose the time to which %(patient)s moves.",
                    patient=self.patient_id.name,
                )
            )
        values = {
            "start": option.start,
            "doctor_id": option.doctor_id.id,
            "site_id": option.site_id.id,
        }
        if option.site_id != visit.site_id:
            values["room_id"] = False
        return values, self._is_held()

    def _move(self, values, was_held, reason):
        """Move the visit through the door.

        A hold that ran out is no obstacle while its time is free.

        :raise BookingError: naming the patient, when it is not
        """
        try:
            self.appointment_id.reschedule(values, reason=reason)
        except BookingError as error:
            kind = type(error) if was_held else HoldExpired
            raise kind(
                self.env._(
                    "%(patient)s cannot move to %(time)s any more; nothing was saved. "
                    "%(reason)s Choose another time for this patient.",
                    patient=self.patient_id.name,
                    time=self.option_id.display_name,
                    reason=error.args[0],
                ),
                **{**error.context, "code": kind.code, "line_id": self.id},
            ) from error
        self._set_quietly(outcome=self.env._("Moved"))
