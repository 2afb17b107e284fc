# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""In which language a ticket speaks: its page to the patient, its history to staff."""

from odoo import fields, models


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    lang = fields.Char(
        string="Language of the Page",
        readonly=True,
        copy=False,
        help="As chosen at the kiosk. A patient's own language comes first.",
    )

    def _get_lang(self):
        """Return the code of the language in which the patient reads."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        installed = self.env["res.lang"]._get_frontend()
        wanted = (
            ticket_sudo.patient_id.lang,
            ticket_sudo.lang,
            ticket_sudo.company_id.partner_id.lang,
        )
        return next((lang for lang in wanted if lang in installed), self.env.lang)

    def _get_page_link(self):
        """Return the address of the patient's page, in the patient's language.

        Without the host. In the page the visitor may choose another language.
        """
        self.ensure_one()
        path = self._get_page_path()
        installed = self.env["res.lang"]._get_frontend()
        known = installed.get(self._get_lang())
        return f"/{known.url_code}{path}" if known and len(installed) > 1 else path

    def _for_staff(self):
        """Return the ticket in the practice's language: of what staff read later."""
        own = self.company_id.partner_id.lang
        is_known = own in self.env["res.lang"]._get_frontend()
        return self.with_context(lang=own) if is_known else self
