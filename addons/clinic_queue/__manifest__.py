# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Clinic Queue",
    "summary": "A waiting room in a fair, safe and explainable order",
    "version": "19.0.1.0.0",
    "category": "Services/Clinic",
    "author": "Clinic Suite contributors, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "application": True,
    "depends": ["clinic_engine", "clinic_scheduling"],
    "external_dependencies": {"python": ["qrcode"]},
    "data": [
        "security/clinic_queue_groups.xml",
        "security/ir.model.access.csv",
        "security/clinic_queue_security.xml",
        "data/clinic_queue_policy_data.xml",
        "wizards/clinic_queue_wizards_views.xml",
        "views/clinic_queue_ticket_views.xml",
        "views/clinic_queue_desk_views.xml",
        "views/clinic_queue_views.xml",
        "views/clinic_queue_board_views.xml",
        "views/queue_board_templates.xml",
        "views/queue_ticket_templates.xml",
        "views/clinic_appointment_check_in_views.xml",
        "views/portal_check_in_templates.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "clinic_queue/static/src/**/*",
            ("remove", "clinic_queue/static/src/board/**/*"),
            ("remove", "clinic_queue/static/src/ticket/**/*"),
            ("remove", "clinic_queue/static/src/kiosk/**/*"),
        ],
        "web.assets_frontend": [
            "clinic_queue/static/src/board/**/*",
            "clinic_queue/static/src/ticket/**/*",
        ],
        "web.assets_unit_tests": ["clinic_queue/static/tests/*"],
        "web.assets_tests": ["clinic_queue/static/tests/tours/*"],
    },
}
