# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What staff see of a wish that could not be booked, and how they book it."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from ..exceptions import QueueError

#: What staff may set right of who asks for an appointment.
PERSON = ("name", "birthdate", "contact")

EPOCH = fields.Datetime.to_datetime("1970-01-01")


class ClinicSyncLog(models.Model):
    _inherit = "clinic.sync.log"

    asked_for = fields.Char(
        compute="_compute_asked_for",
        compute_sudo=True,
        help="What was asked for at the tablet, in words.",
    )
    outcome = fields.Char(
        compute="_compute_outcome", help="What became of it, or why nothing did."
    )
    is_open_request = fields.Boolean(
        compute="_compute_asked_for", compute_sudo=True, string="May Be Booked"
    )

    @api.depends("alternatives", "data", "kind", "state", "appointment_id")
    @api.depends_context("lang")
    def _compute_asked_for(self):
        for log in self:
            log.asked_for = getattr(log, f"_describe_{log.kind}")() or False
            log.is_open_request = (
                log.kind == "request"
                and not log.appointment_id
                and log.state in ("pending", "failed", "conflict")
            )

    @api.depends("state", "resolution", "message")
    @api.depends_context("lang")
    def _compute_outcome(self):
        labels = dict(self._fields["resolution"]._description_selection(self.env))
        for log in self:
            log.outcome = labels.get(log.resolution) or log.message or False

    def _describe_request(self):
        data = self.data or {}
        if self.appointment_id and not data.get("start"):
            visit = self.appointment_id
            parts = [visit.service_id.name, visit.doctor_id.name]
            return ", ".join([*filter(None, parts), self._format_moment(visit.start)])
        service = self.env["clinic.service"].browse(data.get("service")).exists()
        doctor = self.env["clinic.doctor"].browse(data.get("doctor")).exists()
        start = self._get_wanted_start()
        moment = self._format_moment(start) if start else None
        return ", ".join(filter(None, [service.name, doctor.name, moment]))

    def _describe_walk_in(self):
        queue_id = (self.data or {}).get("queue")
        return self.env["clinic.queue"].browse(queue_id).exists().name

    def _describe_check_in(self):
        # a link is a secret, a number is none
        text = self.appointment_id.name or (self.data or {}).get("appointment") or ""
        return text if len(text) <= 30 and "/" not in text else False

    def _get_wanted_start(self):
        """Return when the appointment was wanted: naive UTC, or None."""
        seconds = (self.data or {}).get("start")
        return EPOCH + timedelta(seconds=seconds) if seconds else None

    def _format_moment(self, moment):
        """Return a moment in words, on the site's clock."""
        schedule = self.env["clinic.schedule"]
        return schedule._format_moment(epoch(moment), self.site_id.tz)

    def action_settle(self):
        """Open the wish: who asks, and the times that can be booked."""
        self.ensure_one()
        self.check_access("write")
        if not self.is_open_request:
            raise QueueError(self.env._("This is settled already."))
        wizard = self.env["clinic.sync.settle"]._open_for(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Book an Appointment"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _get_person(self):
        """Return what is known of who asks, by the names of ``PERSON``."""
        data = self.sudo().data or {}
        return {name: data.get(name) for name in PERSON}

    def _get_offers(self):
        """Return [(start, doctor, label)]: the time that was wanted, and the others."""
        self.ensure_one()
        log_sudo = self.sudo()
        offers = []
        start = log_sudo._get_wanted_start()
        doctors = log_sudo.env["clinic.doctor"]
        wanted = doctors.browse((log_sudo.data or {}).get("doctor")).exists()
        is_gone = log_sudo.resolution == "alternatives"
        if start and wanted and not is_gone and start > fields.Datetime.now():
            offers.append((start, wanted))
        for time in log_sudo.alternatives or ():
            if time["site_id"] != log_sudo.site_id.id:
                continue
            start = fields.Datetime.to_datetime(time["start"])
            offers.append((start, doctors.browse(time["doctor_id"])))
        return [
            (start, doctor, f"{log_sudo._format_moment(start)}, {doctor.name}")
            for start, doctor in offers
        ]

    def _book_by_staff(self, person, start, doctor):
        """Book a time for who asks, with what staff have set right.

        :param dict person: texts by the names of ``PERSON``
        :param start: naive UTC
        :return: why the time cannot be booked; others are offered then. None: it is.
        :raise UserError: the person cannot be registered
        """
        self.ensure_one()
        self.check_access("write")
        log_sudo = self.sudo()
        log_sudo.lock_for_update()
        if not log_sudo.is_open_request:
            raise QueueError(self.env._("This is settled already."))
        data = {**(log_sudo.data or {}), **person}
        log_sudo._read_person(data)
        log_sudo.data = data
        try:
            with self.env.cr.savepoint():
                log_sudo._book_time(start, doctor)
        except UserError as error:
            log_sudo._note_refusal(error)
            return error.args[0]
        return None

    def _book_time(self, start, doctor):
        chain = self._find_chain()
        is_wanted = start == self._get_wanted_start()
        self._book_request(start, doctor.id, by_staff=True)
        self._settle(
            "synced",
            action="created",
            resolution=self.resolution if is_wanted else "booked",
            alternatives=False,
            message=False,
        )
        self._settle_chain(chain)
