# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What patients say of themselves: how to reach them, whom to call, a picture."""

import base64

from odoo.exceptions import UserError
from odoo.http import Controller, request, route
from odoo.tools.image import image_data_uri

from ..pictures import PictureError, redraw
from ..utils import clean_text
from .portal_common import count_attempt, refuse_unknown, show_page

#: Texts of the patient that are written as typed, and their longest lengths.
TEXTS = {
    "emergency_contact_name": 120,
    "emergency_contact_phone": 32,
    "insurance_company": 120,
    "insurance_number": 64,
}

#: What is chosen from a list.
CHOICES = ("communication_channel", "lang")

#: Pictures: bytes that are taken at most, and pixels that are kept.
MAX_PICTURE = 5 * 1024 * 1024
PICTURE_SIZE = (512, 512)


class ClinicProfile(Controller):
    """The caller's own patient record."""

    def _get_own(self):
        """Return, as superuser, the patient who is signed in, if it is one."""
        return request.env["clinic.patient"]._get_self(request.env.user.partner_id)

    @route(
        "/my/clinic/profile", type="http", auth="user", methods=["GET"], website=True
    )
    def portal_my_profile(self, **params):
        """Show the details."""
        return self._show(self._get_own(), is_done=bool(params.get("done")))

    @route(
        "/my/clinic/profile", type="http", auth="user", methods=["POST"], website=True
    )
    @count_attempt("change")
    def portal_write_profile(self, picture=None, **posted):
        """Write the details that were sent; a date of birth that stands stays."""
        refuse_unknown(posted, (*TEXTS, *CHOICES, "birthdate"))
        patient_sudo = self._get_own()
        if not patient_sudo:
            return self._show(patient_sudo)
        values, errors = self._read(patient_sudo, posted)
        try:
            if picture:
                values["image_1920"] = self._read_picture(picture)
        except UserError as error:
            errors["picture"] = error.args[0]
        if errors:
            return self._show(patient_sudo, posted, errors)
        patient_sudo._write_from_portal(values)
        return request.redirect("/my/clinic/profile?done=1", code=303)

    def _read(self, patient_sudo, posted):
        """Return (values, errors) of what was sent."""
        names = list(CHOICES)
        if not patient_sudo.birthdate and posted.get("birthdate"):
            names.append("birthdate")
        said = {name: posted[name] for name in names if name in posted}
        values, errors = request.env["clinic.patient"]._read_registration(said)
        for name, length in TEXTS.items():
            if name in posted:
                values[name] = clean_text(posted[name], length)
        return values, errors

    def _read_picture(self, upload):
        """Return an uploaded picture, made anew so that nothing else is kept of it.

        :raise UserError: it is too large, or no picture
        """
        data = upload.read(MAX_PICTURE + 1) if hasattr(upload, "read") else b""
        if len(data) > MAX_PICTURE:
            raise UserError(
                request.env._(
                    "The picture is larger than %(size)s MB.",
                    size=MAX_PICTURE // 1024 // 1024,
                )
            )
        sentences = {
            "kind": request.env._("Please choose a JPEG, PNG or WebP picture."),
            "pixels": request.env._("The picture has too many pixels."),
        }
        try:
            picture = redraw(data, PICTURE_SIZE)
        except PictureError as error:
            raise UserError(sentences[error.args[0]]) from error
        return base64.b64encode(picture)

    def _show(self, patient_sudo, posted=None, errors=None, is_done=False):
        values = {"page_name": "clinic_profile", "is_done": is_done, "said": None}
        if patient_sudo:
            values.update(self._get_values(patient_sudo, posted or {}))
        values["errors"] = errors or {}
        status = 422 if errors else 200
        return show_page("clinic_scheduling.portal_profile", values, status)

    def _get_values(self, patient_sudo, posted):
        names = [*TEXTS, *CHOICES]
        field = patient_sudo._fields["communication_channel"]
        return {
            "said": {
                name: posted.get(name, patient_sudo[name] or "") for name in names
            },
            "name": patient_sudo.name,
            "number": patient_sudo.number,
            "birthdate": patient_sudo.birthdate,
            "picture": image_data_uri(patient_sudo.avatar_128),
            "channels": field._description_selection(request.env),
            "languages": request.env["res.lang"].get_installed(),
        }
