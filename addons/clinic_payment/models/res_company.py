# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from .clinic_payment_refund import MANAGER


class ResCompany(models.Model):
    """Defaults of a practice for payments."""

    _inherit = "res.company"

    clinic_cancel_policy_id = fields.Many2one(
        "clinic.cancel.policy",
        string="Cancel Policy",
        check_company=True,
        help="For services without one of their own.",
    )
    clinic_payment_minutes = fields.Integer(
        string="Time to Pay (min)",
        help="Once, when a payment begins, the time is held for so long at least. "
        "0: the hold stays as long as it was.",
    )

    _check_clinic_payment = models.Constraint(
        "CHECK (clinic_payment_minutes BETWEEN 0 AND 60)",
        "The time to pay lies between 0 and 60 minutes.",
    )

    def _get_money_manager(self, site=None):
        """Return the user who looks after money that went astray in this company.

        It is a clinic manager who may see ``site`` (without one: who is tied to none,
        before the others), or else the administrator.
        """
        self.ensure_one()
        admin = self.env.ref("base.user_admin")
        managers_sudo = (
            self.env.ref(MANAGER)
            .sudo()
            .all_user_ids.filtered(
                lambda user: (
                    user.active
                    and not user.share
                    and user != admin
                    and self in user.company_ids
                    and (
                        not site
                        or not user.clinic_site_ids
                        or site in user.clinic_site_ids
                    )
                )
            )
        )
        managers_sudo = managers_sudo.sorted(
            lambda user: (not site and bool(user.clinic_site_ids), user.id)
        )
        return managers_sudo[:1].sudo(False) or admin
