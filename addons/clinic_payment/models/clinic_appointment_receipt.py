# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ClinicAppointment(models.Model):
    """What a receipt says."""

    _inherit = "clinic.appointment"

    def _get_receipt_values(self):
        """Return what patients read on the receipt of this visit."""
        self.ensure_one()
        # sudo: whoever may see the visit may see its receipt
        visit_sudo = self.sudo()
        company_sudo = visit_sudo.company_id
        schedule = self.env["clinic.schedule"]
        address = company_sudo.partner_id._display_address(without_company=True)
        return {
            "company_address": [
                line.strip() for line in address.splitlines() if line.strip()
            ],
            "company_vat": company_sudo.vat or "",
            "number": self._get_receipt_number(),
            "patient": visit_sudo.patient_id.name,
            "service": visit_sudo.service_id.name,
            "doctor": visit_sudo.doctor_id.display_name,
            "site": visit_sudo.site_id.name,
            "start": visit_sudo._format_moment_here(self.start),
            "rows": visit_sudo._get_receipt_rows(),
            "price": self.amount_total,
            "fee": self.amount_fee,
            "net": self.amount_paid - self.amount_refunded,
            "due": self.amount_due,
            "issued": schedule._format_date(visit_sudo._get_desk_today()),
        }

    def _get_receipt_rows(self):
        """Return payments and refunds that are done, the oldest first; as superuser."""
        rows = [
            self._prepare_receipt_row(transaction_sudo)
            for transaction_sudo in self.transaction_ids.sorted("id")
            if transaction_sudo._is_clinic_payment()
            or (
                transaction_sudo.operation == "refund"
                and transaction_sudo.state == "done"
            )
        ]
        rows += [self._prepare_desk_row(desk) for desk in self.desk_ids.sorted("id")]
        rows += [
            {
                "day": refund_sudo.hand_date
                or self._localize(refund_sudo.write_date).date(),
                "label": self.env._("Paid back"),
                "reference": "",
                "amount": -refund_sudo.amount,
            }
            for refund_sudo in self.refund_ids.sorted("id")
            if refund_sudo.state == "by_hand"
        ]
        schedule = self.env["clinic.schedule"]
        return [
            {**row, "date": schedule._format_date(row["day"])}
            for row in sorted(rows, key=lambda row: row["day"])
        ]

    def _prepare_desk_row(self, desk):
        methods = dict(desk._fields["method"]._description_selection(self.env))
        is_refund = desk.kind == "refund"
        method = methods[desk.method]
        if is_refund:
            label = self.env._("Paid back at the practice: %(method)s", method=method)
        else:
            label = self.env._("Payment at the practice: %(method)s", method=method)
        return {
            "day": desk.date,
            "label": label,
            "reference": desk.reference or "",
            "amount": -desk.amount if is_refund else desk.amount,
        }

    def _get_receipt_number(self):
        """Return the visit's number; a hold that was never booked has none."""
        return self._get_payment_number()

    def _get_payment_number(self):
        """Return how payments of this visit are called.

        A hold has no number yet: what stands for it looks like no appointment's.
        """
        return self.name if self.name != "/" else f"P{self.id:06d}"

    def _prepare_receipt_row(self, transaction_sudo):
        is_refund = transaction_sudo.operation == "refund"
        return {
            # the day on the site's clock, as on every other page
            "day": self._localize(transaction_sudo.last_state_change).date(),
            "label": self.env._("Refund")
            if is_refund
            else self.env._(
                "Payment by %(method)s", method=transaction_sudo.payment_method_id.name
            ),
            "reference": transaction_sudo.reference,
            "amount": transaction_sudo.amount,
        }
