# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models

#: The comparison runs every night; an older one means that it does not.
STALE_HOURS = 36


class ClinicHealth(models.TransientModel):
    """The health check also looks at Stripe."""

    _inherit = "clinic.health"

    @api.model
    def _checks(self):
        """Override: providers without a secret, payments that nobody settled."""
        providers = self.env["payment.provider"].sudo()
        providers = providers.search(
            [("code", "=", "stripe"), ("state", "!=", "disabled")]
        )
        unguarded = providers.filtered(lambda provider: provider._is_stripe_unguarded())
        stale = providers.filtered(lambda provider: not self._is_fresh(provider))
        return [
            *super()._checks(),
            (
                self.env._("Stripe providers without a webhook secret"),
                len(unguarded),
                self.env._("Open the provider and press “Generate your webhook”."),
            ),
            (
                self.env._("Payments at Stripe that are not settled here"),
                sum(p.reconcile_ids[:1].problem_count for p in providers),
                self.env._("Open Reconciliations and look at each of them."),
            ),
            (
                self.env._("Stripe providers that were not compared lately"),
                len(stale),
                self.env._("Open Reconciliations: the last one says what failed."),
            ),
        ]

    def _is_fresh(self, provider):
        """Tell whether the account was compared, or is too new for it."""
        run = provider.reconcile_ids[:1]
        limit = fields.Datetime.now() - timedelta(hours=STALE_HOURS)
        if not run:
            return provider.write_date > limit
        return run.state != "failed" and run.date_start > limit
