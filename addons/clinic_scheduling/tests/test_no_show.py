# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The practice's own model: trained in time, chosen, put down, kept from patients."""

import math
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.clinic_engine import no_show

from .common import MONDAY
from .no_show_common import NoShowCommon

NOW = fields.Datetime.to_datetime(MONDAY) - timedelta(days=7)


def steep(lead, hour):
    """Early in the morning many stay away, whatever the lead."""
    return -2.5 + (2.5 if hour < 10 else 0) + (0.3 if lead else -1)


def flat(lead, _hour):
    return -1.0


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestNoShowModel(NoShowCommon):
    def _train(self):
        return self.env["clinic.no.show.model"]._train(self.env.company)

    def test_without_a_past_the_public_table(self):
        model = self._train()
        self.assertEqual((model.kind, model.reason), ("table", "few"))
        self.assertEqual((model.outcome_count, model.test_count), (0, 0))
        self.assertEqual(model.shift, 0)
        chance = model._to_engine().probability(no_show.Known(0))
        self.assertAlmostEqual(chance, 0.0465)

    def test_below_500_outcomes_the_table_with_own_shares(self):
        missed = self._make_past(480, flat, NOW)
        model = self._train()
        self.assertEqual((model.kind, model.reason), ("table", "few"))
        self.assertEqual(model.outcome_count, 480)
        self.assertGreater(model.test_count, 50)
        expected = missed / 480
        chance = model._to_engine().probability(no_show.Known(20))
        self.assertAlmostEqual(chance, expected, 1)

    def test_logistic_regression_when_it_is_better(self):
        self._make_past(1200, steep, NOW)
        model = self._train()
        self.assertEqual((model.kind, model.reason), ("logistic", "better"))
        kinds = model.figures["kinds"]
        self.assertLess(kinds["logistic"]["brier"], kinds["table"]["brier"])
        self.assertAlmostEqual(model.brier, kinds["logistic"]["brier"], 3)
        self.assertGreater(model.auc, 0.7)
        self.assertLess(model.calibration_error, 0.1)
        self.assertTrue(model.figures["bins"] and model.figures["weeks"])
        engine = model._to_engine()
        early = engine.probability(no_show.Known(9, weekday=1, hour=8))
        late = engine.probability(no_show.Known(9, weekday=1, hour=14))
        self.assertAlmostEqual(early, no_show.sigmoid(0.3), 1)
        self.assertAlmostEqual(late, no_show.sigmoid(-2.2), 1)

    def test_one_share_for_everybody_when_nothing_more_is_known(self):
        missed = self._make_past(600, flat, NOW)
        model = self._train()
        self.assertEqual((model.kind, model.reason), ("constant", "constant"))
        kinds = model.figures["kinds"]
        self.assertEqual(set(kinds), {"table", "logistic", "constant"})
        self.assertEqual(min(kinds, key=lambda kind: kinds[kind]["brier"]), "constant")
        chances = {model._to_engine().probability(no_show.Known(d)) for d in (0, 9)}
        self.assertEqual(len(chances), 1)
        self.assertAlmostEqual(chances.pop(), missed / 600, 1)

    def test_the_table_when_nothing_but_the_lead_counts(self):
        self._make_past(600, lambda lead, hour: -0.5 if lead else -4.0, NOW)
        model = self._train()
        self.assertEqual((model.kind, model.reason), ("table", "not_better"))

    def test_a_change_of_the_last_weeks_shifts_it(self):
        self._make_past(400, lambda lead, hour: -1.0, NOW - timedelta(days=29))
        self._make_past(200, lambda lead, hour: 1.5, NOW)
        model = self._train()
        self.assertGreater(model.shift, 0.5)

    def test_one_version_is_in_use(self):
        first = self._train()
        second = self._train()
        self.assertFalse(first.is_current)
        self.assertEqual(
            self.env["clinic.no.show.model"]._get_current(self.env.company), second
        )

    def test_queries_do_not_grow_with_the_past(self):
        models = self.env["clinic.no.show.model"]

        def count():
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            outcomes = models._read_outcomes(self.env.company)
            return self.env.cr.sql_log_count - before, len(outcomes)

        count()  # what is read once is read by now
        self._make_past(20, flat, NOW)
        few, found = count()
        self._make_past(200, flat, NOW - timedelta(days=30))
        many, more = count()
        self.assertEqual((few, many), (1, 1))
        self.assertEqual((found, more), (20, 220))

    def test_what_is_read_was_known(self):
        """Not what is to come, cancelled, recorded afterwards, or of others."""
        visits = [
            {"start": "2030-05-20T08:00", "state": "completed"},
            {"start": "2030-05-20T09:00", "state": "no_show"},
            {"start": "2030-05-20T10:00", "state": "cancelled"},
            {"start": "2030-05-20T11:00", "state": "scheduled"},
            {"start": "2030-05-20T12:00", "state": "completed", "active": False},
            {"start": "2030-06-20T12:00", "state": "completed"},
            {"start": "2030-05-10T12:00", "state": "completed"},
            {"start": "2026-05-20T12:00", "state": "completed"},
        ]
        for values in visits:
            created = "2030-05-12" if "06-20" not in values["start"] else "2030-05-01"
            if values["start"].startswith("2026"):
                created = "2026-05-01"
            stop = values["start"][:-2] + "30"
            values.update(name="/", create_date=created, stop=stop)
        self._insert_visits(self._book(9), visits)
        found = self.env["clinic.no.show.model"]._read_outcomes(self.env.company)
        self.assertEqual([item.missed for item in found], [False, True])
        self.assertEqual(found[0].booked.isoformat(), "2030-05-12")
        self.assertEqual(found[0].day.isoformat(), "2030-05-20")

    def test_who_trains(self):
        models = self.env["clinic.no.show.model"]
        with self.assertRaises(AccessError):
            models.with_user(self.receptionist).action_train()
        notice = models.with_user(self._create_user("manager")).action_train()
        self.assertEqual(notice["tag"], "display_notification")

    def test_scheduled_action_trains_every_company(self):
        companies = self.env["res.company"].search([])
        with self.enter_registry_test_mode():
            self.env.ref(
                "clinic_scheduling.ir_cron_train_no_show"
            ).method_direct_trigger()
        for company in companies:
            self.assertTrue(self.env["clinic.no.show.model"]._get_current(company))

    def test_old_versions_go(self):
        with freeze_time(NOW):
            for _version in range(63):
                last = self._train()
        self.env["clinic.no.show.model"]._gc_versions()
        kept = self.env["clinic.no.show.model"].search(
            [("company_id", "=", self.env.company.id)]
        )
        self.assertEqual(len(kept), 61)
        self.assertIn(last, kept)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestNoShowProbability(NoShowCommon):
    def _score(self):
        models = self.env["clinic.no.show.model"]
        if not models._get_current(self.env.company):
            models._train(self.env.company)
        return self.env["clinic.appointment"]._score_no_shows(100)

    def test_number_is_what_the_engine_says(self):
        model = self.env["clinic.no.show.model"]._train(self.env.company)
        visit = self._book(10)
        self._date_back(visit, NOW)
        self.assertFalse(visit.no_show_model_id)
        self.assertEqual(self._score(), 1)
        self.assertEqual(visit.no_show_model_id, model)
        lead = (MONDAY - NOW.date()).days
        expected = model._to_engine().probability(no_show.Known(lead))
        self.assertAlmostEqual(visit.no_show_probability, expected)
        self.assertEqual(self._score(), 0)

    def test_own_attendance_before_the_day_of_booking(self):
        model = self.env["clinic.no.show.model"]._train(self.env.company)
        model.write(
            {
                "kind": "logistic",
                "parameters": {
                    "intercept": -1.0,
                    "coefficients": {"history_ahead": 1.0, "hour:10": 0.5},
                },
            }
        )
        prototype = self._book(9)
        days = [("2030-05-20", "no_show"), ("2030-05-21", "completed")]
        days += [(NOW.date().isoformat(), "no_show")]  # the day of booking itself
        days += [("2026-05-20", "no_show")]  # too long ago, for the model as well
        self._insert_visits(
            prototype,
            [
                {
                    **{"name": "/", "state": state, "create_date": f"{day[:4]}-05-01"},
                    **{"start": f"{day}T08:00", "stop": f"{day}T08:30"},
                }
                for day, state in days
            ],
        )
        visit = self._book(10)
        self._date_back(visit, NOW)
        self._score()
        odds = (1 + 1) / (1 + 4) * 4
        expected = odds * math.exp(-0.5)
        chance = visit.no_show_probability
        self.assertAlmostEqual(chance / (1 - chance), expected)
        stranger = self._book(10, day=1, patient_id=self.other_patient.id)
        self._score()
        self.assertAlmostEqual(stranger.no_show_probability, no_show.sigmoid(-0.5))

    def test_a_move_is_looked_at_anew(self):
        visit = self._book(10)
        self._score()
        visit.reschedule({"start": self._at(11)})
        self.assertFalse(visit.no_show_model_id)
        self.assertEqual(self._score(), 1)
        self.assertTrue(visit.no_show_model_id)

    def test_what_is_over_or_cancelled_gets_none(self):
        self._book(10).cancel()
        self._book(11).arrive()
        self.env["clinic.appointment"].hold(self._vals(12))
        self.assertEqual(self._score(), 0)

    def test_first_number_without_a_model_makes_the_table(self):
        self.env["clinic.no.show.model"].search([]).unlink()
        visit = self._book(10)
        with self.enter_registry_test_mode():
            cron = self.env.ref("clinic_scheduling.ir_cron_score_no_shows")
            cron.method_direct_trigger()
        self.assertEqual(visit.no_show_model_id.kind, "table")

    def test_staff_only(self):
        visit = self._book(10)
        self._score()
        self.assertTrue(visit.with_user(self.receptionist).no_show_probability)
        portal = new_test_user(self.env, "p_no_show", groups="base.group_portal")
        names = ("no_show_probability", "no_show_model_id")
        for user in (portal, self.env.ref("base.public_user")):
            found = self.env["clinic.appointment"].with_user(user)
            for name in names:
                self.assertFalse(
                    found._has_field_access(found._fields[name], "read"), name
                )

    def test_nobody_writes_it(self):
        visit = self._book(10)
        for user in (self.receptionist, self.env.user):
            with self.assertRaises(AccessError):
                visit.with_user(user).write({"no_show_probability": 0.9})
            with self.assertRaises(AccessError):
                self.env["clinic.appointment"].with_user(user).book(
                    self._vals(11, no_show_probability=0.9)
                )
