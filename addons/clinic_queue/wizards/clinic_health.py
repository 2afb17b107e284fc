# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from ..const import PRESENT_STATES


class ClinicHealth(models.TransientModel):
    _inherit = "clinic.health"

    @api.model
    def _checks(self):
        """Override: what keeps a queue from working."""
        queues = self.env["clinic.queue"].search([])
        unserved = queues.filtered("is_unserved")
        unnamed = queues.filtered(
            lambda queue: queue.takes_walk_ins and not queue.walk_in_service_id
        )
        return [
            *super()._checks(),
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
            (
                self.env._("Numbers of earlier days that are still open"),
                self._count_forgotten(queues),
                self.env._("Finish them, or let them leave: they blur the waits."),
            ),
        ]

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
