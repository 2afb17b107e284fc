# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Questions that a service asks before the visit, and how answers are read."""

import re
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..utils import clean_text

MAX_LINE = 200
MAX_TEXT = 2000

#: A number as people type it.
NUMBER = re.compile(r"[+-]?\d{1,12}([.,]\d{1,6})?")


class ClinicQuestion(models.Model):
    """A question that patients answer when they book a service."""

    _name = "clinic.question"
    _description = "Question of a Service"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(string="Question", required=True, translate=True)
    help_text = fields.Char(
        string="Explanation", translate=True, help="Shown below the question."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, default=lambda self: self.env.company
    )
    service_ids = fields.Many2many(
        "clinic.service",
        string="Services",
        check_company=True,
        help="Which bookings ask it.",
    )
    kind = fields.Selection(
        [
            ("char", "Short text"),
            ("text", "Long text"),
            ("yes_no", "Yes or no"),
            ("number", "Number"),
            ("date", "Date"),
            ("selection", "One of several"),
        ],
        string="Answer",
        required=True,
        default="char",
    )
    options = fields.Text(
        translate=True, help="The answers to choose from, one a line."
    )
    required = fields.Boolean()
    clinical = fields.Boolean(
        default=True,
        help="Only staff who read clinical data see the answers.",
    )

    @api.constrains("kind", "options")
    def _check_options(self):
        for question in self:
            if question.kind == "selection" and len(question._get_options()) < 2:
                raise ValidationError(
                    self.env._(
                        'Question "%(name)s" needs at least two answers to choose '
                        "from.",
                        name=question.name,
                    )
                )

    def _get_options(self):
        """Return the answers to choose from, in the reader's language."""
        self.ensure_one()
        lines = (self.options or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def _read_answer(self, posted):
        """Return ``posted`` as the text that is kept, "" for no answer.

        :param str posted: as the form sends it: yes or no, the option's number from
            0, a date as YYYY-MM-DD
        :raise UserError: it is no answer to this question
        """
        self.ensure_one()
        text = clean_text(posted, MAX_TEXT if self.kind == "text" else MAX_LINE)
        if not text:
            if self.required:
                raise UserError(self.env._("Please answer this question."))
            return ""
        return getattr(self, f"_read_{self.kind}")(text)

    def _read_char(self, text):
        return " ".join(text.split())

    def _read_text(self, text):
        return text

    def _read_yes_no(self, text):
        if text not in ("yes", "no"):
            raise UserError(self.env._("Please answer yes or no."))
        return text

    def _read_number(self, text):
        if not NUMBER.fullmatch(text):
            raise UserError(self.env._("Please enter a number."))
        return text.replace(",", ".")

    def _read_date(self, text):
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise UserError(self.env._("Please enter a date.")) from None

    def _read_selection(self, text):
        options = self._get_options()
        if not text.isdecimal() or len(text) > 4 or int(text) >= len(options):
            raise UserError(self.env._("Please choose one of the answers."))
        return options[int(text)]
