# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .impact_common import ImpactCommon


@tagged("post_install", "-at_install")
class TestImpactNotice(ImpactCommon):
    """Patients hear of what was decided: by mail, or reception calls."""

    def _mails(self, visit):
        return (
            self.env["mail.mail"]
            .search([("model", "=", "clinic.appointment"), ("res_id", "=", visit.id)])
            .filtered("recipient_ids")
        )

    def test_cancellation_is_queued_in_the_patients_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("clinic_scheduling.mail_template_appointment_cancelled")
        template.with_context(lang="fr_FR").subject = "Rendez-vous annulé"
        self.patient.lang = "fr_FR"
        visit = self._book(10)
        impact = self._absence()
        impact.action_cancel_all()
        impact.action_apply()
        mail = self._mails(visit)
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.recipient_ids, self.patient.partner_id)
        self.assertEqual(mail.subject, "Rendez-vous annulé")
        self.assertIn("lundi", mail.body_html)
        self.assertIn("10:00", mail.body_html)
        self.assertEqual((impact.mail_count, impact.call_count), (1, 0))
        self.assertFalse(visit.activity_ids)

    def test_mail_tells_neither_reason_nor_service(self):
        visit = self._book(10)
        impact = self._absence()
        impact.action_cancel_all()
        impact.action_apply()
        body = self._mails(visit).body_html
        self.assertNotIn("Ill", body)
        self.assertNotIn(self.service.name, body)

    def test_move_is_told_with_the_new_time(self):
        visit = self._book(10)
        impact = self._absence()
        impact.action_apply()
        self.assertIn(self.colleague.name, self._mails(visit).body_html)

    def test_without_mail_somebody_calls(self):
        visit = self._book(10, patient_id=self.other_patient.id)
        impact = self._absence()
        impact.action_cancel_all()
        impact.action_apply()
        self.assertFalse(self._mails(visit))
        call = visit.activity_ids
        self.assertEqual(
            call.activity_type_id, self.env.ref("mail.mail_activity_data_call")
        )
        self.assertEqual(call.user_id, self.receptionist)
        self.assertIn("+33 1 70 00 00 01", call.note)
        self.assertEqual((impact.mail_count, impact.call_count), (0, 1))

    def test_who_wants_no_mail_is_called(self):
        self.patient.communication_channel = "phone"
        visit = self._book(10)
        impact = self._absence()
        impact.action_apply()
        self.assertFalse(self._mails(visit))
        self.assertTrue(visit.activity_ids)

    def test_guardian_is_told_instead_of_the_child(self):
        child = self.env["clinic.patient"].create(
            {"name": "Child", "guardian_id": self.patient.id}
        )
        visit = self._book(10, patient_id=child.id)
        impact = self._absence()
        impact.action_apply()
        self.assertEqual(self._mails(visit).recipient_ids, self.patient.partner_id)

    def test_nobody_is_told_when_switched_off_or_kept(self):
        visit = self._book(10)
        impact = self._absence(notify=False)
        impact.action_cancel_all()
        impact.action_apply()
        kept = self._book(11, day=7)
        impact = self._absence(self._at(8, day=7), self._at(20, day=7))
        impact.action_keep_all()
        impact.action_apply()
        self.assertFalse(self._mails(visit) | self._mails(kept))
