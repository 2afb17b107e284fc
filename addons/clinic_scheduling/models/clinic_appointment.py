# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.tools import format_time

from ..const import (
    LEAD_LIMITS,
    LEADS,
    STATES,
    UPCOMING_STATES,
    VISIT_STATES,
    WEEKDAYS,
)

CLINICAL = "clinic_scheduling.group_clinic_clinical"


class ClinicAppointment(models.Model):
    """A visit of a patient to a doctor: its data.

    How it is booked and moved is in ``clinic_appointment_booking.py``, its life in
    ``clinic_appointment_state.py``.
    """

    _name = "clinic.appointment"
    _description = "Appointment"
    _inherit = [
        "clinic.reservation.mixin",
        "rating.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "start desc, id desc"
    _rec_names_search = ["name", "patient_id"]
    _mail_post_access = "read"
    _check_company_auto = True
    _reservation_owner = "appointment_id"

    name = fields.Char(
        string="Number", readonly=True, copy=False, default="/", index="trigram"
    )
    # visits are cancelled, not archived: screens do not offer it
    active = fields.Boolean(default=True, readonly=True)
    state = fields.Selection(
        STATES,
        default="scheduled",
        required=True,
        copy=False,
        tracking=True,
        group_expand="_group_expand_state",
        index=True,
    )
    doctor_id = fields.Many2one(
        "clinic.doctor",
        required=True,
        index=True,
        tracking=True,
        ondelete="restrict",
        check_company=True,
    )
    doctor_color = fields.Integer(related="doctor_id.color")
    patient_id = fields.Many2one(
        "clinic.patient",
        index=True,
        tracking=True,
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(
        related="patient_id.partner_id",
        store=True,
        precompute=True,
        index=True,
        string="Contact",
    )
    patient_appointment_count = fields.Integer(related="patient_id.appointment_count")
    patient_age = fields.Integer(related="patient_id.age")
    patient_phone = fields.Char(related="patient_id.phone", string="Phone")
    service_id = fields.Many2one(
        "clinic.service",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    specialty_id = fields.Many2one(
        related="service_id.specialty_id", store=True, precompute=True, index=True
    )
    site_id = fields.Many2one(
        "clinic.site",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        index=True,
    )
    room_id = fields.Many2one(
        "clinic.room", ondelete="restrict", check_company=True, index="btree_not_null"
    )
    equipment_ids = fields.Many2many("clinic.equipment", check_company=True)
    start = fields.Datetime(required=True, index=True, tracking=True)
    stop = fields.Datetime(
        compute="_compute_stop", store=True, readonly=False, precompute=True, index=True
    )
    duration = fields.Integer(
        string="Duration (min)",
        compute="_compute_duration",
        store=True,
        readonly=False,
        precompute=True,
    )
    kind = fields.Selection(
        [
            ("regular", "Regular"),
            ("online", "Online"),
            ("walk_in", "Walk-in"),
            ("kiosk", "Kiosk"),
            ("emergency", "Emergency"),
            ("follow_up", "Follow-up"),
        ],
        default="regular",
        required=True,
    )
    source = fields.Selection(
        [
            ("staff", "Staff"),
            ("phone", "Telephone"),
            ("portal", "Patient portal"),
            ("kiosk", "Kiosk"),
            ("api", "Other software"),
            ("waitlist", "Waitlist"),
            ("import", "Import"),
        ],
        default="staff",
        required=True,
        help="Where the booking came from.",
    )
    modality = fields.Selection(
        related="service_id.modality", string="Modality", store=True, precompute=True
    )
    priority = fields.Selection(
        [("0", "Normal"), ("1", "High"), ("2", "Very high")], default="0"
    )
    urgency = fields.Selection(
        [
            ("routine", "Routine"),
            ("urgent", "Urgent"),
            ("asap", "As soon as possible"),
            ("stat", "At once"),
        ],
        default="routine",
        required=True,
        help="Request priority in the words of HL7 FHIR.",
    )
    reason = fields.Text(groups=CLINICAL, help="Why the patient comes.")
    symptoms = fields.Text(groups=CLINICAL)
    special_requirements = fields.Text(groups=CLINICAL)
    note = fields.Text(
        string="Note for Reception", help="Nothing clinical: reception reads it."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        compute="_compute_amount", store=True, readonly=False, precompute=True
    )
    payment_status = fields.Selection(
        [
            ("not_required", "Nothing to pay now"),
            ("pending", "To be paid"),
            ("partial", "Partly paid"),
            ("paid", "Paid"),
            ("refunded", "Refunded"),
        ],
        default="not_required",
        required=True,
        readonly=True,
        copy=False,
    )
    hold_expires_at = fields.Datetime(
        string="Held Until", readonly=True, copy=False, index="btree_not_null"
    )
    overbook = fields.Boolean(
        copy=False, help="Add the visit above the capacity, up to the limit."
    )
    exception_reason = fields.Char(
        copy=False,
        help="With a reason, staff with the right book outside the doctor's hours "
        "or over another appointment of the same patient.",
    )
    is_overbooked = fields.Boolean(string="Overbooked", readonly=True, copy=False)
    is_outside = fields.Boolean(
        string="Outside Availability", readonly=True, copy=False
    )
    is_patient_overlap = fields.Boolean(
        string="Overlaps for the Patient", readonly=True, copy=False
    )
    attention = fields.Selection(
        [
            ("absence", "The doctor is away"),
            ("hours", "The doctor's hours changed"),
        ],
        string="Needs a Decision",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="Move it, keep it or cancel it.",
    )
    cancel_reason = fields.Char(readonly=True, copy=False, tracking=True)
    cancelled_at = fields.Datetime(readonly=True, copy=False)
    confirmed_at = fields.Datetime(readonly=True, copy=False)
    arrived_at = fields.Datetime(readonly=True, copy=False)
    started_at = fields.Datetime(readonly=True, copy=False)
    completed_at = fields.Datetime(readonly=True, copy=False)
    reschedule_count = fields.Integer(readonly=True, copy=False)
    history_ids = fields.One2many(
        "clinic.appointment.history", "appointment_id", string="Moves"
    )
    series_id = fields.Many2one(
        "clinic.appointment.series", readonly=True, index="btree_not_null", copy=False
    )
    reservation_ids = fields.One2many(
        "clinic.reservation", "appointment_id", readonly=True, copy=False
    )
    is_upcoming = fields.Boolean(compute="_compute_is_upcoming")
    weekday = fields.Selection(
        WEEKDAYS,
        compute="_compute_local_time",
        store=True,
        precompute=True,
    )
    hour = fields.Integer(
        compute="_compute_local_time",
        store=True,
        precompute=True,
        aggregator=None,
        help="Hour of the start on the site's clock.",
    )
    time_slot = fields.Char(
        string="Time",
        compute="_compute_time_slot",
        help="From start to end on the site's clock.",
    )
    lead_days = fields.Integer(
        string="Lead Time (days)",
        compute="_compute_lead",
        store=True,
        precompute=True,
        aggregator="avg",
        help="Days between booking and visit.",
    )
    lead = fields.Selection(
        LEADS, string="Lead Time", compute="_compute_lead", store=True, precompute=True
    )
    bookable_doctor_ids = fields.Many2many(
        "clinic.doctor",
        compute="_compute_bookable_doctor_ids",
        help="Who offers the service: the doctors to choose from.",
    )

    _unique_key = models.UniqueIndex(
        "(idempotency_key) WHERE idempotency_key IS NOT NULL",
        "This booking was made already.",
    )
    _unique_name = models.UniqueIndex(
        "(company_id, name) WHERE name <> '/'", "This number is taken."
    )
    _check_patient = models.Constraint(
        "CHECK (patient_id IS NOT NULL OR state IN ('hold', 'cancelled'))",
        "Choose the patient.",
    )
    _check_duration = models.Constraint(
        "CHECK (duration > 0 AND stop > start)", "An appointment ends after it starts."
    )
    _by_doctor = models.Index("(doctor_id, start)")

    @api.depends("site_id.company_id")
    def _compute_company_id(self):
        for appointment in self:
            # a visit without a site yet may be to anybody of the user's company
            company = appointment.site_id.company_id or self.env.company
            appointment.company_id = company

    @api.depends("service_id")
    def _compute_bookable_doctor_ids(self):
        for appointment in self:
            service = appointment.service_id
            appointment.bookable_doctor_ids = service._get_bookable_doctors()

    @api.depends("start")
    def _compute_lead(self):
        now = fields.Datetime.now()
        for appointment in self:
            if appointment.start:
                ahead = appointment.start - (appointment.create_date or now)
                days = max(ahead.days, 0)
                appointment.lead_days = days
                appointment.lead = next(
                    key for limit, key in LEAD_LIMITS if days < limit
                )

    @api.model
    def _group_expand_state(self, states, domain):
        """Show a column for each step of a visit, and for other states in use."""
        return [key for key, _label in STATES if key in VISIT_STATES or key in states]

    @api.depends("service_id")
    def _compute_duration(self):
        for appointment in self:
            if appointment.service_id:
                appointment.duration = appointment.service_id.duration

    @api.depends("start", "duration")
    def _compute_stop(self):
        for appointment in self:
            if appointment.start:
                minutes = appointment.duration or 30
                appointment.stop = appointment.start + timedelta(minutes=minutes)

    @api.depends("service_id", "doctor_id")
    def _compute_amount(self):
        for appointment in self:
            fee = appointment.doctor_id.fee
            appointment.amount = appointment.service_id.price or fee

    @api.depends("state", "stop")
    def _compute_is_upcoming(self):
        now = fields.Datetime.now()
        for appointment in self:
            is_open = appointment.state in UPCOMING_STATES
            appointment.is_upcoming = is_open and appointment.stop > now

    @api.depends("start", "site_id.tz")
    def _compute_local_time(self):
        for appointment in self:
            if appointment.start:
                local = appointment._localize(appointment.start)
                appointment.weekday = str(local.weekday())
                appointment.hour = local.hour

    @api.depends("start", "stop", "site_id.tz")
    @api.depends_context("lang", "tz")
    def _compute_time_slot(self):
        for appointment in self:
            site = appointment.site_id
            slot = "–".join(
                format_time(
                    self.env, moment, tz=site.tz or self.env.tz, time_format="short"
                )
                for moment in (appointment.start, appointment.stop)
                if moment
            )
            if slot and site:
                slot += self._get_zone_hint(appointment.start, site)
            appointment.time_slot = slot

    def _localize(self, moment):
        """Return a naive UTC datetime as an aware one on the site's clock."""
        zone = pytz.timezone(self.site_id.tz or "UTC")
        return pytz.utc.localize(moment).astimezone(zone)

    def _creation_message(self):
        """Override: the same sentence, without reading the model's name from it."""
        return self.env._("Appointment created")

    @api.depends("name", "patient_id", "state")
    def _compute_display_name(self):
        for appointment in self:
            who = appointment.patient_id.name
            if not who:
                is_hold = appointment.state == "hold"
                who = self.env._("On hold") if is_hold else self.env._("New")
            number = appointment.name if appointment.name != "/" else ""
            appointment.display_name = " · ".join(filter(None, (who, number)))
