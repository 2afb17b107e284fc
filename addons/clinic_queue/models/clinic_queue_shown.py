# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The waits that people are told: each is noted, and judged once it is known."""

from odoo import api, fields, models

#: More changes of one ticket's band for one audience are not noted.
MOST_NOTED = 100

#: Steps that end a wait.
ENDS = ("called", "in_consultation")


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    expected_wait = fields.Char(
        compute="_compute_expected_wait",
        help="Half of the waits end before the first number, four of five before the "
        "second.",
    )

    @api.depends("state")
    def _compute_expected_wait(self):
        bands = self._origin._show_estimates("desk")
        for ticket in self:
            ticket.expected_wait = self._describe_band(bands.get(ticket._origin))

    def _show_estimates(self, shown_to):
        """Return the wait that each ticket is told, and note what is new of it.

        A band is noted once per audience as long as it stays the same, so refreshing
        a screen notes nothing.

        :param shown_to: one of the audiences of ``clinic.queue.estimate``
        :returns: {ticket: (low, high) in seconds, or None when nobody can tell}
        """
        bands = self._get_bands()
        told = {ticket: band for ticket, band in bands.items() if band}
        notes = self.env["clinic.queue.estimate"].sudo()
        last, counts = notes._get_last_bands(told, shown_to)
        notes.create(
            [
                {
                    "ticket_id": ticket.id,
                    "level_id": ticket.level_id.id,
                    "shown_to": shown_to,
                    "low": band[0],
                    "high": band[1],
                }
                for ticket, band in told.items()
                if last.get(ticket.id) != band and counts.get(ticket.id, 0) < MOST_NOTED
            ]
        )
        return bands

    def _get_bands(self):
        """Return {ticket: (low, high) or None}; queues are played on once each."""
        waiting = self.filtered(lambda item: item.state == "waiting")
        found = {}
        for queue in waiting.queue_id:
            own = waiting.filtered(lambda item, queue=queue: item.queue_id == queue)
            if not found.keys() >= set(own.ids):
                found = {**queue._forecast(), **found}
        return {ticket: found.get(ticket.id) for ticket in self}

    def _filter_passable(self, bands):
        """Return those of these whose wait ends later than that of somebody behind.

        More urgent people are expected to come, and to pass them but not the other.
        Who waits for another doctor or desk is not compared.

        :param self: who waits, in the order of service
        :param bands: {ticket: (low, high) in seconds, or None}
        """
        found = self.browse()
        soonest = {}
        for ticket in reversed(self):
            band = bands.get(ticket)
            if not band:
                continue
            line = (ticket.queue_id, ticket.doctor_id, ticket.only_desk_id)
            behind = soonest.get(line, band)
            if band[0] > behind[0] and band[1] > behind[1]:
                found |= ticket
            soonest[line] = min(band, behind)
        return found

    def _describe_band(self, band):
        """Return a band in words, or False without one."""
        if not band:
            return False
        low, high = (round(seconds / 60) for seconds in band)
        if low == high:
            if not high:
                return self.env._("now")
            return self.env._("about %(wait)s", wait=self._describe_minutes(high))
        if high < 60:
            return self.env._("%(low)s to %(high)s min", low=low, high=high)
        return self.env._(
            "%(low)s to %(high)s",
            low=self._describe_minutes(low),
            high=self._describe_minutes(high),
        )

    @api.model
    def _describe_minutes(self, minutes):
        """Return whole minutes in words: 5 min, 1 h, 1 h 20 min."""
        hours, rest = divmod(minutes, 60)
        if not hours:
            return self.env._("%(minutes)s min", minutes=rest)
        if not rest:
            return self.env._("%(hours)s h", hours=hours)
        return self.env._("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)

    def _transition(self, target, kind="state", **values):
        """Override: the call, or the start without one, tells how long it was."""
        result = super()._transition(target, kind, **values)
        if target in ENDS:
            self.env["clinic.queue.estimate"]._settle_actual(self)
        return result

    def _undo(self):
        """Override: whoever waits again was not called when it seemed so."""
        calls = self.filtered(lambda item: item._get_last_step().after in ENDS)
        result = super()._undo()
        back = calls.filtered(lambda item: item.state == "waiting")
        self.env["clinic.queue.estimate"]._reopen_actual(back)
        return result
