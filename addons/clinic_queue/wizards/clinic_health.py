# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import PRESENT_STATES

#: A tablet that is on reports every minute. One that was not heard for so many minutes
#: while somebody works at its site, or for so many days, is off or lost.
SILENT_MINUTES = 15
SILENT_DAYS = 3


class ClinicHealth(models.TransientModel):
    _inherit = "clinic.health"

    @api.model
    def _checks(self):
        """Override: what keeps a queue from working."""
        queues = self.env["clinic.queue"].search([])
        return [
            *super()._checks(),
            *self._queue_setup_checks(queues),
            *self._queue_day_checks(queues),
            *self._kiosk_checks(),
        ]

    def _queue_setup_checks(self, queues):
        unserved = queues.filtered("is_unserved")
        unnamed = queues.filtered(
            lambda queue: queue.takes_walk_ins and not queue.walk_in_service_id
        )
        return [
            (
                self.env._("Queues without a desk"),
                len(unserved),
                self.env._(
                    "Nobody can be called. Add desks to: %(queues)s.",
                    queues=", ".join(unserved.mapped("name")),
                ),
            ),
            (
                self.env._("Queues for walk-ins without a service"),
                len(unnamed),
                self.env._(
                    "Waits are guessed until enough was measured. Set the service of: "
                    "%(queues)s.",
                    queues=", ".join(unnamed.mapped("name")),
                ),
            ),
            (
                self.env._("Desks that serve no queue"),
                self.env["clinic.queue.desk"].search_count([("queue_ids", "=", False)]),
                self.env._("Choose the queues of each desk, or archive it."),
            ),
        ]

    def _queue_day_checks(self, queues):
        desks = self.env["clinic.queue.desk"].search([("state", "!=", "closed")])
        waiting = self.env["clinic.queue.ticket"].search(
            Domain("state", "=", "waiting") & queues._get_day_domain()
        )
        # those without any desk are counted above
        stuck = (waiting.queue_id - desks.queue_ids).filtered(
            lambda queue: not queue.is_unserved
        )
        return [
            (
                self.env._("Queues in which people wait and no desk is open"),
                len(stuck),
                self.env._(
                    "Nobody calls them. Open a desk of: %(queues)s.",
                    queues=", ".join(stuck.mapped("display_name")),
                ),
            ),
            self._get_unserved_check(waiting, stuck),
            (
                self.env._("Numbers of earlier days that are still open"),
                self._count_forgotten(queues),
                self.env._("Finish them, or let them leave: they blur the waits."),
            ),
        ]

    def _get_unserved_check(self, waiting, stuck):
        """Return the check of who waits for a desk or a doctor that is not there.

        :param stuck: queues without an open desk, which have a check of their own
        """
        rows = waiting.filtered(
            lambda ticket: (
                ticket.queue_id not in stuck and not ticket.queue_id.is_unserved
            )
        )._describe_unserved()
        return (
            self.env._("Numbers that no open desk calls"),
            len(rows),
            self.env._(
                "Transfer them, or open the desk that they wait for: %(tickets)s.",
                tickets=" ".join(f"{row['name']}: {row['why']}" for row in rows),
            ),
        )

    def _count_forgotten(self, queues):
        """Count the tickets that nobody closed at the end of their day."""
        return sum(
            self.env["clinic.queue.ticket"].search_count(
                [
                    ("queue_id", "=", queue.id),
                    ("state", "in", PRESENT_STATES),
                    ("day", "<", queue._get_today()),
                ]
            )
            for queue in queues
        )

    def _kiosk_checks(self):
        devices = self.env["clinic.queue.device"].search([])
        unpaired = devices.filtered(lambda device: device.state != "paired")
        silent = self._get_silent(devices - unpaired)
        unsettled = [("state", "in", ("failed", "conflict"))]
        return [
            (
                self.env._("Kiosks that are not paired"),
                len(unpaired),
                self.env._(
                    "They give no numbers. Pair them, or archive them: %(devices)s.",
                    devices=", ".join(unpaired.mapped("display_name")),
                ),
            ),
            (
                self.env._("Kiosks that are silent"),
                len(silent),
                self.env._(
                    "They are off, or without a network; what they took meanwhile is "
                    "not here. Look at: %(devices)s.",
                    devices=", ".join(silent.mapped("display_name")),
                ),
            ),
            (
                self.env._("Entries of kiosks to settle"),
                self.env["clinic.sync.log"].search_count(unsettled),
                self.env._(
                    "Somebody took a number or wanted a time, and it could not be "
                    "kept: see Kiosk Sync."
                ),
            ),
        ]

    def _get_silent(self, devices):
        """Return which of the paired tablets should have been heard of."""
        now = fields.Datetime.now()
        desks = self.env["clinic.queue.desk"].search([("state", "!=", "closed")])
        unheard = Domain("last_seen_at", "=", False)
        recently = now - timedelta(minutes=SILENT_MINUTES)
        long_ago = now - timedelta(days=SILENT_DAYS)
        return devices.filtered_domain(
            unheard
            | Domain("last_seen_at", "<", long_ago)
            | Domain("last_seen_at", "<", recently)
            & Domain("site_id", "in", desks.site_id.ids)
        )
