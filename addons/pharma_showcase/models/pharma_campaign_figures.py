# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What became of a campaign: calls, doctors reached, requests and revenue."""

from collections import defaultdict

from odoo import api, fields, models

#: Calls to come, and calls that took place.
PLANNED_STATES = ("proposed", "confirmed")
HELD_STATES = ("done",)

#: Whom the figures of all representatives are for.
SCHEDULER = "pharma_showcase.group_pharma_scheduler"


def to_share(part, whole):
    """Return a share between 0 and 1; of nothing it is 0."""
    return min(1.0, part / whole) if whole else 0.0


class PharmaCampaign(models.Model):
    """Figures. They count the calls of everybody, whoever looks."""

    _inherit = "pharma.campaign"

    goal_revenue = fields.Monetary(
        string="Revenue Goal", groups=SCHEDULER, tracking=True
    )
    elapsed = fields.Float(
        compute="_compute_elapsed", help="How much of the campaign's time is over."
    )
    doctor_count = fields.Integer(
        string="Doctors", compute="_compute_calls", groups=SCHEDULER
    )
    reached_count = fields.Integer(
        string="Doctors Reached", compute="_compute_calls", groups=SCHEDULER
    )
    coverage = fields.Float(
        compute="_compute_calls",
        groups=SCHEDULER,
        help="Doctors seen at least once, as a share of those targeted.",
    )
    target_count = fields.Integer(
        string="Target Calls", compute="_compute_calls", groups=SCHEDULER
    )
    attainment = fields.Float(
        string="Frequency Reached",
        compute="_compute_calls",
        groups=SCHEDULER,
        help="Calls held, as a share of the target; calls above a doctor's target do "
        "not count.",
    )
    planned_count = fields.Integer(
        string="Calls to Come", compute="_compute_calls", groups=SCHEDULER
    )
    held_count = fields.Integer(
        string="Calls Held", compute="_compute_calls", groups=SCHEDULER
    )
    declined_count = fields.Integer(
        string="Calls Declined", compute="_compute_calls", groups=SCHEDULER
    )
    missed_count = fields.Integer(
        string="Calls Cancelled or Missed", compute="_compute_calls", groups=SCHEDULER
    )
    request_count = fields.Integer(
        string="Requests", compute="_compute_request_count", groups=SCHEDULER
    )
    expected_revenue = fields.Monetary(compute="_compute_revenue", groups=SCHEDULER)
    won_revenue = fields.Monetary(compute="_compute_revenue", groups=SCHEDULER)
    lost_revenue = fields.Monetary(compute="_compute_revenue", groups=SCHEDULER)
    opportunity_count = fields.Integer(
        string="Opportunities", compute="_compute_revenue", groups=SCHEDULER
    )
    won_count = fields.Integer(
        string="Won", compute="_compute_revenue", groups=SCHEDULER
    )
    lost_count = fields.Integer(
        string="Lost", compute="_compute_revenue", groups=SCHEDULER
    )

    @api.depends("date_start", "date_end")
    def _compute_elapsed(self):
        today = fields.Date.context_today(self)
        for campaign in self:
            if not (campaign.date_start and campaign.date_end):
                campaign.elapsed = 0.0
                continue
            days = (campaign.date_end - campaign.date_start).days + 1
            over = (today - campaign.date_start).days
            campaign.elapsed = to_share(max(0, over), days)

    @api.depends("target_ids.target_calls", "territory_ids", "specialty_ids")
    def _compute_calls(self):
        by_state = self._count_calls()
        by_doctor = self._count_held()
        for campaign in self:
            counts = by_state[campaign]
            campaign.planned_count = sum(counts[key] for key in PLANNED_STATES)
            campaign.held_count = sum(counts[key] for key in HELD_STATES)
            campaign.declined_count = counts["declined"]
            campaign.missed_count = counts["cancelled"] + counts["no_show"]
            campaign.update(campaign._get_progress(by_doctor[campaign]))

    def _count_calls(self):
        """Return {campaign: {state: how many calls}}."""
        rows = (
            self.env["pharma.showcase"]
            .sudo()
            ._read_group(
                [("campaign_id", "in", self.ids)], ["campaign_id", "state"], ["__count"]
            )
        )
        found = defaultdict(lambda: defaultdict(int))
        for campaign, state, count in rows:
            found[self.browse(campaign.id)][state] = count
        return found

    def _count_held(self):
        """Return {campaign: {doctor id: how many calls were held}}."""
        rows = (
            self.env["pharma.showcase"]
            .sudo()
            ._read_group(
                [("campaign_id", "in", self.ids), ("state", "in", HELD_STATES)],
                ["campaign_id", "doctor_id"],
                ["__count"],
            )
        )
        found = defaultdict(dict)
        for campaign, doctor, count in rows:
            found[self.browse(campaign.id)][doctor.id] = count
        return found

    def _get_target_doctors(self):
        """Return, as superuser, {segment: doctors} of whom the campaign is for."""
        self.ensure_one()
        doctors_sudo = self.env["clinic.doctor"].sudo()
        if not self.target_ids:
            return {}
        found_sudo = doctors_sudo.search(self._get_target_domain())
        return found_sudo.grouped("segment_id")

    def _get_progress(self, held):
        """Return coverage and frequency of a campaign and write those of its targets.

        :param dict held: doctor id -> calls held
        """
        self.ensure_one()
        groups = self._get_target_doctors()
        totals = defaultdict(int)
        for target in self.target_ids:
            doctors = groups.get(target.segment_id.sudo(), ())
            for doctor in doctors:
                calls = held.get(doctor.id, 0)
                totals["doctors"] += 1
                totals["reached"] += calls > 0
                totals["target"] += target.target_calls
                totals["counted"] += min(calls, target.target_calls)
        return {
            "doctor_count": totals["doctors"],
            "reached_count": totals["reached"],
            "coverage": to_share(totals["reached"], totals["doctors"]),
            "target_count": totals["target"],
            "attainment": to_share(totals["counted"], totals["target"]),
        }

    def _compute_request_count(self):
        rows = (
            self.env["pharma.showcase.line"]
            .sudo()
            ._read_group(
                [
                    ("showcase_id.campaign_id", "in", self.ids),
                    ("showcase_id.state", "in", HELD_STATES),
                    ("is_requested", "=", True),
                ],
                ["showcase_id"],
                ["__count"],
            )
        )
        counts = defaultdict(int)
        for showcase, count in rows:
            counts[showcase.campaign_id.id] += count
        for campaign in self:
            campaign.request_count = counts[campaign.id]

    def _compute_revenue(self):
        rows = (
            self.env["crm.lead"]
            .sudo()
            .with_context(active_test=False)
            ._read_group(
                [("pharma_campaign_id", "in", self.ids)],
                ["pharma_campaign_id", "won_status"],
                ["__count", "expected_revenue:sum"],
            )
        )
        found = defaultdict(dict)
        for campaign, status, count, revenue in rows:
            found[campaign.id][status] = (count, revenue)
        for campaign in self:
            groups = found[campaign.id]
            pending, won, lost = (
                groups.get(status, (0, 0.0)) for status in ("pending", "won", "lost")
            )
            campaign.opportunity_count = pending[0] + won[0] + lost[0]
            campaign.won_count, campaign.won_revenue = won
            campaign.lost_count, campaign.lost_revenue = lost
            campaign.expected_revenue = pending[1]

    # ------------------------------------------------------------------
    # What is behind the figures
    # ------------------------------------------------------------------

    def action_view_showcases(self):
        """Open the campaign's calls."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pharma_showcase.pharma_showcase_action"
        )
        return {
            **action,
            "domain": [("campaign_id", "=", self.id)],
            "context": {"default_campaign_id": self.id},
        }

    def action_view_opportunities(self):
        """Open what the campaign brought: won and lost, too."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm.crm_lead_action_pipeline"
        )
        return {
            **action,
            "domain": [("pharma_campaign_id", "=", self.id)],
            "context": {"default_type": "opportunity", "active_test": False},
        }

    def action_view_coverage(self):
        """Open the targeted doctors, and how often they were seen."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pharma_showcase.pharma_campaign_coverage_action"
        )
        return {**action, "domain": [("campaign_id", "=", self.id)]}


class PharmaCampaignTarget(models.Model):
    """Figures by segment."""

    _inherit = "pharma.campaign.target"

    doctor_count = fields.Integer(
        string="Doctors", compute="_compute_figures", groups=SCHEDULER
    )
    reached_count = fields.Integer(
        string="Reached", compute="_compute_figures", groups=SCHEDULER
    )
    call_count = fields.Integer(
        string="Calls Held", compute="_compute_figures", groups=SCHEDULER
    )
    coverage = fields.Float(compute="_compute_figures", groups=SCHEDULER)
    attainment = fields.Float(
        string="Frequency Reached", compute="_compute_figures", groups=SCHEDULER
    )

    @api.depends("segment_id", "target_calls", "campaign_id.territory_ids")
    def _compute_figures(self):
        held = self.campaign_id._count_held()
        groups = {item: item._get_target_doctors() for item in self.campaign_id}
        for target in self:
            calls = held[target.campaign_id]
            doctors = groups.get(target.campaign_id, {}).get(
                target.segment_id.sudo(), ()
            )
            seen = [calls.get(doctor.id, 0) for doctor in doctors]
            counted = sum(min(count, target.target_calls) for count in seen)
            target.doctor_count = len(seen)
            target.reached_count = sum(count > 0 for count in seen)
            target.call_count = sum(seen)
            target.coverage = to_share(target.reached_count, len(seen))
            target.attainment = to_share(counted, target.target_calls * len(seen))
