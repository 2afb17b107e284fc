# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.tools.date_utils import add, subtract

from odoo.addons.clinic_engine.contact_caps import Contact, count_contacts

from ..const import CLAIMING_STATES


class ClinicDoctor(models.Model):
    """How often the doctor is called on, what was agreed to, what was given."""

    _inherit = "clinic.doctor"

    call_count = fields.Integer(
        string="Calls",
        compute="_compute_rates",
        help="Within the rolling months, booked ones too, without those that the "
        "doctor asked for.",
    )
    contact_count = fields.Integer(
        string="Contacts",
        compute="_compute_rates",
        help="Within the rolling months, whoever asked for them.",
    )
    pharma_consent_ids = fields.One2many(
        "pharma.consent",
        "doctor_id",
        string="Consents",
        groups="pharma_showcase.group_pharma_representative",
    )
    sample_count = fields.Integer(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        help="Grows with each drop of samples, so that two at once are one after the "
        "other.",
    )

    @api.depends_context("allowed_company_ids")
    @api.depends("showcase_ids.state", "showcase_ids.start")
    def _compute_rates(self):
        today = fields.Date.context_today(self)
        company = self.env.company
        months = company._get_caps().months
        contacts = self._get_contacts(company, subtract(today, months=months), today)
        for doctor in self:
            counts = count_contacts(contacts[doctor.id], today, months)
            doctor.call_count, doctor.contact_count = counts

    def _get_contacts(self, company, first, last, without=None):
        """Return {doctor's id: contacts of the company} between two moments.

        :param first, last: dates, or naive UTC datetimes
        :param without: showcases that are left out, since they are asked about
        """
        # sudo: calls of colleagues count too, whoever may read them
        found = (
            self.env["pharma.showcase"]
            .sudo()
            .search_fetch(
                [
                    ("doctor_id", "in", self.ids),
                    ("company_id", "=", company.id),
                    ("state", "in", CLAIMING_STATES),
                    ("start", ">=", fields.Datetime.to_datetime(first)),
                    ("start", "<", fields.Datetime.to_datetime(add(last, days=2))),
                    ("id", "not in", without.ids if without else []),
                ],
                ["doctor_id", "start", "solicited_by_doctor"],
            )
        )
        contacts = {doctor.id: [] for doctor in self}
        for showcase in found:
            day = showcase._localize(showcase.start).date()
            contact = Contact(day, showcase.solicited_by_doctor)
            contacts[showcase.doctor_id.id].append(contact)
        return contacts
