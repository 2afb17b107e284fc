# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestQuestions(ClinicCommon):
    """What a service asks, how answers are read, and who reads them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nurse = cls._create_user("nurse")
        cls.manager = cls._create_user("manager")
        cls.visit = cls._book(10)

    def _ask(self, kind="char", **values):
        return self.env["clinic.question"].create(
            {
                "name": f"Question: {kind}",
                "kind": kind,
                "service_ids": [Command.set(self.service.ids)],
                **values,
            }
        )

    def test_answers_of_every_kind(self):
        options = {"options": "Left\n\n Right \n"}
        for kind, typed, kept in (
            ("char", "  a  cat\n", "a cat"),
            ("text", "one\ntwo", "one\ntwo"),
            ("yes_no", "yes", "yes"),
            ("number", "-3,5", "-3.5"),
            ("date", "2020-02-29", "2020-02-29"),
            ("selection", "1", "Right"),
            ("char", "", ""),
        ):
            with self.subTest(kind=kind, typed=typed):
                question = self._ask(kind, **(options if kind == "selection" else {}))
                self.assertEqual(question._read_answer(typed), kept)

    def test_what_is_no_answer(self):
        question = self._ask("selection", options="Left\nRight")
        for kind, typed in (
            ("yes_no", "maybe"),
            ("number", "1e5"),
            ("number", "٣x"),
            ("date", "2019-02-29"),
            ("date", "x"),
            ("selection", "2"),
            ("selection", "-1"),
            ("selection", "Left"),
            ("selection", "²"),
        ):
            with self.subTest(kind=kind, typed=typed):
                asked = question if kind == "selection" else self._ask(kind)
                with self.assertRaises(UserError):
                    asked._read_answer(typed)
        with self.assertRaises(UserError):
            self._ask(required=True)._read_answer("  ")

    def test_length_is_limited(self):
        self.assertEqual(len(self._ask()._read_answer("a" * 9999)), 200)
        self.assertEqual(len(self._ask("text")._read_answer("a" * 9999)), 2000)

    def test_choices_need_two_options(self):
        with self.assertRaises(ValidationError):
            self._ask("selection", options="Only one\n")

    def test_visit_asks_what_its_service_asks(self):
        second = self._ask(sequence=20)
        first = self._ask(sequence=5, required=True)
        self._ask(service_ids=False)
        self._ask(active=False)
        self.assertEqual(self.visit._get_questions(), first | second)
        values, errors = self.visit._read_answers({second.id: "x", 999: "y"})
        self.assertEqual(values, {second.id: "x"})
        self.assertEqual(list(errors), [first.id])

    def test_answers_replace_those_before(self):
        question, other = self._ask("yes_no"), self._ask()
        self.visit._set_answers({question.id: "yes", other.id: "x"})
        self.visit._set_answers({question.id: "no", other.id: ""})
        self.assertEqual(self.visit.answer_ids.mapped("answer"), ["No"])
        question.name = "Asked otherwise"
        self.assertEqual(self.visit.answer_ids.question, "Question: yes_no")

    def test_dates_are_written_as_the_reader_does(self):
        question = self._ask("date")
        self.visit._set_answers({question.id: "2020-02-29"})
        self.assertEqual(self.visit.answer_ids.answer, "02/29/2020")

    def test_clinical_answers_are_closed_to_reception(self):
        clinical, plain = self._ask(clinical=True), self._ask(clinical=False)
        self.visit._set_answers({clinical.id: "Secret", plain.id: "Plain"})
        for user, seen in (
            (self.receptionist, ["Plain"]),
            (self.manager, ["Plain"]),
            (self.nurse, ["Secret", "Plain"]),
        ):
            with self.subTest(user=user.login):
                answers = self.env["clinic.answer"].with_user(user)
                found = answers.search([("appointment_id", "=", self.visit.id)])
                self.assertCountEqual(found.mapped("value"), seen)
                visit = self.visit.with_user(user)
                visit.invalidate_recordset()
                self.assertCountEqual(visit.answer_ids.mapped("value"), seen)
                secret = answers.search_count([("value", "=", "Secret")])
                self.assertEqual(secret, int("Secret" in seen))

    def test_manager_adds_questions_to_the_service(self):
        service = self.service.with_user(self.manager)
        question = Form(self.env["clinic.question"].with_user(self.manager))
        question.name = "Any pets?"
        with Form(service) as form:
            form.question_ids.add(question.save())
        self.assertEqual(service.question_ids.name, "Any pets?")
        self.assertTrue(service.question_ids.clinical)
