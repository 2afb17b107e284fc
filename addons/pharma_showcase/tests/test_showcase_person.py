# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One person is at one place, for whichever company they call on doctors."""

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from ..exceptions import RepresentativeBusy
from .common import PharmaCommon


@tagged("post_install", "-at_install")
class TestShowcasePerson(PharmaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls.env["res.company"].create({"name": "Elsewhere"})
        territory = cls.env["pharma.territory"].create(
            {"name": "Test Elsewhere", "company_id": cls.elsewhere.id}
        )
        user = cls.representative.user_id
        user.company_ids |= cls.elsewhere
        cls.twin = cls.env["pharma.representative"].create(
            {
                "name": "Rita Elsewhere",
                "user_id": user.id,
                "company_id": cls.elsewhere.id,
                "tz": "Europe/Paris",
                "resource_calendar_id": False,
                "territory_ids": [Command.set(territory.ids)],
            }
        )
        practice = cls.practice
        cls.practice = cls._create_site("There", company_id=cls.elsewhere.id)
        cls.colleague = cls._create_outside_doctor(
            "Oscar Outside", territory_id=territory.id, company_id=cls.elsewhere.id
        )
        cls.practice, cls.practice_there = practice, cls.practice
        cls.there = cls.showcases.with_company(cls.elsewhere).with_context(
            allowed_company_ids=[cls.elsewhere.id, cls.env.company.id]
        )

    def _book_there(self, **values):
        return self.there.book(
            self._showcase_vals(
                doctor_id=self.colleague.id, representative_id=self.twin.id, **values
            )
        )

    def test_nobody_is_at_two_places(self):
        self._propose()
        with self.assertRaises(RepresentativeBusy):
            self._book_there()
        self.assertTrue(self._book_there(start=self._at(13)))

    def test_no_free_time_is_offered_then(self):
        self._propose()
        vals = self._showcase_vals(
            doctor_id=self.colleague.id, representative_id=self.twin.id
        )
        call = self.there._get_call(vals)
        found = self.there._find_times(call, self._at(12), self._at(13))
        starts = found.get(self.practice_there.id, [])
        self.assertNotIn(epoch(self._at(12)), starts)
        self.assertIn(epoch(self._at(12, 20)), starts)

    def test_the_ledger_refuses_what_nobody_looked_at(self):
        self._propose(exception_reason="x")
        # what took place is recorded without a look at hours or calendars
        past = {"start": self._at(12, day=-7)}
        self._propose(site_id=self.practice.id, **past)
        past["site_id"] = self.practice_there.id
        for values in ({"exception_reason": "Agreed"}, past):
            with self.subTest(values), self.assertRaises(RepresentativeBusy):
                self._book_there(**values)

    def test_claims_follow_the_user(self):
        showcase = self._propose()
        user = self._create_pharma_user("representative", login="test_successor")
        self.representative.user_id = user
        claims = showcase.sudo().reservation_ids
        self.assertEqual(claims.partner_id, user.partner_id)
        self.assertTrue(self._book_there())
