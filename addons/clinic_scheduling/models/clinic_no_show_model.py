# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The practice's own model of who does not come: stored, scored, shown on a card."""

from odoo import api, fields, models
from odoo.tools import format_datetime

from odoo.addons.clinic_engine import no_show
from odoo.addons.clinic_engine.ranking import ATTENDANCE_BY_LEAD

#: So many versions of a company are kept.
KEPT_VERSIONS = 60


class ClinicNoShowModel(models.Model):
    """One version of a company's model, with the figures of its evaluation.

    It is made by ``clinic_no_show_training.py`` and never changed. It knows what the
    engine's ``no_show.Known`` has and nothing else of a patient.
    """

    _name = "clinic.no.show.model"
    _description = "No-show Model"
    _order = "trained_at desc, id desc"
    _rec_name = "trained_at"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    is_current = fields.Boolean(string="In Use", readonly=True)
    kind = fields.Selection(
        [
            (no_show.CONSTANT, "One share for everybody"),
            (no_show.TABLE, "Shares by lead time"),
            (no_show.LOGISTIC, "Logistic regression"),
        ],
        required=True,
        readonly=True,
    )
    reason = fields.Selection(
        [
            ("few", "Too few outcomes for a model of the practice's own"),
            ("not_better", "Logistic regression was not better than the table"),
            ("constant", "One share for everybody was better than what knows more"),
            ("better", "Better than both others"),
        ],
        string="Why This Kind",
        required=True,
        readonly=True,
    )
    trained_at = fields.Datetime(
        string="Trained on", required=True, readonly=True, default=fields.Datetime.now
    )
    first_day = fields.Date(string="Outcomes from", readonly=True)
    last_day = fields.Date(string="Outcomes until", readonly=True)
    outcome_count = fields.Integer(
        string="Outcomes",
        readonly=True,
        aggregator=None,
        help="Visits that took place or were missed.",
    )
    test_count = fields.Integer(
        string="Tested on",
        readonly=True,
        aggregator=None,
        help="The last bookings. None of the visits that trained what was tested was "
        "still to come when the first of them was booked.",
    )
    auc = fields.Float(
        string="AUC",
        readonly=True,
        aggregator=None,
        digits=(5, 3),
        help="How often one who missed had the higher probability than one who came: "
        "0.5 is chance, 1 is certainty.",
    )
    brier = fields.Float(
        string="Brier Score",
        readonly=True,
        aggregator=None,
        digits=(6, 4),
        help="Mean squared distance of probability and outcome: 0 is best.",
    )
    calibration_error = fields.Float(
        readonly=True,
        aggregator=None,
        digits=(6, 4),
        help="Mean distance of expected and observed share over ten groups.",
    )
    drift = fields.Float(
        readonly=True,
        aggregator=None,
        digits=(6, 4),
        help="By how much a week's share of missed visits was off, beyond chance: the "
        "largest of the tested weeks.",
    )
    shift = fields.Float(
        string="Recalibration",
        readonly=True,
        aggregator=None,
        help="Added to the log-odds, so that what was expected of the last four weeks "
        "is what was seen.",
    )
    parameters = fields.Json(readonly=True, groups=fields.NO_ACCESS)
    figures = fields.Json(
        string="Model Card",
        readonly=True,
        help="Figures of all kinds, calibration groups and weeks.",
    )

    _unique_current = models.UniqueIndex(
        "(company_id) WHERE is_current", "A company uses one model at a time."
    )

    @api.depends("trained_at")
    def _compute_display_name(self):
        for model in self:
            day = format_datetime(self.env, model.trained_at, dt_format="medium")
            model.display_name = self.env._("No-show model of %(day)s", day=day)

    @api.model
    def _get_current(self, company):
        """Return the model that a company uses, as sudo; empty before the first."""
        # sudo: who books has no right to read models, only their numbers
        return self.sudo().search(
            [("company_id", "=", company.id), ("is_current", "=", True)], limit=1
        )

    def _to_engine(self):
        """Return the engine's model: the public shares where there is none yet."""
        if not self:
            return no_show.table()
        self.ensure_one()
        stored = self.sudo().parameters or {}
        return no_show.Model(
            kind=self.kind,
            shares=tuple(stored.get("shares", ())),
            intercept=stored.get("intercept", 0.0),
            coefficients=stored.get("coefficients", {}),
            shift=self.shift,
        )

    @api.model
    def _get_attendance(self, company):
        """Return the share attended by lead days, for ranking free times."""
        model_sudo = self._get_current(company)
        shares = (model_sudo.parameters or {}).get("missed_by_lead")
        if not shares:
            return ATTENDANCE_BY_LEAD
        return no_show.Model(no_show.TABLE, shares=tuple(shares)).attendance()

    @api.autovacuum
    def _gc_versions(self):
        """Drop what is older than the last versions of each company."""
        for company in self.env["res.company"].search([]):
            old = self.search(
                [("company_id", "=", company.id), ("is_current", "=", False)],
                offset=KEPT_VERSIONS,
            )
            old.unlink()
