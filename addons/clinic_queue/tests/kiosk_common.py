# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import time
from datetime import datetime, timedelta
from uuid import uuid4

import pytz

from odoo import fields

from .common import QueueCommon


class KioskCommon(QueueCommon):
    """A kiosk at the practice, and what it sends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kiosk = cls._create_kiosk("Entrance", prefix="K1")
        cls.flag = cls.env["clinic.queue.question"].create(
            {"name": "Trouble breathing", "kind": "red_flag"}
        )
        cls.reason = cls.env["clinic.queue.question"].create({"name": "A cough"})
        cls.numbers = iter(range(1, 10000))

    @classmethod
    def _create_kiosk(cls, name, **values):
        return cls.env["clinic.queue.device"].create(
            {"name": name, "site_id": cls.site.id, **values}
        )

    def _item(self, kind="walk_in", ago=0, **values):
        """Return an item as the tablet sends it, taken so many seconds ago."""
        return {
            "uuid": str(uuid4()),
            "kind": kind,
            "seq": next(self.numbers),
            "taken_at": round((time.time() - ago) * 1000),
            **values,
        }

    def _sync(self, *items, off=0, kiosk=None):
        """Let the kiosk send items, its clock ``off`` seconds ahead of ours."""
        shifted = [
            {**item, "taken_at": item["taken_at"] + off * 1000} for item in items
        ]
        sent_at = round((time.time() + off) * 1000)
        kiosk = (kiosk or self.kiosk).sudo()
        return kiosk._sync(sent_at, sorted(shifted, key=lambda item: item["seq"]))

    def _find_log(self, item):
        return self.env["clinic.sync.log"].search([("uuid", "=", item["uuid"])])

    def _settle(self, log, place=0, user=None, **person):
        """Let staff book one of the times that the wizard shows; return its answer."""
        action = log.with_user(user or self.receptionist).action_settle()
        wizard = self.env[action["res_model"]].with_user(user or self.receptionist)
        wizard = wizard.browse(action["res_id"])
        wizard.write(person)
        return wizard.time_ids[place].action_book()

    def _find_ticket(self, name):
        return self.tickets.search(
            [("queue_id", "=", self.queue.id), ("name", "=", name)]
        )

    def _book_today(self, **values):
        """Return a visit of today on the site's clock, whatever the hour is."""
        zone = pytz.timezone(self.site.tz)
        today = pytz.utc.localize(fields.Datetime.now()).astimezone(zone).date()
        visit = self._book(**values)
        noon = zone.localize(datetime(today.year, today.month, today.day, 12))
        start = noon.astimezone(pytz.utc).replace(tzinfo=None)
        visit.sudo()._write_by_door(
            {"start": start, "stop": start + timedelta(minutes=30)}
        )
        return visit
