# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who may do what with reports, samples, consents, events and values."""

import base64
from datetime import date

from odoo.tests import freeze_time, new_test_user, tagged

from .compliance_models import COMPLIANCE
from .report_common import AFTER_THE_CALL, ReportCommon
from .test_pharma_access import OPERATIONS, ROLES

#: Models whose records all representatives of the company see.
OF_THE_COMPANY = {"pharma.consent.text", "pharma.sample.limit", "pharma.sample.lot"}


@tagged("post_install", "-at_install")
@freeze_time(AFTER_THE_CALL)
class TestPharmaAccessCompliance(ReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: cls._create_pharma_user(role)
            for role in ("safety", "scheduler", "manager")
        }
        cls.users["representative"] = cls.rep_user
        cls.users["clinic_doctor"] = cls._create_user("doctor")
        cls.users["receptionist"] = cls.receptionist
        cls.users["nobody"] = new_test_user(cls.env, "test_nobody")
        cls.users["portal"] = new_test_user(
            cls.env, "test_portal", groups="base.group_portal"
        )
        cls.team.member_ids += cls.users["scheduler"]
        records = [*cls._create_report(), *cls._create_sample_records()]
        records += cls._create_consent()
        cls.records = {record._name: record for record in records}

    @classmethod
    def _create_report(cls):
        event = {"uuid": "access-event", "description": "Rash"}
        cls.reports.report_adverse_event(cls.showcase.id, event)
        cls.event = cls.showcase.adverse_event_ids
        addendum = cls.env["pharma.adverse.event.addendum"].create(
            {"event_id": cls.event.id, "text": "Healed"}
        )
        line = {"product_id": cls.products[0].id, "interest": 1}
        cls.reports.submit_call(
            cls.showcase.id,
            {
                "uuid": "access-report",
                "lines": [line],
                "next_step": "none",
                "asked": [{"product_id": cls.products[0].id, "quantity": 1}],
                "transfers": [{"nature": "meal", "amount": 9}],
            },
        )
        report = cls.env["pharma.call.report"].search(
            [("showcase_id", "=", cls.showcase.id)]
        )
        return [
            *[report, report.version_ids, cls.event, addendum],
            *[cls.showcase.value_transfer_ids, cls.showcase.sample_request_ids],
        ]

    @classmethod
    def _create_sample_records(cls):
        lot = cls._create_samples()
        count = cls.env["pharma.sample.reconciliation"].create(
            {"representative_id": cls.representative.id}
        )
        limit = cls.env["pharma.sample.limit"].create({"per_call": 9})
        return [lot, lot.stock_ids, lot.movement_ids, count, count.line_ids, limit]

    @classmethod
    def _create_consent(cls):
        text = cls.env["pharma.consent.text"].create({"name": "A", "body": "I agree."})
        consent = cls.env["pharma.consent"].create(
            {
                "doctor_id": cls.outside.id,
                "text_id": text.id,
                "source": "Form",
                "proof": base64.b64encode(b"x"),
                "expires_on": date(2031, 1, 1),
            }
        )
        return [text, consent]

    def test_every_record_is_there(self):
        self.assertEqual(set(self.records), set(COMPLIANCE))
        for model, record in self.records.items():
            self.assertEqual(len(record), 1, model)

    def test_matrix(self):
        for model, by_role in COMPLIANCE.items():
            for role in ROLES:
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        record = self.records[model].with_user(self.users[role])
                        allowed = letter in by_role.get(role, "")
                        self.assertEqual(record.has_access(operation), allowed)

    def test_a_representative_sees_own_records_only(self):
        other = self.other_representative.user_id
        for model in COMPLIANCE.keys() - OF_THE_COMPANY:
            with self.subTest(model=model):
                record = self.records[model].with_user(other)
                self.assertFalse(record.has_access("read"))

    def test_other_companies_see_nothing(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self._create_pharma_user(
            "manager",
            login="test_stranger",
            company_id=company.id,
            company_ids=company.ids,
        )
        stranger.group_ids += self.env.ref("pharma_showcase.group_pharma_safety")
        for model, record in self.records.items():
            with self.subTest(model=model):
                self.assertFalse(record.with_user(stranger).has_access("read"))

    def test_what_they_may_read_can_be_read(self):
        for model, by_role in COMPLIANCE.items():
            for role, letters in by_role.items():
                if "r" in letters:
                    with self.subTest(model=model, role=role):
                        self.assertTrue(
                            self.records[model].with_user(self.users[role]).read()
                        )

    def test_secrets_of_devices(self):
        for model in ("pharma.call.report.version", "pharma.adverse.event"):
            for user in self.users.values():
                with self.subTest(model=model, user=user.login):
                    fields = self.env[model].with_user(user).fields_get()
                    self.assertNotIn("uuid", fields)
