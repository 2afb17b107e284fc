# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Caps on calls to one doctor, at the door."""

from datetime import date

from odoo.tests import freeze_time, tagged

from ..exceptions import PracticeRuleBroken
from .report_common import ReportCommon


@tagged("post_install", "-at_install")
@freeze_time("2030-06-01 08:00:00")
class TestCallCaps(ReportCommon):
    """The doctor has a call on Monday; the cap lets one more in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.pharma_call_cap = 2

    def _book(self, day, **values):
        showcases = self.env["pharma.showcase"].with_user(self.rep_user)
        if values.get("solicited_by_doctor"):
            values["solicited_note"] = "By telephone this morning"
        return showcases.book(self._showcase_vals(day=day, **values))

    def test_the_call_above_the_cap_is_refused(self):
        self._book(1)
        with self.assertRaises(PracticeRuleBroken) as refused:
            self._book(2)
        self.assertEqual(refused.exception.context["rule"], "calls_cap")
        self.assertIn("06/03/2031", str(refused.exception))
        self.assertFalse(refused.exception.context["alternatives"])

    def test_calls_that_the_doctor_asked_for(self):
        self._book(1)
        self._book(2, solicited_by_doctor=True)
        self.assertEqual((self.outside.call_count, self.outside.contact_count), (0, 0))
        with freeze_time("2030-06-07 08:00:00"):
            self.outside.invalidate_recordset()
            counts = self.outside.call_count, self.outside.contact_count
        self.assertEqual(counts, (2, 3))

    def test_contacts_are_capped_apart(self):
        self.company.pharma_contact_cap = 1
        with self.assertRaises(PracticeRuleBroken) as refused:
            self._book(2, solicited_by_doctor=True)
        self.assertEqual(refused.exception.context["rule"], "contacts_cap")

    def test_what_is_cancelled_does_not_count(self):
        self._book(1).cancel()
        self.assertTrue(self._book(2))

    def test_a_move_is_no_further_call(self):
        call = self._book(1)
        call.reschedule({"start": self._at(12, day=3)})
        self.assertEqual(call.start, self._at(12, day=3))

    def test_calls_of_other_companies_are_their_own(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        day = date(2030, 6, 3)
        mine = self.outside._get_contacts(self.company, day, day)[self.outside.id]
        theirs = self.outside._get_contacts(company, day, day)[self.outside.id]
        self.assertEqual((len(mine), len(theirs)), (1, 0))

    def test_without_a_cap(self):
        self.company.pharma_call_cap = 0
        for day in (1, 2, 3):
            self._book(day)
