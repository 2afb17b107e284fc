# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .common import NOW, ClinicPaymentCommon, freeze_time


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPaymentEmail(ClinicPaymentCommon):
    """Managers of the clinic edit the e-mails about money; no code is needed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # as in a practice where administrators alone are editors of templates
        cls.editors = cls.env.ref("mail.group_mail_template_editor")
        cls.env.ref("base.group_user").implied_ids -= cls.editors
        cls.manager.group_ids -= cls.editors
        cls.link = cls.env.ref("clinic_payment.mail_template_payment_link")
        cls.late = cls.env.ref("clinic_payment.mail_template_paid_too_late")

    def _render(self, template, visit, **context):
        template = template.sudo().with_context(**context)
        return template._render_field("body_html", visit.ids)[visit.id]

    def test_managers_edit_them(self):
        self.assertFalse(self.manager.has_group("mail.group_mail_template_editor"))
        visit = self._book(14)
        for template in self.link | self.late:
            with self.subTest(template.name):
                self.assertFalse(template._has_unsafe_expression())
                template.with_user(self.manager).body_html = template.body_html.replace(
                    "Dear", "Good day"
                )
                self.assertIn("Good day", self._render(template, visit))

    def test_what_is_due_and_where_it_is_paid(self):
        visit = self._book(14)
        body = self._render(self.link, visit)
        self.assertIn(f"Dear {self.patient.name},", body)
        self.assertIn("60.00", body)
        self.assertIn(f'<a href="{visit._get_pay_url()}"', body)
        self.assertIn("Pay now</a>", body)
        self.assertNotIn("t-out", body)

    def test_what_goes_back_and_what_is_free(self):
        visit = self._book(14)
        context = {"clinic_refund": 45.5, "clinic_offers": ["Monday <b>10:00</b>"]}
        body = self._render(self.late, visit, **context)
        self.assertIn("45.50", body)
        self.assertIn("<li>Monday &lt;b&gt;10:00&lt;/b&gt;</li>", body)
        self.assertIn("/clinic/book/times?service=", body)
        self.assertIn("Choose another time</a>", body)

    def test_nothing_free_is_no_list(self):
        body = self._render(self.late, self._book(14), clinic_refund=60)
        self.assertNotIn("These times are free", body)
        self.assertNotIn("<ul>", body)
