# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

STATES = [
    ("draft", "Prepared"),
    ("running", "Running"),
    ("closed", "Closed"),
]


class PharmaCampaign(models.Model):
    """Products that are to be shown to which doctors, how often, between two dates."""

    _name = "pharma.campaign"
    _description = "Showcase Campaign"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_start desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    state = fields.Selection(
        STATES, required=True, default="draft", tracking=True, copy=False
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
    )
    team_id = fields.Many2one(
        "crm.team", string="Sales Team", check_company=True, tracking=True
    )
    date_start = fields.Date(
        string="From",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
    )
    date_end = fields.Date(string="Until", required=True, tracking=True)
    product_ids = fields.Many2many(
        "product.product", string="Products", check_company=True
    )
    territory_ids = fields.Many2many(
        "pharma.territory",
        string="Territories",
        check_company=True,
        help="Empty: all territories of the company.",
    )
    specialty_ids = fields.Many2many(
        "clinic.specialty", string="Specialties", help="Empty: doctors of all of them."
    )
    message_line_ids = fields.One2many(
        "pharma.campaign.message", "campaign_id", string="Key Messages", copy=True
    )
    target_ids = fields.One2many(
        "pharma.campaign.target", "campaign_id", string="Targets", copy=True
    )
    document_ids = fields.Many2many(
        "product.document",
        string="More Material",
        domain="[('is_showcase_material', '=', True)]",
        help="Shown beside the material of the campaign's products.",
    )
    material_ids = fields.Many2many("product.document", compute="_compute_material_ids")
    note = fields.Html(string="Briefing")

    _check_dates = models.Constraint(
        "CHECK (date_end >= date_start)", "A campaign ends after it starts."
    )

    @api.depends("product_ids", "document_ids")
    def _compute_material_ids(self):
        for campaign in self:
            found = campaign.product_ids._get_showcase_materials()
            extra = campaign.document_ids.filtered("is_showcase_valid")
            campaign.material_ids = extra | found

    @api.constrains("target_ids")
    def _check_targets(self):
        for campaign in self:
            segments = campaign.target_ids.mapped("segment_id")
            if len(segments) != len(campaign.target_ids):
                raise ValidationError(
                    self.env._("Each segment has one target in a campaign.")
                )

    def action_start(self):
        """Let representatives show the campaign's products."""
        self._check_complete()
        self.write({"state": "running"})

    def action_close(self):
        """End the campaign; its figures stay."""
        self.write({"state": "closed"})

    def action_reset(self):
        """Prepare the campaign once more."""
        self.write({"state": "draft"})

    def _check_complete(self):
        """Refuse to start what says neither what nor to whom.

        :raise ValidationError: naming the campaign
        """
        for campaign in self:
            if not campaign.product_ids or not campaign.target_ids:
                raise ValidationError(
                    self.env._(
                        "Choose the products and the segments of %(campaign)s first.",
                        campaign=campaign.name,
                    )
                )

    def _get_target_domain(self):
        """Return the domain of the doctors whom the campaign is for."""
        self.ensure_one()
        domain = Domain("segment_id", "in", self.target_ids.segment_id.ids)
        domain &= Domain("no_see", "=", False)
        domain &= Domain("company_id", "in", [self.company_id.id, False])
        if self.territory_ids:
            domain &= Domain("territory_id", "in", self.territory_ids.ids)
        else:
            domain &= Domain("territory_id", "!=", False)
        if self.specialty_ids:
            domain &= Domain("specialty_ids", "in", self.specialty_ids.ids)
        return domain


class PharmaCampaignMessage(models.Model):
    """What a representative should get across about a product."""

    _name = "pharma.campaign.message"
    _description = "Key Message"
    _order = "sequence, id"

    campaign_id = fields.Many2one(
        "pharma.campaign", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="campaign_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        domain="[('id', 'in', parent.product_ids)]",
        help="Empty: about the campaign as a whole.",
    )
    name = fields.Char(string="Message", required=True, translate=True)


class PharmaCampaignTarget(models.Model):
    """How often the doctors of a segment are to be called on in a campaign."""

    _name = "pharma.campaign.target"
    _description = "Campaign Target"
    _order = "segment_id, id"

    campaign_id = fields.Many2one(
        "pharma.campaign", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="campaign_id.company_id", store=True)
    segment_id = fields.Many2one("pharma.segment", required=True, ondelete="restrict")
    target_calls = fields.Integer(
        string="Calls", required=True, default=1, help="Per doctor, in the campaign."
    )

    _check_calls = models.Constraint(
        "CHECK (target_calls >= 0)", "The number of calls cannot be negative."
    )
