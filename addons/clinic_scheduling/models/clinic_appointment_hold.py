# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A time that somebody holds while booking in the portal.

The visitor may leave it, come back to it and give it back. What they have said so
far stays with it, and becomes a patient only with the booking.
"""

from datetime import timedelta

from odoo import api, fields, models

from ..exceptions import TooManyBookings

#: How long a hold stays after its page was left (seconds).
GRACE_SECONDS = 60

#: A hold this near to its end (seconds) is not written to any more.
LAST_SECONDS = 3

#: How long what was said outlives a hold that was given back (hours), for who
#: chooses another time.
INTAKE_HOURS = 1


class ClinicAppointment(models.Model):
    """Holds of visitors."""

    _inherit = "clinic.appointment"

    portal_intake = fields.Json(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        help="What a visitor has said so far; empty once it is booked.",
    )

    def _lock_hold(self):
        """Queue up for what this hold has taken, and return its claims."""
        self.ensure_one()
        claims_sudo = self.sudo().reservation_ids
        self.env["clinic.reservation"]._lock(
            claims_sudo.resource_id.ids, claims_sudo.partner_id.ids
        )
        return claims_sudo

    def _keep_hold(self):
        """Hold the time until the end that was set at first, if it is still held.

        :return: how many seconds are left
        :raise HoldExpired: it was given back meanwhile
        """
        claims_sudo = self._lock_hold()
        end = self.hold_expires_at
        last = fields.Datetime.now() + timedelta(seconds=LAST_SECONDS)
        if self.state != "hold" or not claims_sudo or not end or end <= last:
            raise self._get_hold_expired()
        # a release by another transaction makes this fail, and the request is repeated
        claims_sudo.filtered(lambda claim: claim.expires_at != end).expires_at = end
        return self._get_seconds_left()

    def _end_hold_by(self, moment):
        """Let a new hold end at ``moment`` (UTC), if it would last longer."""
        self.ensure_one()
        if self.hold_expires_at > moment:
            self._write_by_door({"hold_expires_at": moment})
            self.sudo().reservation_ids.expires_at = moment

    def _leave_hold(self):
        """Let the hold end soon: its page was left. ``_keep_hold`` takes it back."""
        claims_sudo = self._lock_hold()
        if self.state != "hold" or not claims_sudo:
            return
        soon = fields.Datetime.now() + timedelta(seconds=GRACE_SECONDS)
        claims_sudo.filtered(lambda claim: claim.expires_at > soon).expires_at = soon

    def _give_back_hold(self):
        """Give the held time back at once; what is booked stays as it is."""
        for hold in self.filtered(lambda item: item.state == "hold"):
            hold.cancel(reason=self.env._("The patient chose another time."))

    def _get_seconds_left(self):
        """Return for how many seconds the time is held at most, 0 if it is not."""
        self.ensure_one()
        if self.state != "hold" or not self.hold_expires_at:
            return 0
        left = self.hold_expires_at - fields.Datetime.now()
        return max(0, int(left.total_seconds()))

    def _note_intake(self, **values):
        """Add to what the visitor has said so far."""
        self.ensure_one()
        intake = {**(self.sudo().portal_intake or {}), **values}
        self.sudo()._write_by_door({"portal_intake": intake})

    def _take_intake_patient(self, partner):
        """Make the patient whom the visitor described, and hold the time for them.

        :param partner: contact of the visitor's account
        :raise BookingError: the patient has another visit at that time, or the
            account registers nobody else
        """
        self.ensure_one()
        intake = self.sudo().portal_intake or {}
        make = {
            "self": self._take_account,
            "dependant": self._take_dependant,
            "new": self._take_stranger,
        }.get(intake.get("who"))
        if not make:
            return
        patient_sudo = make(intake["details"], partner)
        # going on may take several attempts: the patient is made once
        self._note_intake(who="known", patient=patient_sudo.id)
        self.sudo().write({"patient_id": patient_sudo.id})

    def _take_account(self, details, partner):
        patients_sudo = self.env["clinic.patient"].sudo()
        own_sudo = patients_sudo.search([("partner_id", "=", partner.id)], limit=1)
        return own_sudo or patients_sudo._register_patient(details, partner=partner)

    def _take_dependant(self, details, partner):
        patients = self.env["clinic.patient"]
        if refusal := patients._get_dependants_refusal(partner):
            raise TooManyBookings(refusal)
        return patients._register_patient(details, guardian=partner)

    def _take_stranger(self, details, _partner):
        return self.env["clinic.patient"]._register_patient(details)

    def _confirm_hold(self):
        """Override: once it is booked, nothing waits any more."""
        result = super()._confirm_hold()
        if self.sudo().portal_intake:
            self.sudo()._write_by_door({"portal_intake": False})
        return result

    def _forget_intake(self):
        """Drop what visitors said for holds that never became visits."""
        for hold in self.sudo():
            hold.answer_ids.unlink()
            hold._write_by_door({"portal_intake": False, "reason": False})

    @api.autovacuum
    def _gc_intakes(self):
        """Forget what was said for holds that were given back."""
        before = fields.Datetime.now() - timedelta(hours=INTAKE_HOURS)
        holds_sudo = self.sudo().search(
            [
                ("state", "=", "cancelled"),
                ("portal_intake", "!=", False),
                ("write_date", "<", before),
            ],
            limit=1000,
        )
        holds_sudo._forget_intake()
