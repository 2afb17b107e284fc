# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged

from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestOpenHours(ClinicCommon, TransactionCase):
    """What calendars show as the time when a doctor sees patients."""

    def _get_hours(self, user=None):
        start, stop = self._at(0), self._at(0, day=1)
        schedule = self.env["clinic.schedule"].with_user(user or self.receptionist)
        return schedule.get_open_hours(
            (self.doctor | self.colleague).ids,
            fields.Datetime.to_string(start),
            fields.Datetime.to_string(stop),
        )

    def _expect(self, *spans):
        text = fields.Datetime.to_string
        return [
            {
                "start": text(self._at(*start)),
                "stop": text(self._at(*stop)),
                "site_id": self.site.id,
                "grid": text(self._at(9)),
                "step": 30,
            }
            for start, stop in spans
        ]

    def test_hours(self):
        hours = self._get_hours()
        self.assertEqual(set(hours), {str(self.doctor.id), str(self.colleague.id)})
        self.assertEqual(hours[str(self.doctor.id)], self._expect(((9,), (17,))))

    def test_breaks_and_absences_are_cut_out(self):
        monday = self.doctor.availability_ids.filtered(lambda item: item.weekday == "0")
        monday.break_ids = [Command.create({"hour_from": 12, "hour_to": 13})]
        self.env["resource.calendar.leaves"].create(
            {
                "resource_id": self.doctor.resource_id.id,
                "date_from": self._at(16),
                "date_to": self._at(18),
            }
        )
        expected = self._expect(((9,), (12,)), ((13,), (16,)))
        self.assertEqual(self._get_hours()[str(self.doctor.id)], expected)

    def test_bookings_do_not_matter(self):
        self._book(10)
        expected = self._expect(((9,), (17,)))
        self.assertEqual(self._get_hours()[str(self.doctor.id)], expected)

    def test_unreadable_doctors_are_left_out(self):
        self.colleague.active = False
        self.assertEqual(set(self._get_hours()), {str(self.doctor.id)})
        outsider = new_test_user(self.env, "outsider", groups="base.group_user")
        with self.assertRaises(AccessError):
            self._get_hours(outsider)
