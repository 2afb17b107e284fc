# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Clinic Engine",
    "summary": "Availability, free slots, claims and ranking, without models",
    "version": "19.0.1.0.0",
    "category": "Technical",
    "author": "Clinic Suite contributors, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "depends": ["base"],
    "external_dependencies": {"python": ["python-dateutil"]},
}
