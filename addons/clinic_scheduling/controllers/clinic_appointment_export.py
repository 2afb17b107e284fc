# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
import logging
import re

import psycopg2
from werkzeug.exceptions import NotFound, UnprocessableEntity

from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

_logger = logging.getLogger(__name__)

#: file format -> (media type, method of the appointments)
FORMATS = {
    "csv": ("text/csv; charset=utf-8", "_export_csv"),
    "ics": ("text/calendar; charset=utf-8", "_export_ics"),
}


#: Digits of an id, and the largest that PostgreSQL keeps.
ID_PATTERN = re.compile(r"[0-9]{1,10}")
MAX_ID = 2**31 - 1


class ClinicAppointmentExport(http.Controller):
    """Files of appointments, for who may read them and may export."""

    @http.route(
        "/clinic_scheduling/export/<string:file_format>",
        type="http",
        auth="user",
        methods=["GET", "POST"],
        readonly=True,
    )
    def export_appointments(self, file_format, ids="", domain="", **_kwargs):
        """Return a file of the appointments in ``ids``, or else in ``domain``.

        :param ids: numbers, separated by commas
        :param domain: JSON; it is read with the user's own rights
        """
        if file_format not in FORMATS:
            raise NotFound()
        media_type, method = FORMATS[file_format]
        try:
            appointments = self._get_appointments(ids, domain)
            content = getattr(appointments, method)()
        except UserError as error:
            raise UnprocessableEntity(self._to_json(error)) from error
        except (ValueError, TypeError, psycopg2.DataError) as error:
            raise UnprocessableEntity("The ids or the domain are malformed.") from error
        _logger.info(
            "User %s exported %s appointments as %s",
            request.env.uid,
            len(appointments),
            file_format,
        )
        name = f"{request.env._('appointments')}.{file_format}"
        return request.make_response(
            content,
            headers=[
                ("Content-Type", media_type),
                ("Content-Disposition", content_disposition(name)),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

    def _get_appointments(self, ids, domain):
        """Return the wanted appointments, all of which the user may read.

        :raise UserError: (AccessError too) no right, no access, or too many
        :raise ValueError: malformed parameters
        """
        model = request.env["clinic.appointment"]
        model._check_export_right()
        if ids:
            wanted = self._read_ids(ids)
            model._check_export_limit(len(wanted))
            records = model.browse(sorted(wanted))
            records.check_access("read")
            # in the list's order, archived ones included
            search = model.with_context(active_test=False).search
            return search([("id", "in", list(wanted))])
        domain = json.loads(domain or "null")
        if not isinstance(domain, list):
            raise ValueError("neither ids nor a domain")
        model._check_export_limit(model.search_count(domain))
        return model.search(domain)

    def _read_ids(self, ids):
        """Return the set of ids in a text such as "3,7".

        :raise ValueError: when one of them cannot be an id
        """
        parts = [part.strip() for part in ids.split(",")]
        if not all(ID_PATTERN.fullmatch(part) for part in parts):
            raise ValueError("not an id")
        wanted = {int(part) for part in parts}
        if not 0 < min(wanted) <= max(wanted) <= MAX_ID:
            raise ValueError("not an id")
        return wanted

    def _to_json(self, error):
        """Return the error as the web client's download expects it, traceless."""
        kind = type(error)
        return json.dumps(
            {
                "code": 0,
                "message": "Odoo Server Error",
                "data": {
                    "name": f"{kind.__module__}.{kind.__qualname__}",
                    "message": str(error),
                    "arguments": list(error.args),
                    "context": {},
                    "debug": "",
                },
            }
        )
