# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import uuid
from unittest.mock import patch

from odoo import http
from odoo.tests import HttpCase, new_test_user

from ..controllers import portal_common
from .common import ClinicCommon

#: What nobody but staff may read, put wherever staff write.
SECRET = "Secret cough of staff"

#: Text that would run if a page let it.
MARKUP = '<img src=x onerror="alert(1)">'


class PortalCommon(ClinicCommon, HttpCase):
    """A patient with an account, a stranger with another, and their visits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls._create_account("test_paul")
        cls.stranger = cls._create_account("test_stranger")
        cls.patient.partner_id = cls.account.partner_id
        cls.patient.name = "Paul Patient"
        cls.other_patient.partner_id = cls.stranger.partner_id
        cls.other_patient.name = "Olga Other"
        cls.site.write({"phone": "+33 1 23 45 67 89", "instructions": "Second door"})
        cls.service.instructions = "Bring your card"
        cls.visit = cls._book(10, note=SECRET, reason=SECRET)
        cls.token = cls.visit._portal_ensure_token()
        cls.other_visit = cls._book(11, patient_id=cls.other_patient.id)
        cls.other_token = cls.other_visit._portal_ensure_token()
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        # attempts stay counted when a test is rolled back: let each come from elsewhere
        address = str(uuid.uuid4())
        self.startPatcher(
            patch(f"{portal_common.__name__}.get_address", lambda: address)
        )

    @classmethod
    def _create_account(cls, login):
        return new_test_user(cls.env, login, groups="base.group_portal")

    def _sign_in(self, account=None):
        login = (account or self.account).login
        self.authenticate(login, login)

    def _url(self, visit=None, suffix="", token=None):
        url = f"/my/appointments/{(visit or self.visit).id}{suffix}"
        return url if token is None else f"{url}?access_token={token}"

    def _get(self, url):
        return self.url_open(url, timeout=60, allow_redirects=False)

    def _post(self, url, csrf=True, **data):
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(url, data=data, timeout=60, allow_redirects=False)

    def _assert_to_sign_in(self, response):
        self.assertIn(response.status_code, (302, 303))
        self.assertIn("/web/login", response.headers["Location"])
