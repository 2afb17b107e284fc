# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
import logging

import psycopg2
from werkzeug.exceptions import NotFound, UnprocessableEntity

from odoo.exceptions import UserError
from odoo.http import Controller, content_disposition, request, route

_logger = logging.getLogger(__name__)


class PharmaExport(Controller):
    """Files of figures, for who may read them and may export."""

    @route(
        "/pharma_showcase/export/<string:model>",
        type="http",
        auth="user",
        methods=["POST"],
        readonly=True,
    )
    def export_figures(self, model, domain="", **_kwargs):
        """Return a CSV file of the rows in ``domain``, which the user may read.

        :param domain: JSON; it is read with the user's own rights
        """
        figures = request.env.get(model)
        kind = request.env.registry["pharma.figures.mixin"]
        if not isinstance(figures, kind) or figures._abstract:
            raise NotFound()
        try:
            wanted = json.loads(domain)
            if not isinstance(wanted, list):
                raise ValueError("not a domain")
            figures._check_export(figures.search_count(wanted))
            rows = figures.search(wanted)
            content = rows._export_csv()
        except UserError as error:
            raise UnprocessableEntity(str(error)) from error
        except (ValueError, TypeError, psycopg2.DataError) as error:
            raise UnprocessableEntity("The domain is malformed.") from error
        _logger.info(
            "User %s exported %s rows of %s", request.env.uid, len(rows), model
        )
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "text/csv; charset=utf-8"),
                ("Content-Disposition", content_disposition(f"{model}.csv")),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
