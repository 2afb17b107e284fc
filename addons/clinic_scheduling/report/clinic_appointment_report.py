# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL

from ..const import CLAIMING_STATES, STATES, WEEKDAYS

#: The patient came.
ATTENDED_STATES = ("arrived", "in_progress", "completed")

#: One row per appointment that was ever booked.
ROWS = """
    SELECT visit.id,
           visit.id AS appointment_id,
           visit.company_id,
           visit.site_id,
           visit.doctor_id,
           visit.patient_id,
           visit.service_id,
           visit.specialty_id,
           visit.state,
           visit.kind,
           visit.source,
           visit.modality,
           visit.start,
           visit.create_date AS booked_on,
           (visit.start AT TIME ZONE 'UTC' AT TIME ZONE site.tz)::date AS date,
           visit.weekday,
           visit.hour,
           CASE WHEN visit.state = ANY(%(claiming)s)
                THEN visit.duration ELSE 0 END AS booked_minutes,
           CASE WHEN visit.state = 'no_show' THEN 1.0
                WHEN visit.state = ANY(%(attended)s) THEN 0.0
                END AS no_show_rate,
           CASE WHEN visit.state = 'cancelled' THEN 1.0
                ELSE 0.0 END AS cancellation_rate,
           GREATEST(0, EXTRACT(EPOCH FROM visit.start - visit.create_date)
                       / 86400.0) AS lead_days,
           COALESCE(visit.reschedule_count, 0) AS reschedule_count,
           COALESCE(visit.is_overbooked, FALSE)::int AS overbooked_count,
           COALESCE(visit.is_outside, FALSE)::int AS outside_count
      FROM clinic_appointment visit
      JOIN clinic_site site ON site.id = visit.site_id
     WHERE visit.active
       AND visit.state <> 'hold'
       AND NOT (visit.state = 'cancelled' AND visit.name = '/')
"""


class ClinicAppointmentReport(models.Model):
    """One row per appointment, for pivots and graphs. Holds are no appointments.

    Rates are columns of ones, zeros and blanks, so that their average is exact for
    every group: blank is what the rate does not speak of.
    """

    _name = "clinic.appointment.report"
    _description = "Appointment Analysis"
    _auto = False
    _rec_name = "appointment_id"
    _order = "start desc, id desc"
    _depends = {
        "clinic.appointment": [
            "active",
            "company_id",
            "create_date",
            "doctor_id",
            "duration",
            "hour",
            "is_outside",
            "is_overbooked",
            "kind",
            "modality",
            "name",
            "patient_id",
            "reschedule_count",
            "service_id",
            "site_id",
            "source",
            "specialty_id",
            "start",
            "state",
            "weekday",
        ],
        "clinic.site": ["tz"],
    }

    appointment_id = fields.Many2one("clinic.appointment", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    site_id = fields.Many2one("clinic.site", readonly=True)
    doctor_id = fields.Many2one("clinic.doctor", readonly=True)
    patient_id = fields.Many2one("clinic.patient", readonly=True)
    service_id = fields.Many2one("clinic.service", readonly=True)
    specialty_id = fields.Many2one("clinic.specialty", readonly=True)
    state = fields.Selection(STATES, readonly=True)
    kind = fields.Selection(
        lambda self: self._get_selection("clinic.appointment", "kind"), readonly=True
    )
    source = fields.Selection(
        lambda self: self._get_selection("clinic.appointment", "source"), readonly=True
    )
    modality = fields.Selection(
        lambda self: self._get_selection("clinic.service", "modality"), readonly=True
    )
    start = fields.Datetime(readonly=True)
    booked_on = fields.Datetime(readonly=True)
    date = fields.Date(readonly=True, help="Date of the start on the site's clock.")
    weekday = fields.Selection(WEEKDAYS, readonly=True)
    hour = fields.Integer(
        readonly=True, aggregator=None, help="Hour of the start on the site's clock."
    )
    booked_minutes = fields.Integer(
        string="Booked (min)",
        readonly=True,
        help="Length of visits that took place or are to; nothing for cancelled and "
        "missed ones.",
    )
    no_show_rate = fields.Float(
        string="No-show Rate",
        aggregator="avg",
        readonly=True,
        help="Missed visits as a share of the visits that were kept or missed.",
    )
    cancellation_rate = fields.Float(
        aggregator="avg",
        readonly=True,
        help="Cancelled appointments as a share of all that were booked.",
    )
    lead_days = fields.Float(
        string="Lead Time (days)",
        aggregator="avg",
        readonly=True,
        help="Days from the booking to the start.",
    )
    reschedule_count = fields.Integer(string="Reschedules", readonly=True)
    overbooked_count = fields.Integer(string="Overbooked", readonly=True)
    outside_count = fields.Integer(string="Outside Availability", readonly=True)

    @property
    def _table_query(self):
        """The rows: every appointment that was ever booked."""
        return SQL(
            ROWS,
            claiming=list(CLAIMING_STATES),
            attended=list(ATTENDED_STATES),
        )

    def _get_selection(self, model, name):
        """Return the choices of another model's field, in the user's language."""
        return self.env[model]._fields[name]._description_selection(self.env)

    def action_view_appointment(self):
        """Open the appointment behind a row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "clinic.appointment",
            "res_id": self.appointment_id.id,
            "view_mode": "form",
        }
