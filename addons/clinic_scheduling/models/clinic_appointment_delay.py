# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""When a visit is expected to begin, and what patients may do when that is late."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..exceptions import IllegalTransition
from .clinic_appointment_portal import CHANGEABLE_STATES
from .clinic_delay import STEP, WAITING_STATES
from .clinic_schedule import epoch


class ClinicAppointment(models.Model):
    """Visits of a doctor who runs late."""

    _inherit = "clinic.appointment"

    delay_minutes = fields.Integer(
        string="Delay (min)", compute="_compute_delay", aggregator=None
    )
    expected_start = fields.Datetime(
        string="Expected",
        compute="_compute_delay",
        help="The start as booked, moved by the delay of the doctor's session.",
    )
    expected_time = fields.Char(
        string="Expected At",
        compute="_compute_expected_time",
        help="When it is expected to begin, on the site's clock.",
    )
    told_delay = fields.Integer(
        string="Told (min)",
        readonly=True,
        copy=False,
        aggregator=None,
        help="The delay (min) that the patient was last told of.",
    )
    told_delay_id = fields.Many2one(
        "clinic.delay", readonly=True, copy=False, index="btree_not_null"
    )

    @api.depends("start", "doctor_id", "site_id", "state")
    def _compute_delay(self):
        now = fields.Datetime.now()
        yesterday = now - timedelta(days=1)
        waiting = self.filtered(
            lambda visit: (
                visit.state in WAITING_STATES
                and visit.start
                and visit.start > yesterday
            )
        )
        delays_sudo = self.env["clinic.delay"]
        if waiting:
            starts = waiting.mapped("start")
            last = max(starts) + timedelta(minutes=1)
            delays_sudo = delays_sudo._get_live(waiting.doctor_id, min(starts), last)
        for visit in self:
            found = delays_sudo.filtered(lambda delay, visit=visit: delay._hits(visit))
            minutes = found[:1].minutes if visit in waiting else 0
            visit.delay_minutes = minutes
            visit.expected_start = visit.start and (
                visit.start + timedelta(minutes=minutes)
            )

    @api.depends("expected_start", "site_id.tz")
    @api.depends_context("lang")
    def _compute_expected_time(self):
        for visit in self:
            is_late = bool(visit.delay_minutes and visit.site_id)
            visit.expected_time = is_late and visit._get_expected_time()

    def _is_ahead(self):
        """Override: who waits for a late doctor is still waiting."""
        if super()._is_ahead():
            return True
        late = timedelta(minutes=self.delay_minutes)
        return bool(late) and self.stop + late > fields.Datetime.now()

    def _is_very_late(self):
        """Whether the doctor is so late that patients may change their mind."""
        self.ensure_one()
        least = self.sudo().company_id.clinic_delay_rebook_minutes
        is_late = self.delay_minutes and self.delay_minutes >= least
        return bool(is_late) and self.state in CHANGEABLE_STATES

    def _is_practice_at_fault(self):
        """Override: so it is when the doctor is very late."""
        return super()._is_practice_at_fault() or self._is_very_late()

    # ------------------------------------------------------------------
    # By video instead
    # ------------------------------------------------------------------

    def _may_switch_to_video(self):
        """Whether the patient may see the late doctor by video instead."""
        self.ensure_one()
        instead_sudo = self.sudo().service_id.video_service_id
        least = self.sudo().company_id.clinic_delay_tell_minutes
        return bool(
            instead_sudo.active
            and instead_sudo._is_offered_by(self.doctor_id)
            and self.modality == "in_person"
            and self.state in CHANGEABLE_STATES
            and self.delay_minutes
            and self.delay_minutes >= least
        )

    def _switch_to_video(self):
        """See the doctor by video at the same time, for the price that was agreed.

        :raise BookingError: the door does not take it so
        """
        self.ensure_one()
        if not self._may_switch_to_video():
            raise IllegalTransition(
                self.env._("This appointment cannot take place by video.")
            )
        agreed = {"amount": self.amount}
        self.reschedule(
            {
                "service_id": self.service_id.video_service_id.id,
                "room_id": False,
            },
            reason=self.env._("By video, because the doctor is late"),
        )
        self._write_by_door(agreed)

    def _get_portal_page(self):
        """Override: say how late the doctor is, once patients are told of it."""
        return {**super()._get_portal_page(), "late": self._get_late_values()}

    def _get_late_values(self):
        """Return what the patient's page says of a delay; {} when there is none."""
        least = self.sudo().company_id.clinic_delay_tell_minutes
        if not self.delay_minutes or self.delay_minutes < least:
            return {}
        return {
            "minutes": self.delay_minutes,
            "expected": self._get_expected_time(),
            "is_free": self._is_very_late(),
            "may_video": self._may_switch_to_video(),
        }

    def _get_late_words(self):
        """Return in a sentence for messages when the visit is expected to begin."""
        self.ensure_one()
        if not self.delay_minutes:
            return self.env._(
                "We are on time again: the appointment begins as planned, at %(time)s.",
                time=self._get_expected_time(),
            )
        return self.env._(
            "We are running about %(minutes)s minutes late, and expect to see you at "
            "about %(time)s.",
            minutes=self.delay_minutes,
            time=self._get_expected_time(),
        )

    def _get_expected_time(self):
        """Return the wall-clock time at which the visit is expected to begin."""
        self.ensure_one()
        schedule = self.env["clinic.schedule"]
        words = schedule._format_hour(epoch(self.expected_start), self.site_id.tz)
        return words.replace("\N{NARROW NO-BREAK SPACE}", " ")

    # ------------------------------------------------------------------
    # Staff
    # ------------------------------------------------------------------

    def action_later(self):
        """Let the doctor's session of this visit be ten minutes later."""
        self.ensure_one()
        self.check_access("write")
        delays = self.env["clinic.delay"]
        delays.check_access("create")
        doctor = self.doctor_id
        live = delays._get_live(doctor, self.start, self.start + timedelta(minutes=1))
        known = live.filtered(lambda delay: delay._hits(self))[:1].sudo(False)
        if known:
            known.action_more()
        else:
            delays.create(
                [{"doctor_id": doctor.id, "moment": self.start, "minutes": STEP}]
            )
        return True


class ClinicDelay(models.Model):
    """Which visits it hits."""

    _inherit = "clinic.delay"

    def _hits(self, visit):
        """Whether ``visit`` lies in this session."""
        self.ensure_one()
        return (
            self.doctor_id == visit.doctor_id
            and self.site_id == visit.site_id
            and bool(visit.start)
            and self.start <= visit.start < self.stop
        )


class ClinicService(models.Model):
    """Services that may be had by video instead."""

    _inherit = "clinic.service"

    video_service_id = fields.Many2one(
        "clinic.service",
        string="By Video Instead",
        domain="[('modality', '=', 'video')]",
        ondelete="set null",
        check_company=True,
        help="What a patient may switch to when the doctor is late.",
    )

    @api.constrains("video_service_id", "modality")
    def _check_video_service(self):
        for service in self:
            instead = service.video_service_id
            if instead and (instead == service or instead.modality != "video"):
                raise ValidationError(
                    self.env._("What a patient may switch to is a service by video.")
                )
