# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Demo tickets: two weeks behind, served by the engine's own order, and a room now.

They are made by code because they move with the date. What waits now stands some
minutes before the moment of the installation, at whatever hour that is.
"""

import random
from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models

from odoo.addons.clinic_engine import queue_policy
from odoo.addons.clinic_engine.clock import from_epoch
from odoo.addons.clinic_engine.queue_duration import planned
from odoo.addons.clinic_engine.queue_estimate import (
    Desk,
    Stream,
    band,
    estimate,
)

SEED = 20265
DAYS = 14
MINUTE = 60

#: Walk-ins per hour from 8 to 17 h, and how much of that comes on each weekday.
ARRIVALS = (9, 14, 15, 12, 7, 7, 11, 13, 7)
OPENING = 8
WEEK = (1.25, 1.0, 0.9, 1.0, 1.1, 0.5)

#: How many of a hundred are of levels 2 to 5; who is not triaged counts as none.
LEVELS = {2: 6, 3: 24, 4: 42, 5: 20, None: 8}

#: Who waits longer than this (minutes, on average) leaves.
PATIENCE = 400
NEVER_CAME = 0.02

#: Roll-outs per estimate: enough for a believable band.
RUNS = 60

#: Who waits now: minutes since check-in, level, credit, and what they come for.
PRESENT = (
    (96, 4, None, "Prescription renewal"),
    (88, 3, None, "Fever for three days"),
    (81, 5, None, "Form for the insurance"),
    (74, 4, "age", "Persistent cough"),
    (63, 4, None, "Results of the blood test"),
    (52, 5, None, "Prescription renewal"),
    (41, 3, None, "Wrist after a fall"),
    (37, 4, "pregnant", "Back pain"),
    (24, 4, None, "Sore throat"),
    (16, 5, None, "Vaccination card"),
    (9, None, None, "Dizzy since the morning"),
    (4, 3, None, "Cut on the hand"),
    (2, None, None, "Rash on both forearms"),
)


class ClinicDemo(models.AbstractModel):
    _inherit = "clinic.demo"

    @api.model
    def _load_queue_history(self):
        """Serve two weeks of walk-ins, the same every time."""
        rng = random.Random(SEED)
        for queue in self._get_demo_queues():
            today = queue._get_today()
            for ago in range(DAYS, 0, -1):
                day = today - timedelta(days=ago)
                if day.weekday() < len(WEEK):
                    self._serve_day(queue, day, rng)

    def _get_demo_queues(self):
        names = ("sablon", "flagey")
        queues = self.env["clinic.queue"]
        for name in names:
            queues |= self.env.ref(f"clinic_queue.clinic_queue_{name}_demo")
        return queues

    def _serve_day(self, queue, day, rng):
        """Let people come, wait and be served by the queue's policy."""
        room = _Day(self.env, queue, day, rng)
        room.let_come()
        room.serve()
        patients = self.env["clinic.patient"].search([])
        tickets = self.env["clinic.queue.ticket"].sudo()
        tickets = tickets.create(
            [
                {
                    **person.values,
                    "name": f"{queue.code}-{number:03}",
                    "queue_id": queue.id,
                    "day": day,
                    "service_id": queue.walk_in_service_id.id,
                    "patient_id": rng.choice([False, False, *patients.ids]),
                    "source": rng.choices(["reception", "kiosk"], [2, 3])[0],
                }
                for number, person in enumerate(room.people, start=1)
            ]
        )
        self.env["clinic.queue.estimate"].sudo().create(
            [
                self._prepare_estimate(ticket, person)
                for ticket, person in zip(tickets, room.people, strict=True)
                if person.band
            ]
        )

    def _prepare_estimate(self, ticket, person):
        """Return what the patient's page showed at the check-in, and its outcome."""
        low, high = person.band
        values = {
            "ticket_id": ticket.id,
            "level_id": ticket.level_id.id,
            "shown_to": "patient",
            "moment": ticket.arrived_at,
            "low": low,
            "high": high,
        }
        if ticket.called_at:
            shown = self.env["clinic.queue.estimate"].new(values)
            waited = ticket.called_at - ticket.arrived_at
            values.update(shown._judge(int(waited.total_seconds())), is_known=True)
        return values

    @api.model
    def _load_queue_now(self):
        """Fill the waiting room as it is now: some are served, some wait."""
        rng = random.Random(SEED)
        queue = self.env.ref("clinic_queue.clinic_queue_sablon_demo")
        nurse = self.env.ref("clinic_scheduling.res_users_nurse_demo")
        doctor = self.env.ref("clinic_scheduling.res_users_doctor_demo")
        tickets = self._let_wait(queue, nurse, rng)
        room, other = (
            self.env.ref(f"clinic_queue.clinic_queue_desk_sablon_{number}_demo")
            for number in (1, 2)
        )
        room = room.with_user(doctor)
        other = other.with_user(nurse)
        room._open_desk()
        other._open_desk()
        for desk, called, lasted in ((room, 62, 17), (other, 55, 21), (room, 40, 14)):
            self._serve_one(desk, called, lasted)
        self._serve_one(room, 9, None)
        other.call_next().sudo().called_at = self._ago(1)
        tickets[8].with_user(nurse).park(self.env._("Waits for a result."))
        tickets[8].sudo().parked_at = self._ago(6)
        self._check_visits_in(queue)

    def _let_wait(self, queue, nurse, rng):
        """Give the numbers of today, with levels and credits."""
        levels = {level.code: level for level in queue.policy_id.level_ids}
        patients = self.env["clinic.patient"].search([], order="id", limit=60)
        chosen = rng.sample(list(patients), len(PRESENT))
        tickets = self.env["clinic.queue.ticket"]
        for patient, (minutes, code, credit, reason) in zip(
            chosen, PRESENT, strict=True
        ):
            ticket = tickets._join_queue(queue, patient_id=patient.id, reason=reason)
            ticket.sudo().arrived_at = self._ago(minutes)
            if code:
                ticket.with_user(nurse)._triage(levels[code])
                ticket.sudo().triaged_at = self._ago(minutes - 2)
            if credit:
                record = self.env.ref(f"clinic_queue.clinic_queue_credit_{credit}")
                ticket.with_user(nurse)._give_credit(record, record.name)
            tickets |= ticket
        return tickets

    def _ago(self, minutes):
        return fields.Datetime.now() - timedelta(minutes=minutes)

    def _serve_one(self, desk, called, lasted):
        """Call and serve the next, minutes ago; ``lasted`` None: still there."""
        ticket = desk.call_next()
        ticket.start_service()
        ticket.sudo().write(
            {"called_at": self._ago(called), "started_at": self._ago(called - 1)}
        )
        if lasted:
            ticket.complete_service()
            ticket.sudo().completed_at = self._ago(called - 1 - lasted)

    def _check_visits_in(self, queue):
        """Give who has arrived for a visit a number, too."""
        arrived = self.env["clinic.appointment"].search(
            [("state", "=", "arrived"), ("site_id", "=", queue.site_id.id)]
        )
        for visit in arrived.filtered("may_check_in"):
            visit.check_in()


class _Person:
    """Somebody who comes: the engine's ticket, and what became of it."""

    def __init__(self, ticket, patience):
        self.ticket, self.patience = ticket, patience
        self.values = {}
        self.band = None


class _Day:
    """A past day of a queue, played with the order that serves it."""

    def __init__(self, env, queue, day, rng):
        self.rng = rng
        self.policy = queue.policy_id._get_engine_policy()
        self.levels = {level.code: level.id for level in queue.policy_id.level_ids}
        self.desks = env["clinic.queue.desk"].search([("queue_ids", "in", queue.ids)])
        zone = pytz.timezone(queue.site_id.tz)
        opening = zone.localize(datetime.combine(day, time(OPENING)))
        self.opening = int(opening.timestamp())
        self.rush = WEEK[day.weekday()] * len(self.desks) / 3
        # the second desk is quicker, as people are
        self.durations = {
            desk: planned((11.5 + number) * MINUTE)
            for number, desk in enumerate(self.desks)
        }
        self.people = []

    def let_come(self):
        """Draw who comes, when, and how urgent."""
        codes, weights = list(LEVELS), list(LEVELS.values())
        for hour, rate in enumerate(ARRIVALS):
            moment = self.opening + hour * 60 * MINUTE
            end = moment + 60 * MINUTE
            while (
                moment := moment + self.rng.expovariate(rate * self.rush / 3600)
            ) < end:
                code = self.rng.choices(codes, weights)[0]
                ticket = queue_policy.Ticket(
                    id=len(self.people) + 1,
                    arrived=int(moment),
                    level=self.levels.get(code),
                )
                patience = self.rng.expovariate(1 / (PATIENCE * MINUTE))
                self.people.append(_Person(ticket, patience))

    def serve(self):
        """Serve everybody; note who was called where, and who left."""
        coming, waiting = list(self.people), []
        free = dict.fromkeys(self.desks, self.opening)
        while coming or waiting:
            desk = min(free, key=lambda item: (free[item], item.id))
            if not waiting:
                free[desk] = max(free[desk], coming[0].ticket.arrived)
            now = int(free[desk])
            while coming and coming[0].ticket.arrived <= now:
                person = coming.pop(0)
                self.tell(person, waiting, free)
                waiting.append(person)
            for person in [item for item in waiting if self.has_left(item, now)]:
                waiting.remove(person)
            if waiting:
                person = min(waiting, key=lambda item: self.rank(item, now))
                waiting.remove(person)
                free[desk] = self.call(person, desk, now)

    def rank(self, person, now):
        """Return by what the one who is served next is the least."""
        return queue_policy.standing(person.ticket, self.policy).key(now)

    def has_left(self, person, now):
        """Note it when somebody does not wait any longer."""
        left = int(person.ticket.arrived + person.patience)
        if left > now:
            return False
        self.note(person, "cancelled", left_at=left)
        return True

    def call(self, person, desk, now):
        """Serve somebody; return when the desk is free again."""
        if self.rng.random() < NEVER_CAME:
            self.note(person, "absent", called_at=now, left_at=now + 3 * MINUTE)
            return now + 3 * MINUTE
        started = now + self.rng.randint(15, 70)
        ended = started + int(self.durations[desk].draw(self.rng))
        moments = {"called_at": now, "started_at": started, "completed_at": ended}
        self.note(person, "completed", **moments)
        person.values.update(
            desk_id=desk.id, call_count=1, provider_key=self.get_provider(desk)
        )
        return ended + self.rng.randint(20, 240)

    def get_provider(self, desk):
        """Return who serves at a desk: its doctor, or whoever is there."""
        doctors = desk.site_id.doctor_ids
        if not desk.room_id or not doctors:
            return f"desk:{desk.id}"
        return f"doctor:{doctors[desk.sequence % len(doctors)].id}"

    def note(self, person, state, **moments):
        """Keep what became of somebody, as fields of the ticket."""
        ticket = person.ticket
        moments["arrived_at"] = ticket.arrived
        person.values = {
            "state": state,
            "level_id": ticket.level or False,
            **{
                name: from_epoch(moment).replace(tzinfo=None)
                for name, moment in moments.items()
            },
        }

    def tell(self, person, waiting, free):
        """Show the newcomer a wait, as the forecast would have done."""
        now = person.ticket.arrived
        desks = [
            Desk(key=desk.id, since=max(int(moment), now))
            for desk, moment in free.items()
        ]
        durations = {(None, desk.id): self.durations[desk] for desk in free}
        durations[None, None] = planned(12 * MINUTE)
        rate = sum(ARRIVALS) / len(ARRIVALS) * self.rush / 3600
        found = estimate(
            [person.ticket, *(item.ticket for item in waiting)],
            desks,
            self.policy,
            durations,
            now,
            streams=[Stream(level=self.policy.default, rate=rate)],
            runs=RUNS,
        )
        person.band = band(found[person.ticket.id])
