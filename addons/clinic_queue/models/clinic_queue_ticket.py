# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.clinic_engine.queue_policy import Ticket
from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from ..const import (
    PRESENT_STATES,
    REQUIREMENT_READERS,
    SEEN_STATES,
    TICKET_STATES,
)
from ..exceptions import QueueError

#: What staff may correct on the form.
FREE_FIELDS = {"patient_id", "reason", "special_requirements", "service_id"}


class ClinicQueueTicket(models.Model):
    """Somebody's place in a queue, from check-in to the end of the service.

    ``clinic_queue_ticket_state`` changes states, ``clinic_queue_call`` calls,
    ``clinic_queue_ticket_triage`` sets levels and credits.
    """

    _name = "clinic.queue.ticket"
    _description = "Queue Ticket"
    _inherit = ["bus.listener.mixin"]
    _order = "arrived_at, id"
    _check_company_auto = True

    name = fields.Char(string="Number", required=True, readonly=True, copy=False)
    access_token = fields.Char(
        required=True,
        copy=False,
        readonly=True,
        groups="clinic_scheduling.group_clinic_manager",
        default=lambda self: secrets.token_urlsafe(24),
    )
    queue_id = fields.Many2one(
        "clinic.queue", required=True, index=True, check_company=True
    )
    site_id = fields.Many2one(
        related="queue_id.site_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="queue_id.company_id", store=True, index=True, precompute=True
    )
    day = fields.Date(required=True, readonly=True, index=True)
    state = fields.Selection(
        TICKET_STATES,
        default="waiting",
        required=True,
        readonly=True,
        index=True,
        group_expand="_expand_states",
    )
    source = fields.Selection(
        [("reception", "Reception"), ("kiosk", "Kiosk"), ("link", "Link")],
        default="reception",
        required=True,
        readonly=True,
    )
    patient_id = fields.Many2one(
        "clinic.patient", index="btree_not_null", check_company=True
    )
    appointment_id = fields.Many2one(
        "clinic.appointment",
        index="btree_not_null",
        readonly=True,
        check_company=True,
    )
    service_id = fields.Many2one("clinic.service", check_company=True)
    doctor_id = fields.Many2one(
        "clinic.doctor",
        string="Only With",
        check_company=True,
        help="Empty: whoever is free first.",
    )
    only_desk_id = fields.Many2one(
        "clinic.queue.desk",
        string="Only At",
        readonly=True,
        copy=False,
        check_company=True,
        help="The desk to which they were transferred. Empty: whichever is free first.",
    )
    reason = fields.Text(groups="clinic_scheduling.group_clinic_clinical")
    special_requirements = fields.Char(
        help="Wheelchair, interpreter and the like: for who calls, never on a board.",
        groups=REQUIREMENT_READERS,
    )
    level_id = fields.Many2one("clinic.triage.level", readonly=True)
    triaged_at = fields.Datetime(readonly=True)
    triaged_by_id = fields.Many2one("res.users", readonly=True)
    is_alarm = fields.Boolean(related="level_id.is_alarm", store=True)
    credit_ids = fields.Many2many(
        "clinic.queue.credit", string="Credits", readonly=True
    )
    extra_credit = fields.Float(
        digits=(6, 4), readonly=True, help="Given by moving the ticket ahead."
    )
    arrived_at = fields.Datetime(
        string="Checked In",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="The clock of the wait. It stays when the level or the desk changes.",
    )
    called_at = fields.Datetime(readonly=True)
    first_seen_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="The call to the first consultation of who was transferred after it.",
    )
    started_at = fields.Datetime(readonly=True)
    completed_at = fields.Datetime(readonly=True)
    left_at = fields.Datetime(readonly=True)
    parked_at = fields.Datetime(readonly=True)
    paused_seconds = fields.Integer(
        string="Clock Stood Still (s)", readonly=True, copy=False
    )
    call_count = fields.Integer(string="Calls", readonly=True)
    desk_id = fields.Many2one(
        "clinic.queue.desk", readonly=True, index="btree_not_null", check_company=True
    )
    provider_key = fields.Char(
        readonly=True, help="By whom lengths of service are learned: doctor or desk."
    )
    event_ids = fields.One2many("clinic.queue.event", "ticket_id", readonly=True)
    wait_minutes = fields.Float(
        string="Waited (min)",
        compute="_compute_wait_minutes",
        store=True,
        aggregator="avg",
        help="From the check-in, or the later slot, to the call to the first "
        "consultation.",
    )

    _unique_name = models.UniqueIndex(
        "(queue_id, day, name)", "The queue has given that number already today."
    )
    _unique_token = models.UniqueIndex("(access_token)")
    _unique_appointment = models.UniqueIndex(
        "(appointment_id) WHERE state IN"
        " ('waiting', 'called', 'in_consultation', 'parked')",
        "That appointment is checked in already.",
    )
    _unique_desk = models.UniqueIndex(
        "(desk_id) WHERE state IN ('called', 'in_consultation')",
        "Somebody is called to that desk already. Finish, park or transfer first.",
    )
    _waiting = models.Index("(queue_id, arrived_at) WHERE state = 'waiting'")

    @api.model
    def _expand_states(self, states, domain):
        """Return the columns of the board in the order of a visit.

        Those of who is here are always shown, the others where somebody is in them.
        """
        labels = [state for state, _label in TICKET_STATES]
        return [item for item in labels if item in PRESENT_STATES or item in states]

    def _web_read_group_format(self, groupby, aggregates, groups):
        """Override: the columns of who is not here any more are folded."""
        rows = super()._web_read_group_format(groupby, aggregates, groups)
        field = self._web_read_group_field_expand(groupby)
        if field and field.name == "state":
            for row in rows:
                row["__fold"] = row["state"] not in PRESENT_STATES
        return rows

    @api.model_create_multi
    def create(self, vals_list):
        """Override: tickets are given by ``_join_queue``, which numbers them."""
        self._check_door()
        return super().create(vals_list)

    def write(self, vals):
        """Override: what decides the order is written by the steps of a ticket."""
        if not vals.keys() <= FREE_FIELDS:
            self._check_door()
        return super().write(vals)

    def _check_door(self):
        if not self.env.su:
            raise AccessError(
                self.env._("Use the buttons of the queue: they keep the history.")
            )

    @api.depends(
        "state",
        "called_at",
        "first_seen_at",
        "arrived_at",
        "paused_seconds",
        "appointment_id.start",
        "call_clock",
    )
    def _compute_wait_minutes(self):
        for ticket in self:
            # who did not come to a call waits again, or has left
            is_seen = ticket.state in SEEN_STATES
            seen_at = ticket.first_seen_at or (is_seen and ticket.called_at)
            clock = ticket.call_clock or ticket._get_clock_start()
            waited = seen_at - clock if seen_at else None
            ticket.wait_minutes = max(waited.total_seconds() / 60, 0) if waited else 0

    def _get_clock_start(self):
        """Return since when the ticket counts as waiting, naive UTC."""
        self.ensure_one()
        slot = self.sudo().appointment_id.start
        start = max(self.arrived_at, slot) if slot else self.arrived_at
        return start + timedelta(seconds=self.paused_seconds)

    @api.model
    def _join_queue(self, queue, is_emergency=False, **values):
        """Give somebody a number, and the place that goes with it.

        :param queue: ``clinic.queue``
        :param is_emergency: nobody is sent away, whatever the queue takes
        :param values: further fields; ``number`` keeps one that was given offline
        :raise QueueError: the queue takes no walk-ins
        """
        is_expected = is_emergency or values.get("appointment_id")
        if not queue.takes_walk_ins and not is_expected:
            raise QueueError(
                self.env._(
                    "%(queue)s takes appointments only. Choose another queue, or book "
                    "an appointment.",
                    queue=queue.name,
                )
            )
        arrived = values.get("arrived_at") or fields.Datetime.now()
        day = queue._get_today(arrived)
        service = values.get("service_id") or queue.walk_in_service_id.id
        number = values.pop("number", None) or self._take_number(queue, day)
        self.check_access("create")
        queue.check_access("read")
        ticket = self.sudo().create(
            {
                **values,
                "queue_id": queue.id,
                "service_id": service,
                "name": number,
                "day": day,
                "arrived_at": arrived,
            }
        )
        ticket._log("created", after="waiting")
        return ticket.sudo(False)

    @api.model
    def _take_number(self, queue, day, prefix=None):
        """Return the next number of the queue's day: A-012."""
        prefix = prefix or queue.code
        number = self.env["clinic.queue.counter"].sudo()._take(queue, day, prefix)
        return f"{prefix}-{number:03}"

    def _log(self, kind, **values):
        """Keep what happened, for the history and the figures."""
        self.env["clinic.queue.event"].sudo().create(
            [
                {
                    "ticket_id": ticket.id,
                    "kind": kind,
                    "desk_id": ticket.desk_id.id,
                    "level_id": ticket.level_id.id,
                    **values,
                }
                for ticket in self
            ]
        )

    def _get_needs(self):
        """Return what a desk must offer, as the engine compares it."""
        self.ensure_one()
        needs = {f"queue:{self.queue_id.id}"}
        if self.service_id:
            needs.add(f"service:{self.service_id.id}")
        if self.doctor_id:
            needs.add(f"doctor:{self.doctor_id.id}")
        if self.only_desk_id:
            needs.add(f"desk:{self.only_desk_id.id}")
        return frozenset(needs)

    def _get_engine_ticket(self):
        """Return the ticket as the engine takes it."""
        self.ensure_one()
        credits = [(credit.name, credit.worth) for credit in self.credit_ids]
        if self.extra_credit:
            credits.append((self.env._("Moved ahead"), self.extra_credit))
        slot = self.sudo().appointment_id.start
        return Ticket(
            id=self.id,
            arrived=epoch(self.arrived_at),
            level=self.level_id.id or None,
            credits=tuple(credits),
            slot=epoch(slot) if slot else None,
            needs=self._get_needs(),
            service=self.service_id.id or None,
            paused=self.paused_seconds,
        )
