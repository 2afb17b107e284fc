# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.clinic_scheduling.tests.common import ClinicCommon


class PharmaCommon(ClinicCommon):
    """A practice in Paris, a team of two representatives, and an outside doctor.

    The outside doctor receives representatives on weekdays from 12 to 14 h in the own
    practice; ``doctor``, who sees patients from 9 to 17 h, on Mondays from 16 to 18 h.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls.env["crm.team"].create({"name": "Test Team"})
        cls.territory, cls.other_territory = cls.env["pharma.territory"].create(
            [
                {"name": "Test North", "team_id": cls.team.id},
                {"name": "Test South", "team_id": cls.team.id},
            ]
        )
        cls.segment = cls.env["pharma.segment"].create(
            {"name": "Test A", "target_calls": 3, "min_gap_days": 0}
        )
        cls.representative = cls._create_representative("Rita", cls.territory)
        cls.other_representative = cls._create_representative(
            "Rolf", cls.other_territory
        )
        cls.practice = cls._create_site("Outside Practice", is_outside=True)
        cls.outside = cls._create_outside_doctor("Olive Outside")
        cls.doctor.territory_id = cls.territory
        cls._create_hours(cls.doctor, "0", 16, 18, purpose="showcase")
        cls.showcases = cls.env["pharma.showcase"]
        cls.products = cls.env["product.product"].create(
            [{"name": "Test Product 1"}, {"name": "Test Product 2"}]
        )

    @classmethod
    def _create_pharma_user(cls, role, **values):
        """Return a user with the role of that name."""
        values = {"name": f"Test {role}", "tz": "Europe/Paris", **values}
        login = values.pop("login", f"test_pharma_{role}")
        groups = f"pharma_showcase.group_pharma_{role}"
        return new_test_user(cls.env, login, groups=groups, **values)

    @classmethod
    def _create_representative(cls, name, territory, **values):
        user = cls._create_pharma_user(
            "representative", login=f"test_{name.lower()}", name=name
        )
        return cls.env["pharma.representative"].create(
            {
                "name": name,
                "user_id": user.id,
                "team_id": cls.team.id,
                "territory_ids": [Command.set(territory.ids)],
                "tz": "Europe/Paris",
                "resource_calendar_id": False,
                **values,
            }
        )

    @classmethod
    def _create_outside_doctor(cls, name, hours=(12, 14), **values):
        """Return an outside doctor of the first territory with hours for calls."""
        doctor = cls.env["clinic.doctor"].create(
            {
                "name": name,
                "is_outside": True,
                "email": "outside@example.com",
                "territory_id": cls.territory.id,
                "segment_id": cls.segment.id,
                "specialty_ids": [Command.set(cls.specialty.ids)],
                "site_ids": [Command.set(cls.practice.ids)],
                **values,
            }
        )
        for weekday in range(5):
            cls._create_hours(
                doctor,
                str(weekday),
                *hours,
                purpose="showcase",
                site_id=cls.practice.id,
                slot_minutes=20,
            )
        return doctor

    @classmethod
    def _showcase_vals(cls, hour=12, minute=0, day=0, **values):
        """Return values of a call of the first representative to the outside doctor."""
        return {
            "doctor_id": cls.outside.id,
            "representative_id": cls.representative.id,
            "start": cls._at(hour, minute, day),
            "duration": 20,
            **values,
        }

    @classmethod
    def _propose(cls, **values):
        """Return a showcase of the first representative, proposed to the doctor."""
        return cls.showcases.book(cls._showcase_vals(**values))
