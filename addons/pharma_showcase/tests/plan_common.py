# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from .common import PharmaCommon


class PlanCommon(PharmaCommon):
    """A territory of which some days are planned: two doctors, one representative."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.practice.partner_id, cls.representative.home_partner_id = cls.env[
            "res.partner"
        ].create(
            [
                {"name": name, "partner_latitude": north, "partner_longitude": east}
                for name, north, east in (
                    ("Test Practice", 48.86, 2.35),
                    ("Test Home", 48.8, 2.3),
                )
            ]
        )
        # worth the way, even for one call alone
        cls.segment.base_value = 20
        cls.scheduler = cls._create_pharma_user("scheduler")
        cls.team.member_ids = cls.scheduler
        cls.second = cls._create_outside_doctor("Otto Outside")
        cls.first_day = cls._at(12).date()
        cls.plan = cls.env["pharma.plan"].create(
            {
                "name": "Test Plan",
                "territory_id": cls.territory.id,
                "date_from": cls.first_day,
                "date_to": cls.first_day + timedelta(days=3),
                "iterations": 50,
                "freeze_hours": 0,
            }
        )

    def run_planner(self):
        """Let the scheduled action run."""
        with self.enter_registry_test_mode():
            self.env.ref("pharma_showcase.ir_cron_plan").method_direct_trigger()
        self.env.invalidate_all()

    def run_plan(self, plan=None):
        """Let the scheduled action compute the plan."""
        plan = plan or self.plan
        plan.action_plan()
        self.run_planner()
        return plan
