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
        :raise QueueError: the user is not trained to, or the level is another policy's
        """
        if not self.env.user.has_group(GROUP):
            raise QueueError(
                self.env._("Only staff with the right to triage set the level.")
            )
        self.check_access("write")
        for ticket in self:
            if level.policy_id != ticket.queue_id.policy_id:
                raise QueueError(
                    self.env._(
                        "%(level)s is no level of %(queue)s.",
                        level=level.name,
                        queue=ticket.queue_id.name,
                    )
                )
            before = ticket.level_id
            ticket.sudo().write(
                {
                    "level_id": level.id,
                    "triaged_at": fields.Datetime.now(),
                    "triaged_by_id": self.env.uid,
                }
            )
            ticket._log("triaged", level_before_id=before.id, reason=reason)

    def _give_credit(self, credit, reason):
        """Let somebody be served somewhat earlier.

        :param credit: ``clinic.queue.credit`` of the queue's policy
        :param reason: why; kept in the history
        :raise QueueError: without a reason
        """
        self._check_reason(reason)
        self.check_access("write")
        for ticket in self:
            ticket.sudo().credit_ids |= credit
            ticket._log("credited", reason=f"{credit.name}: {reason}")

    def _move_ahead_of(self, other, reason):
        """Move a ticket before another one, by a credit with a reason.

        :raise QueueError: the policy does not allow it, or the credits do not suffice
        """
        self.ensure_one()
        self._check_reason(reason)
        policy = self.queue_id.policy_id
        if not policy.allow_reorder:
            raise QueueError(self.env._("The policy of this queue keeps the order."))
        self.check_access("write")
        now = epoch(fields.Datetime.now())
        engine_policy = policy._get_engine_policy()
        mine, theirs = (
            explain(ticket._get_engine_ticket(), engine_policy, now)
            for ticket in (self, other)
        )
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
            self.sudo().extra_credit += needed
            self._log("credited", reason=reason)

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

    def _describe_factors(self, factors):
        """Return the parts of a score in words, one sentence each."""
        self.ensure_one()
        minutes = factors["waited"] // 60
        words = []
        if factors["early"]:
            words.append(self.env._("Before the slot: only while nobody else waits."))
        if factors["target"]:
            words.append(
                self.env._(
                    "Waited %(minutes)s of %(target)s min (%(share)s %%).",
                    minutes=minutes,
                    target=factors["target"] // 60,
                    share=round(100 * factors["share"]),
                )
            )
        else:
            words.append(self.env._("To be seen at once."))
        if factors["head_start"]:
            words.append(
                self.env._("Level: +%(worth)s.", worth=round(factors["head_start"], 2))
            )
        words += [
            self.env._("%(reason)s: +%(worth)s.", reason=name, worth=round(worth, 2))
            for name, worth in factors["credits"]
        ]
        return words
