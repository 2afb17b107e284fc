# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The public page on which doctors ask to join."""

from werkzeug.exceptions import BadRequest

from odoo import http
from odoo.fields import Command
from odoo.http import request
from odoo.tools import email_normalize

from ..uploads import MEGABYTE, UploadError, read_uploads
from ..utils import CONTROLS
from .portal_common import count_attempt
from .portal_parameters import to_id

PAGE = "/clinic/join"

#: field -> (most characters, whether it must be given)
TEXTS = {
    "name": (100, True),
    "email": (254, True),
    "phone": (40, False),
    "license_number": (60, True),
    "biography": (3000, False),
}
CHOICES = {
    "specialty_ids": "clinic.specialty",
    "language_ids": "res.lang",
    "site_ids": "clinic.site",
}

#: What a captcha and the form itself add.
TECHNICAL = {"csrf_token", "recaptcha_token_response", "turnstile_captcha"}

DOCUMENTS = "documents"
MAX_DOCUMENTS = 5
MAX_MEGABYTES = 5

#: All files, and as much again for the texts and the form's own lines.
MAX_BODY = (MAX_DOCUMENTS * MAX_MEGABYTES + 1) * MEGABYTE


class ClinicDoctorJoin(http.Controller):
    """Doctors who apply; the answer never tells who is known here."""

    @http.route(
        PAGE, type="http", auth="public", website=True, methods=["GET"], sitemap=False
    )
    def join(self, **_kwargs):
        """Show the empty form."""
        return self._render_form({}, {})

    @http.route(
        PAGE,
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        sitemap=False,
        captcha="clinic_join",
        max_content_length=MAX_BODY,
    )
    @count_attempt("apply")
    def join_send(self, **_kwargs):
        """Keep the application; what is missing is said beside its field."""
        form, files = request.httprequest.form, request.httprequest.files
        self._refuse_unknown(form, files)
        values, errors = self._read_form(form)
        uploads = []
        try:
            uploads = read_uploads(
                files.getlist(DOCUMENTS), MAX_DOCUMENTS, MAX_MEGABYTES
            )
        except UploadError as error:
            errors[DOCUMENTS] = self._get_upload_sentence(*error.args)
        if errors:
            response = self._render_form(values, errors)
            response.status_code = 422
            return response
        values.update((name, [Command.set(values[name])]) for name in CHOICES)
        request.env["clinic.doctor.application"]._submit(values, uploads)
        return request.redirect(f"{PAGE}/thanks", code=303)

    @http.route(
        f"{PAGE}/thanks",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        sitemap=False,
    )
    def join_thanks(self, **_kwargs):
        """Say that it came in: the same to everybody."""
        return request.render("clinic_scheduling.portal_doctor_join_thanks", {})

    # ------------------------------------------------------------------
    # Reading the form
    # ------------------------------------------------------------------

    def _refuse_unknown(self, form, files):
        """Answer 400 to what the page never sends."""
        if form.keys() - TEXTS.keys() - CHOICES.keys() - TECHNICAL:
            raise BadRequest()
        if files.keys() - {DOCUMENTS}:
            raise BadRequest()

    def _read_form(self, form):
        """Return (values, {field: sentence})."""
        errors = {}
        values = {name: self._read_text(form, name, errors) for name in TEXTS}
        if values["email"] and not email_normalize(values["email"]):
            errors["email"] = request.env._("This is not an e-mail address.")
        offered = self._get_offered()
        for name in CHOICES:
            values[name] = self._read_choices(form, name, offered[name])
        if not values["specialty_ids"]:
            errors["specialty_ids"] = request.env._("Choose at least one specialty.")
        return values, errors

    def _read_text(self, form, name, errors):
        most, is_needed = TEXTS[name]
        text = form.get(name, "").strip()
        if CONTROLS.search(text):
            raise BadRequest()
        if is_needed and not text:
            errors[name] = request.env._("Please fill in this field.")
        if len(text) > most:
            errors[name] = request.env._("At most %(most)s characters.", most=most)
        return text

    def _read_choices(self, form, name, offered):
        ids = {to_id(text) for text in form.getlist(name)}
        if ids - set(offered.ids):
            raise BadRequest()
        return sorted(ids)

    def _get_offered(self):
        """Return {field: records that may be chosen}."""
        company = request.env.company
        domains = {"clinic.site": [("company_id", "=", company.id)]}
        return {
            # sudo: only names are shown, which stand on the public pages too
            name: request.env[model].sudo().search(domains.get(model, []))
            for name, model in CHOICES.items()
        }

    def _get_labels(self):
        """Return {field: how the page calls it}."""
        return {
            "name": request.env._("First and last name"),
            "email": request.env._("E-mail"),
            "phone": request.env._("Telephone"),
            "license_number": request.env._("Licence number"),
            "specialty_ids": request.env._("Specialties"),
            "site_ids": request.env._("Where you would like to work"),
            "language_ids": request.env._("Languages you speak"),
            "biography": request.env._("About you"),
            DOCUMENTS: request.env._("Documents"),
        }

    def _get_upload_sentence(self, code, name):
        sentences = {
            "count": request.env._("At most %(most)s files.", most=MAX_DOCUMENTS),
            "size": request.env._(
                "%(name)s is larger than %(most)s MB.", name=name, most=MAX_MEGABYTES
            ),
            "kind": request.env._("%(name)s is no PDF, JPEG or PNG.", name=name),
            "empty": request.env._("%(name)s is empty.", name=name),
            "broken": request.env._(
                "%(name)s cannot be read: the file is damaged.", name=name
            ),
        }
        return sentences[code]

    def _render_form(self, values, errors):
        offered = self._get_offered()
        return request.render(
            "clinic_scheduling.portal_doctor_join",
            {
                "values": values,
                "errors": errors,
                "specialties_sudo": offered["specialty_ids"],
                "languages_sudo": offered["language_ids"],
                "sites_sudo": offered["site_ids"],
                "labels": self._get_labels(),
                "limits": {name: most for name, (most, _needed) in TEXTS.items()},
                "max_documents": MAX_DOCUMENTS,
                "max_megabytes": MAX_MEGABYTES,
            },
        )
