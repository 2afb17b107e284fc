# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import file_open

from .message_common import MessageCommon

CODE = "{{ object.env['ir.config_parameter'].get_param('database.secret') }}"


@tagged("post_install", "-at_install")
class TestReminderTemplate(MessageCommon):
    """Managers of the clinic edit the e-mails that patients get; no code is needed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user("manager")
        # as in a practice where administrators alone are editors of templates
        cls.editors = cls.env.ref("mail.group_mail_template_editor")
        cls.env.ref("base.group_user").implied_ids -= cls.editors
        cls.manager.group_ids -= cls.editors
        cls.template = cls._rule(cls, "booked").mail_template_id

    def test_first_templates_hold_no_code(self):
        self.assertFalse(self.manager.has_group("mail.group_mail_template_editor"))
        # other addons' messages are about other things, and administrators' to edit
        templates = self.rules.mail_template_id.filtered(
            lambda template: template.model == "clinic.appointment"
        )
        self.assertTrue(templates)
        for template in templates:
            with self.subTest(template.name):
                self.assertFalse(template._has_unsafe_expression())

    def test_sentences_begin_with_a_capital_letter(self):
        for name in ("reminder", "impact"):
            path = f"clinic_scheduling/data/clinic_{name}_mail_template.xml"
            with file_open(path) as file:
                source = file.read()
            self.assertIn("<p>Dear ", source)
            small = re.findall(r"<p>Dear .*,</p>\s*<p\s*>[a-z].*", source)
            self.assertFalse(small)

    def test_managers_edit_them(self):
        template = self.template.with_user(self.manager)
        template.subject = "See you at {{ object._get_message_time() }}"
        template.body_html = template.body_html.replace(
            "our appointment is booked:", "we have noted:"
        )
        visit = self._book(14)
        self._send()
        message = self._rows(visit, "booked")
        self.assertEqual(message.state, "sent", message.error)
        self.assertEqual(message.subject, "See you at Mon, Jun 3, 2030, 2:00 PM")
        body = self._mails[0]["body"]
        self.assertIn("we have noted:", body)
        self.assertIn(visit.get_portal_url(), body)

    def test_reception_and_other_templates(self):
        with self.assertRaises(AccessError):
            self.template.with_user(self.receptionist).subject = "Hello"
        other = self.env["mail.template"].create(
            {"name": "Ours", "model_id": self.env["ir.model"]._get_id("res.partner")}
        )
        with self.assertRaises(AccessError):
            other.with_user(self.manager).subject = "Hello"
        with self.assertRaises(AccessError):
            self.template.with_user(self.manager).subject = CODE

    def test_everything_is_said(self):
        self.site.phone = "+33 1 70 00 00 00"
        self._book(14)
        self._send()
        (mail,) = self._mails
        self.assertIn("north@practice.example.com", mail["email_from"])
        for words in (
            f"Dear {self.patient.name}",
            "<strong>Mon, Jun 3, 2030, 2:00 PM</strong>",
            self.doctor.display_name,
            "See, move or cancel your appointment</a>",
            "Our telephone: +33 1 70 00 00 00",
            self.env.company.name,
        ):
            self.assertIn(words, mail["body"])
        self.assertNotIn("t-out", mail["body"])
        self.assertNotIn(self.service.name, mail["body"])

    def test_names_are_no_markup(self):
        self.patient.name = "Paul <b>Patient</b>"
        self.site.name = "North & <i>South</i>"
        self._book(14)
        self._send()
        body = self._mails[0]["body"]
        self.assertIn("Paul &lt;b&gt;Patient", body)
        self.assertIn("North &amp; &lt;i&gt;South", body)

    def test_a_site_without_a_telephone_has_no_line_for_it(self):
        self.site.phone = False
        self._book(14)
        self._send()
        self.assertNotIn("telephone", self._mails[0]["body"])

    def test_samples_are_never_sent(self):
        visit = self._book(14).sudo()
        source = '<p t-out="object.company_id.phone">+33 1 00</p>'
        self.env.company.phone = False
        found = self.template._render_template_qweb_regex(
            source, visit._name, visit.ids
        )
        self.assertEqual(found[visit.id], "")

    def test_each_event_has_a_rule_with_texts(self):
        rules = self.env["clinic.reminder.rule"].with_context(active_test=False)
        events = dict(rules._fields["event"].selection)
        rules = rules.create(
            [
                {**vals, "company_id": self.env.company.id}
                for vals in rules._prepare_first_rules()
            ]
        )
        self.assertEqual(set(rules.mapped("event")), set(events))
        for rule in rules:
            self.assertTrue(rule.mail_template_id, rule.event)
        asleep = rules.filtered(lambda rule: not rule.active)
        self.assertEqual(asleep.mapped("event"), ["follow_up"])
        self.assertTrue(asleep.sms_body)
