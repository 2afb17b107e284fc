# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class ClinicService(models.Model):
    """What is booked: how long it takes, what it costs, what and whom it needs."""

    _name = "clinic.service"
    _description = "Service"
    _inherit = ["mail.thread"]
    _order = "specialty_id, sequence, name"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(index="btree_not_null")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company,
        help="Empty: offered by every company; it then names no sites or doctors.",
    )
    specialty_id = fields.Many2one("clinic.specialty", index=True)
    description = fields.Html(translate=True)
    instructions = fields.Text(
        translate=True, help="What the patient is to bring or do before the visit."
    )
    duration = fields.Integer(
        string="Duration (min)",
        default=30,
        required=True,
        tracking=True,
        aggregator=None,
    )
    slot_step = fields.Integer(
        string="Start Every (min)",
        help="Interval between offered start times. 0: as in the availability.",
    )
    buffer_before = fields.Integer(
        string="Preparation (min)",
        help="Time kept free before the visit, for doctor, room and equipment.",
    )
    buffer_after = fields.Integer(
        string="Clean-up (min)",
        help="Time kept free after the visit, for doctor, room and equipment.",
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True, precompute=True
    )
    price = fields.Monetary(tracking=True, aggregator=None)
    modality = fields.Selection(
        [("in_person", "In person"), ("video", "Video"), ("phone", "Telephone")],
        default="in_person",
        required=True,
    )
    booking_notice = fields.Float(
        string="Booking Notice (h)",
        default=2.0,
        help="Patients book at least this long ahead. Staff are not bound by it.",
    )
    reschedule_notice = fields.Float(
        string="Reschedule Notice (h)",
        default=24.0,
        help="Patients move a visit at least this long ahead.",
    )
    cancel_notice = fields.Float(
        string="Cancel Notice (h)",
        default=24.0,
        help="Patients cancel a visit at least this long ahead.",
    )
    horizon_days = fields.Integer(
        string="Bookable Ahead (days)",
        default=90,
        help="Patients book at most this far ahead. 0: without limit.",
    )
    bookable_online = fields.Boolean(default=True)
    doctor_ids = fields.Many2many(
        "clinic.doctor",
        string="Doctors",
        help="Who offers it. Empty: every doctor of the specialty.",
    )
    site_ids = fields.Many2many(
        "clinic.site", string="Sites", help="Empty: at every site."
    )
    room_kind_id = fields.Many2one(
        "clinic.room.kind",
        string="Kind of Room",
        help="A free room of this kind at the site is taken with each visit.",
    )
    equipment_kind_ids = fields.Many2many(
        "clinic.equipment.kind",
        string="Equipment",
        help="One free device of each kind at the site is taken with each visit.",
    )

    _check_duration = models.Constraint(
        "CHECK (duration > 0 AND duration <= 1440)",
        "A service takes between 1 minute and 24 hours.",
    )
    _check_times = models.Constraint(
        "CHECK (buffer_before >= 0 AND buffer_after >= 0 AND slot_step >= 0"
        " AND booking_notice >= 0 AND reschedule_notice >= 0 AND cancel_notice >= 0"
        " AND horizon_days >= 0)",
        "Buffers, steps, notices and horizons cannot be negative.",
    )
    _unique_code = models.UniqueIndex(
        "(code, COALESCE(company_id, 0)) WHERE code IS NOT NULL",
        "A service has that code already.",
    )

    @api.depends("company_id")
    def _compute_currency_id(self):
        for service in self:
            company = service.company_id or self.env.company
            service.currency_id = company.currency_id

    def _get_doctors(self):
        """Return the doctors that offer this service."""
        # ``service_ids`` is the other side of ``doctor_ids``
        doctors = self.env["clinic.doctor"]
        everybody = doctors.with_context(active_test=False)
        named = everybody.search_fetch(
            [("service_ids", "in", self.ids)], ["resource_id", "active"]
        )
        if named:
            return named.filtered("active").with_env(self.env)
        domain = [("specialty_ids", "in", self.specialty_id.ids)]
        return doctors.search_fetch(domain, ["resource_id"])

    def _get_bookable_doctors(self):
        """Return whom a form offers for this service; all as long as none is chosen."""
        return self._get_doctors() if self else self.env["clinic.doctor"].search([])

    def _is_offered_by(self, doctor, named_doctors=()):
        """Whether ``doctor`` offers this service.

        :param named_doctors: ids of those that it names, where they were read already
        """
        if named_doctors:
            return doctor.sudo().active and doctor.id in named_doctors
        return doctor in self.sudo()._get_doctors()

    def action_view_appointments(self):
        """Open the appointments of this service."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.clinic_appointment_action_list"
        )
        action["domain"] = [("service_id", "in", self.ids)]
        action["context"] = {"default_service_id": self.id if len(self) == 1 else False}
        return action
