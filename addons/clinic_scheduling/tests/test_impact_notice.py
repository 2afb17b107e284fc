# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .impact_common import ImpactCommon
from .message_common import MessageCommon


@tagged("post_install", "-at_install")
class TestImpactNotice(MessageCommon, ImpactCommon):
    """Patients hear of what was decided: by mail, or reception calls."""

    def _told(self, visit, event):
        """Send what is due; return the messages of an event of a visit."""
        self._send()
        return visit.reminder_ids.filtered(lambda row: row.event == event)

    def test_cancellation_is_queued_in_the_patients_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("clinic_scheduling.mail_template_appointment_cancelled")
        template.with_context(lang="fr_FR").subject = "Rendez-vous annulé"
        self.patient.lang = "fr_FR"
        visit = self._book(10)
        impact = self._absence()
        impact.action_cancel_all()
        impact.action_apply()
        told = self._told(visit, "cancelled")
        self.assertEqual((told.state, told.channel), ("sent", "email"))
        self.assertEqual(told.partner_id, self.patient.partner_id)
        self.assertEqual(told.subject, "Rendez-vous annulé")
        self.assertIn("lun. 3 juin 2030, 10:00", told.body)
        self.assertIn("10:00", told.body)
        self.assertEqual((impact.mail_count, impact.call_count), (1, 0))
        self.assertFalse(visit.activity_ids)

    def test_mail_tells_neither_reason_nor_service(self):
        visit = self._book(10)
        impact = self._absence()
        impact.action_cancel_all()
        impact.action_apply()
        body = self._told(visit, "cancelled").body
        self.assertNotIn("Ill", body)
        self.assertNotIn(self.service.name, body)

    def test_move_is_told_with_the_new_time(self):
        visit = self._book(10)
        impact = self._absence()
        impact.action_apply()
        self.assertIn(self.colleague.name, self._told(visit, "moved").body)

    def test_without_mail_somebody_calls(self):
        self._rule("cancelled").fallback_channel = "call"
        visit = self._book(10, patient_id=self.other_patient.id)
        impact = self._absence()
        impact.action_cancel_all()
        impact.action_apply()
        told = self._told(visit, "cancelled").sorted("id")
        self.assertEqual(told.mapped("channel"), ["email", "call"])
        self.assertEqual(told.mapped("state"), ["failed", "sent"])
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
        self.assertEqual(self._told(visit, "moved").channel, "call")
        self.assertTrue(visit.activity_ids)

    def test_guardian_is_told_instead_of_the_child(self):
        child = self.env["clinic.patient"].create(
            {"name": "Child", "guardian_id": self.patient.id}
        )
        visit = self._book(10, patient_id=child.id)
        impact = self._absence()
        impact.action_apply()
        self.assertEqual(self._told(visit, "moved").partner_id, self.patient.partner_id)

    def test_nobody_is_told_when_switched_off_or_kept(self):
        visit = self._book(10)
        impact = self._absence(notify=False)
        impact.action_cancel_all()
        impact.action_apply()
        kept = self._book(11, day=7)
        impact = self._absence(self._at(8, day=7), self._at(20, day=7))
        impact.action_keep_all()
        impact.action_apply()
        changes = ("moved", "cancelled")
        self.assertFalse({*changes} & {*(visit | kept).reminder_ids.mapped("event")})
