# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.clinic_scheduling.const import WEEKDAYS

from ..const import TICKET_STATES
from ..models.clinic_queue_target import KINDS

#: "At once" is kept when it took no longer than this (minutes).
AT_ONCE = 2

#: One row per ticket. Class, clock and target are those by which the engine serves:
#: an appointment counts from its slot, or waits like a walk-in when it comes late.
#: Who was called keeps those of the call, whatever the policy says since; who was seen
#: once has waited and did not leave unseen, wherever they go afterwards.
ROWS = """
    SELECT waited.*,
           CASE WHEN waited.wait_minutes IS NULL THEN NULL
                WHEN waited.wait_minutes <= CASE WHEN waited.target = 0
                     THEN %(at_once)s ELSE waited.target END THEN 1.0
                ELSE 0.0 END AS in_target,
           CASE WHEN waited.is_seen THEN 0.0
                WHEN waited.state IN ('cancelled', 'absent') THEN 1.0
                END AS left_rate,
           CASE WHEN waited.wait_minutes IS NOT NULL THEN (
                SELECT count(*) FROM clinic_queue_ticket other
                 WHERE other.queue_id = waited.queue_id
                   AND other.day = waited.day
                   AND NOT COALESCE(other.is_void, FALSE)
                   AND other.arrived_at > waited.arrived_at
                   AND COALESCE(other.first_seen_at, other.called_at)
                       < waited.seen_at) END AS overtakes,
           CASE WHEN waited.wait_minutes IS NOT NULL THEN (
                SELECT count(*) FROM clinic_queue_ticket other
                 WHERE other.queue_id = waited.queue_id
                   AND other.day = waited.day
                   AND NOT COALESCE(other.is_void, FALSE)
                   AND other.arrived_at > waited.arrived_at
                   AND COALESCE(other.first_seen_at, other.called_at)
                       < waited.seen_at
                   AND CASE WHEN other.call_kind IS NULL THEN other.level_id
                            ELSE other.call_level_id END
                       IS NOT DISTINCT FROM waited.own_level_id
                   AND COALESCE(other.call_kind,
                            CASE WHEN other.appointment_id IS NULL THEN 'walk_in'
                                 ELSE 'appointment' END) = waited.kind
                ) END AS equal_overtakes
      FROM (
    SELECT classed.*,
           CASE WHEN classed.is_seen
                THEN GREATEST(0, EXTRACT(EPOCH FROM classed.seen_at
                     - COALESCE(classed.call_clock, classed.clock_start)) / 60.0)::float
                END AS wait_minutes,
           CASE WHEN classed.state = 'waiting'
                THEN GREATEST(0, EXTRACT(EPOCH FROM %(now)s::timestamp
                     - classed.clock_start) / 60.0)::float END AS waiting_minutes,
           CASE WHEN classed.state = 'completed'
                     AND classed.completed_at IS NOT NULL
                THEN GREATEST(0, EXTRACT(EPOCH FROM classed.completed_at
                     - classed.started_at) / 60.0)::float END AS consultation_minutes
      FROM (
    SELECT ticket.id,
           ticket.id AS ticket_id,
           ticket.queue_id,
           ticket.site_id,
           ticket.company_id,
           ticket.desk_id,
           ticket.service_id,
           ticket.state,
           ticket.source,
           ticket.day,
           ticket.call_count,
           ticket.arrived_at,
           ticket.started_at,
           ticket.completed_at,
           CASE WHEN ticket.call_kind IS NULL THEN ticket.level_id
                ELSE ticket.call_level_id END AS own_level_id,
           ticket.first_seen_at IS NOT NULL
               OR ticket.state IN ('called', 'in_consultation', 'completed') AS is_seen,
           CASE WHEN stored.is_known THEN ticket.call_clock END AS call_clock,
           COALESCE(ticket.first_seen_at, ticket.called_at,
                    ticket.started_at) AS seen_at,
           CASE WHEN ticket.provider_key LIKE 'doctor:%%'
                THEN substring(ticket.provider_key FROM 8)::int END AS doctor_id,
           to_char(local.arrived, 'ID')::int - 1 AS weekday_number,
           (to_char(local.arrived, 'ID')::int - 1)::text AS weekday,
           EXTRACT(HOUR FROM local.arrived)::int AS hour,
           CASE WHEN slot.counts THEN 'appointment' ELSE 'walk_in' END AS kind,
           CASE WHEN NOT slot.counts THEN level.id END AS level_id,
           CASE WHEN slot.counts THEN 'appointment'
                ELSE level.code::text END AS urgency,
           CASE WHEN stored.is_known THEN ticket.call_target
                WHEN NOT slot.counts THEN level.target
                WHEN slot.is_early THEN policy.appointment_target
                ELSE policy.late_target END AS target,
           CASE WHEN slot.counts AND slot.is_early
                THEN GREATEST(visit.start, ticket.arrived_at)
                ELSE ticket.arrived_at END
               + make_interval(secs => COALESCE(ticket.paused_seconds, 0))
               AS clock_start
      FROM clinic_queue_ticket ticket
      JOIN clinic_queue queue ON queue.id = ticket.queue_id
      JOIN clinic_queue_policy policy ON policy.id = queue.policy_id
      JOIN clinic_site site ON site.id = ticket.site_id
CROSS JOIN LATERAL (
    SELECT ticket.call_kind IS NOT NULL
           AND (ticket.first_seen_at IS NOT NULL OR ticket.state <> 'waiting')
               AS is_known
           ) stored
 LEFT JOIN clinic_triage_level usual ON usual.policy_id = policy.id
                                    AND usual.code = policy.default_code
      JOIN clinic_triage_level level
           ON level.id = COALESCE(
                CASE WHEN stored.is_known THEN ticket.call_level_id END,
                ticket.level_id, usual.id)
 LEFT JOIN clinic_appointment visit ON visit.id = ticket.appointment_id
CROSS JOIN LATERAL (
    SELECT ticket.arrived_at AT TIME ZONE 'UTC' AT TIME ZONE site.tz AS arrived
           ) local
CROSS JOIN LATERAL (
    SELECT CASE WHEN stored.is_known THEN ticket.call_kind = 'appointment'
                ELSE visit.id IS NOT NULL AND (ticket.level_id IS NULL
                     OR level.tier >= policy.appointment_tier) END AS counts,
           ticket.arrived_at <= visit.start
               + make_interval(mins => policy.grace) AS is_early
           ) slot
     WHERE NOT COALESCE(ticket.is_void, FALSE)
           ) classed
           ) waited
"""


class ClinicQueueReport(models.Model):
    """One row per ticket, for pivots, graphs and the dashboard.

    Rates are columns of ones, zeros and blanks, so that their average is exact for
    every group: blank is what the rate does not speak of. Who left is no part of the
    share that was seen in time, and stands beside it. No row names a patient.
    """

    _name = "clinic.queue.report"
    _description = "Queue Analysis"
    _auto = False
    _rec_name = "ticket_id"
    _order = "arrived_at desc, id desc"
    _depends = {
        "clinic.queue.ticket": [
            "appointment_id",
            "arrived_at",
            "call_clock",
            "call_count",
            "call_kind",
            "call_level_id",
            "call_target",
            "called_at",
            "company_id",
            "completed_at",
            "day",
            "desk_id",
            "first_seen_at",
            "is_void",
            "level_id",
            "paused_seconds",
            "provider_key",
            "queue_id",
            "service_id",
            "site_id",
            "source",
            "started_at",
            "state",
        ],
        "clinic.queue": ["policy_id"],
        "clinic.queue.policy": [
            "appointment_target",
            "appointment_tier",
            "default_code",
            "grace",
            "late_target",
        ],
        "clinic.triage.level": ["code", "policy_id", "target", "tier"],
        "clinic.appointment": ["start"],
        "clinic.site": ["tz"],
    }

    ticket_id = fields.Many2one("clinic.queue.ticket", readonly=True)
    queue_id = fields.Many2one("clinic.queue", readonly=True)
    site_id = fields.Many2one("clinic.site", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    desk_id = fields.Many2one("clinic.queue.desk", readonly=True)
    doctor_id = fields.Many2one("clinic.doctor", string="Served by", readonly=True)
    service_id = fields.Many2one("clinic.service", readonly=True)
    level_id = fields.Many2one(
        "clinic.triage.level",
        string="Level of the Policy",
        readonly=True,
        help="Who was not triaged counts as of the usual level. Empty: appointments.",
    )
    urgency = fields.Selection(
        lambda self: self.env["clinic.triage.level"]._get_urgencies(),
        string="Level",
        readonly=True,
        help="The level of whichever policy, or appointments as their own class.",
    )
    kind = fields.Selection(
        KINDS,
        readonly=True,
        help="By which rule they waited: an appointment that is more urgent than "
        "appointments are waits by its level.",
    )
    state = fields.Selection(TICKET_STATES, readonly=True)
    source = fields.Selection(lambda self: self._get_sources(), readonly=True)
    day = fields.Date(readonly=True)
    weekday = fields.Selection(WEEKDAYS, readonly=True)
    hour = fields.Integer(
        readonly=True, aggregator=None, help="Hour of check-in on the site's clock."
    )
    arrived_at = fields.Datetime(string="Checked In", readonly=True)
    started_at = fields.Datetime(readonly=True)
    completed_at = fields.Datetime(readonly=True)
    target = fields.Integer(
        string="Target (min)",
        readonly=True,
        aggregator="avg",
        help="The one of the moment at which they were called.",
    )
    wait_minutes = fields.Float(
        string="Wait (min)", readonly=True, aggregator="avg", digits=(8, 1)
    )
    waiting_minutes = fields.Float(
        string="Waiting Now (min)", readonly=True, aggregator="max", digits=(8, 1)
    )
    consultation_minutes = fields.Float(
        string="Consultation (min)", readonly=True, aggregator="avg", digits=(8, 1)
    )
    in_target = fields.Float(
        string="Seen within Target",
        readonly=True,
        aggregator="avg",
        help="Share of those who were seen. Who left is not counted.",
    )
    left_rate = fields.Float(
        string="Left without Being Seen",
        readonly=True,
        aggregator="avg",
        help="Who left, or did not come when called, as a share of those and of who "
        "was called. Who was seen once did not leave unseen.",
    )
    call_count = fields.Integer(string="Calls", readonly=True)
    overtakes = fields.Integer(
        string="Overtaken by",
        readonly=True,
        aggregator="avg",
        help="How many who came later were called earlier.",
    )
    equal_overtakes = fields.Integer(
        string="Overtaken by the Same Level",
        readonly=True,
        aggregator="avg",
        help="How many of the same level who came later were called earlier: by "
        "credits, skills, or out of turn.",
    )

    @property
    def _table_query(self):
        """The rows: every ticket that was not given by mistake."""
        return SQL(ROWS, at_once=AT_ONCE, now=fields.Datetime.now())

    def _get_sources(self):
        field = self.env["clinic.queue.ticket"]._fields["source"]
        return field._description_selection(self.env)

    def action_view_ticket(self):
        """Open the ticket behind a row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "clinic.queue.ticket",
            "res_id": self.ticket_id.id,
            "view_mode": "form",
        }
