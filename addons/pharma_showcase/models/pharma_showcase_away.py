# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Calls during which the representative or the doctor turns out to be away.

An absence is a fact and never refused: what it hits needs a decision, and a scheduler
gets an activity, which closes by itself once the call has moved or the absence is gone.
"""

from odoo import api, fields, models

from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from .pharma_showcase_booking import GROUP_SCHEDULER
from .pharma_showcase_message import AHEAD_STATES

ACTIVITY = "pharma_showcase.mail_activity_type_away"

#: What this part of the addon sets and takes off; anything else is left alone.
CAUSES = ("representative", "doctor")


class PharmaShowcase(models.Model):
    """Calls that need a decision."""

    _inherit = "pharma.showcase"

    @api.model
    def _flag_away(self, resources=None):
        """Mark calls to come during which somebody is away, and unmark the others.

        :param resources: whose absences changed; None: anybody's
        """
        domain = [
            ("state", "in", tuple(AHEAD_STATES)),
            ("stop", ">", fields.Datetime.now()),
            ("attention", "in", (False, *CAUSES)),
        ]
        if resources is not None:
            domain += [
                "|",
                ("representative_id.resource_id", "in", resources.ids),
                ("doctor_id.resource_id", "in", resources.ids),
            ]
        # sudo: who enters an absence need not see the calls that it hits
        showcases_sudo = self.sudo().search(domain)
        causes = showcases_sudo._get_away_causes()
        for showcase_sudo in showcases_sudo:
            cause = causes.get(showcase_sudo.id, False)
            if showcase_sudo.attention != cause:
                showcase_sudo._write_by_door({"attention": cause})
                showcase_sudo._ask_for_decision()

    def _get_away_causes(self):
        """Return {id: who is away, of ``CAUSES``} of those of these calls."""
        if not self:
            return {}
        resources = self.representative_id.resource_id | self.doctor_id.resource_id
        rows = self.env["clinic.schedule"]._select_absences(
            resources.ids,
            self.site_id.ids,
            min(self.mapped("start")),
            max(self.mapped("stop")),
        )
        away = {}
        for resource, site, begin, end in rows:
            away.setdefault((resource, site), []).append((begin, end))
        return {
            item.id: cause for item in self if (cause := item._get_away_cause(away))
        }

    def _get_away_cause(self, away):
        """Return who is away during this call, or False.

        :param away: {(resource id, site id): [(start, stop), …]} in epoch seconds
        """
        keys = {
            "representative": [(self.representative_id.resource_id.id, None)],
            "doctor": [
                (self.doctor_id.resource_id.id, None),
                (None, self.site_id.id),
            ],
        }
        start, stop = epoch(self.start), epoch(self.stop)
        for cause in CAUSES:
            found = [item for key in keys[cause] for item in away.get(key, ())]
            if any(begin < stop and start < end for begin, end in found):
                return cause
        return False

    # ------------------------------------------------------------------
    # Who decides
    # ------------------------------------------------------------------

    def _write_by_door(self, vals):
        """Override: what is decided needs no activity any more."""
        result = super()._write_by_door(vals)
        if "attention" in vals and not vals["attention"]:
            waiting_sudo = self.sudo().filtered("activity_ids")
            waiting_sudo.activity_search([ACTIVITY]).unlink()
        return result

    def _ask_for_decision(self):
        """Have a scheduler decide over this call, if it needs a decision."""
        self.ensure_one()
        user_sudo = self._get_scheduler()
        if not self.attention or not user_sudo or self.activity_search([ACTIVITY]):
            return
        is_doctor = self.attention == "doctor"
        who = self.doctor_id if is_doctor else self.representative_id
        day = self._localize(self.start).date()
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            ACTIVITY,
            date_deadline=min(day, max(fields.Date.today(), day)),
            summary=self.env._("%(name)s is away during this call", name=who.name),
            note=self.env._("Find another time or another representative."),
            user_id=user_sudo.id,
        )

    def _get_scheduler(self):
        """Return, as superuser, who plans for the team of this call; may be empty.

        The team's leader comes first, then its members, then whoever plans for the
        company.
        """
        self.ensure_one()
        showcase_sudo = self.sudo()
        schedulers_sudo = showcase_sudo._get_users_of(GROUP_SCHEDULER)
        team_sudo = showcase_sudo.team_id
        for users_sudo in (team_sudo.user_id, team_sudo.member_ids, schedulers_sudo):
            if found_sudo := users_sudo & schedulers_sudo:
                return found_sudo[:1]
        return schedulers_sudo

    def _get_users_of(self, group):
        """Return, as superuser, the staff of this call's company with a role."""
        return (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("all_group_ids", "in", self.env.ref(group).ids),
                    ("share", "=", False),
                    ("company_ids", "in", self.sudo().company_id.ids),
                ],
                order="id",
            )
        )


class ResourceCalendarLeaves(models.Model):
    """Absences flag the calls that they hit."""

    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._flag_showcases()
        return leaves

    def write(self, vals):
        before = self._get_away_resources()
        result = super().write(vals)
        self._flag_showcases(before)
        return result

    def unlink(self):
        before = self._get_away_resources()
        result = super().unlink()
        self.browse()._flag_showcases(before)
        return result

    def _flag_showcases(self, before=()):
        """Flag the calls of whose absences these are, and were ``before``."""
        after = self._get_away_resources()
        found = None
        if None not in (before, after):
            found = after.union(*before) if before else after
        if found is None or found:
            self.env["pharma.showcase"]._flag_away(found)

    def _get_away_resources(self):
        """Return the resources that these absences hit; None: all.

        An employee's absence is one of the representative who is the same user.
        """
        # sudo: who enters an absence need not see other resources
        leaves_sudo = self.sudo()
        if leaves_sudo.filtered(lambda leave: not leave.resource_id):
            return None
        mine_sudo = leaves_sudo.resource_id
        same_sudo = mine_sudo.search([("user_id", "in", mine_sudo.user_id.ids)])
        return mine_sudo | same_sudo


class ClinicImpactCheck(models.AbstractModel):
    """The scheduled action looks for what was booked at the moment of an absence."""

    _inherit = "clinic.impact.check"

    @api.model
    def _cron_flag_orphans(self):
        """Override: calls, too."""
        result = super()._cron_flag_orphans()
        self.env["pharma.showcase"]._flag_away()
        return result
