# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

SAFETY_GROUP = "pharma_showcase.group_pharma_safety"
MANAGER_GROUP = "pharma_showcase.group_pharma_manager"


class PharmaAdverseEvent(models.Model):
    """A remark about an unwanted effect, as somebody of us heard it.

    Any remark counts, and the clock runs from when it was heard. The record is written
    once; what becomes known later is an addendum. The safety officer gets an activity
    that is due within the hours of the settings.
    """

    _name = "pharma.adverse.event"
    _description = "Adverse Event"
    _inherit = ["pharma.append.only.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "aware_at desc, id desc"
    _check_company_auto = True
    _later_fields = frozenset(
        {"state", "acknowledged_at", "acknowledged_by_id", "closed_at", "closed_by_id"}
        | {"case_number", "escalated_at"}
    )

    name = fields.Char(string="Number", readonly=True, copy=False, default="/")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    showcase_id = fields.Many2one(
        "pharma.showcase", index=True, ondelete="restrict", check_company=True
    )
    doctor_id = fields.Many2one(
        "clinic.doctor",
        string="Heard From",
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    product_id = fields.Many2one(
        "product.product", index=True, ondelete="restrict", check_company=True
    )
    reporter_id = fields.Many2one(
        "res.users",
        string="Heard by",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
    )
    aware_at = fields.Datetime(
        string="Became Aware",
        required=True,
        index=True,
        default=fields.Datetime.now,
        help="When the remark was heard: the clock runs from then.",
    )
    is_serious = fields.Boolean(
        string="Serious",
        help="Death, danger to life, hospital, lasting harm, or a birth defect.",
    )
    description = fields.Text(
        string="What Was Said",
        required=True,
        help="In the doctor's words. No name and no birth date of a patient: sex and "
        "age group will do.",
    )
    due_at = fields.Datetime(
        string="Due",
        compute="_compute_due_at",
        store=True,
        precompute=True,
        index=True,
        help="Until when the safety officer is to have it in hand.",
    )
    state = fields.Selection(
        [
            ("reported", "Reported"),
            ("acknowledged", "In Hand"),
            ("closed", "Passed On"),
        ],
        default="reported",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    acknowledged_at = fields.Datetime(readonly=True, copy=False)
    escalated_at = fields.Datetime(
        readonly=True, copy=False, help="When a sales manager was told: it is overdue."
    )
    acknowledged_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    closed_at = fields.Datetime(string="Passed On At", readonly=True, copy=False)
    closed_by_id = fields.Many2one(
        "res.users", string="Passed On By", readonly=True, copy=False
    )
    case_number = fields.Char(
        string="Case",
        readonly=True,
        copy=False,
        help="Under which the safety database or the authority has it.",
    )
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_overdue"
    )
    addendum_ids = fields.One2many("pharma.adverse.event.addendum", "event_id")
    uuid = fields.Char(groups=fields.NO_ACCESS, copy=False, readonly=True)

    _unique_uuid = models.UniqueIndex(
        "(uuid) WHERE uuid IS NOT NULL", "This was sent already."
    )

    @api.depends("aware_at", "company_id")
    def _compute_due_at(self):
        for event in self:
            # sudo: who hears a remark need not read the company's settings
            hours = event.company_id.sudo().pharma_safety_hours
            event.due_at = event.aware_at and event.aware_at + timedelta(hours=hours)

    @api.depends("due_at", "state", "acknowledged_at")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for event in self:
            taken = event.acknowledged_at or now
            event.is_overdue = bool(event.due_at and event.due_at < taken)

    def _search_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env.cr.execute(
            "SELECT id FROM pharma_adverse_event"
            " WHERE due_at < COALESCE(acknowledged_at, %s)",
            [fields.Datetime.now()],
        )
        return [("id", "in", [row[0] for row in self.env.cr.fetchall()])]

    @api.constrains("aware_at")
    def _check_aware_at(self):
        for event in self:
            if event.aware_at > fields.Datetime.now() + timedelta(minutes=5):
                raise ValidationError(
                    self.env._("Nobody becomes aware of something in the future.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Number the events, and give the safety officer an activity for each."""
        sequences = self.env["ir.sequence"]
        self = self._refuse_forgeries(vals_list)
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            if vals.get("showcase_id"):
                showcase = self.env["pharma.showcase"].browse(vals["showcase_id"])
                vals.setdefault("doctor_id", showcase.doctor_id.id)
                vals.setdefault("company_id", showcase.company_id.id)
            vals["state"] = "reported"
            vals["name"] = sequences.next_by_code("pharma.adverse.event") or "/"
        events = super().create(vals_list)
        events._alert_safety()
        return events

    def _alert_safety(self):
        """Schedule an activity for who follows up, due on the day of the deadline."""
        for event in self:
            event._alert(event._get_officer())

    def _alert(self, user):
        """Give ``user`` the activity of this event."""
        self.ensure_one()
        due = fields.Datetime.context_timestamp(
            self.with_context(tz=user.tz or "UTC"), self.due_at
        )
        # as the superuser's own: who reports it can neither end nor move it
        self.with_user(SUPERUSER_ID).activity_schedule(
            "pharma_showcase.mail_activity_type_adverse_event",
            date_deadline=due.date(),
            summary=self.env._("Follow up %(name)s", name=self.name),
            note=self.env._(
                "Heard on %(aware)s UTC; due on %(due)s UTC.",
                aware=fields.Datetime.to_string(self.aware_at),
                due=fields.Datetime.to_string(self.due_at),
            ),
            user_id=user.id,
        )

    @api.model
    def _cron_chase(self):
        """Raise anew what nobody has in hand, and tell a manager what is overdue."""
        reported = self.search([("state", "=", "reported")])
        kind = self.env.ref("pharma_showcase.mail_activity_type_adverse_event")
        for event in reported:
            if kind not in event.activity_ids.activity_type_id:
                event._alert_safety()
        now = fields.Datetime.now()
        for event in reported.filtered(
            lambda item: item.due_at < now and not item.escalated_at
        ):
            told = event.activity_ids.user_id
            manager = event._get_users_of(MANAGER_GROUP) - told
            if manager:
                event._alert(manager[-1])
            event.escalated_at = now

    def _get_users_of(self, group):
        """Return, as superuser, the active users of a group in this company."""
        users_sudo = self.env.ref(group).sudo().all_user_ids
        return users_sudo.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        ).sorted("id")

    def _get_officer(self):
        """Return the user who follows up: the company's, else the first officer.

        Where nobody has that role it is a sales manager, so that nothing lies still.
        """
        self.ensure_one()
        company_sudo = self.company_id.sudo()
        if company_sudo.pharma_safety_user_id.active:
            return company_sudo.pharma_safety_user_id
        for group in (SAFETY_GROUP, MANAGER_GROUP, "base.group_system"):
            if users_sudo := self._get_users_of(group):
                return users_sudo[-1]
        return self.env.user

    def action_acknowledge(self):
        """Take these events in hand."""
        self._check_officer()
        self.filtered(lambda event: event.state == "reported").sudo().write(
            {
                "state": "acknowledged",
                "acknowledged_at": fields.Datetime.now(),
                "acknowledged_by_id": self.env.uid,
            }
        )

    def action_close(self):
        """Note that these events were passed on, and end their activities.

        :raise UserError: one of them was not taken in hand before
        """
        self._check_officer()
        if any(event.state == "reported" for event in self):
            raise UserError(
                self.env._("Take an adverse event in hand before you pass it on.")
            )
        opened = self.filtered(lambda event: event.state == "acknowledged")
        opened.sudo().write(
            {
                "state": "closed",
                "closed_at": fields.Datetime.now(),
                "closed_by_id": self.env.uid,
            }
        )
        # sudo: whichever officer had the activity
        opened.sudo().activity_feedback(
            ["pharma_showcase.mail_activity_type_adverse_event"]
        )

    def _check_officer(self):
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group(SAFETY_GROUP)):
            raise AccessError(
                self.env._("Adverse events are followed up by a safety officer.")
            )

    def action_add(self):
        """Open a form for what became known later."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add to %(name)s", name=self.name),
            "res_model": "pharma.adverse.event.addendum",
            "view_mode": "form",
            "target": "new",
            "context": {"default_event_id": self.id},
        }


class PharmaAdverseEventAddendum(models.Model):
    """What became known of an adverse event after it was recorded."""

    _name = "pharma.adverse.event.addendum"
    _description = "Addendum to an Adverse Event"
    _inherit = ["pharma.append.only.mixin"]
    _order = "id"
    _rec_name = "event_id"

    event_id = fields.Many2one(
        "pharma.adverse.event", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="event_id.company_id", store=True, index=True, precompute=True
    )
    text = fields.Text(
        required=True,
        help="No name and no birth date of a patient: sex and age group will do.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    moment = fields.Datetime(
        string="When", required=True, readonly=True, default=fields.Datetime.now
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: by whom and when is not for the writer to say."""
        self = self._refuse_forgeries(vals_list)
        return super().create(vals_list)
