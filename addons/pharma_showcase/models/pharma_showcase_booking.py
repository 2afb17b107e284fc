# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The one door of showcases: every booking and every move comes in here.

It reads what is wanted into a ``WantedCall`` and hands it to ``_settle``
(pharma_showcase_settle.py), which claims the time or refuses.
"""

from dataclasses import dataclass

from odoo import api, fields, models

from odoo.addons.clinic_scheduling.exceptions import BookingError, IllegalTransition
from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from ..const import CLAIMING_STATES, UPCOMING_STATES

#: Writing one of these moves the showcase.
SCHEDULE_FIELDS = {
    "doctor_id",
    "representative_id",
    "site_id",
    "room_id",
    "modality",
    "start",
    "stop",
    "duration",
}

#: What a doctor accepts: other values are proposed anew.
ACCEPTED_FIELDS = {"doctor_id", "site_id", "modality", "start"}

#: What a move may say besides where to.
MOVE_OPTIONS = {"exception_reason"}

#: A call without products and without a duration (minutes).
DEFAULT_DURATION = 20

GROUP_SCHEDULER = "pharma_showcase.group_pharma_scheduler"
GROUP_MANAGER = "pharma_showcase.group_pharma_manager"


@dataclass
class WantedCall:
    """A wanted call: what the door needs to know to claim its time.

    The door chooses the site when it is not named. ``by_doctor``: the doctor chooses
    the time. ``exception``: outside the doctor's hours, with a reason. ``recorded``:
    it took place already; only claims count, and ``breach`` says which rules it broke.
    """

    doctor: models.BaseModel
    representative: models.BaseModel
    site: models.BaseModel
    room: models.BaseModel
    start: object
    stop: object
    modality: str
    products: models.BaseModel
    solicited: bool = False
    names_site: bool = False
    by_doctor: bool = False
    exception: bool = False
    recorded: bool = False
    breach: str = ""

    @property
    def resource(self):
        """Resource id of the doctor."""
        return self.doctor.sudo().resource_id.id

    @property
    def person(self):
        """Contact id of the representative's user."""
        return self.representative.sudo().user_id.partner_id.id

    @property
    def seconds(self):
        """(start, stop) in epoch seconds."""
        return epoch(self.start), epoch(self.stop)


class PharmaShowcase(models.Model):
    """Booking and moving."""

    _inherit = "pharma.showcase"
    _schedule_fields = SCHEDULE_FIELDS
    _move_options = MOVE_OPTIONS
    _claiming_states = CLAIMING_STATES

    # ------------------------------------------------------------------
    # The door's public face
    # ------------------------------------------------------------------

    @api.model
    def book(self, values, key=None):
        """Propose a showcase to its doctor and return it, its time taken.

        :param dict values: fields of the showcase; at least ``doctor_id``,
            ``representative_id`` and ``start`` (UTC)
        :param str key: idempotency key of the caller; the same key again returns
            the same showcase
        :raise BookingError: one of its kinds, saying why not
        """
        return self._book_once({"state": "proposed", **values}, key)

    def reschedule(self, values, reason=None):
        """Move these showcases: write ``values`` or fail whole.

        :param dict values: fields of ``SCHEDULE_FIELDS`` and ``MOVE_OPTIONS`` only
        :param reason: short text for the history
        :raise BookingError: one of its kinds; the showcase then stays where it was
        """
        # that the doctor chose the time is said on the signed page alone, not by RPC
        return self._reschedule(values, reason=reason)

    # ------------------------------------------------------------------
    # Unlink
    # ------------------------------------------------------------------

    @api.ondelete(at_uninstall=False)
    def _unlink_except_booked(self):
        """Only drafts may vanish: a doctor was told of the rest."""
        if kept := self.filtered(lambda item: item.state != "draft"):
            raise IllegalTransition(
                self.env._(
                    "%(name)s cannot be deleted. Cancel it: that gives the time back "
                    "and keeps the history.",
                    name=kept[0].display_name,
                )
            )

    # ------------------------------------------------------------------
    # Booking
    # ------------------------------------------------------------------

    def _book(self, values, proof):
        self.check_access("create")
        vals = self._add_missing_default_values(dict(values))
        state = vals.get("state")
        call = self._get_call(vals)
        call.recorded = call.stop <= fields.Datetime.now()
        self._check_first_state(state, call)
        vals.update(proof)
        return self._settle(call, vals, state in CLAIMING_STATES)

    def _check_first_state(self, state, call):
        """New calls start at the beginning; past ones may be recorded whole."""
        if state in ("draft", "proposed"):
            return
        is_manager = self.env.user.has_group(GROUP_MANAGER)
        if self.env.su or (call.recorded and is_manager):
            return
        raise IllegalTransition(
            self.env._("A new showcase cannot start in this state: propose it first.")
        )

    # ------------------------------------------------------------------
    # Moving
    # ------------------------------------------------------------------

    def _move(self, wanted, reason=None, by_doctor=False):
        """Take one call to another time, place or representative, claims and all."""
        self.ensure_one()
        self.check_access("write")
        wanted = self._drop_unchanged(wanted)
        if not wanted:
            return
        if self.state not in UPCOMING_STATES:
            raise IllegalTransition(
                self.env._(
                    "%(name)s is over, declined or cancelled and cannot move. "
                    "Plan a new one.",
                    name=self.display_name,
                )
            )
        call = self._get_call(wanted)
        call.by_doctor = by_doctor
        # what staff once made an exception for, doctors do not move elsewhere
        call.exception = call.exception and not by_doctor
        vals = {**wanted, "attention": False}
        if by_doctor:
            vals.update(state="confirmed", confirmed_at=fields.Datetime.now())
        elif self.state == "confirmed" and ACCEPTED_FIELDS & wanted.keys():
            # what the doctor accepted was another time, place or kind of call
            vals["state"] = "proposed"
        self._settle(call, vals, self.state in CLAIMING_STATES or by_doctor, reason)

    def _claim_again(self):
        """Take the time of a call that comes from a state without claims."""
        for showcase in self:
            call = showcase._get_call({})
            call.names_site = bool(showcase.site_id)
            call.recorded = showcase.stop <= fields.Datetime.now()
            showcase._settle(call, {}, True)

    # ------------------------------------------------------------------
    # Reading what is wanted
    # ------------------------------------------------------------------

    def _read_wanted(self, vals):
        """Override."""
        return self._get_call(vals)

    def _get_call(self, vals):
        """Read ``vals`` over this record's own values into a ``WantedCall``."""
        doctor = self._get_wanted("doctor_id", vals)
        representative = self._get_wanted("representative_id", vals)
        products = self._get_wanted_products(vals)
        start, stop = self._get_wanted_times(vals)
        if not (doctor and representative and start):
            raise BookingError(
                self.env._("Choose the doctor, the representative and the start.")
            )
        self._check_wanted(vals)
        reason = vals.get("exception_reason") or self.exception_reason
        may_except = self.env.su or self.env.user.has_group(GROUP_SCHEDULER)
        return WantedCall(
            doctor=doctor,
            representative=representative,
            site=self._get_wanted("site_id", vals),
            room=self._get_wanted("room_id", vals),
            start=start,
            stop=stop,
            modality=vals.get("modality") or self.modality or "in_person",
            products=products,
            solicited=bool(vals.get("solicited_by_doctor", self.solicited_by_doctor)),
            names_site=bool(vals.get("site_id")),
            exception=bool(reason and may_except),
        )

    def _get_wanted_products(self, vals):
        if not vals.get("line_ids"):
            return self.line_ids.product_id
        lines = self.new({"line_ids": vals["line_ids"]}, origin=self).line_ids
        return lines.product_id._origin

    def _get_wanted_minutes(self, vals):
        """Override: as long as before, or as its products take."""
        if self.duration:
            return self.duration
        lines = self.new({"line_ids": vals.get("line_ids") or []}).line_ids
        return max(sum(lines.mapped("minutes")), DEFAULT_DURATION)

    # ------------------------------------------------------------------
    # Locks for several calls at once
    # ------------------------------------------------------------------

    def _get_lockable(self, wanted):
        """Override: doctors, representatives and rooms."""
        resources, persons = set(), set()
        for call in wanted:
            resources.add(call.resource)
            resources.update(call.representative.sudo().resource_id.ids)
            resources.update(call.room.sudo().resource_id.ids)
            persons.update(call.representative.sudo().user_id.partner_id.ids)
        return resources, persons
