# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.clinic_engine import practice
from odoo.addons.clinic_engine.clock import DAY
from odoo.addons.clinic_scheduling.const import WEEKDAYS

from ..const import MODALITIES

#: Fields of the weekdays, Monday first.
WEEKDAY_FIELDS = tuple(f"on_weekday_{key}" for key, _label in WEEKDAYS)


class PharmaPracticeRule(models.Model):
    """What a doctor or a practice asks of representatives. It binds hard.

    Rules of our own doctors and sites are the practice's: those whom they bind read
    them. What outside doctors ask for is kept by the schedulers of their team.

    Numbers of 0 and empty lists are no limit. A rule of a site is of all its doctors;
    where a doctor has rules too, all of them count.
    """

    _name = "pharma.practice.rule"
    _description = "Practice Rule"
    _inherit = ["mail.thread"]
    _order = "site_id, doctor_id, id"

    active = fields.Boolean(default=True, tracking=True)
    doctor_id = fields.Many2one(
        "clinic.doctor", index=True, ondelete="cascade", tracking=True
    )
    site_id = fields.Many2one(
        "clinic.site", index=True, ondelete="cascade", tracking=True
    )
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Binds the calls of this company alone. Empty: of every company.",
        tracking=True,
    )
    max_calls_day = fields.Integer(
        string="Calls a Day",
        aggregator=None,
        help="Of all companies. 0: no limit.",
        tracking=True,
    )
    max_calls_week = fields.Integer(
        string="Calls a Week",
        aggregator=None,
        help="Of all companies. 0: no limit.",
        tracking=True,
    )
    max_calls_month = fields.Integer(
        string="Calls a Month",
        aggregator=None,
        help="Of all companies. 0: no limit.",
        tracking=True,
    )
    max_calls_month_own = fields.Integer(
        string="Calls a Month of One Company",
        aggregator=None,
        help="0: no limit.",
        tracking=True,
    )
    notice_hours = fields.Float(string="Notice (hours)", aggregator=None, tracking=True)
    horizon_days = fields.Integer(
        string="At Most Ahead (days)",
        aggregator=None,
        help="0: no limit.",
        tracking=True,
    )
    not_before = fields.Float(
        help="No call starts earlier on the practice's clock.",
        aggregator=None,
        tracking=True,
    )
    not_after = fields.Float(
        default=24.0,
        help="No call ends later on the practice's clock.",
        tracking=True,
    )
    on_weekday_0 = fields.Boolean(string="Monday", default=True, tracking=True)
    on_weekday_1 = fields.Boolean(string="Tuesday", default=True, tracking=True)
    on_weekday_2 = fields.Boolean(string="Wednesday", default=True, tracking=True)
    on_weekday_3 = fields.Boolean(string="Thursday", default=True, tracking=True)
    on_weekday_4 = fields.Boolean(string="Friday", default=True, tracking=True)
    on_weekday_5 = fields.Boolean(string="Saturday", default=True, tracking=True)
    on_weekday_6 = fields.Boolean(string="Sunday", default=True, tracking=True)
    preferred_weekday = fields.Selection(
        WEEKDAYS,
        help="Offered first; calls on other days remain possible.",
        tracking=True,
    )
    lunch_weeks = fields.Integer(
        string="One Lunch Every (weeks)",
        aggregator=None,
        help="0: no limit.",
        tracking=True,
    )
    in_person = fields.Boolean(default=True, tracking=True)
    video = fields.Boolean(string="Video Calls", default=True, tracking=True)
    phone = fields.Boolean(string="Telephone", default=True, tracking=True)
    lunch = fields.Boolean(string="Over Lunch", default=True, tracking=True)
    allowed_company_ids = fields.Many2many(
        "res.company",
        string="Only Companies",
        help="Empty: all of them.",
        tracking=True,
    )
    allowed_representative_ids = fields.Many2many(
        "pharma.representative",
        string="Only Representatives",
        help="Empty: all of them.",
        tracking=True,
    )
    approval_required = fields.Boolean(
        help="A call stays proposed until the practice accepts it.",
        tracking=True,
    )
    note = fields.Text(
        help="Signing in, badge, parking: what callers must know.", tracking=True
    )

    _check_subject = models.Constraint(
        "CHECK (num_nonnulls(doctor_id, site_id) = 1)",
        "A rule is of one doctor or of one site.",
    )
    _check_hours = models.Constraint(
        "CHECK (not_before >= 0 AND not_before < not_after AND not_after <= 24)",
        "Calls are received between two hours of one day.",
    )
    _check_numbers = models.Constraint(
        "CHECK (max_calls_day >= 0 AND max_calls_week >= 0 AND max_calls_month >= 0"
        " AND max_calls_month_own >= 0 AND notice_hours >= 0 AND horizon_days >= 0"
        " AND lunch_weeks >= 0)",
        "Limits are not negative.",
    )

    def _compute_display_name(self):
        for rule in self:
            rule.display_name = (rule.doctor_id or rule.site_id).display_name

    @api.model
    def _get_rules(self, doctor, site, company):
        """Return what binds a call of ``company`` to that doctor at that site."""
        domain = Domain("doctor_id", "=", doctor.id)
        if site:
            domain |= Domain("site_id", "=", site.id)
        # sudo: rules bind whoever plans, seen or not
        return self.sudo().search(
            domain & Domain("company_id", "in", [company.id, False])
        )

    def _get_calls_domain(self):
        """Return which showcases count for the limits of this rule."""
        self.ensure_one()
        if self.doctor_id:
            return [("doctor_id", "=", self.doctor_id.id)]
        return [("site_id", "=", self.site_id.id)]

    def _to_engine(self, tz):
        """Return the engine's rule, read on the clock of the zone ``tz``."""
        self.ensure_one()
        modalities = {key for key, _label in MODALITIES if self[key]}
        return practice.Rule(
            tz=tz,
            per_day=self.max_calls_day or None,
            per_week=self.max_calls_week or None,
            per_month=self.max_calls_month or None,
            per_month_of_company=self.max_calls_month_own or None,
            notice=round(self.notice_hours * 3600),
            horizon=self.horizon_days * DAY or None,
            not_before=round(self.not_before * 3600),
            not_after=round(self.not_after * 3600),
            weekdays=frozenset(
                day for day, name in enumerate(WEEKDAY_FIELDS) if self[name]
            ),
            lunch_weeks=self.lunch_weeks or None,
            modalities=frozenset(modalities),
            companies=frozenset(self.allowed_company_ids.ids) or None,
            representatives=frozenset(self.allowed_representative_ids.ids) or None,
        )
