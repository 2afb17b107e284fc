# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import csv
import io

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_amount

from odoo.addons.clinic_scheduling.utils import to_safe_cell

EXPORT_URL = "/pharma_showcase/export/transfers"

FORMS = [
    ("in_kind", "Goods or services"),
    ("cash", "Money"),
    ("stock", "Shares"),
]

NATURES = [
    ("meal", "Meal or drink"),
    ("material", "Teaching material"),
    ("travel", "Travel and lodging"),
    ("registration", "Registration fee"),
    ("fee", "Fee for service"),
    ("grant", "Donation or grant"),
    ("other", "Other"),
]


class PharmaValueTransfer(models.Model):
    """Something of value that a doctor got, for public reporting.

    Entries are written once. What was wrong is replaced by another entry that says
    why; with an amount of 0 nothing was given. Both stay, and the last one counts.
    """

    _name = "pharma.value.transfer"
    _description = "Transfer of Value"
    _inherit = ["pharma.append.only.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    date = fields.Date(
        required=True, index=True, default=fields.Date.context_today, tracking=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    doctor_id = fields.Many2one(
        "clinic.doctor",
        string="Recipient",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    showcase_id = fields.Many2one(
        "pharma.showcase", index=True, ondelete="restrict", check_company=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Given by",
        required=True,
        index=True,
        default=lambda self: self.env.user,
    )
    form = fields.Selection(FORMS, required=True, default="in_kind", tracking=True)
    nature = fields.Selection(NATURES, required=True, default="meal", tracking=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(required=True, tracking=True)
    product_ids = fields.Many2many(
        "product.product", string="Products", check_company=True
    )
    note = fields.Char(help="Nothing about patients.")
    replaces_id = fields.Many2one(
        "pharma.value.transfer",
        string="Instead of",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The entry that was wrong.",
    )
    replaced_by_ids = fields.One2many(
        "pharma.value.transfer", "replaces_id", string="Replaced by"
    )
    correction_reason = fields.Char(help="What was wrong with the other entry.")

    _check_amount = models.Constraint(
        "CHECK (amount > 0 OR (amount = 0 AND replaces_id IS NOT NULL))",
        "A transfer of value has an amount above 0.",
    )
    _check_correction = models.Constraint(
        "CHECK (replaces_id IS NULL OR COALESCE(correction_reason, '') <> '')",
        "Say what was wrong with the other entry.",
    )
    _unique_correction = models.UniqueIndex(
        "(replaces_id) WHERE replaces_id IS NOT NULL",
        "This entry was replaced already: correct the one that replaced it.",
    )

    @api.depends("doctor_id", "amount")
    def _compute_display_name(self):
        for transfer in self:
            amount = format_amount(self.env, transfer.amount, transfer.currency_id)
            transfer.display_name = f"{transfer.doctor_id.display_name} · {amount}"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: one names doctors whom one may see, and entries one may see."""
        self = self._refuse_forgeries(vals_list)
        replaced = [vals["replaces_id"] for vals in vals_list if "replaces_id" in vals]
        self.browse(replaced).check_access("read")
        doctor_ids = [vals["doctor_id"] for vals in vals_list if "doctor_id" in vals]
        self.env["clinic.doctor"].browse(doctor_ids).check_access("read")
        return super().create(vals_list)

    @api.constrains("date")
    def _check_date(self):
        for transfer in self:
            if transfer.date > fields.Date.context_today(transfer):
                raise ValidationError(
                    self.env._("A transfer of value is recorded once it is given.")
                )

    def action_correct(self):
        """Open a form for the entry that replaces this one."""
        self.ensure_one()
        names = ("date", "doctor_id", "showcase_id", "form", "nature", "amount", "note")
        values = {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in (*names, "company_id", "product_ids")
        }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct a Transfer of Value"),
            "res_model": self._name,
            "view_mode": "form",
            "context": {
                "default_replaces_id": self.id,
                **{f"default_{name}": value for name, value in values.items()},
            },
        }

    def action_export_csv(self):
        """Download the selected transfers for public reporting."""
        self._check_export(len(self))
        return {
            "type": "ir.actions.client",
            "tag": "clinic_scheduling.download",
            "params": {
                "url": EXPORT_URL,
                "data": {"ids": ",".join(map(str, self.ids))},
            },
        }

    @api.model
    def _check_export(self, count):
        """Refuse an export without the right, or of too many entries."""
        self.env["pharma.figures.mixin"]._check_export(count)

    def export_data(self, fields_to_export):
        """Override: Odoo's own export obeys the limit too."""
        self._check_export(len(self))
        return super().export_data(fields_to_export)

    def _export_csv(self):
        """Return the CSV as bytes: a row for each transfer, the oldest first.

        Of entries that were corrected the last one counts. Recipients who did not
        consent to be named have no name in it.
        """
        output = io.StringIO()
        writer = csv.writer(output)
        writer.writerow(self._get_csv_header())
        named = self._get_named()
        valid = self.filtered(lambda item: item.amount and not item.replaced_by_ids)
        for transfer in valid.sorted(lambda item: (item.date, item.id)):
            cells = transfer._get_csv_row(transfer in named)
            writer.writerow([to_safe_cell(cell) for cell in cells])
        return output.getvalue().encode("utf-8-sig")

    def _get_named(self):
        """Return those of these transfers whose recipients agreed to be named."""
        named = self.browse()
        for company, transfers in self.grouped("company_id").items():
            statuses = self.env["pharma.consent"]._get_statuses(
                transfers.doctor_id, None, "disclosure", company
            )
            named |= transfers.filtered(
                lambda item, statuses=statuses: statuses[item.doctor_id.id] == "given"
            )
        return named

    @api.model
    def _get_csv_header(self):
        return [
            self.env._("Date"),
            self.env._("Named"),
            self.env._("Recipient"),
            self.env._("Licence number"),
            self.env._("City"),
            self.env._("Country"),
            self.env._("Form"),
            self.env._("Nature"),
            self.env._("Amount"),
            self.env._("Currency"),
            self.env._("Products"),
            self.env._("Showcase"),
        ]

    def _get_csv_row(self, is_named):
        self.ensure_one()
        # sudo: contact data of the doctor; the transfer itself was read with rights
        doctor_sudo = self.doctor_id.sudo()
        partner_sudo = doctor_sudo.partner_id
        forms = dict(self._fields["form"]._description_selection(self.env))
        natures = dict(self._fields["nature"]._description_selection(self.env))
        return [
            fields.Date.to_string(self.date),
            self.env._("Yes") if is_named else self.env._("No"),
            doctor_sudo.display_name if is_named else "",
            doctor_sudo.license_number if is_named else "",
            partner_sudo.city if is_named else "",
            partner_sudo.country_id.code,
            forms[self.form],
            natures[self.nature],
            self.amount,
            self.currency_id.name,
            ", ".join(self.product_ids.mapped("display_name")),
            self.sudo().showcase_id.name if self.showcase_id else "",
        ]
