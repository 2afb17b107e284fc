# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging

from werkzeug.exceptions import UnprocessableEntity

from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from odoo.addons.clinic_scheduling.controllers.clinic_appointment_export import (
    ClinicAppointmentExport,
)

_logger = logging.getLogger(__name__)


class PharmaValueTransferExport(ClinicAppointmentExport):
    """Transfers of value as a file, for who may read them and may export."""

    @http.route(
        "/pharma_showcase/export/transfers",
        type="http",
        auth="user",
        methods=["GET", "POST"],
        readonly=True,
    )
    def export_transfers(self, ids="", **_kwargs):
        """Return a CSV of the transfers in ``ids``: numbers, separated by commas."""
        transfers = request.env["pharma.value.transfer"]
        try:
            wanted = sorted(self._read_ids(ids))
            transfers._check_export(len(wanted))
            transfers = transfers.browse(wanted)
            transfers.check_access("read")
            content = transfers.exists()._export_csv()
        except UserError as error:
            raise UnprocessableEntity(self._to_json(error)) from error
        except (ValueError, TypeError) as error:
            raise UnprocessableEntity("The ids are malformed.") from error
        _logger.info(
            "User %s exported %s transfers of value", request.env.uid, len(transfers)
        )
        name = f"{request.env._('transfers-of-value')}.csv"
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "text/csv; charset=utf-8"),
                ("Content-Disposition", content_disposition(name)),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
