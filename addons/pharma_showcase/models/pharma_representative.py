# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class PharmaRepresentative(models.Model):
    """Who shows products to doctors: an Odoo user with working hours."""

    _name = "pharma.representative"
    _description = "Representative"
    _inherit = ["resource.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "sequence, name"
    _check_company_auto = True

    name = fields.Char(
        related="resource_id.name",
        store=True,
        readonly=False,
        required=True,
        tracking=True,
    )
    active = fields.Boolean(
        related="resource_id.active", store=True, readonly=False, default=True
    )
    sequence = fields.Integer(default=10)
    color = fields.Integer(help="Colour in calendars and on maps.")
    user_id = fields.Many2one(
        related="resource_id.user_id",
        store=True,
        readonly=False,
        required=True,
        index=True,
        domain="[('share', '=', False)]",
        tracking=True,
        help="Who logs in. Busy times of the user's own calendar are respected.",
    )
    partner_id = fields.Many2one(related="user_id.partner_id", string="Contact")
    email = fields.Char(related="user_id.email")
    phone = fields.Char(related="user_id.partner_id.phone", readonly=False)
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        index=True,
        check_company=True,
        tracking=True,
    )
    territory_ids = fields.Many2many(
        "pharma.territory", string="Territories", check_company=True
    )
    home_partner_id = fields.Many2one(
        "res.partner",
        string="Home Base",
        ondelete="restrict",
        help="Where a day of calls begins and ends.",
    )
    latitude = fields.Float(
        related="home_partner_id.partner_latitude", readonly=False, digits=(10, 7)
    )
    longitude = fields.Float(
        related="home_partner_id.partner_longitude", readonly=False, digits=(10, 7)
    )
    product_ids = fields.Many2many(
        "product.product",
        string="May Show",
        check_company=True,
        help="Products that the representative is trained for. Empty: any.",
    )
    may_carry_samples = fields.Boolean(tracking=True)
    licence_number = fields.Char(tracking=True, help="Of the right to carry samples.")
    licence_until = fields.Date(string="Licence Valid Until", tracking=True)
    max_calls_day = fields.Integer(
        string="Calls a Day",
        default=10,
        aggregator=None,
        help="At most so many calls on one day. 0: no limit.",
    )
    speed = fields.Integer(
        string="Speed (km/h)",
        aggregator=None,
        help="Instead of the territory's. 0: as fast as one gets on there.",
    )
    showcase_ids = fields.One2many("pharma.showcase", "representative_id")
    showcase_count = fields.Integer(compute="_compute_showcase_count")

    _unique_user = models.UniqueIndex(
        "(user_id, COALESCE(company_id, 0))", "This user is a representative already."
    )
    _unique_resource = models.UniqueIndex(
        "(resource_id)", "This resource is a representative already."
    )
    _check_numbers = models.Constraint(
        "CHECK (max_calls_day >= 0 AND speed >= 0)",
        "The speed and the number of calls are not negative.",
    )

    @api.depends("showcase_ids")
    def _compute_showcase_count(self):
        counts = dict(
            self.env["pharma.showcase"]._read_group(
                [
                    ("representative_id", "in", self.ids),
                    ("stop", ">=", fields.Datetime.now()),
                    ("state", "in", ("draft", "proposed", "confirmed")),
                ],
                ["representative_id"],
                ["__count"],
            )
        )
        for representative in self:
            representative.showcase_count = counts.get(representative, 0)

    @api.model_create_multi
    def create(self, vals_list):
        """Override: who may add a representative needs no right to resources."""
        self.check_access("create")
        for vals in vals_list:
            if not vals.get("resource_id"):
                values = self._prepare_resource_values(vals, vals.pop("tz", None))
                # sudo: the resource of the new representative alone
                resource_sudo = self.env["resource.resource"].sudo().create(values)
                vals["resource_id"] = resource_sudo.id
        return super().create(vals_list)

    def write(self, vals):
        if "resource_id" in vals:
            moved = self.filtered(
                lambda item: item.resource_id.id != vals["resource_id"]
            )
            self.env["clinic.reservation"]._check_unclaimed(moved.resource_id)
        result = super().write(vals)
        if "user_id" in vals:
            self._claim_for_user()
        return result

    def _claim_for_user(self):
        """Let the calls claim the time of the person who makes them now."""
        for representative_sudo in self.sudo():
            claims_sudo = representative_sudo.showcase_ids.reservation_ids
            persons_sudo = claims_sudo.filtered("partner_id")
            persons_sudo.partner_id = representative_sudo.user_id.partner_id

    def _prepare_resource_values(self, vals, tz):
        values = super()._prepare_resource_values(vals, tz)
        values["user_id"] = vals.get("user_id")
        return values
