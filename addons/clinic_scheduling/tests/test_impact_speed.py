# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .impact_common import ImpactCommon


@tagged("post_install", "-at_install")
class TestImpactSpeed(ImpactCommon):
    """The number of queries does not grow with doctors, visits or days."""

    def _fill(self, days, doctors):
        for doctor in doctors:
            for day in days:
                self._book(9, day=day, doctor_id=doctor.id, patient_id=self._patient())

    def _patient(self):
        return self.env["clinic.patient"].create({"name": "Many"}).id

    def _count(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        call()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_check_takes_three_queries(self):
        check = self.env["clinic.impact.check"]
        self._fill([0], self.doctor)
        few = self._count(check._get_causes)
        self._fill([1, 2, 3, 7, 8, 14, 28], self.doctor | self.colleague)
        many = self._count(check._get_causes)
        self.assertEqual(few, many)
        self.assertLessEqual(many, 3)

    def test_leave_costs_the_same_for_many_visits(self):
        self._fill([0], self.doctor)
        few = self._count(lambda: self._leave(self._at(0), self._at(0, day=1)))
        self._fill([7, 8, 9, 10], self.doctor)
        many = self._count(lambda: self._leave(self._at(0, day=7), self._at(0, day=12)))
        # one activity exists by then: the second leave is not dearer
        self.assertLessEqual(many, few)

    def test_search_for_times_does_not_grow_with_the_visits(self):
        self._fill([0], self.doctor)
        impact = self._absence()
        few = self._count(lambda: impact.line_ids._find_options(None, {}))
        impact.action_discard()
        self._fill([1, 2, 3], self.doctor)
        impact = self._absence(stop=self._at(20, day=5))
        self.assertEqual(len(impact.line_ids), 4)
        many = self._count(lambda: impact.line_ids._find_options(None, {}))
        self.assertLessEqual(many, few + 2)
