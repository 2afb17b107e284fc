# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Why somebody stands where they stand: in words first, the sums below."""

from odoo import api, fields, models

from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

#: Parts of a score, the one that is named first where several lift somebody.
PARTS = ("share", "head_start", "credit")


def outranks(mine, theirs):
    """Return what puts somebody before another one: the part that weighs most.

    :param dict mine: the factors of who goes first, see ``_get_factors``
    :param dict theirs: the factors of who follows
    :returns: early, tier, share, head_start, credit or clock
    """
    if mine["early"] != theirs["early"]:
        return "early"
    if mine["tier"] != theirs["tier"]:
        return "tier"
    if not mine["target"] or not theirs["target"] or mine["early"]:
        return "clock"
    gains = {part: (mine[part] or 0) - (theirs[part] or 0) for part in PARTS}
    best = max(PARTS, key=gains.get)
    return best if gains[best] > 0 and mine["score"] > theirs["score"] else "clock"


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    is_untriaged = fields.Boolean(compute="_compute_is_untriaged")
    level_color = fields.Integer(related="level_id.color")

    @api.depends("level_id", "appointment_id")
    def _compute_is_untriaged(self):
        for ticket in self:
            ticket.is_untriaged = ticket._is_untriaged()

    def _explain_order(self, factors):
        """Return {ticket: what the screen says of its place in this order}.

        ``why``: sentences, before whom and after whom it stands, and by what. ``hint``:
        a word or two, only where the order could look wrong: before somebody who has
        waited longer or is more urgent, or before the own slot.

        :param self: who waits, in the order of service
        :param dict factors: {ticket: its factors}
        """
        found = {}
        ahead = {after: before for before, after in zip(self, self[1:], strict=False)}
        behind = {before: after for after, before in ahead.items()}
        for ticket in self:
            mine = factors[ticket]
            why = []
            if after := behind.get(ticket):
                why.append(ticket._say_before(after, mine, factors[after]))
            if before := ahead.get(ticket):
                why.append(ticket._say_after(before, factors[before], mine))
            found[ticket] = {"why": why, "hint": ticket._get_hint(after, factors)}
        return found

    def _say_before(self, other, mine, theirs):
        self.ensure_one()
        return self.env._(
            "Before %(other)s because %(reason)s.",
            other=other.name,
            reason=self._say_reason(other, mine, theirs),
        )

    def _say_after(self, other, theirs, mine):
        self.ensure_one()
        return self.env._(
            "After %(other)s, who goes first because %(reason)s.",
            other=other.name,
            reason=other._say_reason(self, theirs, mine),
        )

    def _say_reason(self, other, mine, theirs):
        """Return, as the end of a sentence, by what this one goes before another."""
        part = outranks(mine, theirs)
        if part == "share":
            return self._say_share(mine, theirs)
        if part == "head_start" and self._is_untriaged():
            return self.env._(
                "the untriaged wait as %(level)s, which is more urgent",
                level=self.queue_id.policy_id._get_default_level().name,
            )
        return {
            "early": self.env._(
                "the slot of %(other)s is still to come", other=other.name
            ),
            "tier": self.env._("this level always goes first"),
            "head_start": self.env._("the level is more urgent"),
            "credit": self.env._("a credit was given"),
            "clock": self.env._("the wait began earlier"),
        }[part]

    def _say_share(self, mine, theirs):
        if mine["target"] == theirs["target"]:
            return self.env._(
                "the wait is longer (%(mine)s, not %(theirs)s)",
                mine=self._describe_minutes(mine["waited"] // 60),
                theirs=self._describe_minutes(theirs["waited"] // 60),
            )
        return self.env._(
            "more of the time until they are to be seen is used up "
            "(%(mine)s %%, not %(theirs)s %%)",
            mine=round(100 * mine["share"]),
            theirs=round(100 * theirs["share"]),
        )

    def _get_hint(self, after, factors):
        """Return a word where the order could look wrong, see ``_explain_order``.

        :param after: who stands behind this one, with whom the eye compares, or None
        """
        self.ensure_one()
        mine = factors[self]
        if mine["early"]:
            return self.env._("Waits for the slot")
        if not after or not self._looks_wrong(after, mine, factors[after]):
            return ""
        if self._is_untriaged():
            level = self.queue_id.policy_id._get_default_level()
            return self.env._("Waits as %(level)s", level=level.name)
        return {
            "tier": self.env._("Urgent: goes first"),
            "share": self.env._("Nearer to its limit"),
            "head_start": self.env._("More urgent"),
            "credit": self.env._("Credit"),
        }.get(outranks(mine, factors[after]), "")

    def _looks_wrong(self, after, mine, theirs):
        """Whether who stands behind has waited longer, or is of a more urgent level."""
        self.ensure_one()
        if theirs["waited"] > mine["waited"]:
            return True
        codes = [
            (ticket.level_id or ticket.queue_id.policy_id._get_default_level()).code
            for ticket in (self, after)
            if not ticket.sudo().appointment_id
        ]
        return len(codes) == 2 and codes[1] < codes[0]

    def _is_untriaged(self):
        """Whether nobody has looked at who walked in."""
        self.ensure_one()
        return not self.level_id and not self.sudo().appointment_id

    def _get_all_factors(self, now):
        """Return {ticket: the parts of its score}; each policy is read once.

        :param datetime now: naive UTC
        """
        policies = {
            policy: policy._get_engine_policy() for policy in self.queue_id.policy_id
        }
        return {
            ticket: ticket._get_factors(epoch(now), policies[ticket.queue_id.policy_id])
            for ticket in self
        }

    def _describe_place(self, factors):
        """Return how long the ticket waits, and the sums that make its place."""
        self.ensure_one()
        target = factors["target"] // 60
        waited = factors["waited"] // 60
        return {
            "clock": epoch(self._get_clock_start()),
            "waited": waited,
            "target": target,
            "is_early": factors["early"],
            "is_overdue": waited > target and not factors["early"],
            "why": [],
            "hint": "",
            "sums": [
                *self._describe_class(),
                *self._describe_factors(factors),
                *self._describe_score(factors),
            ],
        }

    def _describe_score(self, factors):
        """Return the sum in words where a score decides, not the clock alone."""
        if not factors["target"] or factors["early"]:
            return []
        score = f"{factors['score']:.2f}"
        return [self.env._("Score %(score)s.", score=score)]

    def _describe_class(self):
        """Return in words as what somebody waits: a level, or an appointment."""
        self.ensure_one()
        policy, level = self.queue_id.policy_id, self.level_id
        is_urgent = bool(level) and level.tier < policy.appointment_tier
        if level and (is_urgent or not self.sudo().appointment_id):
            words = [
                self.env._(
                    "%(level)s (level %(code)s).", level=level.name, code=level.code
                )
            ]
            if is_urgent:
                words.append(self.env._("Goes before all who are less urgent."))
            return words
        if self.sudo().appointment_id:
            return [self.env._("Has an appointment.")]
        level = policy._get_default_level()
        return [self.env._("Not triaged yet: waits as %(level)s.", level=level.name)]

    def _describe_factors(self, factors):
        """Return the parts of a score in words, one sentence each."""
        self.ensure_one()
        words = []
        if factors["early"]:
            words.append(self.env._("Before the slot: only while nobody else waits."))
        if factors["target"]:
            words.append(
                self.env._(
                    "Waited %(minutes)s of %(target)s (%(share)s %%).",
                    minutes=self._describe_minutes(factors["waited"] // 60),
                    target=self._describe_minutes(factors["target"] // 60),
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
