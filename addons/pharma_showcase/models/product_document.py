# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Material that representatives show: approved versions, as long as they are valid."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.clinic_scheduling.utils import is_web_address


class ProductDocument(models.Model):
    """Documents and links of products."""

    _inherit = "product.document"

    is_showcase_material = fields.Boolean(
        string="Shown by Representatives",
        help="Representatives find it on their calls.",
    )
    showcase_version = fields.Char(string="Version")
    showcase_reference = fields.Char(
        string="Approval Number", help="Under which the material was approved."
    )
    showcase_valid_until = fields.Date(
        string="Valid Until",
        help="After that day representatives do not find it any more.",
    )
    is_showcase_valid = fields.Boolean(
        string="Valid",
        compute="_compute_is_showcase_valid",
        search="_search_is_showcase_valid",
    )

    @api.depends("is_showcase_material", "showcase_valid_until", "active")
    def _compute_is_showcase_valid(self):
        valid = self.filtered_domain(self._get_valid_domain())
        for document in self:
            document.is_showcase_valid = document in valid

    def _search_is_showcase_valid(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._get_valid_domain()
        wanted = Domain.FALSE
        if True in value:
            wanted |= domain
        if False in value:
            wanted |= ~domain
        return wanted

    @api.model
    def _get_valid_domain(self):
        """Return the domain of what may be shown today."""
        today = fields.Date.context_today(self)
        return (
            Domain("active", "=", True)
            & Domain("is_showcase_material", "=", True)
            & (
                Domain("showcase_valid_until", "=", False)
                | Domain("showcase_valid_until", ">=", today)
            )
        )

    @api.constrains("is_showcase_material", "url", "type")
    def _check_showcase_url(self):
        """A representative opens the link on a phone: it must be one of the web."""
        for document in self:
            if not document.is_showcase_material or document.type != "url":
                continue
            if not is_web_address(document.url):
                raise ValidationError(
                    self.env._(
                        "%(document)s needs an address that starts with https://.",
                        document=document.name,
                    )
                )

    def action_open_showcase_material(self):
        """Open the document, or follow the link."""
        self.ensure_one()
        self.check_access("read")
        address = f"/web/content/{self.ir_attachment_id.id}"
        return {
            "type": "ir.actions.act_url",
            "url": self.url if self.type == "url" else address,
            "target": "new",
        }


class ProductProduct(models.Model):
    """Material of products."""

    _inherit = "product.product"

    def _get_showcase_materials(self):
        """Return the material of these products that may be shown today."""
        owners = Domain("res_model", "=", "product.product")
        owners &= Domain("res_id", "in", self.ids)
        templates = Domain("res_model", "=", "product.template")
        templates &= Domain("res_id", "in", self.product_tmpl_id.ids)
        documents = self.env["product.document"]
        if not self.ids:
            return documents
        return documents.search((owners | templates) & documents._get_valid_domain())
