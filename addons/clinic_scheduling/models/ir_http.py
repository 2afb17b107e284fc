# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.http import request

#: Where the routes are that answer OPTIONS without running.
OURS = "odoo.addons.clinic_"


class IrHttp(models.AbstractModel):
    """Translate the scripts of the booking pages, and let OPTIONS do nothing."""

    _inherit = "ir.http"

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        return [*super()._get_translation_frontend_modules_name(), "clinic_scheduling"]

    @classmethod
    def _dispatch(cls, endpoint):
        """Override: a question for the methods of a route never runs the route.

        Odoo adds OPTIONS to every route, takes it for safe, asks for no CSRF token and
        then calls the route, be it one that changes something by POST.
        """
        original = getattr(endpoint, "original_endpoint", endpoint)
        if request.httprequest.method == "OPTIONS" and original.__module__.startswith(
            OURS
        ):
            methods = [*(endpoint.routing.get("methods") or ["GET", "POST"]), "OPTIONS"]
            headers = {"Allow": ", ".join(dict.fromkeys(methods))}
            return request.make_response("", headers=headers, status=204)
        return super()._dispatch(endpoint)
