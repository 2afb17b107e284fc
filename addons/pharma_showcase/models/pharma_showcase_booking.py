# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The one door of showcases: every booking and every move comes in here.

It reads what is wanted into a ``WantedCall`` and hands it to ``_settle``
(pharma_showcase_settle.py), which claims the time or refuses.
"""

from dataclasses import dataclass
from datetime import timedelta

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError

from odoo.addons.clinic_scheduling.exceptions import BookingError, IllegalTransition
from odoo.addons.clinic_scheduling.models.clinic_reservation_door import DOOR
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

#: They change together: when a call starts, ends, and how long it takes.
TIME_FIELDS = {"start", "stop", "duration"}

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
    it took place already; only claims count.
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

    @property
    def resource(self):
        """Resource id of the doctor."""
        return self.doctor.sudo().resource_id.id

    @property
    def seconds(self):
        """(start, stop) in epoch seconds."""
        return epoch(self.start), epoch(self.stop)


class PharmaShowcase(models.Model):
    """Booking and moving."""

    _inherit = "pharma.showcase"

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
        return self._reschedule(values, reason)

    def _reschedule(self, values, reason=None, by_doctor=False):
        """Move these showcases, see ``reschedule``.

        :param by_doctor: the doctor chose the time on the signed page, and so accepts
            it; nobody can say that by RPC
        """
        self._refuse_fields(values.keys() - SCHEDULE_FIELDS - MOVE_OPTIONS)
        self._lock_ahead(values)
        for showcase in self.sorted("id"):
            showcase._move(dict(values), reason, by_doctor)
        return True

    # ------------------------------------------------------------------
    # Create, write, unlink
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Book each of ``vals_list``: what takes time has its claims."""
        if self.env.context.get("clinic_door") is DOOR:
            return super().create(vals_list)
        self._lock_ahead_of_new(vals_list)
        return self.concat(*(self._book_once(vals) for vals in vals_list))

    def write(self, vals):
        """Route moves through the door and changes of state through the gate."""
        if self.env.context.get("clinic_door") is DOOR:
            return super().write(vals)
        self._refuse_fields(self._get_protected_fields() & vals.keys())
        if not vals.get("active", True):
            self._check_archive()
        vals = dict(vals)
        state = vals.pop("state", None)
        wanted = {key: vals.pop(key) for key in SCHEDULE_FIELDS & vals.keys()}
        if vals:
            super().write(vals)
        if wanted:
            self._lock_ahead(wanted)
            for showcase in self.sorted("id"):
                showcase._move(dict(wanted))
        if state:
            self._transition(state)
        return True

    def _write_by_door(self, vals):
        """Write what only door and gate may write, and tell open calendars."""
        self.with_context(clinic_door=DOOR).write(vals)
        self._touch_calendars()

    def _touch_calendars(self):
        """Tell open calendars of the practice, whose free times change."""
        self.sudo().site_id._touch_calendars()

    def _check_archive(self):
        """Refuse to hide a call whose time stays taken."""
        if claiming := self.filtered(lambda item: item.state in CLAIMING_STATES):
            raise IllegalTransition(
                self.env._(
                    "%(name)s takes up time and cannot be archived. Cancel it first.",
                    name=claiming[0].display_name,
                )
            )

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

    @api.model
    def _book_once(self, values, key=None):
        self = self.browse()  # what is booked is new, whatever it is called on
        self._refuse_fields(self._get_protected_fields() & values.keys())
        proof = {"idempotency_key": f"{self.env.uid}:{key}"} if key else {}
        if key and (known := self._find_booked_before(proof)):
            return known
        try:
            door = self._drop_forged_defaults()
            return door._book(values, proof).with_env(self.env)
        except psycopg2.errors.UniqueViolation as error:
            if error.diag.constraint_name != "pharma_showcase_unique_key":
                raise
            # the twin request won; repeat this one, which then finds its booking
            raise ConcurrencyError(key) from error

    def _find_booked_before(self, proof):
        # sudo: the key names the user, who booked it even if it was archived since
        known_sudo = self.sudo().with_context(active_test=False)
        known_sudo = known_sudo.search(
            [("idempotency_key", "=", proof["idempotency_key"])], limit=1
        )
        return known_sudo.with_env(self.env)

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
        elif self.state == "confirmed" and {"start", "site_id"} & wanted.keys():
            # what the doctor accepted was another time or place
            vals["state"] = "proposed"
        self._settle(call, vals, self.state in CLAIMING_STATES or by_doctor, reason)

    def _drop_unchanged(self, wanted):
        current = self._convert_to_write({name: self[name] for name in wanted})
        for name in ("start", "stop"):
            if name in wanted:
                wanted[name] = fields.Datetime.to_datetime(wanted[name])
        changed = {name for name, value in wanted.items() if value != current[name]}
        if changed & TIME_FIELDS:
            # an edge that stays says how long the call becomes
            changed |= TIME_FIELDS
        if changed <= MOVE_OPTIONS:
            changed = set()
        return {name: value for name, value in wanted.items() if name in changed}

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

    def _check_wanted(self, vals):
        """Refuse people and places that the caller may not even see.

        :raise AccessError: as reading them would
        """
        for name in SCHEDULE_FIELDS & vals.keys():
            if self._fields[name].type == "many2one":
                self._get_wanted(name, vals).check_access("read")

    def _get_wanted(self, name, vals):
        field = self._fields[name]
        if name in vals:
            return self.env[field.comodel_name].browse(vals[name] or ())
        return self[name]

    def _get_wanted_products(self, vals):
        if not vals.get("line_ids"):
            return self.line_ids.product_id
        lines = self.new({"line_ids": vals["line_ids"]}, origin=self).line_ids
        return lines.product_id._origin

    def _get_wanted_times(self, vals):
        start = fields.Datetime.to_datetime(vals.get("start")) or self.start
        stop = fields.Datetime.to_datetime(vals.get("stop"))
        if not start:
            return None, None
        if stop is None or (self and "start" not in vals and stop == self.stop):
            minutes = vals.get("duration") or self.duration
            stop = start + timedelta(minutes=minutes or self._sum_minutes(vals))
        if stop <= start:
            raise BookingError(self.env._("A showcase ends after it starts."))
        return start, stop

    def _sum_minutes(self, vals):
        lines = self.new({"line_ids": vals.get("line_ids") or []}).line_ids
        return max(sum(lines.mapped("minutes")), DEFAULT_DURATION)

    # ------------------------------------------------------------------
    # Locks for several calls at once
    # ------------------------------------------------------------------

    def _lock_ahead(self, vals):
        """Lock what these calls hold and what they may claim with ``vals``."""
        if len(self) > 1:
            self._lock_calls([item._get_call(dict(vals)) for item in self])

    def _lock_ahead_of_new(self, vals_list):
        """Lock what new calls with these values may claim, in the one order."""
        if len(vals_list) > 1:
            complete = self._add_missing_default_values
            calls = [self._get_call(complete(dict(vals))) for vals in vals_list]
            self._lock_calls(calls)

    def _lock_calls(self, calls):
        held_sudo = self.sudo().reservation_ids
        resources = set(held_sudo.resource_id.ids)
        for call in calls:
            resources.add(call.resource)
            resources.update(call.representative.sudo().resource_id.ids)
            resources.update(call.room.sudo().resource_id.ids)
        self.env["clinic.reservation"]._lock(resources, held_sudo.partner_id.ids)
