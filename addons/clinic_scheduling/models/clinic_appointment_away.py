# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Visits whose doctor is away: the proposal of another time, and free changes."""

from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models

from .clinic_appointment_portal import CHANGEABLE_STATES, Terms

#: A reminder waits so long before it is looked at again, while nothing is decided.
UNDECIDED = timedelta(minutes=15)


class ClinicAppointment(models.Model):
    """Visits that need a new time."""

    _inherit = "clinic.appointment"

    away_offer_ids = fields.One2many(
        "clinic.away.offer", "appointment_id", string="Proposals", readonly=True
    )
    away_offer_count = fields.Integer(compute="_compute_away_offer_count")

    @api.depends("away_offer_ids")
    def _compute_away_offer_count(self):
        for visit in self:
            visit.away_offer_count = len(visit.away_offer_ids)

    def _hold_until(self, moment):
        """Keep a live hold until ``moment`` (UTC)."""
        self.ensure_one()
        self.sudo().reservation_ids.expires_at = moment
        self._write_by_door({"hold_expires_at": moment})

    def _get_away_offer(self):
        """Return, as superuser, the last proposal of another time; may be empty."""
        self.ensure_one()
        return self.sudo().away_offer_ids.sorted("id")[-1:]

    def _get_message_link(self, event):
        """Override: proposals are answered on their own page."""
        if event != "away_offer":
            return super()._get_message_link(event)
        self.ensure_one()
        return f"{self.get_base_url()}{self.get_portal_url(suffix='/away')}"

    def _get_away_words(self):
        """Return in a sentence for messages what is proposed instead."""
        self.ensure_one()
        offer_sudo = self._get_away_offer()
        if not (offer_sudo and offer_sudo._is_live()):
            return self.env._("Please choose another time, or we call you.")
        hold_sudo = offer_sudo.hold_id
        return self.env._(
            "We suggest %(visit)s, and keep it for you until %(deadline)s.",
            visit=hold_sudo._get_message_line(),
            deadline=hold_sudo._get_message_moment(offer_sudo.deadline),
        )

    def _write_by_door(self, vals):
        """Override: what needs no decision any more needs no answer either."""
        decided = self.browse()
        if not vals.get("attention", True):
            decided = self.filtered("attention")
        result = super()._write_by_door(vals)
        if decided:
            self.env["clinic.away.offer"]._settle_of(decided)
        return result

    def _needs_new_time(self):
        """Whether this visit cannot take place as booked, and may still change."""
        self.ensure_one()
        return bool(self.attention) and self.state in CHANGEABLE_STATES

    def _is_practice_at_fault(self):
        """Whether the patient changes this visit because of the practice.

        Changes are then bound by no notice, and cost nothing.
        """
        return self._needs_new_time()

    def _get_terms(self, change):
        """Override: a visit that cannot take place as booked changes freely."""
        terms = super()._get_terms(change)
        if self._is_practice_at_fault() and self._is_ahead():
            until = self.stop + timedelta(minutes=self.delay_minutes)
            return replace(terms, until=until) if terms.allowed else Terms(True, until)
        return terms

    def action_view_away_offers(self):
        """Open the proposals that were made for this visit."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.clinic_away_offer_action"
        )
        return {
            **action,
            "domain": [("appointment_id", "in", self.ids)],
            "context": {},
        }


class ClinicReminder(models.Model):
    """Messages about a visit that cannot take place as booked."""

    _inherit = "clinic.reminder"

    def _get_obstacle(self):
        """Override: nobody is reminded of a visit that is about to move."""
        if self._is_undecided():
            return self.env._("The doctor is away: another time was proposed.")
        return super()._get_obstacle()

    def _is_undecided(self):
        """Whether it reminds of a visit for which another time was proposed."""
        waits = ("waiting", "another", "expired")
        visit = self.appointment_id
        if self.event != "reminder" or not visit.attention:
            return False
        return visit._get_away_offer().state in waits

    def _process(self, sessions):
        """Override: put a reminder off until it is decided when the visit is.

        Reception may keep the visit as it is, and then the patient is reminded.
        """
        later = fields.Datetime.now() + UNDECIDED
        if later < self._get_subject().start and self._is_undecided():
            self.due_at = later
            return
        super()._process(sessions)
