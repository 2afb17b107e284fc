# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from odoo.addons.clinic_scheduling.tests.common import ClinicCommon


class QueueCommon(ClinicCommon):
    """A queue with two desks at the practice; a nurse and the receptionist."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env["clinic.queue.policy"].create({"name": "Test Policy"})
        cls.levels = {level.code: level for level in cls.policy.level_ids}
        cls.queue = cls.env["clinic.queue"].create(
            {
                "name": "Walk-ins",
                "code": "T",
                "site_id": cls.site.id,
                "policy_id": cls.policy.id,
                "walk_in_service_id": cls.service.id,
            }
        )
        cls.desk, cls.other_desk = cls.env["clinic.queue.desk"].create(
            [
                {
                    "name": f"Desk {number}",
                    "site_id": cls.site.id,
                    "queue_ids": [Command.set(cls.queue.ids)],
                }
                for number in (1, 2)
            ]
        )
        cls.nurse = cls._create_user("nurse")
        cls.tickets = cls.env["clinic.queue.ticket"]

    def _join(self, minutes=0, level=None, **values):
        """Return a ticket that has waited so long; ``level`` is a code."""
        arrived = fields.Datetime.now() - timedelta(minutes=minutes)
        ticket = self.tickets._join_queue(self.queue, arrived_at=arrived, **values)
        if level:
            ticket.sudo().level_id = self.levels[level]
        return ticket

    def _open(self, desk=None, user=None):
        """Return the desk, opened by the nurse or another user."""
        desk = (desk or self.desk).with_user(user or self.nurse)
        desk._open_desk()
        return desk
