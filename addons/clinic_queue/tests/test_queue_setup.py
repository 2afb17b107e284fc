# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Datetime
from odoo.tests import Form, tagged

from .common import QueueCommon


@tagged("post_install", "-at_install")
class TestQueueSetup(QueueCommon):
    def _count(self, name):
        """Return what the health check finds under that name."""
        checks = {check[0]: check for check in self.env["clinic.health"]._checks()}
        return checks[name][1:]

    def test_presets_fill_in_numbers(self):
        policy = self.policy.with_context(preset="0_10_60_240_240")
        policy.action_use_preset()
        self.assertEqual(policy.level_ids.mapped("target"), [0, 10, 60, 240, 240])
        names = policy.level_ids.mapped("name")
        policy.with_context(preset="0_10_30_60_120").action_use_preset()
        self.assertEqual(policy.level_ids.mapped("target"), [0, 10, 30, 60, 120])
        self.assertEqual(policy.level_ids.mapped("threshold"), [100, 80, 75, 70, 70])
        self.assertEqual(policy.level_ids.mapped("name"), names)
        with self.assertRaises(UserError):
            policy.with_context(preset="4_3_2_1").action_use_preset()
        with self.assertRaises(AccessError):
            policy.with_user(self.receptionist).with_context(
                preset="0_10_30_60_120"
            ).action_use_preset()

    def test_a_queue_without_a_desk_is_told(self):
        name = "Queues without a desk"
        before, _advice = self._count(name)
        values = {"name": "Nobody Serves", "code": "Y", "desk_ids": [Command.clear()]}
        queue = self.queue.copy(values)
        self.assertTrue(queue.is_unserved)
        self.assertFalse(self.queue.is_unserved)
        count, advice = self._count(name)
        self.assertEqual(count, before + 1)
        self.assertIn("Nobody Serves", advice)
        self.desk.queue_ids |= queue
        self.assertEqual(self._count(name)[0], before)

    def test_a_walk_in_service_is_missed(self):
        name = "Queues for walk-ins without a service"
        before, _advice = self._count(name)
        self.queue.walk_in_service_id = False
        self.assertEqual(self._count(name)[0], before + 1)
        self.queue.takes_walk_ins = False
        self.assertEqual(self._count(name)[0], before)

    def test_forgotten_numbers(self):
        name = "Numbers of earlier days that are still open"
        before, _advice = self._count(name)
        ticket = self._join()
        self.assertEqual(self._count(name)[0], before)
        ticket.sudo().day -= timedelta(days=1)
        self.assertEqual(self._count(name)[0], before + 1)
        ticket.leave_queue()
        self.assertEqual(self._count(name)[0], before)

    def test_who_waits_where_nobody_works(self):
        name = "Queues in which people wait and no desk is open"
        before, _advice = self._count(name)
        ticket = self._join()
        count, advice = self._count(name)
        self.assertEqual(count, before + 1)
        self.assertIn(self.queue.name, advice)
        desk = self._open()
        self.assertEqual(self._count(name)[0], before)
        desk.pause_desk()
        self.assertEqual(self._count(name)[0], before)
        desk.close_desk()
        self.assertEqual(self._count(name)[0], before + 1)
        ticket.leave_queue()
        self.assertEqual(self._count(name)[0], before)

    def test_kiosks_that_are_not_paired_or_silent(self):
        unpaired, silent = "Kiosks that are not paired", "Kiosks that are silent"
        before = [self._count(name)[0] for name in (unpaired, silent)]
        device = self.env["clinic.queue.device"].create(
            {"name": "Entrance", "site_id": self.site.id, "prefix": "ZZ9"}
        )

        def get_news():
            found = [self._count(name)[0] for name in (unpaired, silent)]
            return [count - old for count, old in zip(found, before, strict=True)]

        self.assertEqual(get_news(), [1, 0])
        self.assertIn("Entrance", self._count(unpaired)[1])
        now = Datetime.now()
        device.sudo().write({"state": "paired", "last_seen_at": now})
        self.assertEqual(get_news(), [0, 0])
        # at night nobody minds; while somebody works there they do
        device.sudo().last_seen_at = now - timedelta(minutes=16)
        self.assertEqual(get_news(), [0, 0])
        desk = self._open()
        self.assertEqual(get_news(), [0, 1])
        self.assertIn("Entrance", self._count(silent)[1])
        desk.close_desk()
        self.assertEqual(get_news(), [0, 0])
        device.sudo().last_seen_at = now - timedelta(days=4)
        self.assertEqual(get_news(), [0, 1])
        device.active = False
        self.assertEqual(get_news(), [0, 0])

    def test_entries_of_kiosks_that_are_to_be_settled(self):
        name = "Entries of kiosks to settle"
        before, _advice = self._count(name)
        device = self.env["clinic.queue.device"].create(
            {"name": "Entrance", "site_id": self.site.id, "prefix": "ZZ9"}
        )
        entry = (
            self.env["clinic.sync.log"]
            .sudo()
            .create(
                {
                    "device_id": device.id,
                    "uuid": "0d4d0e5e-8f4a-4b8a-9a52-6a3f8a9f2f10",
                    "kind": "request",
                    "state": "conflict",
                }
            )
        )
        self.assertEqual(self._count(name)[0], before + 1)
        entry.state = "synced"
        self.assertEqual(self._count(name)[0], before)

    def test_the_forms_open(self):
        manager = self._create_user("manager")
        for record in (self.queue, self.policy, self.desk):
            with Form(record.with_user(manager)) as form:
                self.assertTrue(form.name)

    def test_the_setting_is_the_companys(self):
        settings = self.env["res.config.settings"].create({})
        settings.clinic_queue_link_minutes = 45
        settings.execute()
        self.assertEqual(self.env.company.clinic_queue_link_minutes, 45)
