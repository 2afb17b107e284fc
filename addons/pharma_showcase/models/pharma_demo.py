# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Demo of a sales team in Brussels: territories, representatives, sixty doctors.

Made by code because places are computed and times move with the date. Only the demo
data calls this.
"""

import itertools

from odoo import api, models
from odoo.fields import Command

from .pharma_demo_places import COMMUNES, name_doctor, spread, to_ascii

TEAM = "Brussels Practices"

#: Doctors of a commune: four times fifteen in all.
DOCTORS = (4, 4, 4, 3)

#: Segments in the order in which doctors come.
SEGMENTS = "ABCBABCBCABCBBC"

#: Specialties, by the middle of the demo record's name.
SPECIALTIES = (
    "gp",
    "gp",
    "cardiology",
    "gp",
    "dermatology",
    "gp",
    "pediatrics",
    "gynaecology",
)

#: (weekday, from, until): when a doctor receives representatives.
PATTERNS = (
    ((0, 12.0, 14.0), (3, 12.0, 14.0)),
    ((1, 8.0, 9.5), (4, 12.5, 14.0)),
    ((2, 12.0, 14.0), (4, 8.0, 9.5)),
    ((0, 16.5, 18.5), (2, 16.5, 18.5)),
    ((1, 12.0, 14.0), (3, 16.0, 18.0)),
    ((0, 8.0, 9.5), (1, 16.0, 18.0), (3, 8.0, 9.5)),
)

#: (login of the user, territory, speed in km/h)
REPRESENTATIVES = (
    ("rep", "North", 24),
    ("rep2", "West", 24),
    ("rep3", "South", 26),
    ("rep4", "East", 28),
)


class PharmaDemo(models.AbstractModel):
    """Loader of the demo of showcases."""

    _name = "pharma.demo"
    _description = "Showcases Demo Data"

    @api.model
    def _load(self):
        """Make the team, its doctors, and what happened in three months."""
        quiet = self.with_context(
            tracking_disable=True,
            mail_create_nolog=True,
            mail_create_nosubscribe=True,
            no_reset_password=True,
        )
        team = quiet._load_team()
        territories = quiet._load_territories(team)
        quiet._load_representatives(team, territories)
        doctors = quiet._load_doctors(territories)
        quiet._load_hours(doctors)
        quiet._load_consents(doctors)
        campaigns = quiet._load_campaigns(team)
        quiet._load_samples()
        quiet._load_calls(campaigns)

    def _get_user(self, login):
        return self.env.ref(f"pharma_showcase.res_users_{login}_demo")

    def _load_team(self):
        """Make the sales team of the manager, the scheduler and the representatives."""
        team = self.env["crm.team"].create(
            {"name": TEAM, "user_id": self._get_user("sales").id}
        )
        logins = ["scheduler", *(login for login, _name, _speed in REPRESENTATIVES)]
        team.member_ids = self.env["res.users"].concat(
            *(self._get_user(login) for login in logins)
        )
        return team

    def _load_territories(self, team):
        names = [name for _login, name, _speed in REPRESENTATIVES]
        territories = self.env["pharma.territory"].create(
            [
                {
                    "name": f"Brussels {name}",
                    "code": f"BXL-{name[0]}",
                    "team_id": team.id,
                    "color": number,
                }
                for number, name in enumerate(names, start=1)
            ]
        )
        return dict(zip(names, territories, strict=True))

    def _load_representatives(self, team, territories):
        """Make the representatives; each lives in a commune of the own territory."""
        homes = {commune[0]: commune for commune in reversed(COMMUNES)}
        for login, name, speed in REPRESENTATIVES:
            user = self._get_user(login)
            home = self._create_place(f"{user.name}, home", homes[name], 0, 7)
            self.env["pharma.representative"].create(
                {
                    "name": user.name,
                    "user_id": user.id,
                    "team_id": team.id,
                    "territory_ids": [Command.set(territories[name].ids)],
                    "home_partner_id": home.id,
                    "speed": speed,
                    "tz": "Europe/Brussels",
                    "may_carry_samples": True,
                    "licence_number": f"SMP-{user.id:04d}",
                }
            )

    def _create_place(self, name, commune, number, count):
        """Return a contact at one of so many places of a commune."""
        _territory, city, code, latitude, longitude, streets = commune
        latitude, longitude = spread(latitude, longitude, number, count)
        street = streets[number % len(streets)]
        return self.env["res.partner"].create(
            {
                "name": name,
                "street": f"{street} {11 + 17 * number}",
                "zip": code,
                "city": city,
                "country_id": self.env.ref("base.be").id,
                "partner_latitude": latitude,
                "partner_longitude": longitude,
                "company_id": self.env.company.id,
            }
        )

    def _load_doctors(self, territories):
        """Make sixty doctors with a practice each, fifteen in a territory."""
        doctors = self.env["clinic.doctor"]
        ranks = dict.fromkeys(territories, 0)
        for index, commune in enumerate(COMMUNES):
            count = DOCTORS[index % len(DOCTORS)]
            for number in range(count):
                rank = ranks[commune[0]]
                ranks[commune[0]] += 1
                field = SPECIALTIES[(rank + index) % len(SPECIALTIES)]
                doctors |= self._create_doctor(
                    name_doctor(len(doctors)),
                    self._create_place("", commune, number + 1, count + 1),
                    territories[commune[0]],
                    SEGMENTS[rank],
                    self.env.ref(f"clinic_scheduling.clinic_specialty_{field}_demo"),
                )
        return doctors

    def _create_doctor(self, name, place, territory, segment, specialty):
        """Return an outside doctor whose practice is at that place."""
        last = name.split(" ", 1)[1]
        place.name = f"Practice {last}, {place.city}"
        site = self.env["clinic.site"].create(
            {
                "name": f"Practice {last}, {place.city}",
                "is_outside": True,
                "tz": "Europe/Brussels",
                "partner_id": place.id,
            }
        )
        address = to_ascii(name).lower().replace(" ", ".")
        return self.env["clinic.doctor"].create(
            {
                "name": name,
                "title": "Dr",
                "is_outside": True,
                "email": f"{address}@example.com",
                "tz": "Europe/Brussels",
                "territory_id": territory.id,
                "segment_id": self.env.ref(
                    f"pharma_showcase.pharma_segment_{segment.lower()}"
                ).id,
                "specialty_ids": [Command.set(specialty.ids)],
                "site_ids": [Command.set(site.ids)],
                "licence_state": "active",
                "license_number": f"1-{10000 + site.id}-{site.id % 89:02d}",
            }
        )

    def _load_hours(self, doctors):
        """Let the doctors receive representatives two or three times a week."""
        patterns = itertools.cycle(PATTERNS)
        self.env["clinic.availability"].create(
            [
                {
                    "doctor_id": doctor.id,
                    "site_id": doctor.site_ids.id,
                    "weekday": str(weekday),
                    "hour_from": hour_from,
                    "hour_to": hour_to,
                    "slot_minutes": 15,
                    "purpose": "showcase",
                }
                for doctor, pattern in zip(doctors, patterns, strict=False)
                for weekday, hour_from, hour_to in pattern
            ]
        )
        self.env["pharma.practice.rule"].create(
            [
                {
                    "doctor_id": doctor.id,
                    "max_calls_month": 4,
                    "notice_hours": 24,
                    "lunch_weeks": 4,
                    "note": "Please sign in at the counter.",
                }
                for doctor in doctors[::6]
            ]
        )
        doctors[-1:].no_see = True
