# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo.fields import Date
from odoo.tests import tagged

from .common import ClinicCommon

CODE = "clinic.appointment"


@tagged("post_install", "-at_install")
class TestAppointmentNumber(ClinicCommon):
    """Each booking takes the next number of the sequence that counts now."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sequences = cls.env["ir.sequence"].with_context(active_test=False)
        cls.sequences.search([("code", "=", CODE)]).unlink()
        cls.shared = cls._create_sequence("ALL-%(range_year)s-", use_date_range=True)

    @classmethod
    def _create_sequence(cls, prefix, **values):
        values = {"name": prefix, "prefix": prefix, "code": CODE, **values}
        return cls.sequences.create({"company_id": False, "padding": 3, **values})

    def _next(self):
        # a request of its own
        self.env.invalidate_all()
        return (
            self.env["clinic.appointment"].with_user(self.receptionist)._next_number()
        )

    def test_numbers_follow_each_other(self):
        year = Date.today().year
        self.assertEqual(self._book(10).name, f"ALL-{year}-001")
        self.assertEqual(self._book(11).name, f"ALL-{year}-002")
        self.assertEqual(len(self.shared.date_range_ids), 1)

    def test_a_year_starts_anew(self):
        with freeze_time("2029-12-31 12:00:00"):
            self.assertEqual(self._next(), "ALL-2029-001")
            self.assertEqual(self._next(), "ALL-2029-002")
        with freeze_time("2030-01-01 12:00:00"):
            self.assertEqual(self._next(), "ALL-2030-001")
        with freeze_time("2029-12-31 13:00:00"):
            self.assertEqual(self._next(), "ALL-2029-003")
        self.assertEqual(len(self.shared.date_range_ids), 2)

    def test_a_range_ends_when_somebody_says_so(self):
        self._next()
        current = self.shared.date_range_ids
        current.date_to = Date.today() - timedelta(days=1)
        self.assertTrue(self._next().endswith("-001"))
        self.assertEqual(len(self.shared.date_range_ids), 2)

    def test_without_ranges_one_count_goes_on(self):
        self._next()
        self.shared.write({"use_date_range": False, "prefix": "ONE-"})
        self.assertEqual(self._next(), "ONE-001")
        self.assertEqual(self._next(), "ONE-002")

    def test_without_gaps(self):
        self.shared.write({"implementation": "no_gap", "prefix": "GAP-"})
        self.assertEqual([self._next(), self._next()], ["GAP-001", "GAP-002"])

    def test_the_companys_own_sequence_comes_first(self):
        self._next()
        own = self._create_sequence("OWN-", company_id=self.env.company.id)
        self.assertEqual(self._next(), "OWN-001")
        own.active = False
        self.assertTrue(self._next().startswith("ALL-"))
        own.active = True
        self.assertEqual(self._next(), "OWN-002")
        own.code = "something.else"
        self.assertTrue(self._next().startswith("ALL-"))

    def test_without_a_sequence_there_is_no_number(self):
        self._next()
        self.shared.unlink()
        self.assertEqual(self._next(), "/")
