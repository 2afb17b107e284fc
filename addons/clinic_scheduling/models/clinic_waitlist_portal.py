# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What patients say and read of their own entries."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..exceptions import TooManyBookings
from .clinic_waitlist_entry import DAY_PART_FIELDS, OPEN_STATES, WEEKDAY_FIELDS

#: What patients may choose as the notice that they need (hours).
NOTICES = (2, 4, 12, 24, 48, 72)

#: How long somebody waits who says nothing else (days), and at most.
DEFAULT_DAYS = 60
LONGEST_DAYS = 365


class ClinicWaitlistEntry(models.Model):
    """The entry in the portal."""

    _inherit = "clinic.waitlist.entry"

    @api.model
    def _get_of_patients(self, patients):
        """Return, as superuser, the entries of these patients that are open."""
        return self.sudo().search(
            [("patient_id", "in", patients.ids), ("state", "in", OPEN_STATES)]
        )

    @api.model
    def _join_online(self, patient, service, wishes):
        """Put a patient on the list as they ask for it, and return the entry.

        One for the same service is changed instead.

        :param dict wishes: as ``_read_wishes`` returns them
        :raise TooManyBookings: the patient is on as many lists as allowed
        """
        entries_sudo = self._get_of_patients(patient)
        known = entries_sudo.filtered(lambda entry: entry.service_id == service)
        if known:
            known.write(wishes)
            return known
        company = service.company_id or patient.company_id or self.env.company
        most = company.sudo().clinic_waitlist_max_entries
        if most and len(entries_sudo) >= most:
            raise TooManyBookings(
                self.env._(
                    "%(count)s waitlists are as many as can be joined online. Please "
                    "withdraw from one of them, or call us.",
                    count=most,
                )
            )
        return self.sudo().create(
            {
                **wishes,
                "patient_id": patient.id,
                "service_id": service.id,
                "company_id": company.id,
                "source": "portal",
            }
        )

    @api.model
    def _read_wishes(self, posted, doctors, sites):
        """Read what a form says of what suits the patient.

        :param dict posted: lists of texts by names of the form
        :param doctors, sites: those that may be chosen
        :return: (values, what is wrong or "")
        """
        ticked = {*posted.get("time", ())}
        values = {
            "doctor_ids": [Command.set(self._choose(posted.get("doctor"), doctors))],
            "site_ids": [Command.set(self._choose(posted.get("site"), sites))],
            **{name: name in ticked for name in (*WEEKDAY_FIELDS, *DAY_PART_FIELDS)},
        }
        try:
            values |= self._read_dates(posted)
        except UserError as error:
            return values, error.args[0]
        return values, ""

    def _choose(self, texts, among):
        """Return the ids of those of ``among`` whose ids stand in ``texts``."""
        return [item.id for item in among if str(item.id) in (texts or ())]

    def _read_dates(self, posted):
        """Return dates and notice; :raise UserError: they make no sense."""
        today = fields.Date.context_today(self)
        said = {
            name: (posted.get(name) or [""])[0]
            for name in ("earliest_date", "latest_date", "notice_hours")
        }
        try:
            earliest = fields.Date.to_date(said["earliest_date"][:10] or None)
            latest = fields.Date.to_date(said["latest_date"][:10] or None)
        except ValueError as error:
            raise UserError(self.env._("Please enter a date.")) from error
        latest = latest or (earliest or today) + timedelta(days=DEFAULT_DAYS)
        if latest < today or (earliest and earliest > latest):
            raise UserError(
                self.env._("The last day lies in the future and not before the first.")
            )
        if latest > today + timedelta(days=LONGEST_DAYS):
            raise UserError(
                self.env._(
                    "The waitlist goes a year ahead. Please choose a sooner day."
                )
            )
        notices = {str(hours): hours for hours in NOTICES}
        notice = notices.get(said["notice_hours"] or "4")
        if not notice:
            raise UserError(self.env._("Please choose how long before you must know."))
        return {
            "earliest_date": earliest,
            "latest_date": latest,
            "notice_hours": notice,
        }

    def _get_portal_row(self):
        """Return what the patient's list says of this entry, as plain values."""
        self.ensure_one()
        offer = self.offer_ids.filtered(lambda item: item.state == "offered")[:1]
        hold = offer.appointment_id
        return {
            "id": self.id,
            "patient": self.patient_id.name,
            "patient_id": self.patient_id.id,
            "service": self.service_id.name,
            "wishes": self.wishes,
            "latest": self.latest_date,
            "since": self.create_date,
            "offer_url": f"{hold.access_url}/offer" if offer else "",
            "offer_until": offer.expires_at
            and hold._format_time(offer.expires_at, hold.site_id),
        }

    def _get_portal_form(self):
        """Return what the form of this entry has filled in."""
        self.ensure_one()
        times = (*WEEKDAY_FIELDS, *DAY_PART_FIELDS)
        return {
            "doctor": [str(item) for item in self.doctor_ids.ids],
            "site": [str(item) for item in self.site_ids.ids],
            "time": [name for name in times if self[name]],
            "earliest_date": [str(self.earliest_date or "")],
            "latest_date": [str(self.latest_date or "")],
            "notice_hours": [str(self.notice_hours)],
        }

    @api.model
    def _get_time_choices(self):
        """Return (weekdays, parts of the day) to tick: [(name, label)]."""
        return [
            [(name, self._fields[name]._description_string(self.env)) for name in names]
            for names in self._get_time_fields()
        ]
