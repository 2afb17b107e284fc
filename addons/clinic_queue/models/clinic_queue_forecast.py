# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How long everybody of a queue still waits: the engine plays the room on."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from math import ceil
from statistics import fmean
from threading import Lock

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools.lru import LRU

from odoo.addons.clinic_engine.queue_duration import learn
from odoo.addons.clinic_engine.queue_estimate import (
    ENOUGH_SAMPLES,
    Stream,
    band,
    by_number_ahead,
    estimate,
)
from odoo.addons.clinic_engine.queue_policy import Ticket, standing
from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

#: Services so old (days) tell nothing any more.
RECENT = 60

#: So many of the latest services are learned from.
MOST_SAMPLES = 2000

#: The last consultation of each ticket, and the shares of those before it.
SAMPLES = """
    SELECT service_id, provider_key, seconds
      FROM (
    SELECT ticket.service_id, ticket.provider_key, ticket.completed_at AS done_at,
           EXTRACT(EPOCH FROM ticket.completed_at - ticket.started_at)::float
               AS seconds
      FROM clinic_queue_ticket ticket
     WHERE ticket.queue_id = ANY(%(queues)s)
       AND ticket.state = 'completed'
       AND ticket.completed_at > %(since)s
       AND ticket.completed_at > ticket.started_at
     UNION ALL
    SELECT ticket.service_id, share.provider_key, share.moment,
           share.served_minutes * 60
      FROM clinic_queue_event share
      JOIN clinic_queue_ticket ticket ON ticket.id = share.ticket_id
     WHERE share.queue_id = ANY(%(queues)s)
       AND share.served_minutes > 0
       AND share.is_undone IS NOT TRUE
       AND share.moment > %(since)s
           ) served
     ORDER BY done_at DESC
     LIMIT %(most)s
"""

#: Days of the same weekday from which arrivals are expected.
WEEKS = 4

#: Chance that somebody comes whose appointment is still ahead, where nothing better
#: is known.
SHOW_CHANCE = 0.9

#: What sums of parts may be off by.
SMALL = 1e-9

#: Seconds for which a room that did not change is not played on again.
KEPT_FOR = 10

#: What was played last, by room: (epoch seconds, estimates).
_played = LRU(256)

#: Phones ask together: the first one plays, the others take what it found.
_playing = Lock()


def _recall(key, moment, *args, **kwargs):
    """Return the engine's estimates, or those of the same room a moment ago.

    :param key: all that changes with the room; what comes with time alone is not in it
    :param moment: epoch seconds
    """
    with _playing:
        made, found = _played.get(key, (None, None))
        if made is None or not 0 <= moment - made < KEPT_FOR:
            found = estimate(*args, **kwargs)
            _played[key] = moment, found
        return found


class ClinicQueue(models.Model):
    _inherit = "clinic.queue"

    def _forecast(self, now=None, newcomers=()):
        """Return the band in seconds that each waiting ticket is told, by its id.

        The queues that desks tie together, if only by way of others, are played on
        together: whichever of them is asked, a ticket is told the same. Without desks,
        or where nobody here serves a ticket, its band is None.

        :param datetime now: naive UTC; None: now
        :param newcomers: tickets as the engine takes them, of who might join now
        """
        now = now or fields.Datetime.now()
        # sudo: colleagues' visits count, whoever asks; only the bands leave this
        queues_sudo, desks_sudo = self.sudo()._get_tied()
        present = Domain("queue_id", "in", queues_sudo.ids) & Domain(
            "state", "in", ("waiting", "in_consultation", "called")
        )
        tickets_sudo = queues_sudo.env["clinic.queue.ticket"].search(
            present & queues_sudo._get_day_domain()
        )
        waiting_sudo = tickets_sudo.filtered(lambda item: item.state == "waiting")
        if not waiting_sudo and not newcomers:
            return {}
        samples = queues_sudo._get_samples(now)
        if len(samples) < ENOUGH_SAMPLES:
            return queues_sudo._forecast_by_number(
                waiting_sudo, desks_sudo, epoch(now), newcomers
            )
        found = queues_sudo._play_on(tickets_sudo, desks_sudo, samples, now, newcomers)
        return {ticket_id: band(item) for ticket_id, item in found.items()}

    def _get_tied(self):
        """Return the queues that share desks with these, and their open desks.

        Who shares a desk with a queue that shares another one counts as well: those
        who wait there decide when the desk in between is free.
        """
        desks = self.env["clinic.queue.desk"].search(
            [("site_id", "in", self.site_id.ids), ("state", "!=", "closed")]
        )
        queues, left = self, desks
        while tied := left.filtered(lambda desk, known=queues: desk.queue_ids & known):
            queues |= tied.queue_ids
            left -= tied
        return queues, desks - left

    def _play_on(self, tickets, desks, samples, now, newcomers=()):
        """Return the engine's estimates for who waits, at most ``KEPT_FOR`` old.

        :param tickets: who waits, and who is called or served
        :param samples: as ``_get_samples`` returns them
        """
        waiting = tickets.filtered(lambda item: item.state == "waiting")
        policies = self._get_engine_policies()
        expected = list(self._get_expected(now))
        streams = self._get_streams(now, policies)
        services = tickets.service_id | self.walk_in_service_id
        to_come = {item.service for item in streams}
        to_come |= {item.service for _queue, item, _chance in expected}
        services |= services.browse(to_come - {None})
        by_ticket = {item.id: policies[item.queue_id] for item in waiting}
        by_ticket |= {item.id: policies[queue] for queue, item, _chance in expected}
        rooms = self._get_rooms(desks, tickets - waiting, now)
        joined = [item._get_engine_ticket() for item in waiting]
        plans = self._get_plans(services)
        key = (
            self.env.cr.dbname,
            (*joined, *(replace(item, arrived=0) for item in newcomers)),
            tuple(desk._get_room_key(services, *room) for desk, *room in rooms),
            repr((policies[self[0]], by_ticket, plans, samples)),
            tuple((item.id, chance) for _queue, item, chance in expected),
        )
        moment = epoch(now)
        return _recall(
            key,
            moment,
            [*joined, *newcomers],
            [desk._get_engine_desk(services, moment, *room) for desk, *room in rooms],
            policies[self[0]],
            learn(samples, plans),
            moment,
            expected=[(item, chance) for _queue, item, chance in expected],
            streams=streams,
            policies=by_ticket,
        )

    def _get_rooms(self, desks, serving, now):
        """Return [(desk, ticket that is there or none, hours of its doctor), …]."""
        tickets = {item.desk_id: item for item in serving}
        hours = desks._get_hours(now)
        nobody = serving.browse()
        return [
            (desk, tickets.get(desk, nobody), hours.get(desk, ())) for desk in desks
        ]

    def _get_engine_policies(self):
        """Return each queue's policy as the engine takes it."""
        found = {policy: policy._get_engine_policy() for policy in self.policy_id}
        return {queue: found[queue.policy_id] for queue in self}

    def _forecast_by_number(self, waiting, desks, now, newcomers=()):
        """Return bands by the number of those ahead, while too little is known.

        Only who is called by the same desks is ahead; whom no desk calls has no band.
        """
        policies = self._get_engine_policies()
        joined = [
            (item._get_engine_ticket(), policies[item.queue_id]) for item in waiting
        ]
        joined += [(item, policies[self[0]]) for item in newcomers]
        joined.sort(key=lambda pair: standing(*pair).key(now))
        services = waiting.service_id | self.walk_in_service_id
        services |= services.browse({item.service for item in newcomers} - {None})
        offers = [desk._get_offers(services) for desk in desks]
        mean = fmean(self._get_plans(waiting.service_id).values())
        load, found = Counter(), {}
        for ticket, _policy in joined:
            own = [place for place, offer in enumerate(offers) if ticket.needs <= offer]
            ahead = ceil(sum(load[place] for place in own) - SMALL)
            found[ticket.id] = (
                band(by_number_ahead(ahead, len(own), mean)) if own else None
            )
            # whoever several desks may call is as likely called by each of them
            load.update(dict.fromkeys(own, 1 / len(own)) if own else {})
        return found

    def _get_plans(self, services):
        """Return the planned seconds of each service, and of none."""
        plans = {service.id: 60.0 * service.duration for service in services}
        walk_in = self.walk_in_service_id[:1]
        return {None: 60.0 * (walk_in.duration or 15), **plans}

    def _get_samples(self, now):
        """Return (service, provider, seconds) of recent services, as ``learn`` asks.

        Who was sent on or parked out of a consultation was served more than once: each
        doctor's share counts for that doctor.
        """
        self.env["clinic.queue.ticket"].flush_model()
        self.env["clinic.queue.event"].flush_model()
        self.env.cr.execute(
            SAMPLES,
            {
                "queues": self.ids,
                "since": now - timedelta(days=RECENT),
                "most": MOST_SAMPLES,
            },
        )
        return self.env.cr.fetchall()

    def _get_expected(self, now):
        """Yield (queue, ticket, chance to come) of visits not checked in yet."""
        visits = self.env["clinic.appointment"].search_fetch(
            [
                ("site_id", "in", self.site_id.ids),
                ("state", "in", ("scheduled", "confirmed")),
                ("start", ">", now - timedelta(minutes=30)),
                ("start", "<", now + timedelta(hours=8)),
            ],
            ["start", "doctor_id", "service_id", "site_id"],
        )
        # sudo: who waits may not see how likely others come, and is not told
        chances = {
            visit.id: 1 - visit.no_show_probability
            for visit in visits.sudo()
            if visit.no_show_model_id
        }
        queues = self.search([("site_id", "in", self.site_id.ids)])
        for visit in visits:
            queue = queues._choose_for_appointment(visit)
            if queue not in self:
                continue
            needs = {f"queue:{queue.id}", f"doctor:{visit.doctor_id.id}"}
            needs.add(f"service:{visit.service_id.id}")
            slot = epoch(visit.start)
            ticket = Ticket(
                id=-(10**9) - visit.id,
                arrived=max(slot, epoch(now)),
                slot=slot,
                needs=frozenset(needs),
                service=visit.service_id.id,
            )
            yield queue, ticket, chances.get(visit.id, SHOW_CHANCE)

    def _get_streams(self, now, policies):
        """Return the walk-ins to come, from this hour of the last weeks."""
        counts = {}
        for week in range(1, WEEKS + 1):
            start = now - timedelta(weeks=week)
            groups = self.env["clinic.queue.ticket"]._read_group(
                [
                    ("queue_id", "in", self.ids),
                    ("appointment_id", "=", False),
                    ("arrived_at", ">=", start),
                    ("arrived_at", "<", start + timedelta(hours=2)),
                ],
                ["queue_id", "level_id", "service_id"],
                ["__count"],
            )
            for *key, count in groups:
                counts[tuple(key)] = counts.get(tuple(key), 0) + count
        return [
            Stream(
                level=policies[queue].levels.get(level.id, policies[queue].default),
                rate=count / (WEEKS * 2 * 3600),
                service=service.id or None,
                needs=frozenset({f"queue:{queue.id}"}),
            )
            for (queue, level, service), count in counts.items()
        ]
