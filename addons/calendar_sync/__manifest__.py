# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Calendar Sync",
    "summary": "Bookings in doctors' own calendars, their busy times not offered",
    "version": "19.0.1.0.0",
    "category": "Services/Clinic",
    "author": "Clinic Suite contributors, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "application": True,
    "depends": ["clinic_scheduling", "queue_job"],
    "external_dependencies": {
        "python": [
            "cryptography",
            "google-api-python-client",
            "google-auth-httplib2",
            "icalendar",
            "msal",
            "recurring-ical-events",
        ]
    },
    "data": [
        "security/calendar_sync_groups.xml",
        "security/ir.model.access.csv",
        "security/calendar_sync_security.xml",
        "data/ir_config_parameter_data.xml",
        "data/queue_job_data.xml",
        "data/ir_cron_data.xml",
        "data/mail_activity_type_data.xml",
        "wizards/calendar_sync_disconnect_views.xml",
        "views/calendar_sync_account_views.xml",
        "views/calendar_sync_calendar_views.xml",
        "views/calendar_sync_link_views.xml",
        "views/calendar_sync_client_views.xml",
        "views/connect_templates.xml",
        "views/res_config_settings_views.xml",
        "views/calendar_sync_menus.xml",
    ],
}
