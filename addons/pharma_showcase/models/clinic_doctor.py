# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.clinic_scheduling.const import WEEKDAYS

from ..const import LICENCE_STATES, PRACTICE, UPCOMING_STATES

REPRESENTATIVE = "pharma_showcase.group_pharma_representative"


class ClinicDoctor(models.Model):
    """The doctor as somebody whom representatives call on."""

    _inherit = "clinic.doctor"

    # counted from visits of patients: representatives read the rest of the doctor
    appointment_count = fields.Integer(groups=PRACTICE)
    leave_count = fields.Integer(groups=PRACTICE)
    availability_count = fields.Integer(groups=PRACTICE)
    service_ids = fields.Many2many(groups=PRACTICE)
    is_outside = fields.Boolean(
        string="Outside Doctor",
        index=True,
        help="Sees no patients here: representatives call on the doctor elsewhere.",
    )
    territory_id = fields.Many2one(
        "pharma.territory", index="btree_not_null", tracking=True
    )
    segment_id = fields.Many2one(
        "pharma.segment", index="btree_not_null", tracking=True
    )
    own_target_calls = fields.Integer(
        string="Own Target",
        aggregator=None,
        help="Calls in each period, instead of the segment's. 0: as the segment says.",
    )
    own_period_days = fields.Integer(
        string="Own Period (days)",
        aggregator=None,
        help="Instead of the segment's. 0: as the segment says.",
    )
    target_calls = fields.Integer(compute="_compute_target", aggregator=None)
    target_period_days = fields.Integer(compute="_compute_target", aggregator=None)
    no_see = fields.Boolean(
        string="Receives Nobody",
        tracking=True,
        help="The doctor does not want to be called on.",
    )
    prescriber = fields.Boolean(default=True, tracking=True)
    licence_state = fields.Selection(
        LICENCE_STATES,
        string="Licence",
        default="unknown",
        required=True,
        tracking=True,
    )
    licence_checked_on = fields.Date(tracking=True)
    preferred_weekday = fields.Selection(
        WEEKDAYS, help="When the doctor says that calls suit best."
    )
    preferred_hour = fields.Float(aggregator=None)
    best_weekday = fields.Selection(
        WEEKDAYS, readonly=True, help="When calls were accepted and held, so far."
    )
    best_hour = fields.Integer(readonly=True, aggregator=None)
    latitude = fields.Float(compute="_compute_coordinates", digits=(10, 7))
    longitude = fields.Float(compute="_compute_coordinates", digits=(10, 7))
    practice_rule_ids = fields.One2many("pharma.practice.rule", "doctor_id")
    showcase_ids = fields.One2many("pharma.showcase", "doctor_id")
    showcase_count = fields.Integer(compute="_compute_showcases")
    last_showcase_on = fields.Date(compute="_compute_showcases")

    @api.depends(
        "own_target_calls",
        "own_period_days",
        "segment_id.target_calls",
        "segment_id.period_days",
    )
    def _compute_target(self):
        for doctor in self:
            segment = doctor.segment_id
            doctor.target_calls = doctor.own_target_calls or segment.target_calls
            doctor.target_period_days = doctor.own_period_days or segment.period_days

    @api.depends(
        "site_ids.partner_id.partner_latitude",
        "site_ids.partner_id.partner_longitude",
        "partner_id.partner_latitude",
        "partner_id.partner_longitude",
    )
    def _compute_coordinates(self):
        """Say where calls take place: at the first site with a place on the map."""
        for doctor in self:
            places = doctor.site_ids.partner_id | doctor.partner_id
            place = places.filtered(
                lambda item: item.partner_latitude or item.partner_longitude
            )[:1]
            doctor.latitude = place.partner_latitude
            doctor.longitude = place.partner_longitude

    @api.depends("showcase_ids.state", "showcase_ids.start")
    def _compute_showcases(self):
        now = fields.Datetime.now()
        showcases = self.env["pharma.showcase"]
        mine = [("doctor_id", "in", self.ids)]
        to_come = dict(
            showcases._read_group(
                [*mine, ("state", "in", UPCOMING_STATES), ("stop", ">=", now)],
                ["doctor_id"],
                ["__count"],
            )
        )
        last = dict(
            showcases._read_group(
                [*mine, ("state", "=", "done")], ["doctor_id"], ["start:max"]
            )
        )
        for doctor in self:
            doctor.showcase_count = to_come.get(doctor, 0)
            doctor.last_showcase_on = last.get(doctor, False)

    @api.model_create_multi
    def create(self, vals_list):
        """Override: who may add an outside doctor needs no right to resources."""
        self.check_access("create")
        for vals in vals_list:
            if vals.get("is_outside") and not vals.get("resource_id"):
                values = self._prepare_resource_values(vals, vals.pop("tz", None))
                values.pop("user_id", None)
                # sudo: the resource of the new doctor alone
                resource_sudo = self.env["resource.resource"].sudo().create(values)
                vals["resource_id"] = resource_sudo.id
        return super().create(vals_list)

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Override: whoever does not call on doctors picks from the practice's own."""
        if not self.env.user.has_group(REPRESENTATIVE):
            domain = Domain(domain or []) & Domain("is_outside", "=", False)
        return super().name_search(name, domain, operator, limit)

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Override: what the practice writes of its own doctors stays with it."""
        operations = super()._mail_get_operation_for_mail_message_operation(
            message_operation
        )
        if message_operation == "read" and not self.env.user.has_groups(PRACTICE):
            # sudo: whose the doctor is, seen or not
            own = self.filtered(lambda doctor: not doctor.sudo().is_outside)
            operations.update(dict.fromkeys(own, "write"))
        return operations

    def action_view_showcases(self):
        """Open the showcases of these doctors."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pharma_showcase.pharma_showcase_action"
        )
        action["domain"] = [("doctor_id", "in", self.ids)]
        action["context"] = {"default_doctor_id": self.id if len(self) == 1 else False}
        return action
