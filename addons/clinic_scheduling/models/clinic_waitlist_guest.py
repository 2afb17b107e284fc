# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Entries of guests: who has no account comes back by a link with a secret.

It is sent to the contact that the guest proved when joining, and goes with every
change of that contact, as the links to visits do.
"""

import secrets
from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq, plaintext2html

from ..exceptions import TooManyBookings


class ClinicWaitlistEntry(models.Model):
    """The entry of a guest."""

    _inherit = "clinic.waitlist.entry"

    access_token = fields.Char(
        string="Secret of the Link", copy=False, readonly=True, groups=fields.NO_ACCESS
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: with a secret, so that no page has to make one."""
        entries = super().create(vals_list)
        entries._renew_secret()
        return entries

    def _renew_secret(self):
        """Let the links that are about open these entries no more."""
        # sudo: nobody may read it, and who may enter somebody makes one
        for entry_sudo in self.sudo():
            entry_sudo.access_token = secrets.token_urlsafe(32)

    def _ensure_secret(self):
        """Return the secret of this entry's link; it is made once."""
        self.ensure_one()
        entry_sudo = self.sudo()
        if not entry_sudo.access_token:
            entry_sudo._renew_secret()
        return entry_sudo.access_token

    def _is_secret(self, given):
        """Whether ``given`` is the secret of this entry's link."""
        self.ensure_one()
        known = self.sudo().access_token
        # bytes: texts beyond ASCII cannot be compared in constant time
        said = str(given or "").encode(errors="replace")
        return bool(known and said) and consteq(known.encode(), said)

    def _get_guest_url(self, **query):
        """Return where a guest finds this entry, without the host."""
        query = urlencode({"access_token": self._ensure_secret(), **query})
        return f"/clinic/waitlist/entry/{self.id}?{query}"

    @api.model
    def _check_guest_limit(self, patients):
        """Refuse one more list for the patients of one contact, new ones included.

        :raise TooManyBookings: they are on as many lists as allowed
        """
        company_sudo = self.env.company.sudo()
        most = company_sudo.clinic_waitlist_max_entries
        if most and len(self._get_of_patients(patients)) >= most:
            raise TooManyBookings(
                self.env._(
                    "%(count)s waitlists are as many as can be joined online. Please "
                    "withdraw from one of them, or call us.",
                    count=most,
                )
            )

    def _send_guest_link(self, channel, contact):
        """Send the link to where the guest proved to be; nothing clinical is in it.

        What became of it stands in the entry's log.

        :return: whether it was sent
        """
        self.ensure_one()
        # sudo: guests write no messages, the practice writes to them, from its account
        entry_sudo = self.sudo().with_company(self.company_id)
        refusal = ""
        if channel == "sms":
            refusal = entry_sudo._send_guest_sms(contact)
        else:
            entry_sudo._send_guest_mail(contact)
        entry_sudo._log_guest_link(contact, refusal)
        return not refusal

    def _log_guest_link(self, contact, refusal):
        """Write down what became of the link, without the link, for staff to read."""
        env = self.with_context(lang=self.company_id.partner_id.lang).env
        if refusal == "blocked":
            text = env._(
                "The link to this entry was not sent to %(contact)s, who wants no text "
                "messages.",
                contact=contact,
            )
        elif refusal == "limit":
            text = env._(
                "The link to this entry was not sent to %(contact)s: guests were sent "
                "too many text messages.",
                contact=contact,
            )
        else:
            text = env._(
                "The link to this entry was sent to %(contact)s.", contact=contact
            )
        self._message_log(body=text)

    def _get_guest_text(self):
        company = self.company_id.name
        return self.env._(
            "You are on the waitlist of %(company)s. See your offers, or leave the "
            "list: %(link)s",
            company=company,
            link=f"{self.get_base_url()}{self._get_guest_url()}",
        )

    def _send_guest_sms(self, number):
        """Send the link by text message; return "blocked" or "limit" if it is not."""
        blocked = self.env["phone.blacklist"]
        if blocked.search_count([("number", "=", number)], limit=1):
            return "blocked"
        try:
            self.env["clinic.verification"]._count_text_message()
        except UserError:
            return "limit"
        self.env["sms.sms"].create({"number": number, "body": self._get_guest_text()})
        return ""

    def _send_guest_mail(self, address):
        """Send the link by e-mail."""
        company = self.company_id
        self.env["mail.mail"].create(
            {
                "subject": self.env._(
                    "You are on the waitlist of %(company)s", company=company.name
                ),
                "body_html": plaintext2html(self._get_guest_text()),
                "email_to": address,
                "email_from": company.email_formatted,
                "auto_delete": True,
            }
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    def _get_open_offer(self):
        """Return, as superuser, the offer that can be answered now, if any."""
        self.ensure_one()
        return self.sudo().offer_ids.filtered(
            lambda item: item.state == "offered" and item.appointment_id.state == "hold"
        )[:1]

    def _get_guest_page(self):
        """Return what the page of this entry says, as plain values."""
        self.ensure_one()
        row = self._get_portal_row()
        # the way to the offer is a form: no secret of a visit stands in the page
        del row["offer_url"]
        labels = dict(self._fields["state"]._description_selection(self.env))
        return {
            **row,
            "has_offer": bool(self._get_open_offer()),
            "state": self.state,
            "state_label": labels[self.state],
            "is_open": self.state in ("waiting", "offered"),
            "offers": [offer._get_guest_row() for offer in self.offer_ids],
        }


class ClinicWaitlistOffer(models.Model):
    """Offers on the page of a guest."""

    _inherit = "clinic.waitlist.offer"

    def _get_guest_row(self):
        """Return (when, what became of it) as texts."""
        self.ensure_one()
        gap = self.gap_id.sudo()
        site = self.appointment_id.site_id or gap.site_id
        when = self.env["clinic.appointment"]._format_time(self.start, site)
        labels = dict(self._fields["state"]._description_selection(self.env))
        return when, labels[self.state]


class ClinicPatient(models.Model):
    """Patients whose contact changes."""

    _inherit = "clinic.patient"

    def _renew_secrets(self):
        """Override: links to entries of the waitlist open nothing any more, either."""
        result = super()._renew_secrets()
        # sudo: it follows from the change that the user was allowed to make
        entries_sudo = self.env["clinic.waitlist.entry"].sudo()
        entries_sudo.search([("patient_id", "in", self.ids)])._renew_secret()
        return result
