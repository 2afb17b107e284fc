# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Entries of guests: who has no account comes back by a link with a secret.

It is sent to the contact that the guest proved when joining, and goes with every
change of that contact, as the links to visits do.
"""

import secrets
from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.tools import consteq

from ..exceptions import TooManyBookings


class ClinicWaitlistEntry(models.Model):
    """The entry of a guest."""

    _inherit = "clinic.waitlist.entry"

    access_token = fields.Char(
        string="Secret of the Link", copy=False, readonly=True, groups=fields.NO_ACCESS
    )

    def _ensure_secret(self):
        """Return the secret of this entry's link; it is made once."""
        self.ensure_one()
        entry_sudo = self.sudo()
        if not entry_sudo.access_token:
            entry_sudo.access_token = secrets.token_urlsafe(32)
        return entry_sudo.access_token

    def _is_secret(self, given):
        """Whether ``given`` is the secret of this entry's link."""
        self.ensure_one()
        known = self.sudo().access_token
        return bool(known and given) and consteq(known, str(given))

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
        """Send the link to where the guest proved to be; nothing clinical is in it."""
        self.ensure_one()
        company = self.company_id.name
        link = f"{self.get_base_url()}{self._get_guest_url()}"
        subject = self.env._("You are on the waitlist of %(company)s", company=company)
        body = self.env._(
            "You are on the waitlist of %(company)s. See your offers, or leave the "
            "list: %(link)s",
            company=company,
            link=link,
        )
        # sudo: guests write no messages, the practice writes to them
        if channel == "sms":
            self.env["sms.sms"].sudo().create({"number": contact, "body": body})
            return
        self.env["mail.mail"].sudo().create(
            {
                "subject": subject,
                "body_html": body,
                "email_to": contact,
                "email_from": self.company_id.sudo().email_formatted,
                "auto_delete": True,
            }
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _get_guest_page(self):
        """Return what the page of this entry says, as plain values."""
        self.ensure_one()
        row = self._get_portal_row()
        if row["offer_url"]:
            offer = self.offer_ids.filtered(lambda item: item.state == "offered")[:1]
            token = offer.appointment_id._portal_ensure_token()
            row["offer_url"] += f"?{urlencode({'access_token': token})}"
        labels = dict(self._fields["state"]._description_selection(self.env))
        return {
            **row,
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
        entries_sudo.search(
            [("patient_id", "in", self.ids), ("access_token", "!=", False)]
        ).access_token = False
        return result
