# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError


class ClinicAnswer(models.Model):
    """What a patient answered to one question of a booking, as text."""

    _name = "clinic.answer"
    _description = "Answer to a Question"
    _order = "appointment_id, sequence, id"
    _rec_name = "question"

    appointment_id = fields.Many2one(
        "clinic.appointment", required=True, index=True, ondelete="cascade"
    )
    question_id = fields.Many2one(
        "clinic.question", string="Asked Question", index=True, ondelete="set null"
    )
    question = fields.Char(
        required=True, help="As it was asked, in the patient's language."
    )
    sequence = fields.Integer()
    kind = fields.Selection(
        selection=lambda self: self.env["clinic.question"]._fields["kind"].selection
    )
    clinical = fields.Boolean()
    value = fields.Text()
    answer = fields.Text(compute="_compute_answer")

    _unique_question = models.UniqueIndex(
        "(appointment_id, question_id)", "This question is answered already."
    )

    @api.depends("value", "kind")
    def _compute_answer(self):
        words = {"yes": self.env._("Yes"), "no": self.env._("No")}
        for answer in self:
            value = answer.value
            if answer.kind == "yes_no":
                value = words.get(value, value)
            elif answer.kind == "date" and value:
                lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
                value = date.fromisoformat(value).strftime(lang.date_format)
            answer.answer = value


class ClinicService(models.Model):
    """What a service asks."""

    _inherit = "clinic.service"

    question_ids = fields.Many2many(
        "clinic.question",
        string="Questions",
        help="What patients are asked when they book it online.",
    )


class ClinicAppointment(models.Model):
    """What the patient answered."""

    _inherit = "clinic.appointment"

    answer_ids = fields.One2many(
        "clinic.answer", "appointment_id", string="Answers", readonly=True
    )

    def _get_questions(self):
        """Return, as superuser, the questions that the booking asks, in their order."""
        self.ensure_one()
        return self.sudo().service_id.question_ids.filtered("active").sorted()

    def _read_answers(self, posted):
        """Read the answers to the questions of this booking.

        :param dict posted: {question id: text}
        :return: ({question id: text to keep}, {question id: what is wrong})
        """
        values, errors = {}, {}
        for question in self._get_questions():
            try:
                values[question.id] = question._read_answer(posted.get(question.id))
            except UserError as error:
                errors[question.id] = error.args[0]
        return values, errors

    def _set_answers(self, values):
        """Keep these answers instead of those there are.

        :param dict values: {question id: text}, as ``_read_answers`` returns them
        """
        self.ensure_one()
        self.sudo().answer_ids.unlink()
        self.env["clinic.answer"].sudo().create(
            [
                self._prepare_answer_vals(question, values[question.id])
                for question in self._get_questions()
                if values.get(question.id)
            ]
        )

    def _prepare_answer_vals(self, question, value):
        return {
            "appointment_id": self.id,
            "question_id": question.id,
            "question": question.name,
            "sequence": question.sequence,
            "kind": question.kind,
            "clinical": question.clinical,
            "value": value,
        }
