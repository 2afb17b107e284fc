# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Each change of a booked call is a move: told, and newer in the doctor's calendar."""

from icalendar import Calendar

from odoo.tests import tagged

from odoo.addons.clinic_scheduling.tests.message_common import MessageCommon

from ..models.pharma_showcase_booking import SCHEDULE_FIELDS
from .common import PharmaCommon


@tagged("post_install", "-at_install")
class TestShowcaseChanges(PharmaCommon, MessageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.write(
            {"clinic_messages_active": True, "email": "calls@pharma.example.com"}
        )
        cls.colleague = cls._create_outside_doctor("Oscar Outside")
        cls.other_representative.territory_ids |= cls.territory
        cls.room = cls.env["clinic.room"].create(
            {
                "name": "Test Meeting Room",
                "site_id": cls.practice.id,
                "kind_id": cls.env["clinic.room.kind"].create({"name": "Test"}).id,
            }
        )

    def _get_changes(self):
        """Return {schedule field: another value} that a call can have."""
        return {
            "doctor_id": self.colleague.id,
            "representative_id": self.other_representative.id,
            "site_id": self.site.id,
            "room_id": self.room.id,
            "modality": "phone",
            "start": self._at(13),
            "stop": self._at(12, 40),
            "duration": 30,
        }

    def _rows(self, showcase, event):
        return showcase.sudo().reminder_ids.filtered(lambda row: row.event == event)

    def _propose_on(self, day):
        # a scheduler's reason: the doctor is at one of the sites only
        return self._propose(day=day, exception_reason="Agreed by telephone")

    def test_every_field_is_tried(self):
        self.assertEqual(set(self._get_changes()), SCHEDULE_FIELDS)

    def test_each_field_moves_a_booked_call(self):
        for way in ("write", "reschedule"):
            for name, value in self._get_changes().items():
                showcase = self._propose_on(0)
                self.env.flush_all()
                with self.subTest(way=way, name=name):
                    getattr(showcase, way)({name: value})
                    self.env.flush_all()
                    self.assertEqual(showcase.invitation_sequence, 1)
                    moved = self._rows(showcase, "showcase_moved")
                    self.assertEqual(moved.mapped("state"), ["pending"])
                    reminders = self._rows(showcase, "showcase_reminder")
                    self.assertEqual(
                        reminders.sorted("id").mapped("state"),
                        ["cancelled", "pending"],
                    )
                showcase.cancel()

    def test_a_call_changes_twice(self):
        showcase = self._propose()
        for number, modality in enumerate(("phone", "in_person", "phone"), start=1):
            showcase.modality = modality
            self.env.flush_all()
            self.assertEqual(showcase.invitation_sequence, number)

    def test_calendars_are_shown_the_new_version(self):
        showcase = self._propose()
        self._send()
        before = self._read_event()
        showcase.modality = "phone"
        self._send()
        after = self._read_event()
        self.assertEqual((before["sequence"], after["sequence"]), (0, 1))
        self.assertEqual(before["uid"], after["uid"])
        self.assertIn("Outside Practice", before["location"])
        self.assertEqual(after["location"], "Telephone")

    def _read_event(self):
        mail = self._new_mails.sorted("id")[-1:]
        return Calendar.from_ical(mail.attachment_ids.raw).walk("VEVENT")[0]

    def test_what_was_accepted_is_asked_anew(self):
        for name, state in (
            ("modality", "proposed"),
            ("doctor_id", "proposed"),
            ("room_id", "confirmed"),
        ):
            showcase = self._propose_on(1)
            showcase.confirm()
            with self.subTest(name=name):
                showcase.write({name: self._get_changes()[name]})
                self.assertEqual(showcase.state, state)
            showcase.cancel()
