# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo.fields import Command, Datetime
from odoo.tests import tagged

from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from .common import QueueCommon


@tagged("post_install", "-at_install")
class TestQueueHours(QueueCommon):
    """The doctor works from 9 to 17 in Paris, on a Monday, with a break at noon."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the samples: so many services of ten minutes
        start = cls._at(9) - timedelta(days=7)
        tickets = cls.tickets.sudo()
        with freeze_time(start):
            for _turn in range(25):
                tickets |= tickets._join_queue(cls.queue)
        tickets.write(
            {
                "state": "completed",
                "provider_key": f"doctor:{cls.doctor.id}",
                "called_at": start,
                "started_at": start,
                "completed_at": start + timedelta(minutes=10),
                # they say nothing of how many come on Mondays
                "arrived_at": start - timedelta(hours=12),
            }
        )
        hours = cls.env["clinic.availability"].search(
            [("doctor_id", "=", cls.doctor.id), ("weekday", "=", "0")]
        )
        hours.break_ids = [Command.create({"hour_from": 12, "hour_to": 13})]

    def setUp(self):
        super().setUp()
        self.desk.with_user(self.nurse)._open_desk(self.doctor)

    def _set_clock(self, hour, minute=0, day=0):
        self.startPatcher(freeze_time(self._at(hour, minute, day)))

    def _get_hours(self):
        """Return the hours of the desk in hours of Paris's clock."""
        midnight = epoch(self._at(0))
        found = self.desk._get_hours().get(self.desk, ())
        return [tuple((at - midnight) / 3600 for at in pair) for pair in found]

    def _get_wait(self, count=1):
        """Return the band in minutes of who waits behind all others of level 4."""
        for _turn in range(count):
            ticket = self._join(level=4)
        band = self.queue._forecast()[ticket.id]
        return band and tuple(seconds / 60 for seconds in band)

    def _leave(self, start, stop, **values):
        """Enter an absence between two hours of the day."""
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "date_from": self._at(start),
                "date_to": self._at(stop),
                "resource_id": self.doctor.resource_id.id,
                **values,
            }
        )

    def test_breaks_and_the_end_of_the_day(self):
        self._set_clock(10)
        self.assertEqual(self._get_hours(), [(9, 12), (13, 17)])
        self.assertEqual(self._get_wait(), (0, 0))

    def test_nobody_is_served_within_a_break(self):
        self._set_clock(11, 50)
        self.assertEqual(self._get_wait(), (0, 0))
        # the second service would begin about noon, the third one later
        low, high = self._get_wait(2)
        self.assertGreaterEqual(low, 70)
        self.assertLess(high, 110)

    def test_after_the_end_nobody_is_served(self):
        self._set_clock(16, 45)
        self.assertIsNone(self._get_wait(5))
        # whoever is there after it goes on
        self._set_clock(17, 5)
        self.assertTrue(self._get_wait())

    def test_who_is_there_before_the_hours_works(self):
        self._set_clock(8, 30)
        self.assertEqual(self._get_wait(), (0, 0))

    def test_absences_and_closing_days(self):
        self._set_clock(10)
        self._leave(14, 15)
        self.assertEqual(self._get_hours(), [(9, 12), (13, 14), (15, 17)])
        calendar = self.env["resource.calendar"].create({"name": "The site's"})
        self.site.resource_calendar_id = calendar
        self._leave(16, 18, resource_id=False, calendar_id=calendar.id)
        self.assertEqual(self._get_hours(), [(9, 12), (13, 14), (15, 16)])
        self._leave(9, 17)
        self.assertEqual(self._get_hours(), [])
        self.assertEqual(self._get_wait(), (0, 0))

    def test_hours_elsewhere_or_of_other_days_do_not_count(self):
        self._set_clock(10)
        availability = self.env["clinic.availability"].search(
            [("doctor_id", "=", self.doctor.id), ("weekday", "=", "0")]
        )
        availability.site_id = self.other_site
        self.assertEqual(self._get_hours(), [])
        availability.write({"site_id": self.site.id, "purpose": "showcase"})
        self.assertEqual(self._get_hours(), [])
        self._set_clock(10, day=6)
        self.assertEqual(self._get_hours(), [])

    def test_a_night_belongs_to_both_days(self):
        self._create_hours(self.doctor, "0", 22, 6)
        night = [(9, 12), (13, 17), (22, 30)]
        self._set_clock(23)
        self.assertEqual(self._get_hours(), night)
        self._set_clock(1, day=1)
        self.assertEqual(self._get_hours(), [(22, 30), (33, 41)])

    def test_what_was_said_at_the_desk_goes_before_the_plan(self):
        self._set_clock(12, 5)
        # nobody said a word: the planned break lasts until one
        self.assertEqual(self._get_wait(), (55, 55))
        desk = self.desk.with_user(self.nurse)
        desk.pause_desk()
        self.assertGreaterEqual(self._get_wait()[0], 55)
        desk.pause_desk(Datetime.now() + timedelta(minutes=10))
        self.assertEqual(self.queue._forecast()[self._first().id], (10 * 60, 10 * 60))
        self._set_clock(13, 30)
        desk.pause_desk()
        self.assertEqual(self.queue._forecast()[self._first().id], (15 * 60, 15 * 60))

    def _first(self):
        """Return who is served first."""
        waiting = self.tickets.search(
            [("queue_id", "=", self.queue.id), ("state", "=", "waiting")]
        )
        return waiting.sorted("id")[:1]

    def test_a_desk_without_a_doctor_has_no_hours(self):
        self._set_clock(10)
        self.other_desk.with_user(self.receptionist)._open_desk()
        self.assertEqual(set((self.desk | self.other_desk)._get_hours()), {self.desk})

    def test_as_many_queries_for_any_number_of_desks(self):
        self._set_clock(10)
        desks, counts = self.desk, []
        for number in range(3):
            desk = self.desk.copy({"name": f"More {number}"})
            desk.doctor_id = self._create_doctor(f"Doctor {number}")
            desks |= desk
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(desks._get_hours()), number + 2)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts, counts[:1] * 3)

    def test_who_is_likely_to_come_counts_for_more(self):
        self._set_clock(10)
        visit = self._book(11)
        ((_queue, _ticket, chance),) = self.queue._get_expected(Datetime.now())
        self.assertEqual(chance, 0.9)
        model = (
            self.env["clinic.no.show.model"]
            .sudo()
            .create(
                {
                    "company_id": self.env.company.id,
                    "kind": "constant",
                    "reason": "few",
                }
            )
        )
        self.env.flush_all()
        self.env.cr.execute(  # as the job that scores visits does
            "UPDATE clinic_appointment SET no_show_probability = 0.4,"
            " no_show_model_id = %s WHERE id = %s",
            (model.id, visit.id),
        )
        self.env.invalidate_all()
        ((_queue, _ticket, chance),) = self.queue._get_expected(Datetime.now())
        self.assertAlmostEqual(chance, 0.6)

    def test_everybody_is_told_the_same_whoever_asks(self):
        self._set_clock(10)
        self.colleague.user_id = colleague = self._create_user("doctor")
        visits = self._book(10, 30) | self._book(11)
        self._get_wait(6)
        # doctors see their own visits alone, and yet the others' come first
        self.assertFalse(visits.with_user(colleague)._filtered_access("read"))
        found = self.queue._forecast()
        for user in (colleague, self.receptionist, self.nurse):
            self.env.invalidate_all()
            self.assertEqual(self.queue.with_user(user)._forecast(), found)
