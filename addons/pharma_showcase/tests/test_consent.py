# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Consent of doctors, and transfers of value."""

import base64
import csv
import io
from datetime import date

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..exceptions import DoctorNotReceiving
from .report_common import AFTER_THE_CALL, ReportCommon

PROOF = base64.b64encode(b"a signed form")


@freeze_time(AFTER_THE_CALL)
class ConsentCommon(ReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.text, cls.naming = cls.env["pharma.consent.text"].create(
            [
                {"name": "Calls", "purpose": "showcase", "body": "I agree."},
                {"name": "Names", "purpose": "disclosure", "body": "Name me."},
            ]
        )
        cls.consents = cls.env["pharma.consent"].with_user(cls.rep_user)

    def _consent(self, **vals):
        return self.consents.create(
            {
                "doctor_id": self.outside.id,
                "channel": "phone",
                "purpose": "showcase",
                "text_id": self.text.id,
                "source": "Signed form",
                "proof": PROOF,
                **vals,
            }
        )

    def _status(self, channel="phone", purpose="showcase"):
        return self.consents._get_status(self.outside, channel, purpose, self.company)


@tagged("post_install", "-at_install")
@freeze_time(AFTER_THE_CALL)
class TestConsent(ConsentCommon):
    def test_by_channel_and_purpose(self):
        self.assertEqual(self._status(), "none")
        self._consent()
        self.assertEqual(self._status(), "given")
        self.assertEqual(self._status("video"), "none")
        self.assertEqual(self._status(purpose="survey"), "none")
        self._consent(channel="any")
        self.assertEqual(self._status("video"), "given")

    def test_withdrawn_and_given_anew(self):
        consent = self._consent()
        consent.action_withdraw()
        self.assertEqual((consent.state, self._status()), ("withdrawn", "withdrawn"))
        self.assertEqual(consent.withdrawn_by_id, self.rep_user)
        with freeze_time("2030-06-04 10:00:00"):
            self._consent(given_at="2030-06-04 09:00:00")
            self.assertEqual(self._status(), "given")
        self.assertEqual(consent.state, "withdrawn", "the old one stays as it was")

    def test_the_newest_word_counts(self):
        phone = self._consent(given_at="2030-05-01 09:00:00")
        self._consent(channel="any", given_at="2030-05-20 09:00:00")
        self.assertEqual(self._status(), "given")
        phone.action_withdraw()
        self.assertEqual(self._status(), "withdrawn", "said after any was given")
        self.assertEqual(self._status("video"), "given")
        # entered later, given earlier
        self._consent(given_at="2030-06-01 09:00:00")
        self.assertEqual(self._status(), "withdrawn")
        # of two words of one second, the withdrawal is believed
        self._consent(channel="any")
        self.assertEqual(self._status(), "withdrawn")
        with freeze_time("2030-06-04 10:00:00"):
            self._consent(channel="any")
            self.assertEqual(self._status(), "given")

    def test_it_ends(self):
        consent = self._consent(expires_on=date(2030, 6, 10))
        with freeze_time("2030-06-11 10:00:00"):
            consent.invalidate_recordset()
            self.assertEqual((consent.state, self._status()), ("expired", "expired"))
            ended = [("state", "=", "expired"), ("id", "=", consent.id)]
            self.assertEqual(self.consents.search(ended), consent)

    def test_it_has_a_proof_and_the_right_text(self):
        with self.assertRaises(ValidationError):
            self._consent(proof=False)
        with self.assertRaises(ValidationError):
            self.consents.create(
                {
                    "doctor_id": self.outside.id,
                    "text_id": self.text.id,
                    "source": "Said so",
                }
            )
        with self.assertRaises(ValidationError):
            self._consent(purpose="survey")

    def test_nobody_rewrites_it(self):
        consent = self._consent()
        with self.assertRaises(UserError):
            consent.sudo().write({"given_at": "2029-01-01 00:00:00"})
        with self.assertRaises(UserError):
            consent.sudo().unlink()
        with self.assertRaises(UserError):
            self.text.body = "I agree to everything."
        self.naming.body = "Nobody agreed to this one yet."

    def test_doctors_of_own_territories(self):
        colleague = self.other_representative.user_id
        with self.assertRaises(AccessError):
            self.consents.with_user(colleague).create(
                {
                    "doctor_id": self.outside.id,
                    "text_id": self.text.id,
                    "source": "Said so",
                    "proof": PROOF,
                }
            )


@tagged("post_install", "-at_install")
@freeze_time(AFTER_THE_CALL)
class TestCallsAndConsent(ConsentCommon):
    def _book(self, modality):
        return self.env["pharma.showcase"].book(
            self._showcase_vals(13, day=1, modality=modality)
        )

    def test_unless_withdrawn(self):
        self._book("phone").cancel()
        self._consent().action_withdraw()
        with self.assertRaises(DoctorNotReceiving) as refused:
            self._book("phone")
        self.assertEqual(refused.exception.context["rule"], "consent")
        self._book("video").cancel()
        self._book("in_person").cancel()

    def _test_visits(self, channel):
        """Visits take the word on ``channel``, whether or not with a lunch."""
        self._consent(channel=channel).action_withdraw()
        for modality in ("in_person", "lunch"):
            with self.subTest(modality), self.assertRaises(DoctorNotReceiving):
                self._book(modality)
        with freeze_time("2030-06-03 10:31:00"):
            self._consent(channel=channel)
            for modality in ("in_person", "lunch"):
                self._book(modality).cancel()

    def test_visits_withdrawn(self):
        self._test_visits("visit")

    def test_any_contact_withdrawn(self):
        self._test_visits("any")

    def test_only_while_given(self):
        self.company.pharma_consent_mode = "opt_in"
        with self.assertRaises(DoctorNotReceiving):
            self._book("phone")
        consent = self._consent()
        self._book("phone").cancel()
        consent.action_withdraw()
        for modality in ("phone", "in_person", "lunch"):
            with self.assertRaises(DoctorNotReceiving):
                self._book(modality)
        self._consent(channel="visit")
        self._book("in_person").cancel()


@tagged("post_install", "-at_install")
@freeze_time(AFTER_THE_CALL)
class TestTransfers(ConsentCommon):
    def _export(self):
        content = self.showcase.value_transfer_ids._export_csv().decode("utf-8-sig")
        return list(csv.reader(io.StringIO(content)))

    def test_a_meal_is_on_the_report(self):
        self._submit(self._values(transfers=[{"nature": "meal", "amount": 18.5}]))
        transfer = self.showcase.value_transfer_ids
        self.assertEqual((transfer.amount, transfer.form), (18.5, "in_kind"))
        self.assertEqual(transfer.doctor_id, self.outside)
        self.assertEqual(str(transfer.date), "2030-06-03")
        self.assertEqual(transfer.product_ids, self.products[0])
        self.assertEqual(transfer.user_id, self.rep_user)

    def test_recipients_are_named_with_consent_alone(self):
        self._submit(self._values(transfers=[{"nature": "meal", "amount": 18.5}]))
        header, row = self._export()
        self.assertEqual(len(header), len(row))
        self.assertEqual(row[1:3], ["No", ""])
        self._consent(purpose="disclosure", text_id=self.naming.id, channel="visit")
        row = self._export()[1]
        self.assertEqual(row[1:3], ["Yes", "Olive Outside"])
        self.assertEqual(row[8], "18.5")
        self.assertEqual(row[11], self.showcase.name)

    def _correct(self, transfer, **values):
        """Return the entry that replaces ``transfer``, as a manager enters it."""
        manager = self.env["res.users"].search([("login", "=", "test_pharma_manager")])
        manager = manager or self._create_pharma_user("manager")
        action = transfer.with_user(manager).action_correct()
        transfers = transfer.with_user(manager).with_context(
            **action["context"], default_correction_reason="Typing error"
        )
        return self.env["pharma.value.transfer"].browse(transfers.create(values).id)

    def test_it_is_written_once_and_corrected_by_another(self):
        self._submit(self._values(transfers=[{"nature": "meal", "amount": 185}]))
        wrong = self.showcase.value_transfer_ids
        manager = self._create_pharma_user("manager")
        for user in (manager, self.env.ref("base.user_root")):
            with self.assertRaises(UserError):
                wrong.with_user(user).write({"amount": 1})
            with self.assertRaises(UserError):
                wrong.with_user(user).unlink()
        right = self._correct(wrong, amount=18.5)
        self.assertEqual((right.replaces_id, right.nature), (wrong, "meal"))
        self.assertEqual([row[8] for row in self._export()[1:]], ["18.5"])
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self._correct(wrong, amount=2)
        none = self._correct(right, amount=0)
        self.assertEqual(none.replaces_id.replaces_id, wrong)
        self.assertFalse(self._export()[1:])

    def test_a_correction_says_why(self):
        self._submit(self._values(transfers=[{"nature": "meal", "amount": 185}]))
        wrong = self.showcase.value_transfer_ids
        values = {"doctor_id": self.outside.id, "amount": 1, "replaces_id": wrong.id}
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            wrong.create(values)

    def test_one_file_holds_so_many(self):
        self._submit(
            self._values(
                transfers=[{"nature": "meal", "amount": cost} for cost in (5, 6)]
            )
        )
        manager = self._create_pharma_user("manager")
        transfers = self.showcase.value_transfer_ids.with_user(manager)
        with self.assertRaises(UserError):
            transfers.action_export_csv()
        manager.group_ids += self.env.ref("base.group_allow_export")
        self.assertTrue(transfers.action_export_csv())
        self.company.clinic_export_limit = 1
        for action in (
            transfers.action_export_csv,
            lambda: transfers.export_data(["amount"]),
        ):
            with self.assertRaisesRegex(UserError, "2"):
                action()

    def test_a_cell_is_no_formula(self):
        self.outside.name = "=1+1"
        self._submit(self._values(transfers=[{"nature": "meal", "amount": 2}]))
        self._consent(purpose="disclosure", text_id=self.naming.id)
        self.assertEqual(self._export()[1][2], "'=1+1")

    def test_values_are_above_nothing_and_not_ahead(self):
        transfers = self.env["pharma.value.transfer"]
        with self.assertRaises(ValidationError):
            transfers.create(
                {"doctor_id": self.outside.id, "amount": 1, "date": date(2031, 1, 1)}
            )
