# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
import uuid
from datetime import datetime, timezone
from unittest.mock import patch
from urllib.parse import urlencode

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools.misc import hash_sign

from ..controllers.portal_wizard import SESSION_HOLD
from ..models.ir_websocket import CALENDAR_CHANNEL
from .common import MONDAY, ClinicCommon

URL = "/clinic/book/slots"
ADDRESS = "odoo.addons.clinic_scheduling.controllers.portal_common.get_address"


class SlotsCase(ClinicCommon, HttpCase):
    """Asks as a visitor does, who has an address of their own: attempts are counted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service.horizon_days = 0  # these tests live in 2030

    def setUp(self):
        super().setUp()
        self.startPatcher(patch(ADDRESS, return_value=str(uuid.uuid4())))

    def _ask(self, **params):
        given = {"service": self.service.id, "from": MONDAY.isoformat(), "days": 1}
        given = {**given, "tz": "Europe/Paris", **params}
        given = {key: value for key, value in given.items() if value is not None}
        return self.url_open(f"{URL}?{urlencode(given)}")

    def _starts(self, answer):
        """Return {(doctor, site): ["HH:MM", …]} on the clock of Paris."""
        return {
            (doctor, site): [self._wall(start) for start in starts]
            for doctor, site, starts in answer["slots"]
        }

    def _wall(self, start):
        moment = datetime.fromtimestamp(start, timezone.utc).replace(tzinfo=None)
        local = fields.Datetime.context_timestamp(
            self.env.user.with_context(tz="Europe/Paris"), moment
        )
        return local.strftime("%H:%M")

    def _seconds(self, *args, **kwargs):
        return int(self._at(*args, **kwargs).replace(tzinfo=timezone.utc).timestamp())


@tagged("post_install", "-at_install")
class TestPortalSlots(SlotsCase):
    """Free times as the page gets them."""

    def test_times_of_a_doctor(self):
        self._book(10)
        response = self._ask(doctor=self.doctor.id)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertNotIn("session_id", response.cookies)
        starts = self._starts(response.json())
        self.assertEqual(list(starts), [(self.doctor.id, self.site.id)])
        [times] = starts.values()
        self.assertEqual(len(times), 15)
        self.assertNotIn("10:00", times)
        self.assertEqual((times[0], times[-1]), ("09:00", "16:30"))

    def test_only_names_that_occur(self):
        answer = self._ask(doctor=self.doctor.id).json()
        self.assertEqual(answer["doctors"], {str(self.doctor.id): "Ada Martin"})
        self.assertEqual(
            answer["sites"], {str(self.site.id): ["North", "Europe/Paris"]}
        )

    def test_any_doctor_offers_each_time_once(self):
        self._book(10)
        answer = self._ask().json()
        starts = self._starts(answer)
        times = sorted(time for found in starts.values() for time in found)
        self.assertEqual(len(times), 16)
        self.assertEqual(len(set(times)), 16)
        self.assertIn("10:00", starts[self.colleague.id, self.site.id])

    def test_any_doctor_keeps_days_whole(self):
        """Half an hour at 9:00 is of no use to a practice of whole hours."""
        self._book(9)
        self.env["clinic.service"].search([("duration", "<", 60)]).duration = 60
        starts = self._starts(self._ask().json())
        self.assertIn("09:30", starts[self.doctor.id, self.site.id])
        self.assertNotIn("10:00", starts[self.doctor.id, self.site.id])
        self.assertIn("10:00", starts[self.colleague.id, self.site.id])

    def test_any_doctor_prefers_who_has_less_to_do(self):
        self._book(9, doctor_id=self.doctor.id)
        [(doctor, _site)] = self._starts(self._ask().json())
        self.assertEqual(doctor, self.colleague.id)

    def test_without_a_date_it_begins_with_the_first_free_day(self):
        self.service.horizon_days = 5000
        self.env["clinic.availability"].search([]).write({"valid_from": MONDAY})
        answer = self._ask(**{"from": None}).json()
        self.assertEqual(answer["from"], MONDAY.isoformat())
        self.assertEqual(len(answer["slots"][0][2]), 16)

    def test_days_are_those_of_the_asked_zone(self):
        """Monday in Auckland ends at 14:00 of Monday in Paris."""
        answer = self._ask(doctor=self.doctor.id, tz="Pacific/Auckland").json()
        [times] = self._starts(answer).values()
        self.assertEqual((times[0], times[-1]), ("09:00", "13:30"))

    def test_notice_horizon_and_online_hours_bind(self):
        self.service.horizon_days = 30
        answer = self._ask().json()
        self.assertEqual((answer["slots"], answer["next"]), ([], None))
        self.assertEqual(answer["others"], [])
        self.service.horizon_days = 0
        self.doctor.availability_ids.channel = "internal"
        starts = self._starts(self._ask().json())
        self.assertEqual([doctor for doctor, _site in starts], [self.colleague.id])

    def test_nothing_free_tells_what_is(self):
        hours = self.doctor.availability_ids
        hours.filtered(lambda item: item.weekday == "0").unlink()
        self._create_hours(
            self.colleague, "0", 18, 19, site_id=self.other_site.id, slot_minutes=30
        )
        answer = self._ask(doctor=self.doctor.id).json()
        self.assertEqual(answer["slots"], [])
        ours, colleague = self.doctor.id, self.colleague.id
        tuesday = self._seconds(9, day=1)
        self.assertEqual(answer["next"], [ours, self.site.id, tuesday])
        self.assertEqual(
            answer["others"],
            [
                [colleague, self.site.id, self._seconds(9)],
                [colleague, self.other_site.id, self._seconds(18)],
            ],
        )
        self.assertEqual(len(answer["doctors"]), 2)

    def test_a_visit_that_moves_is_not_in_its_own_way(self):
        visit = self._book(10)
        token = visit._portal_ensure_token()
        asked = {"doctor": self.doctor.id, "exclude": visit.id}
        for wrong in (None, "", "x", str(uuid.uuid4()), "é", "\0"):
            with self.subTest(token=wrong):
                response = self._ask(access_token=wrong, **asked)
                self.assertIn(response.status_code, (400, 404))
        asked["access_token"] = token
        [times] = self._starts(self._ask(**asked).json()).values()
        # what overlaps it is free to it; where it is already is no choice
        self.assertIn("10:30", times)
        self.assertNotIn("10:00", times)
        self.assertIn("09:30", times)

    def test_the_first_free_time_is_not_the_visits_own(self):
        visit = self._book(9)
        asked = {"exclude": visit.id, "access_token": visit._portal_ensure_token()}
        # nothing but the own time is left of the window
        for hour in range(9, 17):
            for minute in (0, 30):
                if (hour, minute) != (9, 0):
                    self._book(hour, minute, patient_id=self.other_patient.id)
        answer = self._ask(doctor=self.doctor.id, **asked).json()
        self.assertFalse(answer["slots"])
        tuesday = self._seconds(9, day=1)
        self.assertEqual(answer["next"], [self.doctor.id, self.site.id, tuesday])

    def test_the_patients_other_visits_show_to_who_may_change_them(self):
        visit = self._book(10, doctor_id=self.doctor.id)
        self._book(14, doctor_id=self.colleague.id)
        token = visit._portal_ensure_token()
        asked = {"doctor": self.doctor.id, "exclude": visit.id, "access_token": token}
        [times] = self._starts(self._ask(**asked).json()).values()
        self.assertIn("14:00", times)
        self._create_portal_user()
        self.authenticate("paul_portal", "paul_portal")
        del asked["access_token"]
        [times] = self._starts(self._ask(**asked).json()).values()
        self.assertNotIn("14:00", times)

    def test_what_the_visitor_holds_is_free_to_them(self):
        values = self._vals(10, source="portal", patient_id=False)
        hold = self.env["clinic.appointment"].hold(values)
        asked = {"doctor": self.doctor.id}
        [times] = self._starts(self._ask(**asked).json()).values()
        self.assertNotIn("10:00", times)
        for token, is_theirs in (("x", False), (hold._portal_ensure_token(), True)):
            with self.subTest(is_theirs=is_theirs):
                self.authenticate(
                    None, None, session_extra={SESSION_HOLD: [hold.id, token]}
                )
                [times] = self._starts(self._ask(**asked).json()).values()
                self.assertEqual("10:00" in times, is_theirs)

    def _create_portal_user(self):
        user = self.env["res.users"].create(
            {
                "name": "Paul Patient",
                "login": "paul_portal",
                "password": "paul_portal",
                "partner_id": self.patient.partner_id.id,
                "group_ids": [(6, 0, [self.env.ref("base.group_portal").id])],
            }
        )
        self.patient._grant(user.partner_id, "self", "manage", "reception")

    def test_nothing_personal_is_told(self):
        self.doctor.partner_id.write({"email": "ada@example.com", "phone": "+33123"})
        visit = self._book(10, note="Private note", patient_id=self.patient.id)
        text = self._ask(days=7).text
        for secret in ("Paul", "Private", visit.name, "ada@example.com", "+33123"):
            self.assertNotIn(secret, text)
        self.assertEqual(
            set(json.loads(text)),
            {"from", "days", "zone", "slots", "next", "others", "doctors", "sites"},
        )


@tagged("post_install", "-at_install")
class TestPortalSlotsGuard(SlotsCase):
    """What is asked amiss, too often, or costs too much."""

    def test_bad_parameters(self):
        wrong = ("x", "-1", "0", "1e3", "9" * 30, "1 OR 1=1", "\0", "[1]", "é", "1;")
        cases = [
            (name, value)
            for name in ("service", "doctor", "site", "exclude")
            for value in wrong
        ]
        days = ("2030-13-01", "2030-6-3", "0001-01-01", "9999-12-31", "today", "\0")
        cases += [("from", value) for value in days]
        cases += [("days", value) for value in ("0", "43", "-1", "x", "1.5", "9" * 9)]
        zones = ("Nowhere", "../../etc/passwd", "/etc/passwd", "A" * 99, "\0", "é")
        cases += [("tz", value) for value in zones]
        for name, value in cases:
            with self.subTest(name=name, value=value):
                response = self._ask(**{name: value})
                self.assertEqual(response.status_code, 400)
                self.assertEqual(set(response.json()), {"code", "message"})
                self.assertNotIn("Traceback", response.text)
                self.assertIn(name, response.json()["message"])

    def test_without_a_service(self):
        self.assertEqual(self._ask(service=None).status_code, 400)

    def test_what_is_not_booked_online_is_not_found(self):
        offline = self._create_service("Surgery", bookable_online=False)
        archived = self._create_service("Old", active=False)
        stranger = self._create_doctor("Stranger", specialty_ids=[])
        self.colleague.active = False
        company = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self.env["clinic.service"].create(
            {"name": "Foreign", "company_id": company.id}
        )
        foreign_site = self._create_site("Abroad", company_id=company.id)
        for params in (
            {"service": offline.id},
            {"service": archived.id},
            {"service": foreign.id},
            {"service": 999999999},
            {"doctor": stranger.id},
            {"doctor": self.colleague.id},
            {"doctor": 999999999},
            {"site": foreign_site.id},
            {"site": 999999999},
        ):
            with self.subTest(params):
                response = self._ask(**params)
                self.assertEqual(response.status_code, 404)
                self.assertEqual(response.json()["code"], "not_found")
        starts = self._starts(self._ask().json())
        self.assertEqual([doctor for doctor, _site in starts], [self.doctor.id])

    def test_queries_do_not_grow(self):
        def count(**params):
            self._ask(**params)  # caches of the registry
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self._ask(**params).status_code, 200)
            return self.env.cr.sql_log_count - before

        few = count(), count(days=7), count(**{"from": None})
        for number in range(8):
            doctor = self._create_doctor(f"Doctor {number}")
            self._book(10, doctor_id=doctor.id, patient_id=self._create_patient().id)
        self.env.flush_all()
        many = count(), count(days=14), count(**{"from": None})
        self.assertEqual(few, many)

    def _create_patient(self):
        return self.env["clinic.patient"].create({"name": "Somebody"})

    def test_too_many_questions(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("clinic_scheduling.limit.search", "2/60")
        self.assertEqual(self._ask().status_code, 200)
        self.assertEqual(self._ask().status_code, 200)
        headers = {"Accept": "application/json"}
        response = self.url_open(f"{URL}?service={self.service.id}", headers=headers)
        self.assertEqual(response.status_code, 429)
        self.assertEqual(response.json()["code"], "too_many_requests")
        self.assertLessEqual(1, int(response.headers["Retry-After"]))
        self.assertLessEqual(int(response.headers["Retry-After"]), 60)

    def test_only_get(self):
        response = self.url_open(URL, data={"service": self.service.id})
        self.assertEqual(response.status_code, 405)


@tagged("post_install", "-at_install")
class TestSlotsChannel(ClinicCommon):
    """Who hears that something changed."""

    def _subscribe(self, *channels):
        """Return the sites that a visitor's connection hears of, and its strings."""
        public = self.env.ref("base.public_user")
        sockets = self.env["ir.websocket"].with_user(public)
        # what is heard besides is Odoo's: it needs a connection
        owner = "odoo.addons.bus.models.ir_websocket.IrWebsocket"
        method = f"{owner}._build_bus_channel_list"
        with patch(method, lambda _self, found: found):
            found = sockets._build_bus_channel_list(list(channels))
        return (
            {item[0].id for item in found if isinstance(item, tuple)},
            [item for item in found if isinstance(item, str)],
        )

    def _channel(self, sites):
        return self.env["ir.websocket"]._get_slots_channel(sites)

    def test_a_token_opens_its_sites(self):
        sites = self.site | self.other_site
        self.assertEqual(
            self._subscribe(self._channel(sites), "x"), (set(sites.ids), ["x"])
        )
        self.assertEqual(
            self._subscribe(self._channel(self.site)), ({self.site.id}, [])
        )

    def test_forged_tokens_open_nothing(self):
        good = self._channel(self.site)
        prefix, _colon, token = good.partition(":")
        changed = token[:-2] + ("AA" if token[-2:] != "AA" else "BB")
        for wrong in (changed, "", "x", "====", "é", "\ud800", "AQ", token[:20], "\0"):
            with self.subTest(wrong):
                self.assertEqual(self._subscribe(f"{prefix}:{wrong}"), (set(), []))

    def test_other_secrets_open_nothing(self):
        env = self.env(su=True)
        token = hash_sign(env, "another scope", self.site.ids, expiration_hours=1)
        self.assertEqual(
            self._subscribe(f"clinic_scheduling.slots:{token}"), (set(), [])
        )

    def test_expired_tokens_open_nothing(self):
        module = "odoo.addons.clinic_scheduling.models.ir_websocket.SLOTS_HOURS"
        with patch(module, -1):
            channel = self._channel(self.site)
        self.assertEqual(self._subscribe(channel), (set(), []))

    def test_words_open_nothing_to_visitors(self):
        self.assertEqual(
            self._subscribe(CALENDAR_CHANNEL, f"clinic.site_{self.site.id}"),
            (set(), [f"clinic.site_{self.site.id}"]),
        )

    def test_a_flood_of_tokens_is_cut(self):
        token = self._channel(self.site)
        other = self._channel(self.other_site)
        sites, _strings = self._subscribe(*[token] * 20, other)
        self.assertEqual(sites, {self.site.id})
