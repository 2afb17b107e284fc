# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Clinic Scheduling",
    "summary": "Doctors, availability and appointments that cannot double-book",
    "version": "19.0.1.0.0",
    "category": "Services/Clinic",
    "author": "Clinic Suite contributors, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "application": True,
    "depends": ["clinic_engine", "mail", "resource", "web_timeline"],
    "data": [
        "security/clinic_scheduling_groups.xml",
        "security/ir.model.access.csv",
        "security/clinic_scheduling_security.xml",
        "data/ir_sequence_data.xml",
        "data/ir_cron_data.xml",
    ],
    "pre_init_hook": "pre_init_hook",
    "post_init_hook": "post_init_hook",
}
