# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The places of a plan, and how long it takes from one to another.

Times that were loaded come first; between other places the great circle counts, with
the speed of the area or, where they have one of their own, of the representatives.
"""

from collections import defaultdict

from odoo.fields import Domain

from odoo.addons.clinic_engine.planner_travel import SPEED, get_matrix

MINUTE = 60


class Places:
    """Numbers the places as they are asked for; ``reps`` are those who travel."""

    def __init__(self, env, company, territory, reps):
        self.env, self.company, self.territory = env, company, territory
        self.reps = reps
        #: (latitude, longitude), km/h and contacts of each place.
        self.points, self.speeds, self.partners = [], [], []
        self._numbers = {}

    def get_home(self, rep):
        """Return where a representative's days begin, None if nobody knows."""
        area = self.territory if self.territory in rep.territory_ids else None
        area = area or rep.territory_ids[:1] or self.territory
        return self._number(rep.home_partner_id, rep.speed or area.speed or SPEED)

    def get_practice(self, site, doctor):
        """Return where a doctor is called on, None if nobody knows."""
        partners = site.partner_id | doctor.site_ids.partner_id | doctor.partner_id
        partner = next(filter(_is_on_map, partners), partners[:1])
        area = (doctor.territory_id or self.territory).speed or SPEED
        # of those who may come the slowest must be in time, too
        speed = min((rep.speed or area for rep in self.reps), default=area)
        return self._number(partner, speed)

    def _number(self, partner, speed):
        if not _is_on_map(partner):
            return None
        key = round(partner.partner_latitude, 6), round(partner.partner_longitude, 6)
        if key not in self._numbers:
            self._numbers[key] = len(self.points)
            self.points.append(key)
            self.speeds.append(speed)
            self.partners.append(partner)
        number = self._numbers[key]
        self.partners[number] |= partner
        return number

    def get_matrix(self):
        """Return the travel times in seconds between all places asked for so far."""
        if not self.points:
            return ()
        matrix = [list(row) for row in get_matrix(self.points, self.speeds)]
        held = defaultdict(list)
        for number, partners in enumerate(self.partners):
            for partner in partners:
                held[partner.id].append(number)
            for code in {partner.zip.strip() for partner in partners if partner.zip}:
                held[code].append(number)
        for time in self._get_times():
            start = time.from_partner_id.id or time.from_zip
            end = time.to_partner_id.id or time.to_zip
            for i in held[start]:
                for j in held[end]:
                    self._set(matrix, i, j, time)
        return tuple(map(tuple, matrix))

    def _set(self, matrix, i, j, time):
        if i != j:
            matrix[i][j] = time.minutes * MINUTE
            if time.both_ways:
                matrix[j][i] = time.minutes * MINUTE

    def _get_times(self):
        """Return the times that were loaded, those of very addresses last."""
        partners = self.env["res.partner"].union(*self.partners)
        codes = [partner.zip.strip() for partner in partners if partner.zip]
        domain = Domain("from_partner_id", "in", partners.ids)
        domain &= Domain("to_partner_id", "in", partners.ids)
        areas = Domain("from_zip", "in", codes) & Domain("to_zip", "in", codes)
        domain = Domain("company_id", "=", self.company.id) & (domain | areas)
        # sudo: who plans reads times between places, not the contacts of them
        times_sudo = self.env["pharma.travel.time"].sudo().search(domain, order="id")
        # one way after both ways: what is said of a direction holds for it
        return times_sudo.sorted(
            lambda time: (bool(time.from_partner_id), not time.both_ways)
        )


def _is_on_map(partner):
    return bool(partner.partner_latitude or partner.partner_longitude)
