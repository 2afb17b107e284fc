# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The peer: OCA resource_booking, through its models."""

from datetime import date, datetime

import pytz

from odoo.fields import Command

from ..questions import CLOSE, OPEN, SLOT, epoch
from . import rows
from .people import hire, moment

ZONE = "Europe/Paris"
HOURS = SLOT / 3600
ELSEWHERE = epoch(date(2031, 6, 2), OPEN)

#: What its callers may switch off: invitations, tracking, followers, log notes.
SILENT = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "no_mail_to_attendees": True,
    "dont_notify": True,
}


class Peer:
    """``resource.booking._get_available_slots``, with the rights its portal uses."""

    name = "resource_booking"

    def __init__(self, instance):
        self.instance = instance
        self.resources, self.combinations = {}, {}
        self.question = self.booking = self.kind = None
        self.samples = {}
        with instance.environment(staff=False) as env:
            self.calendar = self._make_calendar(env).id
            self.requester = env["res.partner"].create(
                {"name": "Requester", "email": "requester@example.com"}
            )
            self.requester = self.requester.id

    def _make_calendar(self, env):
        calendar = env["resource.calendar"].create({"name": "Practice", "tz": ZONE})
        hours = [
            Command.create(
                {
                    "name": "Hours",
                    "dayofweek": str(weekday),
                    "hour_from": OPEN,
                    "hour_to": CLOSE,
                    "day_period": "morning",
                }
            )
            for weekday in range(5)
        ]
        calendar.attendance_ids = [Command.clear(), *hours]
        return calendar

    # ------------------------------------------------------------------
    # The practice
    # ------------------------------------------------------------------

    def employ(self, env, count, users=True):
        """Return the ids of resources: users, or material for who does not log in."""
        known = self.resources.setdefault(("doctor", users), [])
        wanted = hire(env, count) if users else [env["res.users"]] * count
        known += self._make_resources(
            env,
            [
                {
                    "name": user.name or f"Locum {number}",
                    "resource_type": "user" if user else "material",
                    "user_id": user.id,
                }
                for number, user in enumerate(wanted)
                if number >= len(known)
            ],
        )
        return known[:count]

    def furnish(self, env, count):
        """Return the ids of rooms."""
        known = self.resources.setdefault("room", [])
        known += self._make_resources(
            env,
            [
                {"name": f"Room {number}", "resource_type": "material"}
                for number in range(len(known), count)
            ],
        )
        return known[:count]

    def _make_resources(self, env, vals_list):
        common = {"calendar_id": self.calendar, "tz": ZONE}
        resources = env["resource.resource"]
        return resources.create([{**common, **vals} for vals in vals_list]).ids

    def combine(self, env, sets):
        """Return the ids of the combinations of these resources."""
        missing = [ids for ids in sets if ids not in self.combinations]
        made = env["resource.booking.combination"].create(
            [{"resource_ids": [Command.set(ids)]} for ids in missing]
        )
        self.combinations.update(zip(missing, made.ids, strict=True))
        return [self.combinations[ids] for ids in sets]

    def offer(self, env, combinations):
        """Return a type of bookings that any of the combinations serves."""
        rels = [Command.create({"combination_id": key}) for key in combinations]
        return env["resource.booking.type"].create(
            {
                "name": "Consultation",
                "duration": HOURS,
                "slot_duration": HOURS,
                "resource_calendar_id": self.calendar,
                "combination_assignment": "sorted",
                "combination_rel_ids": rels,
            }
        )

    # ------------------------------------------------------------------
    # Questions
    # ------------------------------------------------------------------

    def load(self, question, bookings):
        """Make the practice of a question, with its bookings."""
        with self.instance.environment(staff=False, **SILENT) as env:
            doctors = self.employ(env, question.doctors, question.users)
            rooms = self.furnish(env, question.rooms)
            if rooms:
                sets = [(doctor, room) for doctor in doctors for room in rooms]
            else:
                sets = [(doctor,) for doctor in doctors]
            combinations = self.combine(env, sets)
            self.question = question
            self.kind = self.offer(env, combinations).id
            self.booking = self._ask_for(env).id
            self.samples = {}
            if not rooms:  # one doctor at a time, to compare more than the union
                self.samples = {
                    number: self._ask_for(env, combinations[number]).id
                    for number in {0, len(doctors) // 2, len(doctors) - 1}
                }
            if bookings:
                self._book_all(env, doctors, rooms, bookings)

    def _ask_for(self, env, combination=False):
        """Return a booking without a time: slots are asked of it."""
        return env["resource.booking"].create(
            {
                "type_id": self.kind,
                "partner_ids": [Command.set([self.requester])],
                "combination_id": combination,
                "combination_auto_assign": not combination,
            }
        )

    def book_values(self, combination, seconds):
        """Return the values of a booking at a time."""
        return {
            "type_id": self.kind,
            "partner_ids": [Command.set([self.requester])],
            "combination_id": combination,
            "combination_auto_assign": False,
            "start": moment(seconds),
            "duration": HOURS,
        }

    def _book_all(self, env, doctors, rooms, bookings):
        """Make one booking by its models and the others as copies of its rows."""
        people = env["resource.resource"].browse(doctors).user_id.partner_id.ids
        sets = [
            (doctors[item.doctor],)
            if item.room is None
            else (doctors[item.doctor], rooms[item.room])
            for item in bookings
        ]
        combinations = self.combine(env, sets)
        first = env["resource.booking"].create(
            self.book_values(self.combinations[sets[0]], ELSEWHERE)
        )
        env.flush_all()
        times = {
            "start": [moment(booking.start) for booking in bookings],
            "stop": [moment(booking.stop) for booking in bookings],
        }
        event = first.meeting_id
        events = rows.clone(env.cr, "calendar_event", event.id, **times)
        made = rows.clone(
            env.cr,
            "resource_booking",
            first.id,
            meeting_id=events,
            combination_id=combinations,
            **times,
        )
        rows.insert(
            env.cr,
            "res_partner_resource_booking_rel",
            resource_booking_id=made,
            res_partner_id=[self.requester] * len(made),
        )
        for attendee in event.attendee_ids:
            partners = [self.requester] * len(made)
            if attendee.partner_id.id != self.requester:
                partners = [people[booking.doctor] for booking in bookings]
            self._invite(env, attendee, events, partners)

    def _invite(self, env, attendee, events, partners):
        rows.clone(
            env.cr,
            "calendar_attendee",
            attendee.id,
            event_id=events,
            partner_id=partners,
        )
        rows.insert(
            env.cr,
            "calendar_event_res_partner_rel",
            calendar_event_id=events,
            res_partner_id=partners,
        )

    def ask(self, env):
        """Return {day: [start, …]}: of any combination."""
        return self._ask(env, self.booking)

    def _ask(self, env, booking):
        # sudo: its portal page asks so
        booking_sudo = env["resource.booking"].sudo().browse(booking)
        zone = pytz.timezone(ZONE)
        window = [
            datetime.fromtimestamp(seconds, zone) for seconds in self.question.window
        ]
        return booking_sudo._get_available_slots(*window)

    def starts(self, answer):
        """Return {None: free starts}: it does not say whose they are."""
        return {
            None: {
                int(start.timestamp()) for starts in answer.values() for start in starts
            }
        }

    def sample(self, env):
        """Return {number of a doctor: free starts} of a few doctors."""
        return {
            number: self.starts(self._ask(env, booking))[None]
            for number, booking in self.samples.items()
        }

    def clear(self):
        """Take all bookings away."""
        with self.instance.environment(staff=False) as env:
            rows.delete(env.cr, "resource_booking", "calendar_event")
