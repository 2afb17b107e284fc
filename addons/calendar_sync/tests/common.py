# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A doctor whose calendar lies on a server on loopback."""

from datetime import timedelta
from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch
from odoo.addons.clinic_scheduling.tests.common import ClinicCommon

from .. import secret_box
from ..models.calendar_sync_login import PARAM_STAND_IN
from .rigs import CaldavRig, GoogleRig, MicrosoftRig
from .socket_guard import SocketGuard


class SyncCommon(ClinicCommon):
    """An account that is connected, with bookings out and busy times in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key = Fernet.generate_key().decode()
        cls.startClassPatcher(patch.dict("os.environ", {secret_box.VARIABLE: cls.key}))
        cls.startClassPatcher(SocketGuard())
        cls.server = cls._open_server()
        cls.addClassCleanup(cls.server.close)
        cls.env["ir.config_parameter"].set_param(PARAM_STAND_IN, cls.server.url)
        window = epoch(cls._at(0, day=-7)), epoch(cls._at(0, day=60))
        cls.startClassPatcher(
            patch.object(
                type(cls.env["calendar.sync.account"]),
                "_get_window",
                lambda _self: window,
            )
        )
        cls.account = cls._create_account()
        cls.account.action_connect()
        cls.calendar = cls.account.calendar_ids.filtered("writable")
        cls.calendar.write(
            {
                "resource_id": cls.doctor.resource_id.id,
                "publish": True,
                "read_busy": True,
            }
        )

    def setUp(self):
        super().setUp()
        # what earlier tests left on the server is none of this one's business
        self._empty_server()
        self.env.cr.precommit.clear()

    @classmethod
    def _create_account(cls, **values):
        return cls.env["calendar.sync.account"].create(
            {
                "partner_id": cls.doctor.partner_id.id,
                **cls._account_values(),
                **values,
            }
        )

    def _commit(self):
        """Do what happens just before a commit."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    def _sync(self, rounds=8):
        """Let all jobs of the calendar run until nothing waits."""
        self._commit()
        for _round in range(rounds):
            self._push_all()
            self._end_pause()
            self.calendar._job_pull()
            self._commit()
            if not self._push_all():
                return
        self.fail("It goes on and on.")

    def _push_all(self):
        """Take the next step of each link that waits; return how many did."""
        self._end_pause()
        waiting = self.calendar.link_ids.filtered("waits")
        for link in waiting:
            link._job_push()
        waiting.invalidate_recordset()
        return len(waiting)

    def _end_pause(self):
        """Let the pause be over that the provider asked for, or that was taken."""
        self.account.next_allowed_at = False

    def _link(self, record):
        return self.calendar.link_ids.search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        )

    def _path(self, record):
        return self._link(record).remote_id

    def _is_free(self, hour, minute=0, day=0):
        """Whether the doctor is offered at that time."""
        start = self._at(0, day=day)
        found = self.env["clinic.schedule"]._find_starts(
            self.service, start, start + timedelta(days=1), doctors=self.doctor
        )
        wanted = epoch(self._at(hour, minute, day))
        return any(wanted in starts for starts in found.values())


class CalendarSyncCommon(CaldavRig, SyncCommon):
    """The calendar is one of CalDAV."""


class GoogleSyncCommon(GoogleRig, SyncCommon):
    """The calendar is one of Google."""


class MicrosoftSyncCommon(MicrosoftRig, SyncCommon):
    """The calendar is one of Microsoft 365."""
