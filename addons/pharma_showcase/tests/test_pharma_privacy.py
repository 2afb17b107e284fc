# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What representatives learn of patients, of each other, and of themselves."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import PharmaCommon
from .report_common import ReportCommon

ROLES = ("representative", "scheduler", "manager", "safety")


@tagged("post_install", "-at_install")
class TestPatientsOfThePractice(PharmaCommon):
    """Contacts behind patients: none of the addon's roles opens one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.patient.partner_id
        cls.contact.email = "paul@example.com"
        cls.message = cls.contact.message_post(body="Portal access granted")
        cls.activity = cls.contact.activity_schedule(
            "mail.mail_activity_data_todo", user_id=cls.receptionist.id
        )
        cls.users = [cls._create_pharma_user(role) for role in ROLES]

    def test_matrix(self):
        for user in self.users:
            for record in (self.contact, self.message, self.activity):
                for operation in ("read", "write", "create", "unlink"):
                    with self.subTest(
                        user=user.login, model=record._name, operation=operation
                    ):
                        own = record.with_user(user)
                        self.assertFalse(own.has_access(operation))
                        self.assertFalse(own.search([("id", "=", record.id)]))

    def test_names_and_figures(self):
        for user in self.users:
            with self.subTest(user=user.login):
                partners = self.env["res.partner"].with_user(user)
                self.assertFalse(partners.name_search("Paul Patient"))
                rows = partners.formatted_read_group(
                    [("email", "=", "paul@example.com")], [], ["__count"]
                )
                self.assertEqual(rows[0]["__count"], 0)

    def test_nobody_takes_over_their_messages(self):
        for user in self.users:
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.contact.with_user(user).write({"email": "me@example.com"})
        self.assertEqual(self.contact.email, "paul@example.com")

    def test_doctors_stay_visible(self):
        for user in self.users[:3]:
            with self.subTest(user=user.login):
                contact = self.outside.partner_id.with_user(user)
                self.assertTrue(contact.has_access("read"))


@tagged("post_install", "-at_install")
class TestMeetingsOfOthers(PharmaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        showcase = cls.env["pharma.showcase"].create(cls._showcase_vals())
        showcase._transition("proposed")
        cls.event = showcase.calendar_event_id
        cls.env.flush_all()
        cls.env.invalidate_all()

    def _as(self, user):
        return self.event.with_user(user)

    def test_others_see_that_the_representative_is_busy(self):
        for user in (self.other_representative.user_id, self.receptionist):
            with self.subTest(user=user.login):
                seen = self._as(user)
                (row,) = seen.read(["name", "location", "description", "start"])
                self.assertEqual(row["name"], "Busy")
                self.assertFalse(row["location"] or row["description"])
                self.assertEqual(row["start"], self.event.start)

    def test_others_do_not_look_for_the_doctor(self):
        events = self.env["calendar.event"]
        named = [("name", "ilike", "Olive Outside")]
        mine = events.with_user(self.representative.user_id)
        self.assertIn(self.event, mine.search(named))
        others = events.with_user(self.other_representative.user_id)
        self.assertNotIn(self.event, others.search(named))
        self.assertIn(self.event, others.search([("id", "=", self.event.id)]))

    def test_others_neither_rename_nor_open_it(self):
        other = self._as(self.other_representative.user_id)
        for values in ({"name": "x"}, {"description": "y"}, {"privacy": "public"}):
            with self.subTest(values), self.assertRaises(UserError):
                other.write(values)
        with self.assertRaises(UserError):
            self._as(self.representative.user_id).write({"privacy": "public"})
        self.assertIn("Olive Outside", self.event.name)


@tagged("post_install", "-at_install")
class TestOpportunitiesOfOthers(ReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        leads = cls.env["crm.lead"]
        cls.secret = leads.create(
            {
                "name": "Secret Deal",
                "user_id": cls.other_representative.user_id.id,
                "team_id": cls.team.id,
            }
        )
        cls.mine = leads.create({"name": "Mine", "user_id": cls.rep_user.id})
        cls.call = cls.showcase.with_user(cls.rep_user)

    def test_a_call_is_of_an_opportunity_of_ones_own(self):
        with self.assertRaises(AccessError):
            self.call.opportunity_id = self.secret.id
        self.assertFalse(self.showcase.opportunity_id)
        with self.assertRaises(AccessError):
            self.env["pharma.showcase"].with_user(self.rep_user).create(
                self._showcase_vals(day=1, opportunity_id=self.secret.id)
            )
        self.call.opportunity_id = self.mine.id
        self.assertEqual(self.showcase.opportunity_id, self.mine)

    def test_and_of_the_same_doctor(self):
        self.mine.pharma_doctor_id = self.doctor
        with self.assertRaises(UserError):
            self.call.opportunity_id = self.mine.id

    def test_what_it_counts_as_stays_once_it_is_over(self):
        campaign = self.env["pharma.campaign"].create(
            {"name": "Other", "date_end": "2099-12-31"}
        )
        self.showcase._transition("done")
        for values in (
            {"opportunity_id": self.mine.id},
            {"campaign_id": campaign.id},
            {"solicited_by_doctor": True},
            {"source": "doctor"},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                self.call.write(values)
        self.call.write({"solicited_by_doctor": False, "note": "Parking behind"})
        self.assertEqual(self.showcase.note, "Parking behind")


@tagged("post_install", "-at_install")
class TestRatingsOfOneself(ReportCommon):
    def test_who_is_rated_reads_no_single_rating(self):
        self.showcase._transition("done")
        self.showcase._give_feedback(2)
        self.env.flush_all()
        rows = self.env["pharma.showcase.report"].search(
            [("showcase_id", "=", self.showcase.id)]
        )
        manager = rows.with_user(self._create_pharma_user("manager"))
        self.assertEqual(manager.rating, 2)
        self.assertIn("2.0", manager._export_csv().decode())
        rated = rows.with_user(self.rep_user)
        with self.assertRaises(AccessError):
            rated.read(["rating"])
        with self.assertRaises(AccessError):
            rated.search([("rating", ">", 0)])
        with self.assertRaises(AccessError):
            rated.formatted_read_group([], ["doctor_id"], ["rating:avg"])
        header = rated._export_csv().decode("utf-8-sig").splitlines()[0]
        self.assertNotIn("Rating", header)
        self.assertIn("Rating", manager._export_csv().decode())


@tagged("post_install", "-at_install")
class TestAddressesOfDoctors(PharmaCommon):
    """Links go to the doctor's address: who may change it decides who gets them."""

    def test_representatives_propose_and_schedulers_write(self):
        contact = self.outside.partner_id
        seller = new_test_user(
            self.env, "test_seller", groups="base.group_partner_manager"
        )
        for user in (self.representative.user_id, seller):
            for values in ({"email": "me@example.com"}, {"phone": "1"}):
                with self.subTest(user=user.login, values=values):
                    with self.assertRaises(AccessError):
                        contact.with_user(user).write(values)
        self.assertEqual(contact.email, "outside@example.com")
        scheduler = self._create_pharma_user("scheduler")
        self.team.member_ids = scheduler
        self.outside.with_user(scheduler).email = "new@example.com"
        self.assertEqual(contact.email, "new@example.com")
        with self.assertRaises(AccessError):
            self.doctor.partner_id.with_user(scheduler).email = "me@example.com"
        self.doctor.partner_id.with_user(self.receptionist).email = "d@example.com"
        # what else there is on a contact is not about links
        contact.with_user(self.representative.user_id).comment = "Rings twice"
