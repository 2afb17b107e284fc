# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Clinic SMS: Twilio",
    "summary": "Patients answer by SMS, and no SMS is lost or sent twice",
    "version": "19.0.1.0.0",
    "category": "Services/Clinic",
    "author": "Clinic Suite contributors, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "auto_install": True,
    "depends": ["clinic_scheduling", "sms_twilio"],
    "external_dependencies": {"python": ["twilio"]},
    "data": [
        "security/ir.model.access.csv",
        "security/clinic_sms_reply_security.xml",
        "data/ir_cron_data.xml",
        "data/mail_activity_type_data.xml",
        "views/clinic_sms_reply_views.xml",
        "views/res_config_settings_views.xml",
    ],
}
