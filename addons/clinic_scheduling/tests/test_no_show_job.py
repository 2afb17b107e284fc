# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The model is trained in the background, whoever asks for it."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_engine import no_show

from .common import MONDAY
from .no_show_common import NoShowCommon

NOW = fields.Datetime.to_datetime(MONDAY) - timedelta(days=7)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestNoShowJob(NoShowCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.models = cls.env["clinic.no.show.model"]
        cls.models.search([]).unlink()
        cls.trainer = cls.env.ref("clinic_scheduling.ir_cron_train_no_show")
        cls.manager = cls._create_user("manager")
        cls.company = cls.env.company

    def _count_triggers(self):
        domain = [("cron_id", "=", self.trainer.id)]
        return self.env["ir.cron.trigger"].search_count(domain)

    def _run(self, cron):
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()

    def test_the_button_trains_nothing_itself(self):
        before = self._count_triggers()
        with patch.object(type(self.models), "_train") as train:
            notice = self.models.with_user(self.manager).action_train()
        train.assert_not_called()
        self.assertEqual(self._count_triggers(), before + 1)
        self.assertEqual(notice["params"]["title"], "Training has started…")
        self.assertEqual(self.company.clinic_no_show_training, "waiting")

    def test_asking_twice_starts_it_once(self):
        before = self._count_triggers()
        for _time in range(2):
            self.models.with_user(self.manager).action_train()
        self.assertEqual(self._count_triggers(), before + 1)

    def test_the_card_says_how_far_it_is(self):
        model = self.models._train(self.company).with_user(self.manager)
        self.assertFalse(model.training_state)
        self.models.with_user(self.manager).action_train()
        self.assertEqual(model.training_state, "waiting")
        self._run(self.trainer)
        newer = self.models._get_current(self.company)
        self.assertNotEqual(newer, model)
        self.assertFalse(newer.training_state)

    def test_a_failure_is_said_and_leaves_the_version_in_use(self):
        model = self.models._train(self.company)
        self.models.with_user(self.manager).action_train()
        with (
            patch.object(type(self.models), "_train", side_effect=ValueError("odd")),
            mute_logger("odoo.addons.clinic_scheduling.models.clinic_no_show_job"),
        ):
            self._run(self.trainer)
        self.assertEqual(model.training_state, "failed")
        self.assertEqual(self.models._get_current(self.company), model)
        self._run(self.trainer)
        self.assertFalse(model.training_state)

    def test_what_failed_waits_for_the_weekly_run(self):
        score = self.env.ref("clinic_scheduling.ir_cron_score_no_shows")
        visit = self._book(10)
        self._date_back(visit, NOW)
        with (
            patch.object(
                type(self.models), "_train", side_effect=ValueError("odd")
            ) as train,
            mute_logger("odoo.addons.clinic_scheduling.models.clinic_no_show_job"),
        ):
            self._run(score)
            tried = train.call_count
            triggers = self._count_triggers()
            self._run(score)
            self.env["clinic.appointment"]._score_no_shows(None)
        self.assertTrue(tried)
        self.assertEqual(train.call_count, tried)
        self.assertEqual(self._count_triggers(), triggers)
        self.assertEqual(self.company.clinic_no_show_training, "failed")
        visit.invalidate_recordset()
        public = no_show.table().probability(no_show.Known((MONDAY - NOW.date()).days))
        self.assertAlmostEqual(visit.no_show_probability, public)
        self._run(self.trainer)
        self._run(score)
        visit.invalidate_recordset()
        self.assertTrue(visit.no_show_model_id)

    def test_who_did_not_ask_keeps_the_version_of_today(self):
        model = self.models._train(self.company)
        self._run(self.trainer)
        self.assertEqual(self.models._get_current(self.company), model)
        with freeze_time(NOW + timedelta(days=7)):
            self._run(self.trainer)
        self.assertNotEqual(self.models._get_current(self.company), model)

    def test_the_first_numbers_of_a_request_are_the_public_shares(self):
        visit = self._book(10)
        self._date_back(visit, NOW)
        with patch.object(type(self.models), "_train") as train:
            self.env["clinic.appointment"]._score_no_shows(None)
        train.assert_not_called()
        lead = (MONDAY - NOW.date()).days
        expected = no_show.table().probability(no_show.Known(lead))
        self.assertAlmostEqual(visit.no_show_probability, expected)
        self.assertFalse(visit.no_show_model_id)
        self.assertEqual(self.company.clinic_no_show_training, "waiting")
        self._run(self.trainer)
        self._run(self.env.ref("clinic_scheduling.ir_cron_score_no_shows"))
        model = self.models._get_current(self.company)
        self.assertEqual(visit.no_show_model_id, model)
