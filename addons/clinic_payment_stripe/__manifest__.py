# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Clinic Payment: Stripe",
    "summary": "Stripe with its webhook guarded and its payments reconciled nightly",
    "version": "19.0.1.0.0",
    "category": "Services/Clinic",
    "author": "Clinic Suite contributors, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "auto_install": True,
    "depends": ["clinic_payment", "payment_stripe"],
    "external_dependencies": {"python": ["stripe"]},
    "data": [
        "security/ir.model.access.csv",
        "security/clinic_payment_reconcile_security.xml",
        "data/ir_cron_data.xml",
        "views/clinic_payment_reconcile_views.xml",
        "views/payment_provider_views.xml",
        "views/payment_form_templates.xml",
    ],
}
