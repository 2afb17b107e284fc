# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Another time for each visit that is hit: found together, held one by one.

All free times are read as they will be once the change is made, with a fixed number
of queries per service. What is proposed to one visit is not proposed to the next.
"""

import heapq
from bisect import insort
from collections import defaultdict
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta

from odoo import fields, models

from odoo.addons.clinic_engine.claims import free_seats
from odoo.addons.clinic_engine.clock import from_epoch
from odoo.addons.clinic_engine.ranking import nearest

from ..models.clinic_schedule import epoch

HOUR = 3600
DAY = 24 * HOUR

#: Where a visit may go: so long before and after its own time.
BEFORE = timedelta(days=7)
AFTER = timedelta(days=35)

#: How many times are offered to one visit, and how many of them per doctor and site.
OFFERS = 6
OFFERS_PER_KEY = 3

#: What a change of place or person weighs against a change of time, in seconds.
OTHER_SITE = DAY
OTHER_DOCTOR = {"time": HOUR, "doctor": 14 * DAY}


class ClinicImpactLine(models.TransientModel):
    """Proposing times."""

    _inherit = "clinic.impact.line"

    def _offer(self, earliest=None):
        """Find the best other times of these visits and keep them as options.

        What is held stays among them.

        :param earliest: UTC datetime before which nothing is offered
        """
        held = self.filtered(lambda line: line._is_held()).option_id
        self.check_access("write")
        # sudo: clients may not make options or take them away
        (self.option_ids - held).sudo().unlink()
        values, words = [], {}
        for impact, lines in self.grouped("impact_id").items():
            with impact._what_if():
                values += lines._find_options(earliest, words)
        # not inside: what is written there is rolled back
        for line, why in words.items():
            line._set_quietly(**why)
        self._as_server("clinic.impact.option").create(values)

    def _find_options(self, earliest, words):
        """Return values of options; put into ``words`` why none is a colleague's."""
        patient_busy = self._get_patient_busy()
        situations = {
            service: lines._read_situation(service)
            for service, lines in self.grouped("service_id").items()
        }
        untouched = {
            service: replace(situation, busy=deepcopy(situation.busy))
            for service, situation in situations.items()
        }
        found = {}
        # who keeps the booked time goes first: no other visit takes it from them
        for same_time in (True, False):
            for line in self - self.browse(line.id for line in found):
                query = line._get_offer_query(patient_busy, earliest)
                situation = situations[line.service_id]
                offers = line._rank_offers(situation, query, earliest)
                if not same_time or line._keeps_time(offers):
                    found[line] = query, offers
                    line._take_first(situations, offers, patient_busy)
        values = []
        for line in self:
            query, offers = found[line]
            if not earliest:
                asked = untouched[line.service_id]
                words[line] = line._explain_offers(asked, query, offers)
            values += [line._prepare_option(*offer) for offer in offers]
        return values

    def _keeps_time(self, offers):
        """Whether the first of ``offers`` is at the booked time."""
        return bool(offers) and offers[0][0] == epoch(self.appointment_id.start)

    def _take_first(self, situations, offers, patient_busy):
        """Count the first of ``offers`` as taken, for the other visits on the list."""
        if not offers:
            return
        own = situations[self.service_id]
        claim = self._claim_offer(own, *offers[0])
        for situation in situations.values():
            if situation is not own:
                self._put_claim(situation, *claim)
        patient_busy[self.patient_id.partner_id.id].append(
            (self.appointment_id.id, *self._get_span(offers[0][0]))
        )

    def _read_situation(self, service):
        """Read everything about the free times of one service, in bulk."""
        now = fields.Datetime.now()
        visits = self.appointment_id
        start = max(now, min(visits.mapped("start")) - BEFORE)
        stop = max(visits.mapped("stop")) + AFTER
        return self.env["clinic.schedule"]._get_situation(
            service,
            service._get_doctors(),
            start,
            stop,
            sites=self.env["clinic.site"].search([]),
        )

    def _get_patient_busy(self):
        """Return {partner id: [(appointment id, start, stop)]} in one query."""
        busy = defaultdict(list)
        claims_sudo = (
            self.env["clinic.reservation"]
            .sudo()
            .search_fetch(
                [
                    ("partner_id", "in", self.patient_id.partner_id.ids),
                    ("stop", ">", fields.Datetime.now()),
                ],
                ["partner_id", "appointment_id", "start", "stop"],
            )
        )
        for claim in claims_sudo:
            busy[claim.partner_id.id].append(
                (claim.appointment_id.id, epoch(claim.start), epoch(claim.stop))
            )
        return busy

    def _get_offer_query(self, patient_busy, earliest):
        """Return the engine's query for another time of this visit."""
        visit = self.appointment_id
        now = fields.Datetime.now()
        first = max(filter(None, (now, visit.start - BEFORE, earliest)))
        return self.env["clinic.schedule"]._get_query(
            visit.service_id,
            first,
            visit.stop + AFTER,
            duration=epoch(visit.stop) - epoch(visit.start),
            patient_busy=sorted(
                (begin, end)
                for owner, begin, end in patient_busy[self.patient_id.partner_id.id]
                if owner != visit.id
            ),
        )

    def _rank_offers(self, situation, query, earliest):
        """Return [(start, (doctor id, site id))], the least disturbing first."""
        visit = self.appointment_id
        wanted = epoch(visit.start)
        now = fields.Datetime.now()
        soonest = epoch(now) + round(visit.service_id.booking_notice * HOUR)
        target = max(wanted, epoch(earliest)) if earliest else wanted
        offers = []
        for key, starts in self._find_starts(situation, query).items():
            # earlier than booked only with the notice that patients are due
            starts = [s for s in starts if s >= wanted or s >= soonest]
            for start, _key in nearest({key: starts}, target, OFFERS_PER_KEY):
                if (start, key) != (wanted, (visit.doctor_id.id, visit.site_id.id)):
                    offers.append((self._get_cost(start, key, target), start, key))
        return [offer[1:] for offer in heapq.nsmallest(OFFERS, offers)]

    def _find_starts(self, situation, query):
        """Return the free starts of doctors at sites where they still work."""
        found = situation.find(query)
        doctors = self.env["clinic.doctor"].browse({key[0] for key in found})
        sites = {doctor.id: set(doctor.sudo().site_ids.ids) for doctor in doctors}
        return {
            (doctor, site): starts
            for (doctor, site), starts in found.items()
            if site in sites[doctor]
        }

    def _get_cost(self, start, key, target):
        """Return how much a time disturbs, in seconds of shift."""
        visit = self.appointment_id
        cost = abs(start - target)
        if key[0] != visit.doctor_id.id:
            cost += OTHER_DOCTOR[self.impact_id.preference]
        if key[1] != visit.site_id.id:
            cost += OTHER_SITE
        return cost

    def _get_span(self, start):
        visit = self.appointment_id
        return start, start + epoch(visit.stop) - epoch(visit.start)

    def _claim_offer(self, situation, start, key):
        """Count a first choice as taken; return the claim."""
        service = self.service_id
        begin, end = self._get_span(start)
        resources = {doctor: resource for resource, doctor in situation.doctors.items()}
        resource = resources[key[0]]
        visit = self.appointment_id
        query = self.env["clinic.schedule"]._get_query(
            service, visit.start, visit.stop, duration=end - begin
        )
        session = situation.session_at(resource, begin, query, key[1])
        claim = (
            resource,
            session.capacity,
            begin - service.buffer_before * 60,
            end + service.buffer_after * 60,
        )
        self._put_claim(situation, *claim)
        return claim

    def _put_claim(self, situation, resource, seats, start, stop):
        """Add a claim to what is known as busy, on the lowest free seat."""
        seat = next(free_seats(resource, seats, start, stop, situation.busy), None)
        if seat is not None:
            by_seat = situation.busy.setdefault(resource, {})
            insort(by_seat.setdefault(seat, []), (start, stop))

    def _prepare_option(self, start, key):
        doctor, site = key
        return {
            "line_id": self.id,
            "doctor_id": doctor,
            "site_id": site,
            "start": from_epoch(start).replace(tzinfo=None),
        }
