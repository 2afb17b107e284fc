# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the demo practice has learned from its weeks."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..report.clinic_appointment_report import ATTENDED_STATES

#: How early patients came, and how late they were called (minutes, spread by number).
WAITS = """
    UPDATE clinic_appointment
       SET arrived_at = start - make_interval(mins => (id * 5) %% 16),
           started_at = start + make_interval(mins => (id * 7) %% 19)
     WHERE state = 'completed' AND arrived_at IS NULL AND start < %s
"""


class ClinicDemo(models.AbstractModel):
    """Loader of what is computed from the demo appointments."""

    _inherit = "clinic.demo"

    @api.model
    def _load_advice(self):
        """Learn from the past weeks, put numbers down, advise on the next days."""
        self.env.flush_all()
        today = fields.Datetime.now().replace(hour=0, minute=0, second=0)
        self.env.cr.execute(SQL(WAITS, today))
        self.env.invalidate_all()
        company = self.env.ref("base.main_company")
        self.env["clinic.no.show.model"]._train(company)
        self._put_down_past(company)
        self.env["clinic.overbooking.advice"]._refresh(company)

    def _put_down_past(self, company):
        """Give the past visits the numbers that they would have got when booked."""
        models = self.env["clinic.no.show.model"]
        outcomes = models._read_outcomes(company)
        visits = self.env["clinic.appointment"].search(
            [("state", "in", (*ATTENDED_STATES, "no_show"))], order="start, id"
        )
        past = visits.filtered(lambda visit: visit.create_date <= visit.start)
        if len(past) == len(outcomes):
            known = models._to_known(outcomes)
            visits._put_down_no_shows(company, list(zip(past.ids, known, strict=True)))
