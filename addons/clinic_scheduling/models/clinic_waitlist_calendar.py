# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Open gaps as the calendar shows them: who could have them, and one click."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .clinic_schedule import epoch
from .clinic_waitlist_gap import LEAST_MINUTES, LIVE_STATES

#: The calendar shows at most so many gaps.
MAX_SHOWN = 10

#: So many are looked at: of some, somebody has taken the time meanwhile.
MAX_READ = 5 * MAX_SHOWN

#: What is written here is what the calendar shows.
SHOWN_FIELDS = {"state", "next_at"}


class ClinicWaitlistGap(models.Model):
    """Gaps beside the visits."""

    _inherit = "clinic.waitlist.gap"

    def write(self, vals):
        """Override: open calendars follow the cascade, also where no visit changes."""
        result = super().write(vals)
        if SHOWN_FIELDS & vals.keys():
            self.sudo().site_id._touch_calendars()
        return result

    @api.model
    @api.readonly
    def get_open_gaps(
        self, start, stop, doctor_ids=None, site_ids=None, specialty_ids=None
    ):
        """Return the gaps between two UTC datetimes that can still be filled.

        :param doctor_ids, site_ids, specialty_ids: only these; None: all
        :return: {"gaps": at most ten in the order of time, "may_fill": whether the
            user may offer them}
        """
        self.check_access("read")
        domain = self._get_fillable_domain()
        domain &= Domain("start", ">=", start) & Domain("start", "<", stop)
        for path, ids in (
            ("doctor_id", doctor_ids),
            ("site_id", site_ids),
            ("service_id.specialty_id", specialty_ids),
        ):
            if ids is not None:
                domain &= Domain(path, "in", ids)
        gaps = self.search(domain, order="start, id", limit=MAX_READ)
        # sudo: what the forms of these gaps show, whatever hours and claims they need
        gaps_sudo = gaps.sudo()._leave_out_taken()._leave_out_twins()[:MAX_SHOWN]
        return {
            "gaps": gaps_sudo._describe_for_calendar(),
            "may_fill": self.env["clinic.appointment"].has_access("create"),
        }

    @api.model
    def _get_fillable_domain(self):
        """Return the domain of gaps that are, or still can be, offered."""
        now = fields.Datetime.now()
        soon = now + timedelta(minutes=LEAST_MINUTES)
        companies = self.env.companies.sudo().filtered("clinic_waitlist_enabled")
        offered = Domain("state", "=", "offered") & Domain("start", ">", now)
        waiting = Domain("state", "in", ("open", "nobody")) & Domain("start", ">", soon)
        return Domain("company_id", "in", companies.ids) & (offered | waiting)

    def _leave_out_taken(self):
        """Return the gaps whose doctors still have time then; offers hold theirs."""
        if not (free := self.filtered(lambda gap: gap.state != "offered")):
            return self
        situation = self.env["clinic.schedule"]._get_situation(
            self.env["clinic.service"],
            free.doctor_id,
            min(free.mapped("start")),
            max(free.mapped("stop")),
            sites=free.site_id,
        )
        taken = free.filtered(
            lambda gap: (
                not gap._get_free_pieces(
                    (epoch(gap.start), epoch(gap.stop)), 0, 0, situation
                )[0]
            )
        )
        return self - taken

    def _leave_out_twins(self):
        """Return one gap of those for one time: the one in whose hands it is."""
        kept = self.browse()
        for gap in self.sorted(lambda item: (item.state not in LIVE_STATES, item.id)):
            if not any(
                gap.doctor_id == other.doctor_id
                and gap.start < other.stop
                and gap.stop > other.start
                for other in kept
            ):
                kept |= gap
        return kept.sorted(lambda item: (item.start, item.id))

    def _describe_for_calendar(self):
        """Return what the cards of these gaps say."""
        waiting = dict(
            self.env["clinic.waitlist.offer"]._read_group(
                Domain("gap_id", "in", self.ids)
                & Domain("state", "=", "ranked")
                & Domain("entry_id.state", "=", "waiting"),
                ["gap_id"],
                ["__count"],
            )
        )
        names = ["doctor_id", "site_id", "service_id", "time_slot", "state"]
        rows = self.read(names)
        for gap, row in zip(self, rows, strict=True):
            row["waiting"] = waiting.get(gap, 0)
            row["step"] = gap._say_step()
        return rows

    def _say_step(self):
        """Return where the cascade of this gap is, in a few words."""
        self.ensure_one()
        if self.state == "offered":
            return self.env._("Offered until %(time)s", time=self._say_next_time())
        if self.state == "nobody":
            return self.env._("Nobody left")
        if self.next_at and self.next_at > fields.Datetime.now():
            return self.env._("Next offer at %(time)s", time=self._say_next_time())
        return self.env._("To be offered")

    def _say_next_time(self):
        """Return when the next step is, on the site's clock; with the day if later."""
        tz = self.site_id.tz or "UTC"
        schedule, seconds = self.env["clinic.schedule"], epoch(self.next_at)
        if self._get_day(self.next_at) == self._get_day(fields.Datetime.now()):
            return schedule._format_hour(seconds, tz)
        return schedule._format_moment(seconds, tz)

    def action_fill_now(self):
        """Offer this time at once, for the calendar.

        :return: {"is_offered": whether somebody has an offer now, "message": to whom,
            or why nobody}
        :raise UserError: the time is over
        """
        self.action_fill()
        # sudo: the name that the gap's form shows
        gap_sudo = self.sudo()
        if gap_sudo.state != "offered":
            message = gap_sudo._say_why_not_offered()
            return {"is_offered": False, "message": message or gap_sudo._say_step()}
        message = self.env._(
            "Offered to %(patient)s until %(time)s",
            patient=gap_sudo.patient_id.display_name,
            time=gap_sudo._say_next_time(),
        )
        return {"is_offered": True, "message": message}
