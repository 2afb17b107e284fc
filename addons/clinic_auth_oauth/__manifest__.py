# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Clinic Sign-in with Google",
    "summary": "Accept only sign-ins that Google issued for this practice",
    "version": "19.0.1.0.0",
    "category": "Services/Clinic",
    "author": "Clinic Suite contributors, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "auto_install": True,
    "depends": ["clinic_scheduling", "auth_oauth"],
    "data": ["views/auth_oauth_provider_views.xml"],
    "post_init_hook": "post_init_hook",
}
