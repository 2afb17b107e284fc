# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from odoo.addons.clinic_engine.queue_estimate import Desk, get_breaks
from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from ..exceptions import QueueError

#: Seconds that a break lasts whose end nobody said.
BREAK = 15 * 60

#: What a desk is when nobody is at it.
CLOSED = {
    "state": "closed",
    "user_id": False,
    "doctor_id": False,
    "paused_until": False,
}


class ClinicQueueDesk(models.Model):
    """Where people are called to: a room or a counter, and who works there now."""

    _name = "clinic.queue.desk"
    _description = "Desk"
    _inherit = ["bus.listener.mixin"]
    _order = "site_id, sequence, name"
    _check_company_auto = True

    name = fields.Char(
        required=True,
        translate=True,
        help="As it stands on the door: staff, boards and patients' pages say it.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    site_id = fields.Many2one(
        "clinic.site", required=True, index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="site_id.company_id", store=True, index=True, precompute=True
    )
    room_id = fields.Many2one(
        "clinic.room",
        check_company=True,
        help="Which room of the appointments it is in. People are called by the "
        "desk's name.",
    )
    queue_ids = fields.Many2many(
        "clinic.queue", string="Queues", required=True, check_company=True
    )
    service_ids = fields.Many2many(
        "clinic.service",
        string="Services",
        check_company=True,
        help="What is done here. Empty: everything that its queues serve.",
    )
    doctor_id = fields.Many2one(
        "clinic.doctor", string="Doctor Now", check_company=True, copy=False
    )
    user_id = fields.Many2one("res.users", string="Used By", copy=False, readonly=True)
    state = fields.Selection(
        [("closed", "Closed"), ("open", "Open"), ("paused", "On a break")],
        default="closed",
        required=True,
        copy=False,
        readonly=True,
    )
    paused_until = fields.Datetime(copy=False, readonly=True)
    ticket_ids = fields.One2many("clinic.queue.ticket", "desk_id")

    _unique_name = models.UniqueIndex(
        "(site_id, name) WHERE active", "A desk of this site has that name already."
    )
    # two who open desks at once do not see each other
    _unique_doctor = models.UniqueIndex(
        "(doctor_id) WHERE active AND state != 'closed'",
        "That doctor is at another desk already.",
    )

    @api.onchange("room_id")
    def _onchange_room_id(self):
        """A desk without a name is called as its room is."""
        self.name = self.name or self.room_id.name

    def _open_desk(self, doctor=None):
        """Take the desk: nobody else calls from it until it is closed.

        :param doctor: clinic.doctor who works here; None: the user's own, if they work
            at this site and are at no other desk
        :raise QueueError: somebody else is at it, or the doctor is at another desk or
            does not work at the site
        """
        self.ensure_one()
        self.check_access("read")
        desk_sudo = self.sudo()
        desk_sudo.lock_for_update()
        if desk_sudo.user_id and desk_sudo.user_id != self.env.user:
            raise QueueError(
                self.env._(
                    "%(desk)s is used by %(user)s. Choose another desk, or ask them "
                    "to close it.",
                    desk=self.name,
                    user=desk_sudo.user_id.name,
                )
            )
        doctor = doctor or desk_sudo._get_own_doctor()
        desk_sudo._check_doctor(doctor)
        desk_sudo.write(
            {
                "state": "open",
                "user_id": self.env.uid,
                "doctor_id": doctor.id,
                "paused_until": False,
            }
        )

    def _check_doctor(self, doctor):
        """A doctor is at one desk at a time, of a site where the doctor works.

        :raise QueueError: saying which of the two is not so
        """
        doctor._check_works_at(self.site_id)
        if other := self._find_other_desk(doctor):
            raise QueueError(
                self.env._(
                    "%(doctor)s is at %(desk)s already. Close that desk first, or "
                    "choose another doctor.",
                    doctor=doctor.name,
                    desk=other.name,
                )
            )

    def _get_own_doctor(self):
        """Return, as superuser, the user as a doctor who may be at this desk now."""
        doctor_sudo = self.env["clinic.doctor"].search(
            [("user_id", "=", self.env.uid), ("site_ids", "in", self.site_id.ids)],
            limit=1,
        )
        is_elsewhere = bool(self._find_other_desk(doctor_sudo))
        return doctor_sudo.browse() if is_elsewhere else doctor_sudo

    def _find_other_desk(self, doctor):
        """Return the other desk at which a doctor is, or none."""
        return self.search(
            [
                ("doctor_id", "in", doctor.ids),
                ("state", "!=", "closed"),
                ("id", "not in", self.ids),
            ],
            limit=1,
        )

    def pause_desk(self, until=None):
        """Take a break: estimates count on the desk from until (UTC) again."""
        self._check_mine()
        self.sudo().write({"state": "paused", "paused_until": until})

    def close_desk(self):
        """Leave the desk; who waits for it only may be called to other desks then.

        :returns: the sentence that names them, or None where there are none
        :raise QueueError: somebody is still called to it or served at it
        """
        self._check_mine()
        self._check_nobody_here()
        self.sudo().write(CLOSED)
        return self._free_bound()

    def _check_mine(self):
        """Whoever is at the desk, or a manager, may change it.

        :raise QueueError: for anybody else
        """
        self.ensure_one()
        self.check_access("read")
        manager = self.env.user.has_group("clinic_scheduling.group_clinic_manager")
        if self.user_id != self.env.user and not manager:
            raise QueueError(
                self.env._("Open %(desk)s before you work at it.", desk=self.name)
            )

    def _get_current(self):
        """Return the tickets that are called to this desk or served at it."""
        return self.env["clinic.queue.ticket"].search(
            [
                ("desk_id", "in", self.ids),
                ("state", "in", ("called", "in_consultation")),
            ]
        )

    def _get_offers(self, services):
        """Return what the desk offers, as the engine compares it with needs.

        :param services: those that somebody waits for; a desk that names none does all
        """
        self.ensure_one()
        offers = {f"desk:{self.id}"}
        offers |= {f"queue:{queue.id}" for queue in self.queue_ids}
        offers |= {f"service:{service.id}" for service in self.service_ids or services}
        if self.doctor_id:
            offers.add(f"doctor:{self.doctor_id.id}")
        return frozenset(offers)

    def _get_provider_key(self):
        """Return by whom the lengths of service are learned."""
        self.ensure_one()
        doctor = self.doctor_id
        return f"doctor:{doctor.id}" if doctor else f"desk:{self.id}"

    def _get_room_key(self, services, serving, hours=()):
        """Return all of ``_get_engine_desk`` that time alone does not change."""
        self.ensure_one()
        return (
            self.id,
            self.state,
            self.paused_until,
            self._get_provider_key(),
            self._get_offers(services),
            serving.id,
            serving.service_id.id,
            serving.started_at,
            hours,
        )

    def _get_engine_desk(self, services, now, serving, hours=()):
        """Return the desk as the estimate takes it.

        :param services: as for ``_get_offers``
        :param now: epoch seconds
        :param serving: the ticket that is called or served there, or an empty one
        :param hours: when the doctor works today, as ``_get_hours`` returns it
        """
        self.ensure_one()
        breaks, closes = get_breaks(hours, now)
        if self.state == "paused":
            breaks = self._add_pause(breaks, now)
        return Desk(
            key=self._get_provider_key(),
            # who is called only will take all of their time yet
            since=epoch(serving.started_at) if serving.started_at else now,
            offers=self._get_offers(services),
            service=serving.service_id.id if serving else None,
            breaks=breaks,
            closes=closes,
        )

    def _add_pause(self, breaks, now):
        """Return the planned breaks and the one that the desk is on.

        What was said at the desk goes before the plan of this moment; without a word
        the planned break lasts as planned, and another one for a quarter of an hour.
        """
        planned = [stop for start, stop in breaks if start <= now < stop]
        back = max([now + BREAK, *planned])
        if self.paused_until:
            back = max(epoch(self.paused_until), now)
        later = (pause for pause in breaks if pause[0] > now)
        return ((now, back), *later)


class ClinicDoctor(models.Model):
    _inherit = "clinic.doctor"

    def _check_works_at(self, site):
        """Raise for the first of these doctors who does not work at a site.

        :raise QueueError: naming doctor and site
        """
        # sudo: where a doctor works is no secret among staff
        for doctor in self.sudo():
            if site not in doctor.site_ids:
                raise QueueError(
                    self.env._(
                        "%(doctor)s does not work at %(site)s.",
                        doctor=doctor.name,
                        site=site.name,
                    )
                )
