# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ClinicQueueCounter(models.Model):
    """The last number of a queue's day. One row per queue, day and prefix."""

    _name = "clinic.queue.counter"
    _description = "Ticket Numbers of a Day"
    _order = "day desc, queue_id"

    queue_id = fields.Many2one(
        "clinic.queue", required=True, index=True, ondelete="cascade"
    )
    day = fields.Date(required=True, index=True)
    prefix = fields.Char(required=True)
    last = fields.Integer(required=True)

    _unique_day = models.UniqueIndex(
        "(queue_id, day, prefix)", "The queue counts that day already."
    )

    def _take(self, queue, day, prefix):
        """Return the next number; of two at once the other is repeated by Odoo."""
        self.env.cr.execute(
            """
            INSERT INTO clinic_queue_counter
                   (queue_id, day, prefix, last, create_uid, create_date)
            VALUES (%s, %s, %s, 1, %s, now() AT TIME ZONE 'UTC')
                ON CONFLICT (queue_id, day, prefix)
                DO UPDATE SET last = clinic_queue_counter.last + 1
            RETURNING last
            """,
            (queue.id, day, prefix, self.env.uid),
        )
        return self.env.cr.fetchone()[0]
