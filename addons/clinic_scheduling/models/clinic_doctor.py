# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

#: How many colours Odoo's calendar knows by number.
CALENDAR_COLORS = 11


class ClinicDoctor(models.Model):
    """A practitioner whose time is booked. Has an Odoo user only if they log in."""

    _name = "clinic.doctor"
    _description = "Doctor"
    _inherit = ["resource.mixin", "mail.thread", "mail.activity.mixin", "avatar.mixin"]
    _order = "sequence, name"
    _check_company_auto = True

    name = fields.Char(
        related="resource_id.name",
        store=True,
        readonly=False,
        required=True,
        tracking=True,
    )
    active = fields.Boolean(
        related="resource_id.active", store=True, readonly=False, default=True
    )
    sequence = fields.Integer(default=10)
    color = fields.Integer(help="Colour in calendars. New doctors get the next one.")
    title = fields.Char(help="Shown before the name, for instance Dr or Prof.")
    license_number = fields.Char(string="Licence Number", tracking=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    user_id = fields.Many2one(
        related="resource_id.user_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        help="Set it only if the doctor logs in.",
    )
    email = fields.Char(related="partner_id.email", readonly=False)
    phone = fields.Char(related="partner_id.phone", readonly=False)
    specialty_ids = fields.Many2many("clinic.specialty", string="Specialties")
    service_ids = fields.Many2many(
        "clinic.service", string="Services", check_company=True
    )
    site_ids = fields.Many2many("clinic.site", string="Sites", check_company=True)
    language_ids = fields.Many2many("res.lang", string="Languages")
    biography = fields.Html(translate=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    fee = fields.Monetary(help="Consultation fee shown to patients.")
    availability_ids = fields.One2many("clinic.availability", "doctor_id")
    availability_count = fields.Integer(compute="_compute_counts")
    appointment_count = fields.Integer(compute="_compute_counts")
    leave_count = fields.Integer(compute="_compute_counts")

    _unique_user = models.UniqueIndex(
        "(user_id) WHERE user_id IS NOT NULL", "This user is a doctor already."
    )

    @api.depends("availability_ids")
    def _compute_counts(self):
        appointments = dict(
            self.env["clinic.appointment"]._read_group(
                [
                    ("doctor_id", "in", self.ids),
                    ("stop", ">=", fields.Datetime.now()),
                    ("state", "not in", ("cancelled", "no_show")),
                ],
                ["doctor_id"],
                ["__count"],
            )
        )
        leaves = dict(
            self.env["resource.calendar.leaves"]._read_group(
                [
                    ("resource_id", "in", self.resource_id.ids),
                    ("date_to", ">=", fields.Datetime.now()),
                ],
                ["resource_id"],
                ["__count"],
            )
        )
        for doctor in self:
            doctor.availability_count = len(doctor.availability_ids)
            doctor.appointment_count = appointments.get(doctor, 0)
            doctor.leave_count = leaves.get(doctor.resource_id, 0)

    @api.depends("title", "name")
    def _compute_display_name(self):
        for doctor in self:
            doctor.display_name = " ".join(filter(None, (doctor.title, doctor.name)))

    @api.model_create_multi
    def create(self, vals_list):
        """Make the contact of a doctor that is given without one."""
        known = self.with_context(active_test=False)
        color = known.search([], order="id desc", limit=1).color
        for vals in vals_list:
            color = vals["color"] = vals.get("color") or color % CALENDAR_COLORS + 1
            if vals.get("partner_id"):
                continue
            user = self.env["res.users"].browse(vals.get("user_id"))
            partner = user.partner_id or self.env["res.partner"].create(
                {
                    "name": vals.get("name"),
                    "email": vals.get("email"),
                    "phone": vals.get("phone"),
                    "company_id": vals.get("company_id"),
                }
            )
            vals["partner_id"] = partner.id
        return super().create(vals_list)

    def write(self, vals):
        if "resource_id" in vals:
            moved = self.filtered(
                lambda item: item.resource_id.id != vals["resource_id"]
            )
            self.env["clinic.reservation"]._check_unclaimed(moved.resource_id)
        return super().write(vals)

    def _prepare_resource_values(self, vals, tz):
        values = super()._prepare_resource_values(vals, tz)
        if vals.get("user_id"):
            values["user_id"] = vals["user_id"]
        return values

    def action_view_appointments(self):
        """Open the calendar of these doctors."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.clinic_appointment_action"
        )
        action["domain"] = [("doctor_id", "in", self.ids)]
        action["context"] = {"default_doctor_id": self.id if len(self) == 1 else False}
        return action

    def action_view_availability(self):
        """Open the hours of this doctor."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.clinic_availability_action"
        )
        action["domain"] = [("doctor_id", "=", self.id)]
        action["context"] = {"default_doctor_id": self.id}
        return action

    def action_view_leaves(self):
        """Open the absences of this doctor."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.resource_calendar_leaves_action"
        )
        action["domain"] = [("resource_id", "=", self.resource_id.id)]
        action["context"] = {"default_resource_id": self.resource_id.id}
        return action
