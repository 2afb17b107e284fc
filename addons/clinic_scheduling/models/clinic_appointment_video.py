# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The room of a video visit: when it is open, and making and ending it.

The room is made when the first of patient and doctor enters, and is bound to who they
are: a move in time keeps it, another doctor or patient gets another one.
"""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .clinic_appointment_page import OPEN_STATES
from .clinic_schedule import epoch

_logger = logging.getLogger(__name__)

#: A consultation that goes on may be entered again for so long after its end (hours).
MOST_OVERTIME_HOURS = 4

#: How many rooms are ended at a time.
BATCH = 50


class ClinicAppointment(models.Model):
    """Video visits."""

    _inherit = "clinic.appointment"

    is_video_open = fields.Boolean(
        compute="_compute_is_video_open", help="Whether the room may be entered now."
    )
    may_join_video = fields.Boolean(
        compute="_compute_may_join_video",
        help="Whether the user is the doctor of a visit whose room is open.",
    )
    video_room_url = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    video_room_key = fields.Char(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        index="btree_not_null",
        help="Which provider made the room, and for whom.",
    )
    video_channel_id = fields.Many2one(
        "discuss.channel",
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        ondelete="set null",
        index="btree_not_null",
    )

    def _get_video_window(self):
        """Return (opens, closes), naive UTC: when the room may be entered."""
        self.ensure_one()
        company_sudo = self.sudo().company_id
        lead = timedelta(minutes=company_sudo.clinic_video_lead_minutes)
        grace = timedelta(minutes=company_sudo.clinic_video_grace_minutes)
        if self.state == "in_progress":
            grace = max(grace, timedelta(hours=MOST_OVERTIME_HOURS))
        late = timedelta(minutes=self.delay_minutes)
        return self.start - lead, self.stop + late + grace

    @api.depends("start", "stop", "state", "modality")
    def _compute_is_video_open(self):
        now = fields.Datetime.now()
        for visit in self:
            is_open = False
            if visit.modality == "video" and visit.state in OPEN_STATES:
                opens, closes = visit._get_video_window()
                is_open = opens <= now < closes
            visit.is_video_open = is_open

    @api.depends("is_video_open", "doctor_id.user_id")
    @api.depends_context("uid")
    def _compute_may_join_video(self):
        for visit in self:
            visit.may_join_video = visit.is_video_open and visit._is_seen_by_user()

    def _is_seen_by_user(self):
        """Return whether the user is the doctor of this visit."""
        # sudo: who looks at a visit may not see whose account its doctor's is
        return self.sudo().doctor_id.user_id == self.env.user

    def _get_video_values(self):
        """Return what the patient's page says of the room; never its address.

        :return: ``is_video`` (there is or will be a room), ``is_open``, ``minutes``
            (how long before the visit it opens), ``opens`` (epoch seconds) and
            ``seconds`` (until then)
        """
        opens, closes = self._get_video_window()
        now = fields.Datetime.now()
        is_video = self.modality == "video" and self.state in OPEN_STATES
        return {
            "is_video": is_video and now < closes,
            "is_open": self.is_video_open,
            "minutes": self.company_id.clinic_video_lead_minutes,
            "opens": epoch(opens),
            "opens_at": self._format_moment_here(opens),
            "seconds": max(0, int((opens - now).total_seconds())),
        }

    def _get_video_provider(self):
        """Return who makes the room: as the doctor, the service or the company says."""
        visit_sudo = self.sudo()
        return (
            visit_sudo.doctor_id.video_provider
            or visit_sudo.service_id.video_provider
            or visit_sudo.company_id.clinic_video_provider
        )

    def _enter_video(self):
        """Return the address of the room, made now if nobody was there before.

        Whoever calls has checked who asks.

        :raise UserError: the room is not open, or cannot be made
        """
        self.ensure_one()
        if not self.is_video_open:
            raise UserError(self._get_video_closed())
        visit_sudo = self.sudo()
        if visit_sudo.video_url:
            return visit_sudo.video_url
        provider = self._get_video_provider()
        key = f"{provider}:{visit_sudo.doctor_id.id}:{visit_sudo.patient_id.id}"
        if visit_sudo.video_room_key != key:
            visit_sudo._end_video()
            url = self.env["clinic.video"]._open_room(provider, visit_sudo)
            visit_sudo._write_by_door({"video_room_url": url, "video_room_key": key})
        return visit_sudo.video_room_url

    def _get_video_closed(self):
        values = self._get_video_values()
        if not values["is_video"]:
            return self.env._("This visit has no video room, or it is over.")
        return self.env._("The video room opens at %(time)s.", time=values["opens_at"])

    def action_join_video(self):
        """Open the room of this visit, for its doctor.

        :raise AccessError: nobody else of the practice takes part
        """
        self.check_access("read")
        if not self._is_seen_by_user():
            raise AccessError(
                self.env._("Only the doctor and the patient of a visit enter its room.")
            )
        return {
            "type": "ir.actions.act_url",
            "url": self._enter_video(),
            "target": "new",
        }

    # ------------------------------------------------------------------
    # The end
    # ------------------------------------------------------------------

    def _end_video(self):
        """Let nobody into the rooms of these visits any more."""
        for visit_sudo in self.sudo().filtered("video_room_key"):
            provider = visit_sudo.video_room_key.split(":")[0]
            self.env["clinic.video"]._end_room(provider, visit_sudo)
            visit_sudo._write_by_door(
                {"video_room_url": False, "video_room_key": False}
            )

    def _transition(self, target, **values):
        """Override: a visit that ends has its room ended soon, after the commit."""
        result = super()._transition(target, **values)
        if target not in OPEN_STATES and any(self.sudo().mapped("video_room_key")):
            self.env.ref("clinic_scheduling.ir_cron_end_video")._trigger()
        return result

    @api.model
    def _cron_end_video(self):
        """Scheduled action: end the rooms of visits that are over or cancelled."""
        overtime = timedelta(hours=MOST_OVERTIME_HOURS)
        over = Domain("video_room_key", "!=", False) & (
            Domain("state", "not in", OPEN_STATES)
            | Domain("stop", "<", fields.Datetime.now() - overtime)
        )
        visits_sudo = self.sudo()
        failed = []
        while found := visits_sudo.search(over, limit=BATCH):
            failed += [visit.id for visit in found if not visit._try_to_end_video()]
            over &= Domain("id", "not in", failed)
            left = visits_sudo.search_count(over)
            if not self.env["ir.cron"]._commit_progress(len(found), remaining=left):
                break

    def _try_to_end_video(self):
        """End the room of a visit; return whether it could be done."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._end_video()
            return True
        except Exception:  # the others are not held up; the next run tries again
            _logger.exception("The video room of visit %s could not be ended", self.id)
            return False
