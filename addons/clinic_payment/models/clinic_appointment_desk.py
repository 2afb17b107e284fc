# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Money at the desk: taken and given back by hand, and counted like any other."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_amount, format_date

from .clinic_payment_refund import MANAGER

RECEPTIONIST = "clinic_scheduling.group_clinic_receptionist"


class ClinicAppointment(models.Model):
    """What reception takes for a visit, and gives back."""

    _inherit = "clinic.appointment"

    desk_ids = fields.One2many(
        "clinic.payment.desk", "appointment_id", string="At the Desk", readonly=True
    )

    def _register_desk_payment(self, amount, method, date=None, reference=None):
        """Note money that the patient paid at the practice; return the row.

        :param float amount: at most what is due
        :param str method: one of ``DESK_METHODS``
        :param date: when, on the site's clock; today unless told
        :raise AccessError: the user is no receptionist
        :raise UserError: the visit is only held
        :raise ValidationError: nothing, more than is due, or a day to come
        """
        self._check_desk(amount)
        if self.state == "hold":
            raise UserError(self.env._("Book the appointment first: it is only held."))
        self._queue_up_for_money()
        due = self.sudo().amount_due
        if self.currency_id.compare_amounts(amount, due) > 0:
            raise ValidationError(
                self.env._(
                    "No more than %(amount)s is due.",
                    amount=format_amount(self.env, due, self.currency_id),
                )
            )
        row = self._note_at_desk("payment", amount, method, date, reference=reference)
        if self._is_nothing(self.sudo().amount_due):
            self.sudo()._drop_transfers()
        return row

    def _register_desk_refund(self, amount, method, reason, date=None, reference=None):
        """Note money that was given back at the practice; return the row.

        Reception gives back what was paid too much, managers anything that was paid.

        :param str reason: why
        :raise AccessError: the user is no receptionist
        :raise ValidationError: no reason, nothing, or more than may be given back
        """
        self._check_desk(amount)
        if not (reason or "").strip():
            raise ValidationError(self.env._("Say why the money is given back."))
        self._queue_up_for_money()
        visit_sudo = self.sudo()
        is_manager = self.env.user.has_group(MANAGER)
        limit = visit_sudo._get_refundable() if is_manager else visit_sudo._get_excess()
        if self.currency_id.compare_amounts(amount, limit) > 0:
            message = self.env._(
                "At most %(amount)s can be given back.",
                amount=format_amount(self.env, limit, self.currency_id),
            )
            if not is_manager:
                message += " " + self.env._("More is up to a clinic manager.")
            raise ValidationError(message)
        return self._note_at_desk(
            "refund", amount, method, date, reference=reference, reason=reason.strip()
        )

    def _check_desk(self, amount):
        """Refuse who may not handle money, and amounts that are none."""
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group(RECEPTIONIST):
            raise AccessError(self.env._("Money at the desk is up to reception."))
        if self._is_nothing(amount):
            raise ValidationError(self.env._("Enter an amount above zero."))

    def _note_at_desk(self, kind, amount, method, date, **values):
        date = date or self._get_desk_today()
        if date > self._get_desk_today():
            raise ValidationError(self.env._("This day is yet to come."))
        # sudo: rows are written here alone, after the checks above
        row = (
            self.env["clinic.payment.desk"]
            .sudo()
            .create(
                {
                    "appointment_id": self.id,
                    "kind": kind,
                    "method": method,
                    "currency_id": self.currency_id.id,
                    "amount": self.currency_id.round(amount),
                    "date": date,
                    "user_id": self.env.uid,
                    **values,
                }
            )
        )
        self.sudo().message_post(
            body=self._get_desk_message(row),
            author_id=self.env.user.partner_id.id,
            subtype_xmlid="mail.mt_note",
        )
        return row

    def _get_desk_today(self):
        """Return the date of today on the site's clock."""
        site = self.with_context(tz=self.sudo().site_id.tz)
        return fields.Date.context_today(site)

    def _get_desk_message(self, row):
        methods = dict(row._fields["method"]._description_selection(self.env))
        values = {
            "amount": format_amount(self.env, row.amount, row.currency_id),
            "method": methods[row.method],
            "date": format_date(self.env, row.date),
            "reason": row.reason,
        }
        if row.kind == "payment":
            return self.env._(
                "%(amount)s was paid at the practice on %(date)s (%(method)s).",
                **values,
            )
        return self.env._(
            "%(amount)s was given back at the practice on %(date)s (%(method)s): "
            "%(reason)s",
            **values,
        )

    def action_refund_excess(self):
        """Refund what was paid too much: by the providers, the rest at the desk.

        :raise AccessError: the user is no receptionist
        :raise UserError: nothing was paid too much
        """
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group(RECEPTIONIST):
            raise AccessError(self.env._("Refunds are up to reception."))
        self._queue_up_for_money()
        if self._is_nothing(self.sudo()._get_excess()):
            raise UserError(self.env._("Nothing was paid too much."))
        refunds_sudo = self.sudo()._refund_excess()
        self.sudo()._log_refund(refunds_sudo)
        if refunds_sudo:
            return None
        return self._open_desk("refund")

    def action_register_payment(self):
        """Open the form for money that is taken at the desk."""
        return self._open_desk("payment")

    def action_register_refund(self):
        """Open the form for money that is given back at the desk."""
        return self._open_desk("refund")

    def _open_desk(self, kind):
        self.ensure_one()
        self.check_access("write")
        titles = {
            "payment": self.env._("Register Payment"),
            "refund": self.env._("Register Refund"),
        }
        return {
            "type": "ir.actions.act_window",
            "name": titles[kind],
            "res_model": "clinic.appointment.desk",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_appointment_id": self.id,
                "default_kind": kind,
            },
        }
