# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What becomes of each candidate of a gap: next, offered, answered, or left out."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..exceptions import HoldExpired, NoticeTooShort
from .clinic_appointment_portal import CHANGEABLE_STATES

#: The offer had its chance.
ENDED_STATES = ("accepted", "declined", "expired", "taken", "stopped")


class ClinicWaitlistOffer(models.Model):
    """A candidate of a gap. From ``offered`` on, with a hold of the patient's own."""

    _name = "clinic.waitlist.offer"
    _description = "Waitlist Offer"
    _order = "gap_id desc, offered_at desc, rank, id"
    _rec_name = "entry_id"

    gap_id = fields.Many2one(
        "clinic.waitlist.gap", required=True, index=True, ondelete="cascade"
    )
    entry_id = fields.Many2one(
        "clinic.waitlist.entry", required=True, index=True, ondelete="cascade"
    )
    patient_id = fields.Many2one(related="entry_id.patient_id")
    patient_phone = fields.Char(related="entry_id.patient_phone")
    service_id = fields.Many2one(related="entry_id.service_id")
    company_id = fields.Many2one(related="gap_id.company_id")
    gap_state = fields.Selection(related="gap_id.state", string="Status of the Gap")
    start = fields.Datetime(
        readonly=True, help="When this patient's visit would start."
    )
    state = fields.Selection(
        [
            ("ranked", "Next"),
            ("offered", "Offered"),
            ("accepted", "Accepted"),
            ("declined", "Declined"),
            ("expired", "Not answered"),
            ("taken", "Could not be held"),
            ("stopped", "Taken back"),
            ("left_out", "Left out"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    rank = fields.Integer(readonly=True, aggregator=None)
    score = fields.Float(readonly=True, digits=(6, 3), aggregator=None)
    terms = fields.Json(readonly=True, help="The parts of the score.")
    reasons = fields.Json(readonly=True, help="The rules that leave the patient out.")
    refusal = fields.Char(readonly=True, help="What the booking was refused for.")
    explanation = fields.Text(compute="_compute_explanation")
    appointment_id = fields.Many2one(
        "clinic.appointment",
        string="Held Visit",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    visit_id = fields.Many2one(
        "clinic.appointment",
        string="Booked Visit",
        readonly=True,
        ondelete="set null",
        help="The visit that takes place: the held one, or one that moved here.",
    )
    offered_at = fields.Datetime(readonly=True)
    expires_at = fields.Datetime(string="Open Until", readonly=True)
    answered_at = fields.Datetime(readonly=True)
    is_untold = fields.Boolean(
        readonly=True,
        help="It ended before any message went out: it does not count against the "
        "patient.",
    )
    by_hand = fields.Boolean(readonly=True, help="Reception chose whom to offer it to.")

    _one_per_gap = models.UniqueIndex(
        "(gap_id) WHERE state = 'offered'", "Somebody else thinks about this time."
    )
    _one_per_entry = models.UniqueIndex(
        "(entry_id) WHERE state = 'offered'", "The patient has an open offer already."
    )

    # ------------------------------------------------------------------
    # What becomes of it
    # ------------------------------------------------------------------

    def _note_answer(self, state, visit=None):
        """Write down how open offers ended, and let their gaps go on.

        The claims are none of its business: hold or visit see to them.

        :param state: one of ``ENDED_STATES``
        :param visit: what was booked, for accepted ones
        """
        now = fields.Datetime.now()
        for offer in self.filtered(lambda item: item.state == "offered"):
            is_untold = state == "expired" and not offer._was_told()
            offer.write({"state": state, "answered_at": now, "is_untold": is_untold})
            if state == "accepted":
                offer.visit_id = visit or offer.appointment_id
                booked = {"state": "booked", "appointment_id": offer.visit_id.id}
                offer.entry_id.write(booked)
                offer.gap_id._end("filled")
            else:
                if offer.entry_id.state == "offered":
                    offer.entry_id.state = "waiting"
                offer.gap_id._go_on()

    def _was_told(self):
        """Whether the patient can know of this offer, by message, call or reception."""
        self.ensure_one()
        return self.by_hand or self._was_sent()

    def _was_sent(self):
        """Whether a message about this offer went out, or a call was planned."""
        self.ensure_one()
        # sudo: whether a message went out, and nothing of what it says
        rows_sudo = self.sudo().appointment_id.reminder_ids
        return any(
            row.event == "waitlist_offer" and row.state in ("sent", "delivered")
            for row in rows_sudo
        )

    def _withdraw(self, tell=True):
        """Take these offers back: the held time is free for the next one.

        :param bool tell: who was sent the offer is told; not when they ended it
        """
        self._queue_up(self.appointment_id)
        for offer in self.filtered(lambda item: item.state == "offered"):
            hold = offer.appointment_id
            offer._note_answer("stopped")
            if hold.state == "hold":
                hold.cancel(reason=self.env._("The offer was taken back."))
                if tell and offer._was_sent():
                    hold._emit("offer_withdrawn")

    def _decline(self):
        """The patient does not take the time.

        :return: False when there is nothing to decline any more
        """
        self.ensure_one()
        hold = self.appointment_id
        hold._lock_hold()
        if self.state != "offered" or hold.state != "hold":
            return False
        self._note_answer("declined")
        hold.cancel(reason=self.env._("The patient declined the offer."))
        self.entry_id._look_again()
        return True

    def _accept(self, moving=None):
        """Book the offered time, or move a later visit of the patient there.

        :param moving: one of ``_get_later_visits``; its own time is given back
        :return: the visit that takes place
        :raise HoldExpired: somebody was too late
        :raise BookingError: one of its kinds, when the visit cannot move
        """
        self.ensure_one()
        hold = self.appointment_id
        if not moving:
            hold.confirm()
            return hold
        self._queue_up(hold | moving)
        if self.state != "offered" or not hold._has_live_hold():
            raise hold._get_hold_expired()
        if moving not in self._get_later_visits():
            raise NoticeTooShort(self.env._("That appointment cannot move any more."))
        where = {
            "start": hold.start,
            "doctor_id": hold.doctor_id.id,
            "site_id": hold.site_id.id,
        }
        self._note_answer("accepted", moving)
        hold.cancel(reason=self.env._("Another appointment moved here."))
        moving.reschedule(
            where, reason=self.env._("Moved to a time from the waitlist.")
        )
        return moving

    def _queue_up(self, visits):
        """Lock what these visits hold at once, in the one order of everybody."""
        claims_sudo = visits.sudo().reservation_ids
        self.env["clinic.reservation"]._lock(
            claims_sudo.resource_id.ids, claims_sudo.partner_id.ids
        )

    def _get_later_visits(self):
        """Return the patient's later visits of the service that may move here."""
        self.ensure_one()
        hold = self.appointment_id
        visits = self.env["clinic.appointment"].sudo()
        later = visits.search(
            Domain("patient_id", "=", hold.patient_id.id)
            & Domain("service_id", "=", hold.service_id.id)
            & Domain("state", "in", CHANGEABLE_STATES)
            & Domain("start", ">", hold.start),
            order="start, id",
            limit=5,
        )
        return later.filtered(lambda visit: visit._get_terms("reschedule").allowed)

    def _get_seconds_left(self):
        """Return for how many seconds the offer stands, 0 if it does not."""
        self.ensure_one()
        if self.state != "offered" or self.appointment_id.state != "hold":
            return 0
        return self.appointment_id._get_seconds_left()

    # ------------------------------------------------------------------
    # Reception
    # ------------------------------------------------------------------

    def _check_staff(self):
        """Refuse to whoever may not see the candidate or may not book."""
        self.check_access("read")
        self.env["clinic.appointment"].check_access("create")

    def action_offer(self):
        """Offer the gap to this candidate now, whoever comes before."""
        self.ensure_one()
        self._check_staff()
        self.gap_id.sudo()._offer_by_hand(self.entry_id.sudo())
        return True

    def action_accept(self):
        """The patient accepts by telephone."""
        self.ensure_one()
        self._check_staff()
        if self.state != "offered":
            raise UserError(self.env._("This offer has ended."))
        try:
            self.sudo()._accept()
        except HoldExpired as error:
            raise UserError(error.args[0]) from error
        return True

    def action_decline(self):
        """The patient declines by telephone."""
        self.ensure_one()
        self._check_staff()
        if not self.sudo()._decline():
            raise UserError(self.env._("This offer has ended."))
        return True
