# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A doctor who runs late: how much, in which session, and who was told.

A session is one stretch of the doctor's hours at one site. The delay moves what is
*expected*, never what is booked: claims, calendars and the ledger stay as they are.
It ends with the session, or when somebody takes it back.
"""

from datetime import datetime, timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.clinic_engine import availability

from .clinic_schedule import epoch

#: What one click adds (minutes).
STEP = 10

#: No session runs later than that (minutes).
MOST = 480

#: Visits that still wait for the doctor.
WAITING_STATES = ("scheduled", "confirmed", "arrived")

#: Patients who are on their way, or could stay at home a little longer.
TOLD_STATES = ("scheduled", "confirmed")

#: Context value of a write by the model itself: JSON cannot carry it.
SERVER = object()


class ClinicDelay(models.Model):
    """The delay of one session of a doctor."""

    _name = "clinic.delay"
    _description = "Delay of a Doctor"
    _order = "start desc, id desc"
    _rec_name = "doctor_id"
    _check_company_auto = True

    doctor_id = fields.Many2one(
        "clinic.doctor",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        default=lambda self: self.env["clinic.doctor"]._get_of_user(self.env.user).id,
    )
    site_id = fields.Many2one(
        "clinic.site", readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="doctor_id.company_id", store=True, index=True)
    moment = fields.Datetime(
        string="When",
        required=True,
        default=fields.Datetime.now,
        help="Some time of the session that runs late.",
    )
    start = fields.Datetime(readonly=True, string="Session From")
    stop = fields.Datetime(readonly=True, string="Session Until", index=True)
    minutes = fields.Integer(string="Delay (min)", required=True, default=STEP)
    active = fields.Boolean(default=True, readonly=True)
    tell_count = fields.Integer(
        readonly=True, aggregator=None, help="How often patients were told."
    )
    visit_count = fields.Integer(compute="_compute_counts", string="Patients Waiting")
    told_count = fields.Integer(compute="_compute_counts", string="Told")

    _one_per_session = models.UniqueIndex(
        "(doctor_id, start) WHERE active", "This session has a delay already."
    )
    _check_minutes = models.Constraint(
        f"CHECK (minutes BETWEEN 0 AND {MOST})",
        f"A delay is between 0 and {MOST} minutes.",
    )

    @api.depends("minutes", "active")
    def _compute_counts(self):
        for delay in self:
            visits = delay._get_visits(WAITING_STATES)
            delay.visit_count = len(visits)
            delay.told_count = len(visits.filtered("told_delay"))

    @api.depends("doctor_id", "minutes")
    def _compute_display_name(self):
        for delay in self:
            if not delay.doctor_id:
                delay.display_name = self.env._("New")
                continue
            delay.display_name = self.env._(
                "%(doctor)s: %(minutes)s min late",
                doctor=delay.doctor_id.display_name,
                minutes=delay.minutes,
            )

    @api.model_create_multi
    def create(self, vals_list):
        """A second delay of the same session is the first one, changed."""
        self.check_access("create")
        delays = self.browse()
        for vals in vals_list:
            values = self._prepare_session(vals)
            known = self.search(
                [
                    ("doctor_id", "=", values["doctor_id"]),
                    ("start", "=", values["start"]),
                ]
            )
            if known:
                known.write({"minutes": values["minutes"]})
            else:
                known = super().create([values])
                known._follow()
            delays |= known
        return delays

    def _prepare_session(self, vals):
        """Return what is written for a delay that somebody enters.

        :raise AccessError: it is another doctor's, and the user is not of reception
        """
        doctor = self.env["clinic.doctor"].browse(vals.get("doctor_id"))
        doctor = doctor or self.env["clinic.doctor"]._get_of_user(self.env.user)
        if not doctor:
            raise UserError(self.env._("Choose the doctor who is late."))
        if not self.env.su and not self._may_enter(doctor):
            raise AccessError(self.env._("Enter the delays of your own sessions."))
        moment = fields.Datetime.to_datetime(vals.get("moment"))
        moment = moment or fields.Datetime.now()
        return {
            "doctor_id": doctor.id,
            "moment": moment,
            "minutes": vals.get("minutes", STEP),
            **self._get_session(doctor, moment),
        }

    def write(self, vals):
        """Only how late it is may change: another session has its own delay."""
        self.check_access("write")
        if self.env.context.get("clinic_delay") is SERVER:
            return super().write(vals)
        result = super().write({key: vals[key] for key in ("minutes",) if key in vals})
        if "minutes" in vals:
            self._follow()
        return result

    def _write_quietly(self, vals):
        """Write what no client may, and tell nobody."""
        self.with_context(clinic_delay=SERVER).write(vals)

    @api.model
    def _may_enter(self, doctor):
        """Whether the user may enter delays of ``doctor``: reception all, else own."""
        user = self.env.user
        is_reception = user.has_group("clinic_scheduling.group_clinic_receptionist")
        return is_reception or doctor.sudo().user_id == user

    @api.model
    def _get_session(self, doctor, moment):
        """Return {start, stop, site_id} of the doctor's session at ``moment`` (UTC).

        Without one then: the next one of that day; or the one before, as long as
        somebody waits who was to come in it.

        :raise UserError: the doctor has no hours on that day, or nobody waits any more
        """
        doctor.ensure_one()
        rules = (
            self.env["clinic.availability"].sudo()._get_rules(doctor, moment, moment)
        )
        at = epoch(moment)
        half = timedelta(hours=12).total_seconds()
        found = availability.expand(rules, int(at - half), int(at + half))
        sessions = self._merge(found.get(doctor.sudo().resource_id.id, ()))
        if not sessions:
            raise UserError(
                self.env._("%(doctor)s has no hours then.", doctor=doctor.display_name)
            )
        start, stop, site = min(
            sessions, key=lambda item: (item[1] <= at, max(item[0] - at, 0), -item[0])
        )
        session = {"start": _to_utc(start), "stop": _to_utc(stop), "site_id": site}
        if stop <= at:
            self._check_unfinished(doctor, session)
        return session

    def _check_unfinished(self, doctor, session):
        """:raise UserError: nobody of a session that has ended waits any more"""
        known = self.new({"doctor_id": doctor.id, **session})
        if not known._get_visits(WAITING_STATES):
            tz = self.env["clinic.site"].sudo().browse(session["site_id"]).tz
            raise UserError(
                self.env._(
                    "The session of %(doctor)s ended at %(time)s, and nobody waits any "
                    "more: it cannot run late. For another session, enter its time "
                    "under “When”.",
                    doctor=doctor.display_name,
                    time=self.env["clinic.schedule"]._format_moment(
                        epoch(session["stop"]), tz
                    ),
                )
            )

    def _merge(self, sessions):
        """Return [(start, stop, site)]: hours that touch are one session."""
        merged = []
        for session in sessions:
            last = merged[-1] if merged else None
            if last and last[2] == session.site and session.start <= last[1]:
                merged[-1] = (last[0], max(last[1], session.stop), last[2])
            else:
                merged.append((session.start, session.stop, session.site))
        return merged

    # ------------------------------------------------------------------
    # Who waits
    # ------------------------------------------------------------------

    @api.model
    def _get_live(self, doctors, start, stop):
        """Return, as superuser, delays of these doctors' sessions between two times."""
        now = fields.Datetime.now()
        delays_sudo = self.sudo().search(
            [
                ("doctor_id", "in", doctors.ids),
                ("minutes", ">", 0),
                ("start", "<", stop),
                ("stop", ">", max(start, now - timedelta(minutes=MOST))),
            ]
        )
        # whoever is still waiting after the session's end waits for its delay, too
        return delays_sudo.filtered(
            lambda delay: delay.stop + timedelta(minutes=delay.minutes) > now
        )

    def _get_visits(self, states):
        """Return, as superuser, the visits of this session in these states."""
        self.ensure_one()
        if not self.start:
            return self.env["clinic.appointment"]
        visits_sudo = self.env["clinic.appointment"].sudo()
        return visits_sudo.search(
            [
                ("doctor_id", "=", self.doctor_id.id),
                ("site_id", "=", self.site_id.id),
                ("state", "in", states),
                ("start", ">=", self.start),
                ("start", "<", self.stop),
            ],
            order="start",
        )

    def _follow(self):
        """Show the new times, and tell whom they concern."""
        visits = self.env["clinic.appointment"]
        visits.invalidate_model(["delay_minutes", "expected_start"])
        for delay in self:
            delay._get_visits(WAITING_STATES)._touch_calendars()
            delay._tell()

    def _tell(self):
        """Tell patients once per session, and again when it has changed by much.

        Who was told to come later hears, too, that it is sooner again: they may be
        sitting at home until then.
        """
        if not self.active:
            return  # whoever ends a delay tells of the end
        company_sudo = self.sudo().company_id or self.env.company.sudo()
        first = company_sudo.clinic_delay_tell_minutes
        again = company_sudo.clinic_delay_again_minutes
        now = fields.Datetime.now()
        concerned = self.env["clinic.appointment"].sudo()
        for visit in self._get_visits(TOLD_STATES):
            told = visit.told_delay if visit.told_delay_id == self else 0
            is_news = (
                abs(self.minutes - told) >= again if told else self.minutes >= first
            )
            latest = max(told, self.minutes)
            is_ahead = visit.start + timedelta(minutes=latest) > now
            if is_news and is_ahead:
                concerned |= visit
        self._send(concerned)

    def _send(self, visits_sudo):
        if not visits_sudo:
            return
        messages = self.env["clinic.reminder"]
        number = messages._replace_late(visits_sudo)
        self._write_quietly({"tell_count": self.tell_count + 1})
        visits_sudo._write_by_door(
            {"told_delay_id": self.id, "told_delay": self.minutes}
        )
        visits_sudo._emit("running_late", occurrence=number)

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_more(self):
        """Ten minutes more."""
        for delay in self:
            delay.minutes = min(delay.minutes + STEP, MOST)
        return True

    def action_end(self):
        """Take the delay back; who was told of it is told so."""
        for delay in self:
            told = delay._get_visits(TOLD_STATES).filtered(
                lambda visit, delay=delay: visit.told_delay_id == delay
            )
            delay._write_quietly({"minutes": 0, "active": False})
            delay._follow()
            # who never got the message that it is late needs none that it is not
            messages = self.env["clinic.reminder"]
            delay._send(told - messages._drop_unsent_late(told))
            told._write_by_door({"told_delay": 0, "told_delay_id": False})
        return True

    def action_view_visits(self):
        """Open the patients of this session who wait."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.clinic_appointment_action_list"
        )
        visits = self._get_visits(WAITING_STATES)
        return {**action, "domain": [("id", "in", visits.ids)], "context": {}}


def _to_utc(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None)
