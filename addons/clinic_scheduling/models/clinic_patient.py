# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

CLINICAL = "clinic_scheduling.group_clinic_clinical"


class ClinicPatient(models.Model):
    """A person who is treated.

    Delegates name and address to a contact. What is clinical lives here and never
    on the contact, which every employee may read.
    """

    _name = "clinic.patient"
    _description = "Patient"
    _inherits = {"res.partner": "partner_id"}
    _inherit = ["clinic.guest.author.mixin", "mail.activity.mixin"]
    _order = "name, id"
    _rec_names_search = ["name", "number", "phone", "email"]

    partner_id = fields.Many2one(
        "res.partner",
        string="Related Contact",
        required=True,
        ondelete="restrict",
        index=True,
        bypass_search_access=True,
    )
    number = fields.Char(
        string="Patient Number", readonly=True, copy=False, index=True, default="/"
    )
    active = fields.Boolean(default=True, tracking=True)
    birthdate = fields.Date(string="Date of Birth")
    age = fields.Integer(compute="_compute_age")
    gender = fields.Selection(
        [
            ("female", "Female"),
            ("male", "Male"),
            ("other", "Other"),
            ("unknown", "Unknown"),
        ],
        default="unknown",
        help="Administrative gender, in the words of HL7 FHIR.",
    )
    emergency_contact_name = fields.Char(string="Emergency Contact")
    emergency_contact_phone = fields.Char(string="Emergency Phone")
    insurance_company = fields.Char(string="Insurance")
    insurance_number = fields.Char()
    allergies = fields.Text(groups=CLINICAL)
    medical_history = fields.Text(groups=CLINICAL)
    communication_channel = fields.Selection(
        [
            ("email", "E-mail"),
            ("sms", "SMS"),
            ("phone", "Telephone"),
            ("none", "No messages"),
        ],
        string="Preferred Channel",
        default="email",
        required=True,
    )
    guardian_id = fields.Many2one(
        "clinic.patient",
        index="btree_not_null",
        ondelete="restrict",
        help="Who books for this patient and is told of changes.",
    )
    dependant_ids = fields.One2many(
        "clinic.patient", "guardian_id", string="Dependants"
    )
    doctor_id = fields.Many2one("clinic.doctor", string="Usual Doctor")
    appointment_ids = fields.One2many("clinic.appointment", "patient_id")
    appointment_count = fields.Integer(compute="_compute_appointment_counts")
    no_show_count = fields.Integer(compute="_compute_appointment_counts")

    _unique_number = models.UniqueIndex(
        "(number) WHERE number <> '/'", "Another patient has this number."
    )
    _unique_partner = models.UniqueIndex(
        "(partner_id)", "This contact is a patient already."
    )

    @api.depends("birthdate")
    def _compute_age(self):
        today = fields.Date.context_today(self)
        for patient in self:
            born = patient.birthdate
            patient.age = relativedelta(today, born).years if born else 0

    @api.depends("appointment_ids.state")
    def _compute_appointment_counts(self):
        counts = {
            (patient, state): count
            for patient, state, count in self.env["clinic.appointment"]._read_group(
                Domain("patient_id", "in", self.ids) & Domain("state", "!=", "hold"),
                ["patient_id", "state"],
                ["__count"],
            )
        }
        for patient in self:
            patient.appointment_count = sum(
                count for (owner, _state), count in counts.items() if owner == patient
            )
            patient.no_show_count = counts.get((patient, "no_show"), 0)

    @api.depends("name", "number", "birthdate")
    @api.depends_context("clinic_show_birthdate", "lang")
    def _compute_display_name(self):
        """Name and number; with the context, the birth date tells namesakes apart."""
        with_birthdate = self.env.context.get("clinic_show_birthdate")
        for patient in self:
            parts = [patient.name, patient.number if patient.number != "/" else ""]
            if with_birthdate and patient.birthdate:
                parts.append(format_date(self.env, patient.birthdate))
            patient.display_name = " · ".join(filter(None, parts))

    @api.constrains("guardian_id")
    def _check_guardian(self):
        if self._has_cycle("guardian_id"):
            raise ValidationError(
                self.env._("A patient cannot be their own guardian, even by others.")
            )

    @api.constrains("birthdate")
    def _check_birthdate(self):
        today = fields.Date.today()
        if any(patient.birthdate and patient.birthdate > today for patient in self):
            raise ValidationError(self.env._("A date of birth lies in the past."))

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"]
        for vals in vals_list:
            if vals.get("number", "/") == "/":
                vals["number"] = sequence.next_by_code("clinic.patient") or "/"
        return super().create(vals_list)

    def write(self, vals):
        """Keep the contact while it is claimed: the ledger knows only the contact."""
        if "partner_id" in vals:
            moved = self.filtered(lambda item: item.partner_id.id != vals["partner_id"])
            self.env["clinic.reservation"]._check_unclaimed(partners=moved.partner_id)
        return super().write(vals)

    def _get_guest_contact(self):
        """Override: guests prove the patient's contact before they enter anything."""
        return self.partner_id

    def action_view_appointments(self):
        """Open the appointments of these patients."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.clinic_appointment_action_list"
        )
        action["domain"] = [("patient_id", "in", self.ids)]
        action["context"] = {"default_patient_id": self.id if len(self) == 1 else False}
        return action
