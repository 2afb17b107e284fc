# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""CalDAV servers that keep to the standard in their own way."""

from odoo.tests import tagged

from odoo.addons.clinic_engine.sync_payload import digest
from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from ..models.calendar_sync_login import PARAM_STAND_IN
from ..providers.base import CalendarError
from .common import CalendarSyncCommon
from .header_proxy import HeaderProxy
from .scenarios_crashes import CrashScenarios


class HabitCase(CalendarSyncCommon):
    """The account reaches its server through a proxy."""

    asked = ()

    @staticmethod
    def _answered(headers):
        """Change an answer's headers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.proxy = HeaderProxy(cls.server.url, cls.asked, cls._answered)
        cls.addClassCleanup(cls.proxy.close)
        cls.env["ir.config_parameter"].set_param(PARAM_STAND_IN, cls.proxy.url)
        cls.account.url = cls.proxy.url
        cls.account.password = cls._account_values()["password"]

    def _follow_a_booking(self):
        """Book, move and cancel, and rename outside in between."""
        visit = self._book()
        self._sync()
        path = self._path(visit)
        visit.reschedule({"start": self._at(14)})
        self._sync()
        self.assertEqual(self._outside(path).start, epoch(self._at(14)))
        self._rename_outside(path, "Mine")
        self._sync()
        self.assertEqual(self._outside(path).title, "Appointment")
        visit.cancel()
        self._sync()
        self.assertEqual(self.server.list(), [])
        self.assertFalse(self.env["calendar.sync.conflict"].search([]))


@tagged("post_install", "-at_install")
class TestNoEtag(CrashScenarios, HabitCase):
    """No etag comes back at all; listings have them, as some servers do."""

    allow_inherited_tests_method = True

    @staticmethod
    def _answered(headers):
        headers.pop("etag", None)

    def test_a_booking(self):
        self._follow_a_booking()


@tagged("post_install", "-at_install")
class TestWeakEtag(HabitCase):
    """Etags are weak: they may stay while the event changes."""

    @staticmethod
    def _answered(headers):
        if "etag" in headers:
            headers["etag"] = "W/" + headers["etag"]

    def test_a_booking(self):
        self._follow_a_booking()

    def test_an_edit_between_look_and_write_is_not_lost(self):
        visit = self._book()
        self._sync()
        visit.reschedule({"start": self._at(14)})
        self._commit()
        self._add_alarm(self._path(visit))
        self._sync()
        self.assertTrue(self._has_alarm(self._path(visit)))
        self.assertEqual(self._outside(self._path(visit)).start, epoch(self._at(14)))


@tagged("post_install", "-at_install")
class TestNoCondition(CrashScenarios, HabitCase):
    """``If-None-Match`` is taken no notice of: a second creation would overwrite."""

    allow_inherited_tests_method = True
    asked = ("if-none-match",)

    def test_a_second_creation_is_refused(self):
        provider = self.account._get_provider()
        payload = {
            "title": "Appointment",
            "description": "",
            "location": "",
            "start": epoch(self._at(10)),
            "stop": epoch(self._at(11)),
        }
        args = self.calendar.remote_id, "keep", payload, digest(payload), "ref"
        path = provider.create(*args).remote_id
        self._rename_outside(path, "Mine")
        with self.assertRaises(CalendarError) as caught:
            provider.create(*args)
        self.assertEqual(caught.exception.status, 412)
        self.assertEqual(self._outside(path).title, "Mine")
