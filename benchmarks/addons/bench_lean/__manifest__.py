# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Lean Booking (benchmarks)",
    "summary": "One row with chatter and the constraint: what Odoo itself costs",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Clinic Suite contributors, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "depends": ["mail", "resource"],
    "external_dependencies": {},
    "data": ["security/ir.model.access.csv"],
}
