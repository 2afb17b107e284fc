# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The day of a queue, on its site's clock: what is over, and what is closed."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import PRESENT_STATES

_logger = logging.getLogger(__name__)

#: Hours for which who came before midnight still waits after it.
NIGHT_HOURS = 6


class ClinicQueue(models.Model):
    _inherit = "clinic.queue"

    def _get_day_domain(self):
        """Return which tickets of these queues are of today on their site's clock.

        Who came before midnight is not sent away by it: those of the last hours count.
        """
        return Domain.OR(
            Domain("site_id", "=", site.id)
            & Domain("day", ">=", self.env["clinic.queue"]._get_site_day(site))
            for site in self.sudo().site_id
        ) | Domain("arrived_at", ">", self._get_night())

    @api.model
    def _get_night(self):
        """Return since when who came still waits, whatever the date says."""
        return fields.Datetime.now() - timedelta(hours=NIGHT_HOURS)

    @api.model
    def _cron_close_days(self):
        """End what is left of earlier days, on each site's own clock.

        Who waits was not seen, or has gone after a first consultation. A consultation
        that nobody ended has no known length; its visit stays as it is.
        """
        queues = self.with_context(active_test=False).search([])
        past = ~queues._get_day_domain() & Domain("state", "in", PRESENT_STATES)
        for ticket in self.env["clinic.queue.ticket"].search(past, order="id"):
            try:
                with self.env.cr.savepoint():
                    ticket._close_day()
            except Exception:
                # one that fails must not keep the others in line
                _logger.exception("Queue ticket %s stays open", ticket.id)


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    def _close_day(self):
        """End a ticket of an earlier day."""
        self.ensure_one()
        if self.state == "in_consultation":
            self._transition("completed")
            self.sudo().completed_at = False
        elif self.first_seen_at:
            self._complete_seen()
        else:
            words = self._for_staff().env
            self.leave_queue(words._("Not seen by the end of the day."))

    def _complete_seen(self):
        """End the visit of who was seen and did not come back from the parked list.

        No consultation was under way: when it ended is not known, nor by whom.
        """
        self.ensure_one()
        before = self.state
        words = self._for_staff().env
        values = {"state": "completed", "desk_id": False, "started_at": False}
        restore = self._get_values(values)
        self.sudo().write(values)
        self._log(
            "state",
            before=before,
            after="completed",
            reason=words._("Seen before; not called again by the end of the day."),
            restore=restore,
        )
