# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Another time that is proposed to a patient whose doctor is away.

The visit keeps its old place, marked as needing a decision, until the patient has
answered. The proposed time is held meanwhile: a hold without a patient, who is busy
with the very visit that is to move. Who cannot be told, does not answer or wants
something else is left on the call list.
"""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..const import REMINDER_STATES
from ..exceptions import HoldExpired, IllegalTransition
from .clinic_schedule import epoch

_logger = logging.getLogger(__name__)

GROUP_RECEPTION = "clinic_scheduling.group_clinic_receptionist"

#: The hold ends so long before the proposed time itself (minutes), but is there for
#: at least as long as the second number.
BEFORE_START = 30
LEAST = 10

#: Answers after which somebody still has to find a time with the patient.
OPEN_ENDS = ("another", "expired")

#: States of a message that nobody reads.
NOT_ARRIVED = ("failed", "skipped", "cancelled")

BATCH = 100


class ClinicAwayOffer(models.Model):
    """One proposal, and what the patient answered."""

    _name = "clinic.away.offer"
    _description = "Proposal to a Patient Whose Doctor Is Away"
    _order = "start, id"
    _rec_name = "appointment_id"

    appointment_id = fields.Many2one(
        "clinic.appointment",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    patient_id = fields.Many2one(
        related="appointment_id.patient_id",
        store=True,
        index=True,
        string="Patient Record",
    )
    company_id = fields.Many2one(
        related="appointment_id.company_id", store=True, index=True
    )
    # as they were: the visit itself moves
    doctor_id = fields.Many2one(
        "clinic.doctor", required=True, readonly=True, index=True, string="Doctor Away"
    )
    site_id = fields.Many2one(
        "clinic.site", required=True, readonly=True, index=True, ondelete="restrict"
    )
    start = fields.Datetime(required=True, readonly=True, string="Booked")
    hold_id = fields.Many2one(
        "clinic.appointment",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        string="Held Time",
    )
    new_start = fields.Datetime(readonly=True, string="Proposed")
    new_doctor_id = fields.Many2one("clinic.doctor", readonly=True, string="With")
    new_site_id = fields.Many2one("clinic.site", readonly=True, string="At")
    deadline = fields.Datetime(readonly=True, help="Until then the patient may accept.")
    state = fields.Selection(
        [
            ("waiting", "Waiting for an answer"),
            ("accepted", "Accepted"),
            ("another", "Wants another time"),
            ("cancelled", "Cancelled by the patient"),
            ("expired", "No answer"),
            ("settled", "Settled by the practice"),
        ],
        string="Answer",
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    answered_at = fields.Datetime(readonly=True)
    needs_call = fields.Boolean(readonly=True, index=True, string="To Call")
    call_reason = fields.Selection(
        [
            ("no_contact", "No message reaches them"),
            ("no_time", "No free time was found"),
            ("gone", "The proposed time is gone"),
            ("failed", "The message did not arrive"),
            ("another", "Wants another time"),
            ("expired", "Did not answer"),
        ],
        string="Why Call",
        readonly=True,
    )
    called_at = fields.Datetime(readonly=True)
    user_id = fields.Many2one("res.users", readonly=True, string="Sent by")
    patient_name = fields.Char(related="patient_id.name", string="Patient")
    phone = fields.Char(compute="_compute_phone", string="Telephone")
    message_state = fields.Selection(
        REMINDER_STATES,
        string="Message",
        compute="_compute_message_state",
        help="How far the last message about it has come.",
    )

    _one_open = models.UniqueIndex(
        "(appointment_id) WHERE state = 'waiting'",
        "This patient has a proposal already that waits for an answer.",
    )

    @api.depends("appointment_id")
    def _compute_phone(self):
        for offer in self:
            partner_sudo = offer.appointment_id.sudo()._get_message_partner()
            offer.phone = partner_sudo.phone

    @api.depends("appointment_id.reminder_ids.state")
    def _compute_message_state(self):
        # sudo: how far the message has come, and nothing of what it says
        rows_sudo = self.env["clinic.reminder"].sudo()
        rows_sudo = rows_sudo.search(
            [
                ("event", "=", "away_offer"),
                ("appointment_id", "in", self.appointment_id.ids),
                ("occurrence", "in", self.ids),
            ],
            order="id",
        )
        states = {row.occurrence: row.state for row in rows_sudo}
        for offer in self:
            offer.message_state = states.get(offer.id, False)

    # ------------------------------------------------------------------
    # Proposing
    # ------------------------------------------------------------------

    @api.model
    def _propose(self, visit, hold, cause):
        """Propose the held time to the patient of a visit, and tell them.

        :param hold: live hold of the proposed time; empty when none was found
        :param cause: why the visit cannot stay, as ``attention`` has it
        :return: the offer, as superuser
        """
        visit._keep_outside(cause)
        offers_sudo = self.sudo()
        offers_sudo._get_waiting(visit)._finish("settled")
        offers_sudo.flush_model(["state"])  # before the unique index looks
        deadline = self._get_deadline(hold or visit)
        if hold:
            hold._hold_until(deadline)
        offer_sudo = offers_sudo.create(
            {
                "appointment_id": visit.id,
                "doctor_id": visit.doctor_id.id,
                "site_id": visit.site_id.id,
                "start": visit.start,
                "hold_id": hold.id,
                "new_start": hold.start,
                "new_doctor_id": hold.doctor_id.id,
                "new_site_id": hold.site_id.id,
                "deadline": deadline,
                "user_id": self.env.uid,
            }
        )
        offer_sudo._tell()
        return offer_sudo

    @api.model
    def _get_deadline(self, visit):
        """Return until when the patient may accept a time (UTC)."""
        now = fields.Datetime.now()
        hours = visit.sudo().company_id.clinic_away_offer_hours
        least = min(visit.start, now + timedelta(minutes=LEAST))
        last = visit.start - timedelta(minutes=BEFORE_START)
        return max(least, min(last, now + timedelta(hours=hours)))

    def _tell(self):
        """Plan the message, and note who has to be called all the same."""
        for offer_sudo in self:
            visit_sudo = offer_sudo.appointment_id
            rows_sudo = visit_sudo._emit(
                "away_offer", occurrence=offer_sudo.id, always=True
            )
            channels = {row_sudo._get_likely_channel() for row_sudo in rows_sudo}
            if not channels - {"call", None}:
                offer_sudo._list_call("no_contact")
            elif not offer_sudo.hold_id:
                offer_sudo._list_call("no_time")

    def _list_call(self, reason):
        self.write({"needs_call": True, "call_reason": reason, "called_at": False})

    @api.model
    def _get_waiting(self, visits):
        """Return the proposals of these visits that wait for an answer."""
        domain = [("appointment_id", "in", visits.ids), ("state", "=", "waiting")]
        return self.sudo().search(domain)

    # ------------------------------------------------------------------
    # Answers; called as superuser, by whoever has checked who answers
    # ------------------------------------------------------------------

    def _is_live(self):
        """Whether the proposed time can be accepted at this moment."""
        self.ensure_one()
        hold_sudo = self.sudo().hold_id
        is_held = hold_sudo.state == "hold" and hold_sudo._has_live_hold()
        return bool(self.state == "waiting" and is_held)

    def _accept(self):
        """Move the visit to the proposed time, for the patient.

        :raise BookingError: it is held no more, or cannot be taken
        """
        self.ensure_one()
        if self.state == "accepted":
            return
        visit_sudo, hold_sudo = self.appointment_id, self.hold_id
        if not self._is_live():
            raise HoldExpired(
                self.env._("This time is no longer held. Please choose another one.")
            )
        values = {
            "start": self.new_start,
            "doctor_id": self.new_doctor_id.id,
            "site_id": self.new_site_id.id,
        }
        if self.new_site_id != visit_sudo.site_id:
            values["room_id"] = False
        (hold_sudo | visit_sudo)._lock_wanted([visit_sudo._get_visit(dict(values))])
        self._finish("accepted")
        reason = self.env._(
            "Proposed while the doctor is away, accepted by the patient"
        )
        visit_sudo.reschedule(values, reason=reason)
        if visit_sudo.state == "scheduled":
            visit_sudo.confirm()

    def _ask_another(self):
        """Note that the patient wants another time, and give this one back."""
        if self.state == "waiting":
            self._finish("another")
            self._list_call("another")

    def _note_gone(self):
        """End proposals of times that the practice lost: somebody has to call."""
        self._finish("expired")
        self._list_call("gone")

    def _cancel_visit(self):
        """Cancel the visit for the patient: the practice's doing, free of charge.

        :raise IllegalTransition: the visit needs no decision any more, so that it is
            cancelled on its own page, by its own terms
        """
        self.ensure_one()
        visit_sudo = self.appointment_id
        if visit_sudo.state == "cancelled":
            return
        if not visit_sudo._needs_new_time():
            raise IllegalTransition(
                self.env._(
                    "This has been settled already. You can see and change the "
                    "appointment on its own page, or call us."
                )
            )
        if self.state in ("waiting", *OPEN_ENDS):
            self._finish("cancelled")
        visit_sudo.cancel(
            reason=self.env._("Cancelled by the patient: the doctor is away.")
        )

    def _finish(self, state):
        """End these proposals with ``state``; what they hold is given back."""
        for offer_sudo in self:
            hold_sudo = offer_sudo.hold_id
            offer_sudo.write(
                {
                    "state": state,
                    "answered_at": fields.Datetime.now(),
                    "needs_call": False,
                    "hold_id": False,
                }
            )
            if hold_sudo.state == "hold" and hold_sudo.name == "/":
                claims_sudo = hold_sudo.reservation_ids
                self.env["clinic.reservation"]._lock(
                    claims_sudo.resource_id.ids, claims_sudo.partner_id.ids
                )
                hold_sudo.unlink()

    @api.model
    def _settle_of(self, visits):
        """Close what is open for visits that need no decision any more."""
        domain = [
            ("appointment_id", "in", visits.ids),
            "|",
            ("state", "=", "waiting"),
            ("needs_call", "=", True),
        ]
        offers_sudo = self.sudo().search(domain)
        offers_sudo.filtered(lambda item: item.state == "waiting")._finish("settled")
        offers_sudo.needs_call = False

    def _get_portal_values(self):
        """Return what the patient's page says of this proposal."""
        self.ensure_one()
        visit = self.appointment_id
        schedule, tz = self.env["clinic.schedule"], self.new_site_id.tz
        values = {
            "id": self.id,
            "state": self.state,
            "is_live": self._is_live(),
            "booked": schedule._format_moment(epoch(self.start), self.site_id.tz),
            "doctor": self.doctor_id.display_name,
        }
        if not self.new_start:
            return values
        start = epoch(self.new_start)
        stop = start + epoch(visit.stop) - epoch(visit.start)
        return {
            **values,
            "row": {
                "day": schedule._format_day(start, tz),
                "hours": schedule._format_range(start, stop, tz),
                "moment": f"{self.new_start.isoformat()}Z",
                "start": start,
                "tz": tz,
            },
            "new_doctor": self.new_doctor_id.display_name,
            "new_site": self.new_site_id.name,
            "other_doctor": self.new_doctor_id != self.doctor_id,
            "other_site": self.new_site_id != self.site_id,
            "deadline": schedule._format_moment(epoch(self.deadline), tz),
        }

    # ------------------------------------------------------------------
    # What staff do
    # ------------------------------------------------------------------

    def _check_reception(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(GROUP_RECEPTION):
            raise AccessError(self.env._("Reception answers for patients."))

    def action_called(self):
        """Take these off the call list: somebody has talked to the patient."""
        self._check_reception()
        self.sudo().write({"needs_call": False, "called_at": fields.Datetime.now()})
        return True

    def action_accept(self):
        """Accept for patients who said so on the telephone."""
        self._check_reception()
        for offer_sudo in self.sudo():
            with self.env.cr.savepoint():
                offer_sudo._accept()
        return True

    def action_decide(self):
        """Find other times for these visits, keep them or cancel them."""
        self._check_reception()
        return self.appointment_id.action_decide()

    def action_open_appointment(self):
        """Open the visit."""
        self.check_access("read")
        return self.appointment_id._get_records_action()

    @api.model
    def _cron_expire(self):
        """Scheduled action: who has not answered in time, or was not reached."""
        offers_sudo = self.sudo()
        offers_sudo._note_failed_messages()
        late = Domain("state", "=", "waiting")
        late &= Domain("deadline", "<=", fields.Datetime.now())
        failed = []
        while found := offers_sudo.search(late, limit=BATCH):
            failed += [offer.id for offer in found if not offer._try_to_expire()]
            late &= Domain("id", "not in", failed)
            left = offers_sudo.search_count(late)
            if not self.env["ir.cron"]._commit_progress(len(found), remaining=left):
                break

    def _try_to_expire(self):
        """End a proposal that nobody answered; return whether it could be done."""
        self.ensure_one()
        reason = self.call_reason or "expired"
        try:
            with self.env.cr.savepoint():
                self._finish("expired")
                self._list_call(reason)
            return True
        except Exception:  # the others are not held up; the next run tries again
            _logger.exception("Proposal %s could not be ended", self.id)
            return False

    def _note_failed_messages(self):
        waiting_sudo = self.search(
            [("state", "=", "waiting"), ("needs_call", "=", False)], limit=1000
        )
        failed_sudo = waiting_sudo.filtered(
            lambda offer: offer.message_state in NOT_ARRIVED and not offer.called_at
        )
        failed_sudo._list_call("failed")
