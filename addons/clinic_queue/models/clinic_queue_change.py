# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What becomes of who is here while queues and policies are changed."""

from odoo import api, models
from odoo.fields import Domain

from ..const import PRESENT_STATES
from ..exceptions import QueueError
from .clinic_queue_ticket_state import GONE

#: Who waits by a level, or may come back to it on the same day.
BY_LEVEL = (*PRESENT_STATES, "absent")


class ClinicQueue(models.Model):
    _inherit = "clinic.queue"

    def write(self, vals):
        """Override: who waits has the same level of another policy.

        :raise QueueError: the policy has no such level, or somebody is still here
            while the queue is archived
        """
        if vals.get("active") is False:
            self.sudo()._check_empty()
        before = {queue: queue.policy_id for queue in self}
        result = super().write(vals)
        if "policy_id" in vals:
            self.filtered(lambda item: item.policy_id != before[item])._take_levels()
        return result

    def _check_empty(self):
        """No desk calls from an archived queue: nobody may be left in it.

        :raise QueueError: naming who is there
        """
        domain = [("queue_id", "in", self.ids), ("state", "in", PRESENT_STATES)]
        if here := self.env["clinic.queue.ticket"].search(domain, limit=1):
            raise QueueError(
                self.env._(
                    "%(ticket)s is still at %(desk)s. Finish or transfer it first.",
                    ticket=here.name,
                    desk=here.queue_id.name,
                )
            )

    def _take_levels(self):
        """Give whoever is here the level of the present policy; the history says so.

        :raise QueueError: naming who waits by a level that the policy does not have
        """
        # sudo: whoever sets queues up need not see each visit that waits in them
        tickets_sudo = self.env["clinic.queue.ticket"].sudo()
        domain = [("queue_id", "in", self.ids), ("level_id", "!=", False)]
        states = Domain("state", "in", PRESENT_STATES)
        states |= Domain("state", "in", GONE) & self._get_day_domain()
        for ticket_sudo in tickets_sudo.search(Domain(domain) & states):
            ticket_sudo._take_level(ticket_sudo.queue_id.policy_id)


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    def _find_same_level(self, policy, level):
        """Return the level of a policy with the code of another one's, or none."""
        code = level.code if level else None
        return policy.level_ids.filtered(lambda item: item.code == code)[:1]

    def _get_same_level(self, policy, level=None):
        """Return the level of another policy with the same code; none stays none.

        :param level: the ticket's own if not given
        :raise QueueError: the policy has none with that code
        """
        self.ensure_one()
        level = self.level_id if level is None else level
        found = self._find_same_level(policy, level)
        if level and not found:
            raise QueueError(
                self.env._(
                    "%(policy)s has no level %(code)s for %(ticket)s. Set another "
                    "level first.",
                    policy=policy.name,
                    code=level.code,
                    ticket=self.name,
                )
            )
        return found

    def _take_level(self, policy):
        """Wait by the same level of another policy; who has left may go without."""
        self.ensure_one()
        before = self.level_id
        if before.policy_id == policy:
            return
        if self.state in BY_LEVEL:
            level = self._get_same_level(policy)
        else:
            level = self._find_same_level(policy, before)
        self.level_id = level
        self._log("noted", level_before_id=before.id, reason=policy.name)


class ClinicTriageLevel(models.Model):
    _inherit = "clinic.triage.level"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_waiting(self):
        """Nobody who was triaged waits without a level because it was deleted."""
        # sudo: whoever sets policies up need not see each visit
        tickets_sudo = self.env["clinic.queue.ticket"].sudo()
        domain = [("level_id", "in", self.ids), ("state", "in", BY_LEVEL)]
        if waiting_sudo := tickets_sudo.search(domain, limit=1):
            raise QueueError(
                self.env._(
                    "%(ticket)s waits as %(level)s. Set another level first.",
                    ticket=waiting_sudo.name,
                    level=waiting_sudo.level_id.name,
                )
            )
