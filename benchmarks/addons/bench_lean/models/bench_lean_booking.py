# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class BenchLeanBooking(models.Model):
    """The least that a booking in Odoo can be: one row that claims one resource.

    It has the chatter and the exclusion constraint, and nothing else.
    """

    _name = "bench.lean.booking"
    _description = "Lean Booking"
    _inherit = ["mail.thread"]

    name = fields.Char(required=True)
    resource_id = fields.Many2one("resource.resource", required=True)
    start = fields.Datetime(required=True)
    stop = fields.Datetime(required=True)

    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (resource_id WITH =, tsrange(start, stop, '[)') WITH &&)",
        "This time is already taken.",
    )
