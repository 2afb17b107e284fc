# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What no member of staff may miss: alarms, and whom to look at again."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from .clinic_queue_ticket_triage import GROUP

#: States in which somebody is still to be seen.
UNSEEN = ("waiting", "parked")


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    alarm_since = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the alarm began: a level confirms a warning sign, it begins none.",
    )
    alarm_taken_at = fields.Datetime(readonly=True, copy=False)
    alarm_taken_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    def _triage(self, level, reason=None):
        """Override: a new alarm is nobody's yet; who went to a sign is there."""
        now = fields.Datetime.now()
        calm = self.filtered(lambda ticket: not ticket.is_alarm)
        began = {ticket: ticket._get_alarm_start(now) for ticket in calm}
        result = super()._triage(level, reason)
        if level.is_alarm:
            for ticket, values in began.items():
                ticket.sudo().write(values)
        return result

    def _get_alarm_start(self, now):
        """Return since when a level that is an alarm counts, and who goes.

        :param datetime now: naive UTC
        """
        self.ensure_one()
        who = self.sudo().alarm_taken_by_id
        if self._rings() and who == self.env.user:
            # they set the level beside the patient
            return {"alarm_since": self.triage_asked_at, "alarm_taken_at": now}
        is_going = self._rings() and not self._is_unheeded(now)
        return {
            "alarm_since": self.triage_asked_at or now,
            "alarm_taken_at": is_going and self.alarm_taken_at,
            "alarm_taken_by_id": is_going and who.id,
        }

    def _rings(self):
        """Whether staff are to come at once; warning signs of kiosks do so too."""
        self.ensure_one()
        return self.is_alarm

    def _is_unheeded(self, now):
        """Whether nobody goes, or whoever did has done nothing for too long.

        :param datetime now: naive UTC
        """
        self.ensure_one()
        taken_at = self.alarm_taken_at
        # sudo: a setting of the company, no secret
        minutes = self.company_id.sudo().clinic_queue_alarm_minutes
        return not taken_at or taken_at + timedelta(minutes=minutes) <= now

    def take_alarm(self):
        """Somebody is on the way to whom must be seen at once; it is kept who.

        :returns: what is shown to the user
        """
        self.ensure_one()
        self.check_access("write")
        ticket_sudo = self.sudo()
        ticket_sudo.lock_for_update()
        if not self._is_unheeded(fields.Datetime.now()):
            return self.env._(
                "%(user)s is on the way to %(ticket)s already.",
                user=ticket_sudo.alarm_taken_by_id.name,
                ticket=self.name,
            )
        if not self._rings():
            return self.env._("%(ticket)s is no alarm any more.", ticket=self.name)
        ticket_sudo.write(
            {
                "alarm_taken_at": fields.Datetime.now(),
                "alarm_taken_by_id": self.env.uid,
            }
        )
        self._log("alarm_taken")
        return self.env._("Everybody sees that you go to %(name)s.", name=self.name)

    @api.model
    def get_staff_alerts(self):
        """Return what all screens of staff show, wherever the user is.

        :returns: ``alarms`` that nobody has taken, or that were taken in vain, and
            ``due``: whom to look at, for the first time or again
        :raise AccessError: for who is not staff
        """
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only staff see the alarms."))
        unseen = self.search([("state", "in", UNSEEN)], order="arrived_at")
        alarms = unseen.filtered("is_alarm")
        now = fields.Datetime.now()
        due = unseen._get_due(now)
        return {
            "may_triage": self.env.user.has_group(GROUP),
            "alarms": [
                ticket._describe_alert()
                for ticket in alarms
                if ticket._is_unheeded(now)
            ],
            "due": [
                {**ticket._describe_alert(), "since": since} for ticket, since in due
            ],
        }

    def _describe_alert(self):
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name,
            "queue": self.queue_id.name,
            "site": self.site_id.name,
            "level": self.level_id.name,
            "color": self.level_id.color,
            "is_first": not self.level_id,
            **self._describe_alarm(),
            # names of colleagues are no secret among staff
            "taken_by": self.sudo().alarm_taken_by_id.name or "",
            "taken_at": self.alarm_taken_at,
        }

    def _describe_alarm(self):
        """Return what screens of staff say of an alarm, by the user's rights."""
        self.ensure_one()
        since = self.alarm_since if self.is_alarm else None
        return {"signs": "", "since": since or self.triaged_at or self.arrived_at}

    def _get_due(self, now):
        """Return (ticket, since when it is due) of whom to look at, in order.

        Whoever was triaged and still waits is looked at again after as many minutes
        as their level says; triage, also to the same level, begins them anew. Whoever
        walked in and has no level is looked at after as many as the policy says.

        :param datetime now: naive UTC
        """
        due = []
        for ticket in self:
            minutes = ticket._get_look_minutes()
            if not minutes or ticket.state not in UNSEEN:
                continue
            moment = ticket.triaged_at or ticket.arrived_at
            moment += timedelta(minutes=minutes)
            if moment <= now:
                due.append((ticket, moment))
        return sorted(due, key=lambda item: (item[1], item[0].id))

    def _get_look_minutes(self):
        """Return after how many minutes without triage to look at them; 0: never.

        Appointments need no level, and a warning sign rings as an alarm already.
        """
        self.ensure_one()
        if self.level_id:
            return self.level_id.reassess
        is_expected = self.sudo().appointment_id or self.triage_asked_at
        return 0 if is_expected else self.queue_id.policy_id.triage_minutes
