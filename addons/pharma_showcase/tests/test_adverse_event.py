# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A remark about an unwanted effect is recorded at once, followed up, and kept."""

import uuid

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from .report_common import AFTER_THE_CALL, ReportCommon

TYPE = "pharma_showcase.mail_activity_type_adverse_event"


@tagged("post_install", "-at_install")
@freeze_time(AFTER_THE_CALL)
class TestAdverseEvent(ReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls._create_pharma_user("safety")
        cls.company.pharma_safety_user_id = cls.officer
        cls.company.pharma_safety_hours = 24

    def _event(self, **values):
        return {
            "uuid": str(uuid.uuid4()),
            "aware_at": "2030-06-03T10:10:00Z",
            "description": "Rash after two days, woman, about 60",
            "product_id": self.products[0].id,
            "is_serious": False,
            **values,
        }

    def _report(self, **values):
        self.reports.report_adverse_event(self.showcase.id, self._event(**values))
        return self.showcase.adverse_event_ids

    def test_the_officer_has_an_activity_within_the_hours(self):
        event = self._report()
        self.assertRegex(event.name, r"AE-\d{4}-\d{4}")
        self.assertEqual(str(event.aware_at), "2030-06-03 10:10:00")
        self.assertEqual(str(event.due_at), "2030-06-04 10:10:00")
        self.assertEqual(event.reporter_id, self.rep_user)
        self.assertEqual(event.doctor_id, self.outside)
        (activity,) = event.activity_ids
        self.assertEqual(activity.user_id, self.officer)
        self.assertEqual(activity.activity_type_id, self.env.ref(TYPE))
        self.assertEqual(str(activity.date_deadline), "2030-06-04")

    def test_the_reporter_cannot_end_or_move_the_activity(self):
        activity = self._report().activity_ids
        own = activity.with_user(self.rep_user)
        for action in (
            own.unlink,
            own.action_feedback,
            own.action_done,
            lambda: own.write({"user_id": self.rep_user.id}),
            lambda: own.write({"date_deadline": "2031-01-01"}),
        ):
            with self.assertRaises(AccessError):
                action()
        self.assertEqual(activity.user_id, self.officer)
        self.assertTrue(activity.active)

    def test_it_is_raised_anew_until_somebody_has_it_in_hand(self):
        event = self._report()
        event.activity_ids.unlink()
        events = self.env["pharma.adverse.event"]
        events._cron_chase()
        (activity,) = event.activity_ids
        self.assertEqual(activity.user_id, self.officer)
        events._cron_chase()
        self.assertEqual(event.activity_ids, activity)
        event.with_user(self.officer).action_acknowledge()
        activity.unlink()
        events._cron_chase()
        self.assertFalse(event.activity_ids)

    def test_a_manager_is_told_once_that_it_is_overdue(self):
        manager = self._create_pharma_user("manager")
        self.env.ref("pharma_showcase.group_pharma_manager").user_ids = manager
        event = self._report()
        events = self.env["pharma.adverse.event"]
        events._cron_chase()
        self.assertEqual(event.activity_ids.user_id, self.officer)
        with freeze_time("2030-06-05 10:00:00"):
            for _time in range(2):
                events._cron_chase()
        self.assertEqual(event.activity_ids.user_id, self.officer + manager)
        self.assertEqual(len(event.activity_ids), 2)
        self.assertTrue(event.escalated_at)

    def test_without_an_officer_it_does_not_lie_still(self):
        self.company.pharma_safety_user_id = False
        group = self.env.ref("pharma_showcase.group_pharma_safety")
        group.user_ids = False
        manager = self._create_pharma_user("manager")
        self.assertEqual(self._report().activity_ids.user_id, manager)

    def test_a_report_is_not_closed_over_it(self):
        values = self._values(has_adverse_event=True)
        with self.assertRaises(UserError):
            self._submit(values)
        self.assertFalse(self.showcase.report_ids)
        self._report()
        self.assertTrue(self._submit(values).has_adverse_event)

    def test_what_was_recorded_cannot_be_denied(self):
        self._report()
        report = self._submit(self._values(has_adverse_event=False))
        self.assertTrue(report.has_adverse_event)

    def test_sent_twice_is_recorded_once(self):
        values = self._event()
        names = {
            self.reports.report_adverse_event(self.showcase.id, values)
            for _time in range(2)
        }
        self.assertEqual(len(names), 1)
        self.assertEqual(len(self.showcase.adverse_event_ids), 1)

    def test_it_stays_though_the_report_is_refused(self):
        self._report()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._submit(self._values(next_step=""))
        self.assertEqual(len(self.showcase.adverse_event_ids), 1)

    def test_it_needs_words(self):
        for values in ({"description": " "}, {"uuid": "short"}, {"aware_at": "now"}):
            with self.subTest(values=values), self.assertRaises(UserError):
                self._report(**values)

    def test_a_clock_that_is_ahead(self):
        event = self._report(aware_at="2030-06-03T23:00:00Z")
        self.assertEqual(str(event.aware_at), AFTER_THE_CALL)
        with self.assertRaises(ValidationError):
            event.create({"description": "x", "aware_at": "2030-06-04 00:00:00"})

    def test_nobody_changes_it(self):
        event = self._report()
        for user in (self.rep_user, self.officer, self._create_pharma_user("manager")):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                event.with_user(user).write({"description": "Nothing"})
        for vals in ({"description": "Nothing"}, {"aware_at": "2030-06-01 00:00:00"}):
            with self.assertRaises(UserError):
                event.sudo().write(vals)
        with self.assertRaises(UserError):
            event.sudo().unlink()

    def test_what_becomes_known_later_is_added(self):
        event = self._report()
        addenda = self.env["pharma.adverse.event.addendum"]
        for user in (self.rep_user, self.officer):
            addendum = addenda.with_user(user).create(
                {"event_id": event.id, "text": "It has healed"}
            )
            self.assertEqual(addendum.user_id, user)
        stranger = self.other_representative.user_id
        with self.assertRaises(AccessError):
            addenda.with_user(stranger).create({"event_id": event.id, "text": "x"})
        with self.assertRaises(UserError):
            event.addendum_ids.sudo().write({"text": "Nothing"})

    def test_the_officer_follows_up(self):
        event = self._report()
        with self.assertRaises(AccessError):
            event.with_user(self.rep_user).action_acknowledge()
        mine = event.with_user(self.officer)
        with self.assertRaises(UserError):
            mine.action_close()
        mine.action_acknowledge()
        self.assertEqual((event.state, event.is_overdue), ("acknowledged", False))
        self.assertEqual(event.acknowledged_by_id, self.officer)
        mine.action_close()
        self.assertEqual(event.state, "closed")
        self.assertFalse(event.activity_ids)

    def test_overdue(self):
        event = self._report()
        events = self.env["pharma.adverse.event"]
        with freeze_time("2030-06-04 10:11:00"):
            event.invalidate_recordset()
            self.assertTrue(event.is_overdue)
            self.assertIn(event, events.search([("is_overdue", "=", True)]))
            event.with_user(self.officer).action_acknowledge()
        event.invalidate_recordset()
        self.assertTrue(event.is_overdue, "it was taken in hand too late")

    def test_who_says_who_heard_it(self):
        event = (
            self.env["pharma.adverse.event"]
            .with_user(self.rep_user)
            .create({"description": "Headache"})
        )
        self.assertEqual(event.reporter_id, self.rep_user)

    def test_a_colleague_reads_nothing_of_it(self):
        event = self._report()
        outsider = new_test_user(self.env, "test_outsider")
        for user in (self.other_representative.user_id, outsider):
            with self.assertRaises(AccessError):
                event.with_user(user).check_access("read")
