# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The life of an appointment: one gate, one table of legal steps (const.py)."""

from odoo import api, fields, models

from ..const import CLAIMING_STATES, TRANSITIONS
from ..exceptions import BookingError, HoldExpired, IllegalTransition

#: The field that keeps when a state was reached.
TIMESTAMPS = {
    "confirmed": "confirmed_at",
    "arrived": "arrived_at",
    "in_progress": "started_at",
    "completed": "completed_at",
    "cancelled": "cancelled_at",
}


class ClinicAppointment(models.Model):
    """All changes of state."""

    _inherit = "clinic.appointment"

    was_confirmed = fields.Boolean(
        readonly=True,
        copy=False,
        help="Before the patient arrived: an arrival that is taken back is so again.",
    )

    def _transition(self, target, **values):
        """Take these appointments to ``target``, or none of them.

        Those that are there already stay untouched, so a repeated click does no
        harm. Leaving a claiming state gives the time back; coming back takes it
        again.

        :param values: further fields to write in the same step
        :raise IllegalTransition: naming the step that does not exist
        :raise SlotTaken: when coming back and the time is no longer free
        """
        claims_after = target in CLAIMING_STATES
        if claims_after:
            returning = self.filtered(lambda item: item.state not in CLAIMING_STATES)
            returning._lock_ahead({})
        changing = self.filtered(lambda item: item.state != target)
        for appointment in changing.sorted("id"):  # as everybody: no circle of waits
            appointment._check_transition(target)
            if appointment.state == "hold" and target != "cancelled":
                appointment._confirm_hold()
                if target == "scheduled":
                    continue
            claims_before = appointment.state in CLAIMING_STATES
            changes = {"state": target, "attention": False, **values}
            changes.update(appointment._get_stamps(target))
            if claims_before and not claims_after:
                appointment.check_access("write")
                appointment._release_claims()
            appointment._write_by_door(changes)
            if claims_after and not claims_before:
                appointment._claim_again()

    def _get_stamps(self, target):
        """Return what is kept of a step: its moment, and what an undo has to know."""
        self.ensure_one()
        if (self.state, target) == ("arrived", "confirmed"):
            return {}  # taken back: confirmed as long as before
        stamp = TIMESTAMPS.get(target)
        values = {stamp: fields.Datetime.now()} if stamp else {}
        if target == "arrived" and self.state != "in_progress":
            values["was_confirmed"] = self.state == "confirmed"
        return values

    def _check_transition(self, target):
        self._check_step(target, TRANSITIONS)

    def confirm(self):
        """Confirm: a hold becomes a booking, a booking is confirmed by the patient.

        :raise HoldExpired: when the held time was given back meanwhile
        """
        self.filtered(lambda item: item.state == "hold")._lock_ahead({})
        for appointment in self.sorted("id"):
            if appointment._is_hold():
                appointment._confirm_hold()
            else:
                appointment._transition("confirmed")
        return True

    def _is_hold(self):
        """Whether this is a hold, be it one that was given back when it ended."""
        return self.state == "hold" or bool(
            self.state == "cancelled" and self.hold_expires_at
        )

    def _confirm_hold(self):
        self.ensure_one()
        self.check_access("write")
        claims_sudo = self.sudo().reservation_ids
        self.env["clinic.reservation"]._lock(
            claims_sudo.resource_id.ids, claims_sudo.partner_id.ids
        )
        if not self.patient_id:
            raise BookingError(self.env._("Choose the patient."))
        if not self._has_live_hold():
            raise self._get_hold_expired()
        self._check_hold_fits()
        # a hold that another transaction releases or confirms now makes this update
        # fail with a serialization error, and the request is repeated and sees that;
        # at once, before anything else is written that the other one wrote, too
        claims_sudo.expires_at = False
        claims_sudo.flush_recordset(["expires_at"])
        changes = {"state": "scheduled", "hold_expires_at": False}
        if self.name == "/":
            changes["name"] = self._next_number()
        self._write_by_door(changes)

    def _get_hold_expired(self):
        """Return the error for a hold that was given back."""
        if not self.hold_expires_at:
            sentence = self.env._("The time was given back. Choose a time again.")
            return HoldExpired(sentence)
        return HoldExpired(
            self.env._(
                "The time was held until %(time)s and has been given back. "
                "Choose a time again.",
                time=self._format_time(self.hold_expires_at, self.site_id),
            )
        )

    def arrive(self):
        """The patient is here."""
        self._transition("arrived")
        return True

    def begin(self):
        """The consultation starts."""
        self._transition("in_progress")
        return True

    def complete(self):
        """The consultation is over."""
        self._transition("completed")
        return True

    def mark_no_show(self):
        """The patient did not come; the time is given back."""
        self._transition("no_show")
        return True

    def reopen(self):
        """Take back the last step of the visit, one step at a time.

        Whoever was confirmed before the arrival is so again.
        """
        steps = {
            "confirmed": "scheduled",
            "arrived": "scheduled",
            "in_progress": "arrived",
            "completed": "in_progress",
            "no_show": "scheduled",
        }
        self.filtered(lambda item: item.state == "no_show")._lock_ahead({})
        for appointment in self.sorted("id"):
            target = steps.get(appointment.state, "scheduled")
            if appointment.state == "arrived" and appointment.was_confirmed:
                target = "confirmed"
            appointment._transition(target)
        return True

    def cancel(self, reason=None):
        """Cancel and give the time back.

        :param reason: short text, shown in the history; nothing clinical
        """
        self._transition("cancelled", cancel_reason=reason, hold_expires_at=False)
        return True

    def _expire_hold(self):
        """Override: a hold whose time is up ends as cancelled."""
        holds = self.filtered(lambda item: item.state == "hold")
        # what is no hold has no end either
        (self - holds).sudo().reservation_ids.expires_at = False
        # the moment stays: by it ``confirm`` knows what became of the hold
        holds._transition("cancelled", cancel_reason=self.env._("The hold expired."))

    @api.model
    def _cron_release_expired_holds(self):
        """Scheduled action: give back expired holds, in batches that commit."""
        batch = 100
        ledger = self.env["clinic.reservation"]
        while released := ledger._release_expired(limit=batch):
            left = ledger.sudo().search_count(
                [("expires_at", "<=", fields.Datetime.now())]
            )
            if not self.env["ir.cron"]._commit_progress(released, remaining=left):
                break

    @api.ondelete(at_uninstall=False)
    def _unlink_except_booked(self):
        """Only what never became a visit may vanish: the rest is cancelled."""
        kept = self.filtered(lambda item: item.state not in ("hold", "cancelled"))
        if kept:
            raise IllegalTransition(
                self.env._(
                    "Appointment %(name)s cannot be deleted. Cancel it: that gives "
                    "the time back and keeps the history.",
                    name=kept[0].display_name,
                )
            )
        # holds have no number
        self.filtered(lambda item: item.name != "/")._refuse_to_vanish()

    def _refuse_to_vanish(self):
        """Refuse to delete these, if there are any: they tell what happened."""
        if self:
            raise IllegalTransition(
                self.env._(
                    "Appointment %(name)s cannot be deleted: it says what was booked, "
                    "and what the patient was told. Archive it instead.",
                    name=self[0].display_name,
                )
            )
