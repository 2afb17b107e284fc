# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What people say of themselves in the portal, read and checked on the server."""

from datetime import date

from odoo import api, models
from odoo.exceptions import UserError

from ..utils import clean_text
from .clinic_patient_portal import REGISTRATION_FIELDS

MAX_NAME = 120
MAX_CONTACT = 254
MAX_PHONE = 32

#: Nobody who books was born earlier.
EARLIEST_BIRTH = date(1900, 1, 1)


class ClinicPatient(models.Model):
    """Registration by a visitor."""

    _inherit = "clinic.patient"

    @api.model
    def _read_registration(self, posted):
        """Read what somebody typed about a patient.

        :param dict posted: texts, by names of ``REGISTRATION_FIELDS``
        :return: (values for ``_register_patient``, {field: what is wrong with it});
            dates in the values are texts (YYYY-MM-DD), so that they can wait in JSON
        :raise ValueError: something was posted that nobody may say
        """
        if unknown := posted.keys() - REGISTRATION_FIELDS:
            raise ValueError(f"Not to be registered: {', '.join(sorted(unknown))}")
        values, errors = {}, {}
        for name, text in posted.items():
            try:
                values[name] = getattr(self, f"_read_registered_{name}")(text)
            except UserError as error:
                errors[name] = error.args[0]
        return values, errors

    def _read_registered_name(self, text):
        name = " ".join(clean_text(text, MAX_NAME).split())
        if not name:
            raise UserError(self.env._("Please enter the name."))
        return name

    def _read_registered_birthdate(self, text):
        try:
            born = date.fromisoformat(clean_text(text, 10))
        except ValueError:
            sentence = self.env._("Please enter the date of birth.")
            raise UserError(sentence) from None
        if not EARLIEST_BIRTH <= born <= date.today():
            raise UserError(self.env._("A date of birth lies in the past."))
        return born.isoformat()

    def _read_registered_gender(self, text):
        return self._read_choice("gender", text)

    def _read_registered_communication_channel(self, text):
        return self._read_choice("communication_channel", text)

    def _read_choice(self, name, text):
        field = self._fields[name]
        text = clean_text(text, 20) or field.default(self)
        if text not in field.get_values(self.env):
            raise UserError(self.env._("Please choose one of the answers."))
        return text

    def _read_registered_email(self, text):
        sentence = self.env._("This is no e-mail address.")
        return self._read_contact(text, MAX_CONTACT, "email", sentence)

    def _read_registered_phone(self, text):
        sentence = self.env._("This is no telephone number.")
        return self._read_contact(text, MAX_PHONE, "sms", sentence)

    def _read_contact(self, text, length, channel, sentence):
        text = clean_text(text, length)
        if not text:
            return False
        try:
            found, contact = self.env["clinic.verification"]._normalize(text)
        except UserError:
            found = None
        if found != channel:
            raise UserError(sentence)
        return contact

    def _read_registered_lang(self, text):
        codes = [code for code, _label in self.env["res.lang"].get_installed()]
        text = clean_text(text, 20)
        return text if text in codes else self.env.lang

    def _get_short_name(self):
        """Return a name that tells the patient's own people enough, and nobody else.

        First name, initial and year of birth: "Anna S., 1980".
        """
        self.ensure_one()
        first, *rest = (self.name or "").split() or [""]
        name = f"{first} {rest[-1][0]}." if rest else first
        return f"{name}, {self.birthdate.year}" if self.birthdate else name
