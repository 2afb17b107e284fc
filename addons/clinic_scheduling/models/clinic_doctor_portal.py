# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What doctors do on their own page: see their visits, change absences and hours.

A change that would leave a booked visit without its doctor is refused there: only
reception decides what becomes of patients.
"""

from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .clinic_impact_check import added
from .clinic_impact_guard import SKIP

#: An absence that is entered by the doctor lasts at most so many days.
MAX_ABSENCE_DAYS = 366

#: Doctors enter at most this many weekly hours and absences to come.
MAX_ROWS = 60


class ClinicDoctor(models.Model):
    """The doctor's own page."""

    _inherit = "clinic.doctor"

    portal_hours = fields.Selection(
        [
            ("none", "Nothing: the practice plans"),
            ("absences", "Absences"),
            ("hours", "Absences and weekly hours"),
        ],
        string="May Change",
        default="none",
        required=True,
        tracking=True,
        help="What the doctor may change alone, on the own page in the portal. "
        "Nothing that would leave a booked visit without its doctor.",
    )

    @api.model
    def _get_of_user(self, user):
        """Return, as superuser, the doctor who has this account, if any."""
        return self.sudo().search([("user_id", "=", user.id)])

    # ------------------------------------------------------------------
    # Visits
    # ------------------------------------------------------------------

    def _get_own_visits(self, start, stop):
        """Return, as superuser, the visits that touch the time between two moments."""
        self.ensure_one()
        visits_sudo = self.env["clinic.appointment"].sudo()
        return visits_sudo.search(
            Domain("doctor_id", "=", self.id)
            & Domain("state", "not in", ["hold", "cancelled"])
            & Domain("start", "<", stop)
            & Domain("stop", ">", start),
            order="start, id",
        )

    def _get_past_domain(self):
        """Return the domain of the doctor's visits that are over."""
        return (
            Domain("doctor_id", "=", self.id)
            & Domain("state", "!=", "hold")
            & Domain("stop", "<", fields.Datetime.now())
            & Domain("name", "!=", "/")
        )

    # ------------------------------------------------------------------
    # Changes
    # ------------------------------------------------------------------

    def _check_may_change(self, what):
        """Refuse what the manager does not let this doctor change.

        :param what: "absences" or "hours"
        """
        self.ensure_one()
        if self.portal_hours not in {"absences": ("absences", "hours")}.get(
            what, (what,)
        ):
            raise UserError(
                self.env._("The practice plans this for you. Please call reception.")
            )

    @contextmanager
    def _refusing_orphans(self):
        """Take back the change made in the body if it leaves booked visits behind.

        :raise UserError: saying how many
        """
        check = self.env["clinic.impact.check"]
        # whoever books at this moment waits; who was quicker is looked at again soon
        self.env["clinic.reservation"]._lock(self.resource_id.ids, [])
        with self.env.cr.savepoint():
            before = check._get_causes(self)
            yield
            if hits := added(before, check._get_causes(self)):
                raise UserError(
                    self.env._(
                        "Nothing was changed: %(count)s booked appointments lie in "
                        "that time. Please call reception, who move them with the "
                        "patients.",
                        count=len(hits),
                    )
                )
        check._refresh_flags(self)
        check._look_again_soon()

    def _get_absences(self):
        """Return, as superuser, the doctor's absences to come."""
        leaves_sudo = self.env["resource.calendar.leaves"].sudo()
        return leaves_sudo.search(
            [
                ("resource_id", "=", self.resource_id.id),
                ("date_to", ">", fields.Datetime.now()),
            ],
            order="date_from",
        )

    def _add_absence(self, start, stop, name):
        """Enter an absence of this doctor.

        :param start, stop: naive UTC
        :raise UserError: not theirs to change, no sense, or visits lie inside
        """
        self._check_may_change("absences")
        self._check_absence(start, stop)
        with self._refusing_orphans():
            self.env["resource.calendar.leaves"].sudo().with_context(
                clinic_impact=SKIP
            ).create(
                {
                    "name": name or self.env._("Absence"),
                    "resource_id": self.resource_id.id,
                    "date_from": start,
                    "date_to": stop,
                }
            )

    def _check_absence(self, start, stop):
        if stop <= start:
            raise UserError(self.env._("An absence ends after it begins."))
        if stop <= fields.Datetime.now():
            raise UserError(self.env._("This absence lies in the past."))
        if stop - start > timedelta(days=MAX_ABSENCE_DAYS):
            raise UserError(
                self.env._(
                    "An absence of more than %(days)s days is for the practice to "
                    "plan. Please call reception.",
                    days=MAX_ABSENCE_DAYS,
                )
            )
        if len(self._get_absences()) >= MAX_ROWS:
            raise UserError(self._get_too_many())

    def _get_too_many(self):
        return self.env._("There are too many entries already. Please call reception.")

    def _is_own_absence(self, leave):
        """Whether the doctor entered this absence: others are the practice's."""
        return leave.resource_id == self.resource_id and leave.create_uid == (
            self.user_id
        )

    def _remove_absence(self, leave_id):
        """Remove an absence that the doctor entered.

        :raise UserError: there is no such absence
        """
        self._check_may_change("absences")
        leave_sudo = self._get_absences().filtered(lambda item: item.id == leave_id)
        if not leave_sudo or not self._is_own_absence(leave_sudo):
            raise UserError(self.env._("There is no such absence of yours."))
        leave_sudo.unlink()

    def _get_weekly_hours(self):
        """Return, as superuser, the hours that a doctor may change: plain weeks."""
        hours_sudo = self.env["clinic.availability"].sudo()
        return hours_sudo.search(
            [
                ("doctor_id", "=", self.id),
                ("recurrence", "=", "weekly"),
                ("purpose", "=", "patient"),
                ("every_weeks", "=", 1),
                ("valid_from", "=", False),
                ("valid_until", "=", False),
            ],
            order="weekday, hour_from",
        )

    def _get_weekly_row(self, row_id):
        """Return, as superuser, one of these hours.

        :raise UserError: they are not there, not theirs, or the practice's to plan
        """
        row_sudo = self._get_weekly_hours().filtered(lambda item: item.id == row_id)
        if not row_sudo:
            raise UserError(self.env._("There are no such hours of yours."))
        return row_sudo

    def _set_weekly_hours(self, values, row_id=None):
        """Write weekly hours of this doctor, or add some.

        :param dict values: weekday, site_id, hour_from, hour_to (site's wall clock)
        :raise UserError: not theirs to change, no sense, or visits would be outside
        """
        self._check_may_change("hours")
        row_sudo = self._get_weekly_row(row_id) if row_id else None
        self._check_weekly_hours(values, row_sudo)
        with self._refusing_orphans():
            if row_sudo:
                row_sudo.with_context(clinic_impact=SKIP).write(values)
            else:
                hours_sudo = self.env["clinic.availability"].sudo()
                hours_sudo.with_context(clinic_impact=SKIP).create(
                    {**values, "doctor_id": self.id, "recurrence": "weekly"}
                )

    def _check_weekly_hours(self, values, row_sudo):
        if values["site_id"] not in self.site_ids.ids:
            raise UserError(self.env._("You do not work at this site."))
        if not 0 <= values["hour_from"] < values["hour_to"] <= 24:
            raise UserError(self.env._("The hours end after they begin."))
        hours_sudo = self._get_weekly_hours()
        if not row_sudo and len(hours_sudo) >= MAX_ROWS:
            raise UserError(self._get_too_many())
        for other in hours_sudo - (row_sudo or hours_sudo.browse()):
            if (
                other.weekday == values["weekday"]
                and other.hour_from < values["hour_to"]
                and values["hour_from"] < other.hour_to
            ):
                raise UserError(
                    self.env._(
                        "These hours overlap with others: %(hours)s.",
                        hours=other.display_name,
                    )
                )

    def _remove_weekly_hours(self, row_id):
        """Remove weekly hours of this doctor.

        :raise UserError: not theirs to change, or visits would be outside
        """
        self._check_may_change("hours")
        row_sudo = self._get_weekly_row(row_id)
        with self._refusing_orphans():
            row_sudo.with_context(clinic_impact=SKIP).unlink()
