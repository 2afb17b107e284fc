# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import uuid
from unittest.mock import patch

from odoo import fields, http
from odoo.tests import HttpCase, new_test_user
from odoo.tools import SQL

from odoo.addons.clinic_scheduling.controllers import portal_common

from ..controllers import queue_common
from .common import QueueCommon

#: What no page without login may tell, put wherever staff or patients write it.
NAME, REASON, NEEDS = "Zacharias Secretson", "Secret itching", "Secret wheelchair"
MOBILE, DOCTOR, QUEUE = "+33612345678", "Doctor Secretari", "Secret Dermatology"
SECRETS = (NAME, "Secretson", REASON, "itching", NEEDS, MOBILE, DOCTOR, QUEUE)

#: Noted on purpose when somebody looks: attempts, and waits that were told.
NOTED = ("clinic_rate_limit", "clinic_queue_estimate")


class QueueSecurityCommon(QueueCommon, HttpCase):
    """Somebody who waits, with secrets; a board; users without any right here."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.queue.name = QUEUE
        cls.doctor.name = DOCTOR
        cls.patient.write({"name": NAME, "phone": MOBILE})
        cls.waiting = cls.tickets._join_queue(
            cls.queue,
            patient_id=cls.patient.id,
            doctor_id=cls.doctor.id,
            reason=REASON,
            special_requirements=NEEDS,
            arrived_at=fields.Datetime.now(),
        )
        cls.waiting.sudo().level_id = cls.levels[3]
        cls.board = cls.env["clinic.queue.board"].create(
            {"name": "Hall", "site_id": cls.site.id, "has_wait": True}
        )
        cls.portal = new_test_user(cls.env, "queue_portal", groups="base.group_portal")
        cls.employee = new_test_user(cls.env, "queue_employee")
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        # attempts stay counted when a test is rolled back: let each come from elsewhere
        address = str(uuid.uuid4())
        for module in (portal_common, queue_common):
            self.startPatcher(patch(f"{module.__name__}.get_address", lambda: address))

    def _get_state(self, but=NOTED):
        """Return a digest of each table of ours, and of what would be sent."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT tablename FROM pg_tables
             WHERE schemaname = current_schema
               AND (tablename LIKE 'clinic%%'
                    OR tablename IN ('mail_mail', 'sms_sms', 'rating_rating'))
               AND tablename != ALL(%s)
            """,
            (list(but),),
        )
        found = {}
        for (table,) in self.env.cr.fetchall():
            self.env.cr.execute(
                SQL(
                    "SELECT md5(string_agg(rows::text, '|' ORDER BY rows::text))"
                    " FROM %s rows",
                    SQL.identifier(table),
                )
            )
            found[table] = self.env.cr.fetchone()[0]
        return found

    def _get_rules(self, prefix):
        """Return {path after the prefix: methods} of what answers there."""
        rules = self.env["ir.http"]._generate_routing_rules(
            sorted(self.registry._init_modules), self.env["ir.http"]._get_converters()
        )
        return {
            path.removeprefix(prefix): set(endpoint.routing["methods"])
            for path, endpoint in rules
            if path.startswith(prefix)
        }

    def _assert_same(self, before):
        after = self._get_state()
        self.assertEqual([name for name in before if before[name] != after[name]], [])

    def _assert_discreet(self, text):
        for secret in SECRETS:
            self.assertNotIn(secret, text)

    def _get(self, url, **headers):
        return self.url_open(url, headers=headers, timeout=60, allow_redirects=False)

    def _post(self, url, csrf=True, **data):
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(url, data=data, timeout=60, allow_redirects=False)
