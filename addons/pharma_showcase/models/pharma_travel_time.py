# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class PharmaTravelTime(models.Model):
    """How long it takes from a place to another, or from an area to another.

    Calls are planned with these times; where there is none, with the great circle.
    They may be imported from a file, one line for each pair.
    """

    _name = "pharma.travel.time"
    _description = "Travel Time"
    _order = "from_zip, to_zip, id"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    from_partner_id = fields.Many2one(
        "res.partner", string="From Address", index="btree_not_null", ondelete="cascade"
    )
    to_partner_id = fields.Many2one(
        "res.partner", string="To Address", index="btree_not_null", ondelete="cascade"
    )
    from_zip = fields.Char(string="From Postcode", help="Any address of that postcode.")
    to_zip = fields.Char(string="To Postcode", help="Any address of that postcode.")
    minutes = fields.Integer(required=True, aggregator=None)
    both_ways = fields.Boolean(default=True, help="The way back takes as long.")

    _check_ends = models.Constraint(
        "CHECK ((num_nonnulls(from_partner_id, to_partner_id) = 2"
        " AND num_nonnulls(from_zip, to_zip) = 0)"
        " OR (num_nonnulls(from_partner_id, to_partner_id) = 0"
        " AND num_nonnulls(from_zip, to_zip) = 2))",
        "A travel time is from address to address, or from postcode to postcode.",
    )
    _check_minutes = models.Constraint(
        "CHECK (minutes >= 0 AND minutes <= 1440)",
        "A way takes from 0 to 1440 minutes.",
    )
    _unique_way = models.UniqueIndex(
        "(company_id, COALESCE(from_partner_id, 0), COALESCE(to_partner_id, 0),"
        " COALESCE(from_zip, ''), COALESCE(to_zip, ''))",
        "The time of this way is there already.",
    )

    @api.depends("from_partner_id", "to_partner_id", "from_zip", "to_zip")
    def _compute_display_name(self):
        for time in self:
            start = time.from_zip or time.from_partner_id.display_name or ""
            end = time.to_zip or time.to_partner_id.display_name or ""
            time.display_name = f"{start} → {end}"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: postcodes are kept without blanks around them."""
        return super().create([_strip(vals) for vals in vals_list])

    def write(self, vals):
        """Override: as above."""
        return super().write(_strip(vals))


def _strip(vals):
    codes = {
        name: (vals[name] or "").strip() or False
        for name in ("from_zip", "to_zip")
        if name in vals
    }
    return {**vals, **codes}
