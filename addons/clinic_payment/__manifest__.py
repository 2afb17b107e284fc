# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Clinic Payment",
    "summary": "Deposits and fees of visits, and refunds by policy",
    "version": "19.0.1.0.0",
    "category": "Services/Clinic",
    "author": "Clinic Suite contributors, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "depends": ["clinic_scheduling", "payment", "portal", "product"],
    "data": [
        "security/ir.model.access.csv",
        "security/clinic_payment_security.xml",
        "data/ir_cron_data.xml",
        "data/mail_template_data.xml",
        "wizards/clinic_appointment_refund_views.xml",
        "wizards/clinic_appointment_waive_views.xml",
        "wizards/clinic_appointment_cancel_views.xml",
        "views/clinic_cancel_policy_views.xml",
        "views/clinic_service_views.xml",
        "views/clinic_appointment_views.xml",
        "views/payment_provider_views.xml",
        "views/res_config_settings_views.xml",
        "report/clinic_payment_report_views.xml",
        "views/clinic_payment_menus.xml",
    ],
    "demo": [],
}
