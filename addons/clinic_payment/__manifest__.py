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
    ],
    "demo": [],
}
