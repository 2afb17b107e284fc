# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


def post_init_hook(env):
    """Send access tokens in a header: addresses end up in logs."""
    env["ir.config_parameter"].sudo().set_param(
        "auth_oauth.authorization_header", "True"
    )
