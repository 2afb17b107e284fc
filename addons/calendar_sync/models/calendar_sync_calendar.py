# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A calendar of a mailbox, and what goes out and comes in."""

from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import ormcache

from odoo.addons.clinic_engine.sync_steps import Policy

#: What people may change in the outside calendar, by the setting of a calendar.
POLICIES = {
    "revert": Policy(),
    "propose": Policy(propose=frozenset({"start", "stop"})),
    "take": Policy(take=frozenset({"start", "stop"})),
}


class CalendarSyncCalendar(models.Model):
    """A calendar of a doctor, a representative or a room.

    ``cursor`` is the provider's: what was listed up to it is known here.
    """

    _name = "calendar.sync.calendar"
    _description = "Synchronized Calendar"
    _order = "account_id, name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    account_id = fields.Many2one(
        "calendar.sync.account", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, precompute=True
    )
    remote_id = fields.Char(required=True, readonly=True)
    uuid = fields.Char(
        readonly=True, required=True, copy=False, default=lambda self: str(uuid4())
    )
    color = fields.Char(readonly=True)
    writable = fields.Boolean(readonly=True, default=True)
    resource_id = fields.Many2one(
        "resource.resource",
        string="For",
        index=True,
        check_company=True,
        ondelete="restrict",
        help="The doctor, representative or room whose calendar it is.",
    )
    publish = fields.Boolean(
        string="Bookings Go Out", help="Appointments appear in this calendar."
    )
    read_busy = fields.Boolean(
        string="Busy Times Come In",
        help="While this calendar has an event, no time is offered.",
    )
    authority = fields.Selection(
        [
            ("revert", "Put back"),
            ("propose", "Propose to reception"),
            ("take", "Move the appointment"),
        ],
        string="If the Owner Moves a Booking",
        default="propose",
        required=True,
        help="Moving an appointment obeys the same checks as reception's own moves; "
        "what is not possible is put back.",
    )
    detail = fields.Selection(
        [
            ("minimal", "Only that there is an appointment"),
            ("service", "The service"),
            ("initials", "The service and the patient's initials"),
        ],
        string="Titles Say",
        default="minimal",
        required=True,
        help="Calendars are copied to telephones and shown on lock screens.",
    )
    cursor = fields.Char(readonly=True, copy=False)
    connected_at = fields.Datetime(readonly=True, copy=False)
    last_pull_at = fields.Datetime(string="Last Look", readonly=True, copy=False)
    last_full_at = fields.Datetime(string="Last Full Look", readonly=True, copy=False)
    error = fields.Char(readonly=True, copy=False)
    link_ids = fields.One2many("calendar.sync.link", "calendar_id")
    busy_ids = fields.One2many("calendar.sync.busy", "calendar_id")
    waiting_count = fields.Integer(string="Waiting", compute="_compute_waiting_count")

    _unique_calendar = models.UniqueIndex(
        "(account_id, remote_id)", "This calendar is in the list already."
    )
    _unique_published = models.UniqueIndex(
        "(resource_id) WHERE publish",
        "Bookings of this person or room go to another calendar already.",
    )

    @api.depends("link_ids.waits")
    def _compute_waiting_count(self):
        groups = self.env["calendar.sync.link"]._read_group(
            [("calendar_id", "in", self.ids), ("waits", "=", True)],
            ["calendar_id"],
            ["__count"],
        )
        counts = {calendar.id: count for calendar, count in groups}
        for calendar in self:
            calendar.waiting_count = counts.get(calendar.id, 0)

    @api.model_create_multi
    def create(self, vals_list):
        calendars = super().create(vals_list)
        calendars._start()
        return calendars

    def write(self, vals):
        if vals.get("read_busy"):
            # what was not read until now is in no list of changes
            unread = self.filtered(lambda item: not item.read_busy and item.cursor)
            unread.cursor = False
        result = super().write(vals)
        if {"publish", "read_busy", "resource_id", "detail"} & vals.keys():
            self._start()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _start(self):
        """Begin with what a calendar is told to do from now on."""
        self.env.registry.clear_cache()
        for calendar in self.filtered("publish"):
            if not calendar.writable:
                raise UserError(
                    self.env._(
                        "%(name)s may only be read: bookings cannot go there.",
                        name=calendar.name,
                    )
                )
            if not calendar.connected_at:
                calendar.connected_at = fields.Datetime.now()
        self.filtered(lambda item: not item.read_busy).busy_ids.unlink()
        self._publish_upcoming()
        self._enqueue_all()

    @api.model
    @ormcache()
    def _get_published_resources(self):
        """Return the ids of the resources whose bookings go to a calendar."""
        calendars_sudo = self.sudo().search([("publish", "=", True)])
        return frozenset(calendars_sudo.resource_id.ids)

    def _get_policy(self):
        return POLICIES[self.authority]

    def _publish_upcoming(self):
        """Let calendars that bookings go to learn what is booked ahead."""
        now = fields.Datetime.now()
        resources = self.filtered("publish").resource_id
        claims_sudo = self.env["clinic.reservation"].sudo()
        claims_sudo.search(
            [("resource_id", "in", resources.ids), ("stop", ">", now)]
        )._publish()

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_sync(self):
        """Look at the outside calendar now, and send what waits."""
        self.check_access("write")
        self._enqueue_all()

    def action_verify(self):
        """Compare everything with the outside calendar, and repair."""
        self.check_access("write")
        for calendar in self:
            calendar._enqueue_verify()

    def _enqueue_all(self):
        calendars = self.filtered(lambda item: item._is_on())
        for calendar in calendars:
            calendar._enqueue_pull()
        calendars._enqueue_waiting()

    def _enqueue_waiting(self):
        """Let jobs send what waits for these calendars."""
        self.env["calendar.sync.link"].search(
            [("calendar_id", "in", self.ids), ("waits", "=", True)]
        )._enqueue()

    def _is_on(self):
        """Whether this calendar is to be read or written at present."""
        account = self.account_id
        return bool(
            account.active
            and account.state == "active"
            and self.resource_id
            and (self.publish or self.read_busy)
        )
