# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The life of a showcase: one gate, one table of legal steps (const.py)."""

from odoo import fields, models

from odoo.addons.clinic_scheduling.exceptions import BookingError, IllegalTransition

from ..const import CLAIMING_STATES, TRANSITIONS
from .pharma_showcase_booking import GROUP_SCHEDULER

#: The field that keeps when a state was reached.
TIMESTAMPS = {
    "proposed": "proposed_at",
    "confirmed": "confirmed_at",
    "done": "done_at",
    "declined": "declined_at",
    "cancelled": "cancelled_at",
}


class PharmaShowcase(models.Model):
    """All changes of state."""

    _inherit = "pharma.showcase"

    def _transition(self, target, by_doctor=False, **values):
        """Take these showcases to ``target``, or none of them.

        Those that are there already stay untouched, so a repeated click does no
        harm. Leaving a claiming state gives the time back; coming to one takes it.

        :param values: further fields to write in the same step
        :raise IllegalTransition: naming the step that does not exist
        :raise SlotTaken: when the time is no longer free
        """
        changing = self.filtered(lambda item: item.state != target)
        if target in CLAIMING_STATES:
            changing.filtered(
                lambda item: item.state not in CLAIMING_STATES
            )._lock_ahead({})
        for showcase in changing.sorted("id"):  # as everybody: no circle of waits
            showcase._check_step(target, TRANSITIONS)
            showcase._check_may(target, by_doctor)
            showcase._take_step(target, by_doctor, values)
        return True

    def _take_step(self, target, by_doctor, values):
        """Go one step, with the claims that it takes or gives back."""
        claimed = self.state in CLAIMING_STATES
        changes = {"state": target, "attention": False, **values}
        if stamp := TIMESTAMPS.get(target):
            changes[stamp] = fields.Datetime.now()
        if target in CLAIMING_STATES and not claimed:
            if self.name == "/":
                changes["name"] = self._next_number()
            self.check_access("write")
            self._write_by_door(changes)
            self._claim_again()
            return
        self.check_access("write")
        if claimed and target not in CLAIMING_STATES:
            self._release_claims()
        self._write_by_door(changes)
        if target in ("declined", "cancelled"):
            self._tell("cancelled", by_doctor)

    def _check_may(self, target, by_doctor):
        """Refuse steps that are somebody else's, or that come too early."""
        if target in ("done", "no_show") and self.start > fields.Datetime.now():
            raise BookingError(
                self.env._(
                    "%(name)s starts later than now: it has not taken place yet.",
                    name=self.display_name,
                )
            )
        if target != "confirmed" or by_doctor or self.state == "done":
            return
        rules = self.env["pharma.practice.rule"]._get_rules(
            self.doctor_id, self.site_id, self.company_id
        )
        is_bound = any(rules.mapped("approval_required"))
        if is_bound and not self.env.user.has_group(GROUP_SCHEDULER):
            raise IllegalTransition(
                self.env._(
                    "%(doctor)s accepts calls themselves: the practice answers by its "
                    "own link, or a scheduler confirms.",
                    doctor=self.sudo().doctor_id.display_name,
                )
            )

    def propose(self):
        """Take the time and ask the doctor."""
        return self._transition("proposed")

    def confirm(self):
        """The doctor agreed."""
        return self._transition("confirmed")

    def complete(self):
        """The call took place."""
        return self._transition("done")

    def set_no_show(self):
        """The doctor was not there."""
        return self._transition("no_show")

    def cancel(self, reason=None):
        """Cancel and give the time back.

        :param reason: short text, which the doctor reads
        """
        return self._transition("cancelled", cancel_reason=reason)

    def _accept(self):
        """The doctor accepts."""
        return self._transition("confirmed", by_doctor=True)

    def _decline(self, text, **values):
        """The doctor declines, and says why."""
        return self._transition(
            "declined", by_doctor=True, decline_reason=text, **values
        )

    def _expire_hold(self):
        """Override: showcases hold no time for somebody who is still choosing."""
        self.sudo().reservation_ids.expires_at = False
