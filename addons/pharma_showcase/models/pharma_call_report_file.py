# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How a call report is filed and amended: one way for the phone and for the desk.

What a device sends may come twice, or hours later. Each filing has a uuid of the
device: the second time it is answered, and changes nothing.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .pharma_showcase_line_result import FILING

#: A device without connection may say when it filed, so many days back at most.
DEVICE_DAYS = 14


class PharmaCallReport(models.Model):
    """Filing and amending."""

    _inherit = "pharma.call.report"

    @api.model
    def submit_call(self, showcase_id, values):
        """File the report of a call, or amend it with a reason. RPC of the screen.

        :param dict values: see ``_read_values``; ``uuid`` names this filing
        :return: ``{"status": "sent"}``, or ``{"status": "filed"}`` where the call has
            a report by another filing, and no reason was given to amend it
        :raise AccessError: the showcase is not the user's to change
        :raise UserError: naming what is missing or not allowed
        """
        showcase = self.env["pharma.showcase"].browse(int(showcase_id)).exists()
        showcase.check_access("write")
        if not showcase:
            raise UserError(self.env._("This showcase does not exist any more."))
        return self._file(showcase, self._read_values(showcase, values))

    @api.model
    def _file(self, showcase, values):
        """File or amend with values that were read. See ``submit_call``."""
        # of two that arrive at once the second waits, and begins anew with the first
        self.env.cr.execute(
            SQL(
                "UPDATE pharma_showcase SET write_date = write_date WHERE id = %s",
                showcase.id,
            )
        )
        versions_sudo = self.env["pharma.call.report.version"].sudo()
        known = versions_sudo.search([("uuid", "=", values["uuid"])])
        if known:
            same = known.report_id.showcase_id == showcase
            return {"status": "sent" if same else "filed"}
        report_sudo = self.sudo().search([("showcase_id", "=", showcase.id)])
        if report_sudo and not values["reason"]:
            return {"status": "filed"}
        if report_sudo:
            report_sudo._amend(values)
        else:
            report_sudo = self._create_report(showcase, values)
        report_sudo.with_user(self.env.user)._after_filing()
        return {"status": "sent", "report_id": report_sudo.id}

    def _after_filing(self):
        """Do what follows a report that was filed or amended. For others to extend."""
        self.ensure_one()

    @api.model
    def _create_report(self, showcase, values):
        self._check_time(showcase)
        now = fields.Datetime.now()
        filed_at = self._get_filed_at(values["filed_at"], now)
        # sudo: reports are written here alone; the showcase was checked
        showcase_sudo = showcase.sudo()
        if showcase_sudo.state != "done":
            showcase_sudo._transition("done")
        self._write_lines(showcase_sudo, values["lines"])
        allowed = timedelta(hours=showcase_sudo.company_id.pharma_report_hours)
        report_sudo = self.sudo().create(
            {
                **self._get_report_vals(values),
                "showcase_id": showcase.id,
                "filed_at": filed_at,
                "submitted_at": now,
                "submitted_by_id": self.env.uid,
                "is_late": filed_at > showcase.stop + allowed,
            }
        )
        report_sudo._write_samples(values)
        report_sudo._write_transfers(values["transfers"])
        report_sudo._write_version(values)
        return report_sudo

    def _amend(self, values):
        """Change what the report says; what it said stays in its versions."""
        self.ensure_one()
        if values["drops"] or values["asked"] or values["transfers"]:
            raise UserError(
                self.env._(
                    "Samples and values are not amended. Record what came later as an "
                    "entry of its own."
                )
            )
        self._write_lines(self.showcase_id, values["lines"])
        self.write({**self._get_report_vals(values), "state": "amended"})
        self._write_version(values)
        self.message_post(
            body=self.env._("Amended: %(reason)s", reason=values["reason"]),
            author_id=self.env.user.partner_id.id,
        )

    @api.model
    def _get_report_vals(self, values):
        return {
            "held_at": values["held_at"],
            "objections": values["objections"],
            "competitor": values["competitor"],
            "next_step": values["next_step"],
            "next_step_note": values["next_step_note"],
            "follow_up_on": values["follow_up_on"],
            "note": values["note"],
            "has_adverse_event": values["has_adverse_event"],
        }

    @api.model
    def _check_time(self, showcase):
        """Check that there can be a report: the call has begun.

        :raise UserError: it is cancelled, declined, a draft, or still to come
        """
        if showcase.state not in ("proposed", "confirmed", "done"):
            raise UserError(
                self.env._(
                    "%(name)s was not held: there is nothing to report.",
                    name=showcase.display_name,
                )
            )
        if showcase.start > fields.Datetime.now():
            raise UserError(
                self.env._(
                    "%(name)s is still to come. It can be reported once it has begun.",
                    name=showcase.display_name,
                )
            )

    @api.model
    def _get_filed_at(self, moment, now):
        """Return when it was filed: by the device's clock, if that can be."""
        if not moment or not now - timedelta(days=DEVICE_DAYS) <= moment <= now:
            return now
        return moment

    @api.model
    def _write_lines(self, showcase_sudo, lines):
        """Write what came of each product. What is not named was not discussed."""
        showcase_sudo = showcase_sudo.with_context(pharma_filing=FILING)
        said = {line["product_id"]: line for line in lines}
        nothing = {
            "is_discussed": False,
            "interest": 0,
            "is_requested": False,
            "requested_quantity": 0,
            "questions": False,
        }
        for line_sudo in showcase_sudo.line_ids:
            result = said.pop(line_sudo.product_id.id, None)
            line_sudo.write(result or nothing)
        last = max(showcase_sudo.line_ids.mapped("sequence"), default=0)
        showcase_sudo.line_ids.create(
            [
                {
                    **result,
                    "showcase_id": showcase_sudo.id,
                    "sequence": last + 1,
                    "minutes": 0,
                    "is_unplanned": True,
                }
                for result in said.values()
            ]
        )

    def _write_samples(self, values):
        """Book what was asked for and handed out, with the doctor's signature."""
        self.ensure_one()
        requests_sudo = self.env["pharma.sample.request"].sudo()
        showcase_sudo = self.showcase_id
        day = showcase_sudo._localize(self.held_at).date()
        common = {
            "doctor_id": self.doctor_id.id,
            "representative_id": self.representative_id.id,
            "company_id": self.company_id.id,
            "showcase_id": showcase_sudo.id,
            "date": day,
        }
        requests_sudo.create([{**common, **asked} for asked in values["asked"]])
        signed = self._get_signature_vals(values) if values["drops"] else {}
        for drop in values["drops"]:
            lot_sudo = self.env["pharma.sample.lot"].sudo().browse(drop["lot_id"])
            request_sudo = requests_sudo.create(
                {
                    **common,
                    **signed,
                    "product_id": lot_sudo.product_id.id,
                    "quantity": drop["quantity"],
                }
            )
            self._hand_out(request_sudo, lot_sudo)

    def _hand_out(self, request_sudo, lot_sudo):
        """Book the packs of a signed request as handed out."""
        movements_sudo = self.env["pharma.sample.movement"].sudo()
        movements_sudo.with_context(pharma_filing=FILING).create(
            {
                "kind": "drop",
                "date": request_sudo.date,
                "representative_id": request_sudo.representative_id.id,
                "lot_id": lot_sudo.id,
                "quantity": request_sudo.quantity,
                "doctor_id": request_sudo.doctor_id.id,
                "showcase_id": request_sudo.showcase_id.id,
                "request_id": request_sudo.id,
                "recorded_by_id": self.env.uid,
            }
        )
        request_sudo.state = "fulfilled"

    @api.model
    def _get_signature_vals(self, values):
        """Return what makes a request signed.

        :raise UserError: the doctor did not sign, so nothing is handed out
        """
        if not values["signature"] or not values["signed_by"]:
            raise UserError(
                self.env._("Samples are handed out against the doctor's signature.")
            )
        return {
            "state": "signed",
            "signature": values["signature"],
            "signed_by": values["signed_by"],
            "signed_at": values["signed_at"] or fields.Datetime.now(),
        }

    def _write_transfers(self, transfers):
        self.ensure_one()
        day = self.showcase_id._localize(self.held_at).date()
        self.env["pharma.value.transfer"].sudo().create(
            [
                {
                    **transfer,
                    "date": day,
                    "doctor_id": self.doctor_id.id,
                    "showcase_id": self.showcase_id.id,
                    "company_id": self.company_id.id,
                    "user_id": self.user_id.id or self.env.uid,
                    "product_ids": [
                        (6, 0, self.line_ids.filtered("is_discussed").product_id.ids)
                    ],
                }
                for transfer in transfers
            ]
        )

    def _write_version(self, values):
        self.ensure_one()
        last = max(self.version_ids.mapped("number"), default=0)
        self.env["pharma.call.report.version"].sudo().create(
            {
                "report_id": self.id,
                "number": last + 1,
                "uuid": values["uuid"],
                "reason": values["reason"] or False,
                "user_id": self.env.uid,
                "moment": fields.Datetime.now(),
                "content": self._get_content(),
            }
        )
