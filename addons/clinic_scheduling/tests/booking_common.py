# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
import uuid
from datetime import timezone
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.fields import Command

from .portal_common import PortalCommon

ADDRESS = "odoo.addons.clinic_scheduling.controllers.portal_common.get_address"
CODE = re.compile(r"\b\d{6}\b")

#: What a page says when something broke inside.
INSIDES = ("Traceback", "psycopg2", "odoo.addons", "/usr/lib", "SELECT ")


class BookingCase(PortalCommon):
    """Books as visitors do, who have an address of their own: attempts are counted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # these tests live in 2030
        (cls.service | cls.env["clinic.service"].search([])).horizon_days = 0
        cls.question = cls.env["clinic.question"].create(
            {
                "name": "Do you take medicine?",
                "kind": "yes_no",
                "required": True,
                "service_ids": [Command.set(cls.service.ids)],
            }
        )

    def setUp(self):
        super().setUp()
        self.startPatcher(patch(ADDRESS, return_value=str(uuid.uuid4())))
        self.authenticate(None, None)
        self.mailbox = f"{uuid.uuid4().hex}@example.com"

    def _seconds(self, *args, **kwargs):
        return int(self._at(*args, **kwargs).replace(tzinfo=timezone.utc).timestamp())

    def _post_hold(self, hour=14, minute=0, **params):
        values = {
            "service": self.service.id,
            "doctor": self.doctor.id,
            "site": self.site.id,
            "start": self._seconds(hour, minute),
        }
        return self._post("/clinic/book/hold", **{**values, **params})

    def _hold_time(self, hour=14, minute=0, **params):
        """Hold a time through the portal and return the hold."""
        response = self._post_hold(hour, minute, **params)
        self.assertEqual(response.status_code, 303, response.text[:2000])
        return self._get_booked(response)

    def _get_booked(self, response):
        """Return the appointment that an answer leads to."""
        path = urlsplit(response.headers["Location"]).path
        self.env.invalidate_all()
        return self.env["clinic.appointment"].browse(int(path.split("/")[3]))

    def _step(self, hold, step, token=None):
        token = hold.access_token if token is None else token
        return f"/clinic/book/{hold.id}/{step}?access_token={token}"

    def _send(self, hold, step, **data):
        """Send the form of a step, as its page does."""
        data = {"access_token": hold.access_token, **data}
        response = self._post(f"/clinic/book/{hold.id}/{step}", **data)
        self.env.invalidate_all()
        return response

    def _assert_leads_to(self, response, step):
        self.assertEqual(response.status_code, 303, response.text[:2000])
        path = urlsplit(response.headers["Location"]).path
        self.assertEqual(path.rpartition("/")[2], step)

    def _assert_clean(self, response):
        """Assert that an answer tells nothing of the inside."""
        self.assertLess(response.status_code, 500)
        for word in INSIDES:
            self.assertNotIn(word, response.text)

    def _read_code(self, contact):
        """Return the code in the message last written to that contact."""
        domain = [("email_to", "=", contact)]
        mail = self.env["mail.mail"].search(domain, order="id desc", limit=1)
        return CODE.search(mail.body_html).group()

    def _prove(self, hold, contact=None):
        """Prove a contact by its code, as a guest does."""
        contact = contact or self.mailbox
        self._assert_leads_to(self._send(hold, "code", contact=contact), "who")
        code = self._read_code(contact)
        response = self._send(hold, "code/check", code=code)
        # past the choice of a person if there is none
        is_choice = "/who" in response.headers.get("Location", "")
        self._assert_leads_to(response, "who" if is_choice else "details")

    def _describe(self, hold, **values):
        """Send the details of a new patient."""
        values = {
            "name": "Nora New",
            "birthdate": "1990-02-03",
            "gender": "female",
            "phone": "+33 1 99 00 12 34",
            "reason": "My knee",
            f"q_{self.question.id}": "no",
            **values,
        }
        return self._send(hold, "details", **values)

    def _hold_as_guest(self, hour=14):
        """Return a hold of a guest that is ready to be confirmed."""
        hold = self._hold_time(hour)
        self._prove(hold)
        self._assert_leads_to(self._send(hold, "who", patient="new"), "details")
        self._assert_leads_to(self._describe(hold), "review")
        return hold
