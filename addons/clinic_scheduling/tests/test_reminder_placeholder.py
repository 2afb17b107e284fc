# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ..models.clinic_reminder_placeholder import NAMES, NAMES_OF_EVENTS
from .message_common import MessageCommon

SECRET = "{{ object.env['ir.config_parameter'].get_param('database.secret') }}"

CODE = (
    SECRET,
    "{{ object.env.user.write({'group_ids': []}) }}",
    "{{ object.sudo().patient_id }}",
    "{{ object._get_message_link('booked') or object.env }}",
    "{{ object._get_message_link(object.name) }}",
)


@tagged("post_install", "-at_install")
class TestReminderPlaceholder(MessageCommon):
    """The superuser sends what managers write: none of it is run."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user("manager")
        # as in a practice where everybody may write e-mail templates
        cls.manager.group_ids += cls.env.ref("mail.group_mail_template_editor")
        cls.rule = cls._rule(cls, "reminder", "sms").with_user(cls.manager)

    def test_managers_write_no_code_into_short_texts(self):
        for text in CODE:
            with self.subTest(text), self.assertRaises(ValidationError):
                self.rule.sms_body = text
            with self.subTest(text), self.assertRaises(ValidationError):
                self.rule.copy({"sms_body": text})

    def test_nor_into_translations(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        with self.assertRaises(ValidationError):
            self.rule.with_context(lang="fr_FR").sms_body = SECRET
        with self.assertRaises(ValidationError):
            self.rule.update_field_translations("sms_body", {"fr_FR": SECRET})

    @mute_logger("odoo.addons.clinic_scheduling.models.clinic_reminder_send")
    def test_code_that_is_there_already_is_not_run(self):
        secret = self.env["ir.config_parameter"].sudo().get_param("database.secret")
        self.assertTrue(secret)
        self.patient.communication_channel = "sms"
        visit = self._book(14)
        rule = self._rule("booked")
        self.env.cr.execute(
            "UPDATE clinic_reminder_rule SET sms_body = jsonb_build_object('en_US', %s)"
            " WHERE id = %s",
            (SECRET, rule.id),
        )
        rule.invalidate_recordset()
        rule = rule.with_user(self.manager)
        self.assertNotIn(secret, f"{rule.preview_sms} {rule.preview_subject}")
        self._send()
        row = self._rows(visit, "booked")
        self.assertEqual((row.state, row.attempt_count), ("pending", 1))
        self.assertFalse(row.body)

    def test_placeholders_say_what_they_stand_for(self):
        visit = self._book(14)
        self.site.name = "North <3 & South"
        text = (
            "{{ object.site_id.name }}: {{object._get_message_lines()}}"
            " {{ object.company_id.phone ||| no phone }}"
            ' {{ object._get_message_link("booked") }}'
        )
        self.env.company.phone = False
        self.rule.sms_body = text
        said = self.rule._render_short(text, visit.sudo())
        self.assertTrue(said.startswith("North <3 & South: Mon, Jun 3, 2030, 2:00 PM"))
        self.assertIn(" no phone http", said)
        self.assertTrue(said.endswith(visit._get_message_link("booked")))

    def test_short_names_say_the_same(self):
        visit = self._book(14).sudo()
        self.env.company.phone = "+33 1 70 00 00 00"
        for name, placeholder in NAMES.items():
            event = NAMES_OF_EVENTS.get(name, "reminder")
            self.rule.event = event
            if name == "link":
                placeholder = f"object._get_message_link('{event}')"
            said = [
                self.rule._render_short("{{ %s ||| … }}" % text, visit)
                for text in (name, placeholder)
            ]
            self.assertEqual(*said)
            self.assertTrue(said[0])

    def test_a_list_of_plain_names_stands_beside_the_text(self):
        with Form(self.rule) as form:
            for name in NAMES:
                shown = "{{ %s }}" % name in form.placeholder_help
                self.assertEqual(shown, name not in NAMES_OF_EVENTS, name)
            self.assertIn("Day and time", form.placeholder_help)
            form.event = "waitlist_offer"
            self.assertIn("{{ until }}", form.placeholder_help)
            form.event = "reminder"

    def test_the_first_texts_are_no_code(self):
        texts = self.env["clinic.reminder.rule"]._get_first_sms_texts()
        self.assertFalse([text for text in texts.values() if "object." in text])

    def test_the_first_texts_use_known_placeholders_only(self):
        self.assertTrue(self.rules.filtered("sms_body"))
        self.rules._check_sms_body()

    # ------------------------------------------------------------------
    # E-mail templates
    # ------------------------------------------------------------------

    def _create_template(self, user, **values):
        return (
            self.env["mail.template"]
            .with_user(user)
            .create({"name": "Ours", "subject": "Hello", **values})
        )

    def test_managers_change_the_templates_of_others_but_keep_them(self):
        # as in a practice where not everybody may write e-mail templates
        editors = self.env.ref("mail.group_mail_template_editor")
        user = new_test_user(
            self.env, "test_keeper", groups="clinic_scheduling.group_clinic_manager"
        )
        self.env.ref("base.group_user").implied_ids -= editors
        visits = self.env["ir.model"]._get_id("clinic.appointment")
        template = self._create_template(self.env.user, model_id=visits)
        template = template.with_user(user)
        template.subject = "Your visit"
        with self.assertRaises(AccessError):
            template.unlink()
        self._create_template(user, model_id=visits).unlink()

    def test_rules_use_templates_for_visits_only(self):
        template = self._create_template(
            self.manager,
            model_id=self.env["ir.model"]._get_id("res.users"),
            subject="{{ object.sudo().company_id.name }}",
        )
        with self.assertRaises(ValidationError):
            self.rule.mail_template_id = template
        with self.assertRaises(ValidationError):
            self.rule.copy({"mail_template_id": template.id})

    @mute_logger("odoo.addons.clinic_scheduling.models.clinic_reminder_send")
    def test_a_template_that_changed_its_model_is_not_used(self):
        visit = self._book(14)
        rule = self._rule("booked")
        models = self.env["ir.model"]
        rule.mail_template_id = self._create_template(
            self.manager, model_id=models._get_id("clinic.appointment")
        )
        rule.mail_template_id.model_id = models._get_id("res.partner")
        shown = rule.with_user(self.manager)
        self.assertFalse(shown.preview_body)
        self._send()
        self.assertFalse(self._mails)
        self.assertEqual(self._rows(visit, "booked").attempt_count, 1)

    def test_managers_write_no_code_into_templates_for_visits(self):
        model = self.env["ir.model"]._get_id("clinic.appointment")
        body = "<p t-out=\"object.env['res.users'].search([])\"/>"
        for values in ({"subject": SECRET}, {"body_html": body}):
            with self.subTest(values), self.assertRaises(AccessError):
                self._create_template(self.manager, model_id=model, **values)
        template = self._create_template(
            self.manager,
            model_id=model,
            subject="{{ object._get_message_lines() }}",
            body_html='<p t-out="object.doctor_id.name"/>',
        )
        with self.assertRaises(AccessError):
            template.subject = SECRET
        with self.assertRaises(AccessError):
            self._rule("booked").mail_template_id.with_user(
                self.manager
            ).subject = SECRET

    def test_code_in_another_language_is_code(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self._create_template(
            self.manager, model_id=self.env["ir.model"]._get_id("res.partner")
        )
        template.with_context(lang="fr_FR").subject = "{{ object.sudo().name }}"
        with self.assertRaises(AccessError):
            template.model_id = self.env["ir.model"]._get_id("clinic.appointment")
