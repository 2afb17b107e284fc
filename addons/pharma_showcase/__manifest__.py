# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Pharma Showcases",
    "summary": "Product showcases at the times that doctors gave, without clashes",
    "version": "19.0.1.0.0",
    "category": "Services/Clinic",
    "author": "Clinic Suite contributors, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "application": True,
    "depends": [
        "clinic_scheduling",
        "crm",
        "product",
        "rating",
        "spreadsheet_dashboard",
    ],
    "data": [
        "security/pharma_showcase_groups.xml",
        "security/ir.model.access.csv",
        "security/pharma_showcase_security.xml",
        "security/clinic_doctor_security.xml",
        "data/ir_sequence_data.xml",
        "data/pharma_segment_data.xml",
        "views/pharma_territory_views.xml",
        "views/pharma_segment_views.xml",
        "views/pharma_representative_views.xml",
        "views/pharma_practice_rule_views.xml",
        "views/clinic_doctor_views.xml",
        "views/clinic_site_views.xml",
        "views/pharma_showcase_views.xml",
        "views/pharma_showcase_menus.xml",
    ],
}
