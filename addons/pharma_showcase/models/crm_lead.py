# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Opportunities out of calls: one for each doctor and campaign while it is open."""

import psycopg2.errors
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError

from odoo.addons.clinic_scheduling.quiet import quiet_sql

REPRESENTATIVE = "pharma_showcase.group_pharma_representative"
FOLLOW_UP = "pharma_showcase.mail_activity_type_follow_up"

#: Interest (0 to 5) from which an opportunity has so many stars.
PRIORITIES = ((5, "3"), (4, "2"), (3, "1"), (0, "0"))


class CrmLead(models.Model):
    """Opportunities of doctors."""

    _inherit = "crm.lead"

    # other salespeople may not read doctors
    pharma_doctor_id = fields.Many2one(
        "clinic.doctor",
        string="Doctor",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        groups=REPRESENTATIVE,
    )
    pharma_campaign_id = fields.Many2one(
        "pharma.campaign",
        string="Showcase Campaign",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        check_company=True,
        groups=REPRESENTATIVE,
    )
    pharma_line_ids = fields.One2many(
        "pharma.opportunity.line",
        "lead_id",
        string="Requested Products",
        groups=REPRESENTATIVE,
    )
    pharma_showcase_ids = fields.One2many(
        "pharma.showcase",
        "opportunity_id",
        string="Showcases",
        groups=REPRESENTATIVE,
    )
    pharma_showcase_count = fields.Integer(
        string="Number of Showcases",
        compute="_compute_pharma_showcase_count",
        groups=REPRESENTATIVE,
    )

    _one_open_per_doctor = models.UniqueIndex(
        "(pharma_doctor_id, COALESCE(pharma_campaign_id, 0), COALESCE(company_id, 0))"
        " WHERE pharma_doctor_id IS NOT NULL AND won_status = 'pending'",
        "This doctor has an open opportunity in the campaign already.",
    )

    @api.depends("pharma_showcase_ids")
    def _compute_pharma_showcase_count(self):
        for lead in self:
            lead.pharma_showcase_count = len(lead.pharma_showcase_ids)

    def action_view_pharma_showcases(self):
        """Open the calls that led here."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pharma_showcase.pharma_showcase_action"
        )
        return {**action, "domain": [("opportunity_id", "in", self.ids)]}

    # ------------------------------------------------------------------
    # What calls write
    # ------------------------------------------------------------------

    @api.model
    def _find_of_showcase(self, showcase):
        """Return, as superuser, the doctor's open opportunity; may be empty."""
        leads_sudo = self.sudo()
        return leads_sudo.search(
            [
                ("pharma_doctor_id", "=", showcase.doctor_id.id),
                ("pharma_campaign_id", "=", showcase.campaign_id.id),
                ("company_id", "=", showcase.company_id.id),
                ("won_status", "=", "pending"),
            ],
            limit=1,
        )

    @api.model
    def _open_for_showcase(self, showcase):
        """Return, as superuser, the doctor's open opportunity; make one if needed.

        :raise ConcurrencyError: another report opens it at this moment: Odoo repeats
            the request, which then finds it
        """
        if found_sudo := self._find_of_showcase(showcase):
            return found_sudo
        quiet = self.sudo().with_context(mail_create_nosubscribe=True)
        try:
            with self.env.cr.savepoint(), quiet_sql():
                lead_sudo = quiet.create(self._prepare_from_showcase(showcase))
                lead_sudo.flush_recordset()
        except psycopg2.errors.UniqueViolation as error:
            if "one_open_per_doctor" not in (error.diag.constraint_name or ""):
                raise
            raise ConcurrencyError(str(error)) from error
        return lead_sudo.with_context(mail_create_nosubscribe=False)

    @api.model
    def _prepare_from_showcase(self, showcase):
        """Return the values of a new opportunity; hook."""
        # sudo: contact, team and user of a call that the caller may report
        showcase_sudo = showcase.sudo()
        representative_sudo = showcase_sudo.representative_id
        doctor_sudo = showcase_sudo.doctor_id
        products = showcase_sudo.line_ids.product_id.mapped("name")
        subject = showcase_sudo.campaign_id.name or ", ".join(products[:3])
        tag = self.env.ref("pharma_showcase.crm_tag_showcase", raise_if_not_found=False)
        return {
            "type": "opportunity",
            "name": f"{doctor_sudo.display_name}: {subject or showcase_sudo.name}",
            "partner_id": doctor_sudo.partner_id.id,
            "user_id": representative_sudo.user_id.id,
            "team_id": representative_sudo.team_id.id,
            "company_id": showcase_sudo.company_id.id,
            "pharma_doctor_id": doctor_sudo.id,
            "pharma_campaign_id": showcase_sudo.campaign_id.id,
            "tag_ids": [fields.Command.set(tag.ids)] if tag else False,
        }

    def _update_requests(self):
        """Bring the products in line with what was requested in the calls.

        What somebody has changed by hand stays as far above or below the request.
        """
        self.ensure_one()
        wanted = self._sum_requests()
        lines = {line.product_id: line for line in self.pharma_line_ids}
        for product in wanted.keys() | lines.keys():
            quantity = wanted.get(product, 0.0)
            if line := lines.get(product):
                change = quantity - line.requested_quantity
                if change:
                    line.write(
                        {
                            "requested_quantity": quantity,
                            "quantity": max(0.0, line.quantity + change),
                        }
                    )
            else:
                self.env["pharma.opportunity.line"].sudo().create(
                    {
                        "lead_id": self.id,
                        "product_id": product.id,
                        "requested_quantity": quantity,
                        "quantity": quantity,
                    }
                )

    def _sum_requests(self):
        """Return {product: quantity} requested in the calls of this opportunity."""
        wanted = {}
        for line in self.sudo().pharma_showcase_ids.line_ids:
            if line.is_requested:
                quantity = line.requested_quantity or 1.0
                wanted[line.product_id] = wanted.get(line.product_id, 0.0) + quantity
        return wanted

    def _update_expected_revenue(self, without=None):
        """Expect what the products add up to, until the opportunity is closed.

        :param without: lines that are about to go
        """
        for lead in self:
            if lead.won_status != "pending":
                continue
            lines = lead.pharma_line_ids
            if without:
                lines -= without
            lead.expected_revenue = sum(lines.mapped("amount"))

    def _raise_priority(self, interest):
        """Give the stars of this interest (0 to 5), unless there are more already."""
        self.ensure_one()
        stars = next(stars for limit, stars in PRIORITIES if interest >= limit)
        if stars > (self.priority or "0"):
            self.priority = stars

    def _plan_follow_up(self, user, date, summary):
        """Have the representative act on a date; a later report moves it."""
        self.ensure_one()
        known = self.activity_search([FOLLOW_UP])
        if not date:
            return
        if known:
            known[0].write({"date_deadline": date, "summary": summary or False})
        else:
            self.activity_schedule(
                FOLLOW_UP, date_deadline=date, summary=summary, user_id=user.id
            )

    def _log_call(self, showcase, rows):
        """Tell in the chatter what a report says.

        :param rows: (label, text) of what was said
        """
        items = Markup().join(
            Markup("<li>%s: %s</li>") % (label, text) for label, text in rows if text
        )
        if items:
            link = showcase._get_html_link(title=showcase.name)
            self.message_post(body=Markup("<p>%s</p><ul>%s</ul>") % (link, items))
