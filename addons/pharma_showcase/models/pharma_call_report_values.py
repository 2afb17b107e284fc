# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a device sends is read here, field by field, before anything is done with it."""

import base64
import binascii
import re
from datetime import timezone

from dateutil.parser import isoparse

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.clinic_scheduling.utils import clean_text

from .pharma_call_report import DATED_STEPS, NEXT_STEPS
from .pharma_value_transfer import FORMS, NATURES

#: How long texts may be (characters), and how many entries a list may have.
LONG_TEXT, SHORT_TEXT = 2000, 200
MOST_ENTRIES = 50

#: Packs of one product that a doctor asks for, at most.
MOST_REQUESTED = 9999

UUID = re.compile(r"[0-9a-zA-Z-]{8,64}")

#: A signature is a small picture (bytes).
MOST_SIGNATURE = 500_000


def to_moment(text):
    """Return the naive UTC datetime of an ISO text with a zone, None for nothing.

    :raise ValueError: it is no moment
    """
    if not text:
        return None
    moment = isoparse(str(text))
    if moment.tzinfo is None:
        raise ValueError("a moment has a zone")
    return moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)


def to_number(value, least, most):
    """Return a whole number between two.

    :raise ValueError: it is none
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("not a whole number")
    if not least <= value <= most:
        raise ValueError("out of range")
    return value


def to_picture(text):
    """Return the base64 of a PNG that was sent as a data URL or as base64.

    :raise ValueError: it is none, or too large
    """
    if not text:
        return False
    body = str(text).rpartition(",")[2]
    if len(body) > MOST_SIGNATURE * 4 // 3:
        raise ValueError("too large")
    try:
        raw = base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if not raw.startswith(b"\x89PNG"):
        raise ValueError("not a PNG")
    return body


class PharmaCallReport(models.Model):
    """Reading what was sent."""

    _inherit = "pharma.call.report"

    @api.model
    def _read_values(self, showcase, values):
        """Return what a device sent as values of ours, and nothing else of it.

        :param dict values: ``uuid``, ``reason``, ``held_at`` and ``filed_at`` (ISO with
            a zone), ``lines`` (product_id, interest, is_requested, questions),
            ``objections``, ``competitor``, ``next_step``, ``next_step_note``,
            ``follow_up_on``, ``note``, ``has_adverse_event``, ``drops`` (lot_id,
            quantity), ``asked`` (product_id, quantity), ``signature``, ``signed_by``,
            ``signed_at``, ``transfers`` (nature, amount)
        :raise UserError: naming the first thing that is missing or wrong
        """
        try:
            found = self._parse_values(values)
        except (
            AttributeError,
            KeyError,
            OverflowError,
            TypeError,
            ValueError,
        ) as error:
            raise ValidationError(
                self.env._("What the device sent cannot be read.")
            ) from error
        self._check_values(showcase, found, values.get("has_adverse_event"))
        return found

    @api.model
    def _parse_values(self, values):
        if not UUID.fullmatch(values["uuid"]):
            raise ValueError("not a uuid")
        texts = {
            name: clean_text(values.get(name), length)
            for name, length in (
                ("reason", SHORT_TEXT),
                ("objections", LONG_TEXT),
                ("competitor", SHORT_TEXT),
                ("next_step_note", SHORT_TEXT),
                ("note", LONG_TEXT),
                ("signed_by", SHORT_TEXT),
            )
        }
        lists = {
            name: [parse(item) for item in self._get_entries(values, name)]
            for name, parse in (
                ("lines", self._parse_line),
                ("drops", self._parse_drop),
                ("asked", self._parse_asked),
                ("transfers", self._parse_transfer),
            )
        }
        day = values.get("follow_up_on") or None
        return {
            **texts,
            **lists,
            "uuid": values["uuid"],
            "next_step": values.get("next_step") or "",
            "follow_up_on": day and fields.Date.to_date(str(day)),
            "held_at": to_moment(values.get("held_at")),
            "filed_at": to_moment(values.get("filed_at")),
            "signed_at": to_moment(values.get("signed_at")),
            "signature": to_picture(values.get("signature")),
        }

    @api.model
    def _get_entries(self, values, name):
        entries = values.get(name) or []
        if not isinstance(entries, list) or len(entries) > MOST_ENTRIES:
            raise ValueError("not a list, or too long")
        return entries

    @api.model
    def _parse_line(self, item):
        interest = item.get("interest")
        is_discussed = interest is not None and interest is not False
        is_requested = bool(item.get("is_requested"))
        quantity = is_requested and item.get("requested_quantity") or 0
        return {
            "product_id": to_number(item["product_id"], 1, 2**31 - 1),
            "is_discussed": is_discussed,
            "interest": to_number(interest, 0, 5) if is_discussed else 0,
            "is_requested": is_requested,
            "requested_quantity": to_number(quantity, 0, MOST_REQUESTED),
            "questions": clean_text(item.get("questions"), LONG_TEXT) or False,
        }

    @api.model
    def _parse_drop(self, item):
        return {
            "lot_id": to_number(item["lot_id"], 1, 2**31 - 1),
            "quantity": to_number(item["quantity"], 1, 9999),
        }

    @api.model
    def _parse_asked(self, item):
        return {
            "product_id": to_number(item["product_id"], 1, 2**31 - 1),
            "quantity": to_number(item["quantity"], 1, 9999),
        }

    @api.model
    def _parse_transfer(self, item):
        amount = float(item["amount"])
        if item["nature"] not in dict(NATURES) or not 0 < amount < 1e9:
            raise ValueError("no transfer of value")
        form = item.get("form") or FORMS[0][0]
        if form not in dict(FORMS):
            raise ValueError("no form of a transfer")
        return {
            "nature": item["nature"],
            "form": form,
            "amount": amount,
            "note": clean_text(item.get("note"), SHORT_TEXT) or False,
        }

    @api.model
    def _check_values(self, showcase, values, has_event):
        """Check what a report needs: five answers at most.

        :raise UserError: naming the first thing that is missing
        """
        if not any(line["is_discussed"] for line in values["lines"]):
            raise UserError(self.env._("Say which products were discussed."))
        if values["next_step"] not in dict(NEXT_STEPS):
            raise UserError(self.env._("Say what comes next."))
        if values["next_step"] in DATED_STEPS and not values["follow_up_on"]:
            raise UserError(self.env._("Say until when that is to be done."))
        values["held_at"] = values["held_at"] or showcase.start
        if not values["held_at"] or values["held_at"] > fields.Datetime.now():
            values["held_at"] = min(showcase.start, fields.Datetime.now())
        values["has_adverse_event"] = self._read_event_answer(showcase, has_event)
        self._check_products(showcase, values)

    @api.model
    def _read_event_answer(self, showcase, has_event):
        """Return whether an adverse event was heard of: one that is recorded was.

        :raise UserError: there is no answer, or no record of what was heard
        """
        events_sudo = self.env["pharma.adverse.event"].sudo()
        recorded = bool(
            events_sudo.search_count([("showcase_id", "=", showcase.id)], limit=1)
        )
        if not recorded and has_event not in (True, False):
            raise UserError(
                self.env._("Say whether you heard of an adverse event, yes or no.")
            )
        if has_event is True and not recorded:
            raise UserError(
                self.env._("Record the adverse event first: it cannot wait.")
            )
        return recorded

    @api.model
    def _check_products(self, showcase, values):
        """Check that products and lots are among those that the user may name.

        :raise UserError: one of them is not
        """
        named = {line["product_id"] for line in values["lines"]}
        if len(named) != len(values["lines"]):
            raise ValidationError(self.env._("A product is named twice."))
        named |= {asked["product_id"] for asked in values["asked"]}
        allowed = showcase._get_reportable_products() | showcase.line_ids.product_id
        if not named <= set(allowed.ids):
            raise UserError(
                self.env._("One of the products is not yours to show any more.")
            )
        lots = {drop["lot_id"] for drop in values["drops"]}
        known = self.env["pharma.sample.stock"].sudo()
        known = known.search(
            [
                ("representative_id", "=", showcase.representative_id.id),
                ("lot_id", "in", list(lots)),
            ]
        )
        if set(known.lot_id.ids) != lots:
            raise UserError(self.env._("One of the lots is not in your hands."))
