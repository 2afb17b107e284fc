# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from freezegun import freeze_time
from icalendar import Calendar
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_scheduling.tests.message_common import MessageCommon

from .common import PharmaCommon


@tagged("post_install", "-at_install")
class TestShowcaseMessage(PharmaCommon, MessageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.write(
            {"clinic_messages_active": True, "email": "calls@pharma.example.com"}
        )

    def _rows(self, showcase, event=None):
        rows = self.env["clinic.reminder"].search(
            [("showcase_id", "=", showcase.id)], order="id"
        )
        return rows.filtered(lambda row: event in (None, row.event))

    def _get_event(self, mail):
        content = mail.attachment_ids.raw
        calendar = Calendar.from_ical(content)
        return str(calendar["method"]), calendar.walk("VEVENT")[0]

    def test_reception_does_not_call_doctors_about_showcases(self):
        rules = self.env["clinic.reminder.rule"].search(
            [("event", "=", "showcase_booked")]
        )
        self.assertTrue(rules)
        for values in ({"channel": "call"}, {"fallback_channel": "call"}):
            with self.assertRaises(ValidationError):
                rules[0].write(values)

    def test_a_proposal_is_told_with_an_invitation(self):
        showcase = self._propose(
            line_ids=[(0, 0, {"product_id": self.products[0].id, "minutes": 10})]
        )
        self.assertEqual(
            self._rows(showcase).mapped("event"),
            ["showcase_booked", "showcase_reminder"],
        )
        self._send()
        row = self._rows(showcase, "showcase_booked")
        self.assertEqual((row.state, row.address), ("sent", "outside@example.com"))
        self.assertNotIn(showcase.sudo().access_token, row.body)
        mail = self._new_mails
        self.assertIn(f"/showcase/{showcase.id}?access_token=", mail.body_html)
        self.assertIn("Test Product 1", mail.body_html)
        method, event = self._get_event(mail)
        self.assertEqual(method, "REQUEST")
        self.assertEqual(event["status"], "TENTATIVE")
        self.assertEqual(event["sequence"], 0)
        self.assertEqual(event["dtstart"].dt.hour, 12)
        self.assertEqual(event["organizer"], "mailto:calls@pharma.example.com")

    def test_moves_and_cancels_are_newer_versions(self):
        showcase = self._propose()
        uids = []
        for step, event_name, method in (
            (lambda: showcase.reschedule({"start": self._at(13)}), "moved", "REQUEST"),
            (lambda: showcase.cancel("Ill"), "cancelled", "CANCEL"),
        ):
            step()
            self._send()
            row = self._rows(showcase, f"showcase_{event_name}")
            self.assertEqual(row.state, "sent")
            found, event = self._get_event(self._new_mails)
            self.assertEqual(found, method)
            uids.append((event["uid"], event["sequence"]))
        self.assertEqual([number for _uid, number in uids], [1, 2])
        self.assertEqual(len({uid for uid, _number in uids}), 1)
        # what was never sent is not sent any more
        states = self._rows(showcase, "showcase_reminder").mapped("state")
        self.assertEqual(set(states), {"cancelled"})
        self.assertEqual(self._rows(showcase, "showcase_booked").state, "cancelled")

    def test_what_the_doctor_did_is_not_told_to_the_doctor(self):
        showcase = self._propose()
        showcase._answer_move(self._at(13), self.practice.id)
        self.assertFalse(self._rows(showcase, "showcase_moved"))
        self.assertEqual(
            self._rows(showcase, "showcase_reminder").mapped("state"),
            ["cancelled", "pending"],
        )

    def test_drafts_and_past_calls_are_told_to_nobody(self):
        draft = self.showcases.create(self._showcase_vals())
        past = self._propose(start=self._at(12, day=-20))
        self.assertFalse(self._rows(draft) | self._rows(past))

    def _consent(self, channel="email"):
        """Return a consent to be contacted about showcases."""
        text = self.env["pharma.consent.text"].create(
            {"name": channel, "body": "I agree.", "purpose": "showcase"}
        )
        return self.env["pharma.consent"].create(
            {
                "doctor_id": self.outside.id,
                "channel": channel,
                "purpose": "showcase",
                "text_id": text.id,
                "source": "On paper",
                "proof": b"QSBzaWduZWQgZm9ybQ==",
            }
        )

    def test_only_who_agreed_is_told_where_that_is_asked(self):
        self.env.company.pharma_consent_mode = "opt_in"
        self._consent("visit")
        showcase = self._propose()
        self._send()
        self.assertFalse(self._new_mails)
        self._consent()
        showcase.reschedule({"start": self._at(13)})
        self._send()
        self.assertEqual(self._rows(showcase, "showcase_moved").state, "sent")

    def test_a_withdrawn_consent_is_kept(self):
        self._consent()._withdraw()
        showcase = self._propose()
        self._send()
        self.assertFalse(self._new_mails)
        self.assertNotEqual(self._rows(showcase, "showcase_booked").state, "sent")

    def _hold(self, hours=4, **values):
        """Return a call that ended some hours ago and was held just now."""
        start = fields.Datetime.now() - timedelta(hours=hours)
        showcase = self.showcases.create(
            self._showcase_vals(
                start=start, site_id=self.practice.id, state="confirmed", **values
            )
        )
        showcase.complete()
        return showcase

    def test_how_it_was_is_asked_once_by_its_own_link(self):
        showcase = self._hold()
        row = self._rows(showcase, "showcase_feedback")
        self.assertEqual(row.state, "pending")
        showcase.confirm()
        showcase.complete()
        self.assertEqual(self._rows(showcase, "showcase_feedback"), row)
        self._send()
        self.assertEqual((row.state, row.address), ("sent", "outside@example.com"))
        body = self._new_mails.body_html
        self.assertIn(f"/showcase/{showcase.id}/feedback?access_token=", body)
        self.assertFalse(self._new_mails.attachment_ids)
        self.assertNotIn(showcase.sudo().access_token, row.body)

    def test_nobody_is_asked_at_night(self):
        with freeze_time(self._at(21, day=-7)):
            showcase = self._hold(hours=1)
        row = self._rows(showcase, "showcase_feedback")
        self.assertEqual(row.due_at, self._at(8, day=-6))

    def test_who_answered_is_not_asked(self):
        showcase = self._hold()
        showcase._give_feedback(5)
        self._send()
        row = self._rows(showcase, "showcase_feedback")
        self.assertEqual(row.state, "cancelled")
        self.assertFalse(self._new_mails)

    def test_nobody_is_asked_about_long_ago_or_of_imports(self):
        for values in ({"hours": 24 * 20}, {"source": "import"}):
            with self.subTest(values=values):
                showcase = self._hold(**values)
                self.assertFalse(self._rows(showcase, "showcase_feedback"))

    def test_a_stopped_number_gets_no_sms(self):
        partner = self.outside.partner_id
        partner.write({"phone": "+33612345678", "email": False})
        showcase = self._propose()
        self.assertEqual(showcase._get_message_channels(partner), {"sms"})
        self.env["phone.blacklist"]._add([partner.phone_sanitized])
        self.assertEqual(showcase._get_message_channels(partner), set())

    def test_a_message_of_a_visit_names_it(self):
        showcase = self._propose()
        row = self._rows(showcase, "showcase_booked")
        for values in (
            {"event": "booked"},
            {"appointment_id": self._book(10).id},
            {"showcase_id": False},
        ):
            with (
                self.subTest(values=values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                row.write(values)
                row.flush_recordset()

    def test_managers_keep_the_rules_about_showcases_alone(self):
        manager = self._create_pharma_user("manager")
        rules = self.env["clinic.reminder.rule"].with_user(manager)
        mine = rules.search([])
        self.assertTrue(mine)
        self.assertTrue(all(rule._is_of_showcases() for rule in mine))
        rule = mine.filtered(lambda item: item.event == "showcase_reminder")[:1]
        rule.offset = 48
        self.assertIn("{{ link }}", rule.placeholder_help)
        self.assertNotIn("{{ patient }}", rule.placeholder_help)
        showcase = self._propose()
        self.assertTrue(rule.preview_subject)
        self.assertNotIn(showcase.sudo().access_token, rule.preview_body)
        with self.assertRaises(AccessError):
            rules.create({"name": "Visits", "event": "reminder"})
        with self.assertRaises(AccessError):
            self.rules.filtered(lambda item: item.event == "reminder")[0].with_user(
                manager
            ).unlink()
        # who has both roles keeps both
        manager.group_ids |= self.env.ref("clinic_scheduling.group_clinic_manager")
        self.assertIn("reminder", rules.search([]).mapped("event"))

    def test_other_messages_are_as_before(self):
        visit = self._book(10)
        self.assertTrue(visit.reminder_ids)
        self.assertFalse(visit.reminder_ids.showcase_id)

    def test_every_company_has_rules_about_showcases(self):
        rules = self.env["clinic.reminder.rule"].search(
            [("company_id", "=", self.env.company.id)]
        )
        mine = rules.filtered(lambda rule: rule._is_of_showcases())
        self.assertEqual(len(mine), 5)
        before = len(rules.search([]))
        rules._init_showcase_rules()
        self.assertEqual(len(rules.search([])), before)
        for rule in mine:
            self.assertEqual(rule.mail_template_id.model, "pharma.showcase")
