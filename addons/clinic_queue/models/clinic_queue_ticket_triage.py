# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import asdict

from odoo import fields, models

from odoo.addons.clinic_engine.queue_policy import explain
from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from ..exceptions import QueueError

GROUP = "clinic_queue.group_clinic_triage"


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    def _triage(self, level, reason=None):
        """Set how urgent somebody is. The clock of the wait goes on.

        :param level: ``clinic.triage.level`` of the queue's policy
        :param reason: short; kept in the history
        :raise QueueError: the user is not trained to, or the level is none of the
            queue's policy
        """
        self._check_may_triage()
        self.check_access("write")
        level.check_access("read")
        for ticket in self:
            if not level:
                raise QueueError(self.env._("Choose a level."))
            if level.policy_id != ticket.queue_id.policy_id:
                raise QueueError(
                    self.env._(
                        "%(level)s is no level of %(queue)s.",
                        level=level.name,
                        queue=ticket.queue_id.name,
                    )
                )
            before = ticket.level_id
            restore = ticket._get_before_triage(level)
            ticket.sudo().write(
                {
                    "level_id": level.id,
                    "triaged_at": fields.Datetime.now(),
                    "triaged_by_id": self.env.uid,
                }
            )
            ticket._log(
                "triaged", level_before_id=before.id, reason=reason, restore=restore
            )

    def _check_may_triage(self):
        """Only the trained set levels.

        :raise QueueError: for anybody else
        """
        if not self.env.user.has_group(GROUP):
            raise QueueError(
                self.env._("Only staff with the right to triage set the level.")
            )

    def _get_before_triage(self, level):
        """Return what setting a level changes, as it is before it."""
        self.ensure_one()
        names = ["level_id", "triaged_at", "triaged_by_id"]
        if self.triage_asked_at:
            names.append("triage_asked_at")
        if level.is_alarm and not self.is_alarm:
            names += ["alarm_since", "alarm_taken_at", "alarm_taken_by_id"]
        return self._get_values(names)

    def _give_credit(self, credit, reason):
        """Let somebody be served somewhat earlier.

        :param credit: ``clinic.queue.credit`` of the queue's policy
        :param reason: why; kept in the history
        :raise QueueError: without a reason, or for the credit of another policy
        """
        self._check_reason(reason)
        self.check_access("write")
        credit.check_access("read")
        for ticket in self:
            if not credit or credit.policy_id != ticket.queue_id.policy_id:
                raise QueueError(
                    self.env._(
                        "Choose one of the credits of %(queue)s.",
                        queue=ticket.queue_id.name,
                    )
                )
            restore = ticket._get_values(["credit_ids"])
            ticket.sudo().credit_ids |= credit
            reason_given = f"{credit.name}: {reason}"
            ticket._log("credited", reason=reason_given, restore=restore)

    def _move_ahead_of(self, other, reason):
        """Move a ticket before another one, by a credit with a reason.

        :raise QueueError: they do not wait in one queue, the policy does not allow it,
            or the credits do not suffice
        """
        self.ensure_one()
        self._check_reason(reason)
        self.check_access("write")
        self._check_same_line(other)
        policy = self.queue_id.policy_id
        if not policy.allow_reorder:
            raise QueueError(self.env._("The policy of this queue keeps the order."))
        mine, theirs = (self | other)._explain(policy)
        if mine.early and not theirs.early:
            raise QueueError(
                self.env._(
                    "%(ticket)s waits for the slot: before it, only an idle desk "
                    "calls.",
                    ticket=self.name,
                )
            )
        needed = theirs.score - mine.score + 0.005
        if mine.tier != theirs.tier or needed > policy.credit_limit - mine.credit:
            raise QueueError(
                self.env._(
                    "%(ticket)s cannot pass %(other)s: the difference is more than "
                    "credits may make up for. Triage again if the urgency has changed.",
                    ticket=self.name,
                    other=other.name,
                )
            )
        if needed > 0:
            restore = self._get_values(["extra_credit"])
            self.sudo().extra_credit += needed
            self._log("credited", reason=reason, restore=restore)

    def _explain(self, policy):
        """Return the parts of the score of each, in order, as they are now."""
        now = epoch(fields.Datetime.now())
        engine_policy = policy._get_engine_policy()
        return [
            explain(ticket._get_engine_ticket(), engine_policy, now) for ticket in self
        ]

    def _check_same_line(self, other):
        """Both wait, in the same queue.

        :raise QueueError: otherwise
        """
        if not other or other == self:
            raise QueueError(
                self.env._("Choose before whom %(ticket)s goes.", ticket=self.name)
            )
        other.check_access("read")
        if other.queue_id != self.queue_id or {self.state, other.state} != {"waiting"}:
            raise QueueError(
                self.env._(
                    "%(ticket)s and %(other)s do not wait in the same queue any more.",
                    ticket=self.name,
                    other=other.name,
                )
            )

    def _check_reason(self, reason):
        if not (reason or "").strip():
            raise QueueError(self.env._("Say why, in a few words."))

    def _get_factors(self, now, policy=None):
        """Return the parts of the score, as they are stored and shown.

        :param now: epoch seconds
        """
        self.ensure_one()
        policy = policy or self.queue_id.policy_id._get_engine_policy()
        factors = asdict(explain(self._get_engine_ticket(), policy, now))
        return {**factors, "level_code": self.level_id.code or None}
