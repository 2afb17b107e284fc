# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the screen shows on which a call is reported, and what it sends besides."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.clinic_scheduling.utils import clean_text

from .pharma_call_report_values import LONG_TEXT, UUID, to_moment

#: So many products are offered besides the planned ones.
MOST_PRODUCTS = 200


class PharmaCallReport(models.Model):
    """The screen."""

    _inherit = "pharma.call.report"

    @api.model
    def get_call_screen(self, showcase_id):
        """Return what the screen of a call shows; it keeps it for later offline.

        :raise AccessError: the showcase is not the user's to change
        """
        showcase = self.env["pharma.showcase"].browse(int(showcase_id)).exists()
        showcase.check_access("write")
        if not showcase:
            raise UserError(self.env._("This showcase does not exist any more."))
        report_sudo = self.sudo().search([("showcase_id", "=", showcase.id)])
        # sudo: names of what belongs to a showcase that the user may change
        return {
            "showcase": self._prepare_showcase(showcase.sudo()),
            "lines": self._prepare_lines(showcase.sudo()),
            "products": self._prepare_products(showcase),
            "stock": self._prepare_stock(showcase.sudo()),
            "report": report_sudo._prepare_filed() if report_sudo else False,
            "events": showcase.sudo().adverse_event_ids.mapped("name"),
            **self._prepare_choices(showcase.sudo()),
        }

    @api.model
    def report_adverse_event(self, showcase_id, values):
        """Record an adverse event at once, before the report itself. RPC of the screen.

        :param dict values: ``uuid``, ``aware_at`` (ISO with a zone), ``description``,
            ``product_id``, ``is_serious``; what is sent twice is recorded once
        :return: the number of the record
        :raise AccessError: the showcase is not the user's to change
        """
        showcase = self.env["pharma.showcase"].browse(int(showcase_id)).exists()
        showcase.check_access("write")
        events_sudo = self.env["pharma.adverse.event"].sudo()
        found = self._read_event(showcase, values)
        known = events_sudo.search([("uuid", "=", found["uuid"])])
        if known:
            return known.name
        event_sudo = events_sudo.create(
            {
                **found,
                "showcase_id": showcase.id,
                "doctor_id": showcase.doctor_id.id,
                "company_id": showcase.company_id.id,
                "reporter_id": self.env.uid,
            }
        )
        return event_sudo.name

    @api.model
    def _read_event(self, showcase, values):
        """Return what a device sent of an adverse event as values of ours.

        :raise UserError: it says nothing, or cannot be read
        """
        try:
            uuid, moment = values["uuid"], to_moment(values.get("aware_at"))
            if not UUID.fullmatch(uuid):
                raise ValueError("not a uuid")
            product = int(values.get("product_id") or 0)
        except (
            AttributeError,
            KeyError,
            OverflowError,
            TypeError,
            ValueError,
        ) as error:
            raise ValidationError(
                self.env._("What the device sent cannot be read.")
            ) from error
        description = clean_text(values.get("description"), LONG_TEXT)
        if not description:
            raise UserError(self.env._("Write down what was said."))
        allowed = showcase._get_reportable_products() | showcase.line_ids.product_id
        return {
            "uuid": uuid,
            # a clock that is ahead does not make the event one of the future
            "aware_at": min(moment or showcase.start, fields.Datetime.now()),
            "description": description,
            "product_id": product if product in allowed.ids else False,
            "is_serious": bool(values.get("is_serious")),
        }

    @api.model
    def _prepare_showcase(self, showcase_sudo):
        start = showcase_sudo._localize(showcase_sudo.start)
        modalities = showcase_sudo._fields["modality"]._description_selection(self.env)
        return {
            "id": showcase_sudo.id,
            "name": showcase_sudo.name,
            "doctor": showcase_sudo.doctor_id.display_name,
            "site": showcase_sudo.site_id.name or "",
            "when": showcase_sudo._format_when(),
            "start": start.isoformat(timespec="minutes"),
            "modality": dict(modalities).get(showcase_sudo.modality, ""),
            "state": showcase_sudo.state,
            "has_begun": showcase_sudo.start <= fields.Datetime.now(),
        }

    @api.model
    def _prepare_lines(self, showcase_sudo):
        return [
            {
                "product_id": line.product_id.id,
                "product": line.product_id.display_name,
                "planned": not line.is_unplanned,
            }
            for line in showcase_sudo.line_ids
        ]

    @api.model
    def _prepare_products(self, showcase):
        products_sudo = showcase._get_reportable_products().sudo()
        return [
            {"id": product.id, "name": product.display_name}
            for product in products_sudo[:MOST_PRODUCTS]
        ]

    @api.model
    def _prepare_stock(self, showcase_sudo):
        """Return the lots that may be handed out in this call, the oldest first."""
        today = showcase_sudo._localize(fields.Datetime.now()).date()
        stock_sudo = self.env["pharma.sample.stock"].sudo()
        rows = stock_sudo.search(
            [
                ("representative_id", "=", showcase_sudo.representative_id.id),
                ("company_id", "=", showcase_sudo.company_id.id),
                ("quantity", ">", 0),
                ("expires_on", ">", today),
                ("lot_id.is_blocked", "=", False),
            ],
            order="expires_on, id",
        )
        limits = self.env["pharma.sample.limit"]
        most = limits._get_allowances(
            showcase_sudo.doctor_id, rows.product_id, showcase_sudo.company_id, today
        )
        return [
            {
                "lot_id": row.lot_id.id,
                "lot": row.lot_id.name,
                "product_id": row.product_id.id,
                "product": row.product_id.display_name,
                "expires_on": fields.Date.to_string(row.expires_on),
                "quantity": row.quantity,
                "allowance": most[row.product_id],
            }
            for row in rows
        ]

    def _prepare_filed(self):
        """Return the filed report as the screen shows and amends it."""
        self.ensure_one()
        content = self._get_content()
        return {
            **content,
            "id": self.id,
            "state": self.state,
            "is_late": self.is_late,
            "held_at": f"{self.held_at.isoformat(timespec='seconds')}Z",
            "has_adverse_event": self.has_adverse_event,
            "submitted_at": fields.Datetime.to_string(self.submitted_at),
        }

    @api.model
    def _prepare_choices(self, showcase_sudo):
        steps = self._fields["next_step"]._description_selection(self.env)
        transfers = self.env["pharma.value.transfer"]
        natures = transfers._fields["nature"]._description_selection(self.env)
        return {
            "steps": [list(item) for item in steps],
            "natures": [list(item) for item in natures],
            "currency": showcase_sudo.company_id.currency_id.name,
        }


class PharmaShowcase(models.Model):
    """What may be reported of a call."""

    _inherit = "pharma.showcase"

    def _get_reportable_products(self):
        """Return the products that the call may have been about.

        Those of the representative, else whatever the company sells.
        """
        self.ensure_one()
        # sudo: the training of a representative whose showcase the user may change
        trained = self.representative_id.sudo().product_ids
        if trained:
            return trained.with_env(self.env)
        domain = [
            ("sale_ok", "=", True),
            ("company_id", "in", [False, self.company_id.id]),
        ]
        return self.env["product.product"].search(domain, limit=MOST_PRODUCTS)
