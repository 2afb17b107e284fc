# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import inspect
import json
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw, get_public_method
from odoo.tests import tagged
from odoo.tools import mute_logger

from .security_common import MOBILE, NAME, REASON, QueueSecurityCommon

MODULE = "odoo.addons.clinic_queue."

#: What Odoo offers of every model, with what it needs.
INHERITED = {
    "read": ([],),
    "search": ([],),
    "search_read": ([],),
    "search_count": ([],),
    "web_search_read": ([], {"display_name": {}}),
    "web_read": ({"display_name": {}},),
    "name_search": ("",),
    "formatted_read_group": ([], [], ["__count"]),
    "export_data": (["id"],),
    "copy": (),
    "unlink": (),
}

#: Every page and call without login: path under /clinic/queue -> its methods.
PAGES = {
    "board/<string:token>": {"GET"},
    "board/<string:token>/state": {"GET"},
    "ticket/<string:token>": {"GET"},
    "ticket/<string:token>/state": {"GET"},
    "ticket/<string:token>/slip": {"GET"},
    "ticket/<string:token>/leave": {"POST"},
    "ticket/<string:token>/feedback": {"POST"},
}
#: Its address is no token; see ``TestQueueSlip``.
SLIP = {"slip/<string:slip>": {"GET"}}
PREFIX = "/clinic/queue/"
BAD_TOKENS = (
    "x",
    "False",
    "None",
    "' OR 1=1 --",
    "%00",
    "é",
    "0",
    "a" * 32,
    "a" * 5000,
)


@tagged("post_install", "-at_install")
class TestQueueMethods(QueueSecurityCommon):
    """Every public method of every model, called by who has no right here."""

    def _get_models(self):
        names = ("clinic.queue", "clinic.triage", "clinic.sync")
        return [name for name in sorted(self.registry) if name.startswith(names)]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ticket, site = cls.waiting, cls.site
        tablet = cls.env["clinic.queue.device"].create(
            {"name": "Kiosk", "site_id": site.id}
        )
        values = {
            "clinic.queue.credit": {"policy_id": cls.policy.id, "name": "Old age"},
            "clinic.queue.estimate": {"ticket_id": ticket.id, "low": 1, "high": 2},
            "clinic.queue.question": {"name": REASON},
            "clinic.queue.join": {"queue_id": cls.queue.id, "reason": REASON},
            "clinic.queue.step": {"ticket_id": ticket.id, "kind": "park"},
            "clinic.sync.log": {
                "device_id": tablet.id,
                "uuid": "x",
                "kind": "request",
                "state": "failed",
                "data": {"name": NAME, "contact": MOBILE},
            },
        }
        domain = [("queue_id", "=", cls.queue.id)]
        counter = cls.env["clinic.queue.counter"].search(domain, limit=1)
        records = [cls.env[model].create(vals) for model, vals in values.items()]
        records += cls._create_settling(records[-1])
        records += [cls.policy, cls.levels[1], cls.queue, cls.desk, cls.board, tablet]
        records += [ticket, ticket.event_ids[:1], counter]
        records.append(cls.env["clinic.queue.report"].browse(ticket.id))
        cls.records = {record._name: record for record in records}

    @classmethod
    def _create_settling(cls, log):
        """Return the wizard about what a tablet sent, and one of its times."""
        wizards = cls.env["clinic.sync.settle"]
        person = {"name": NAME, "birthdate": "1980-05-06", "contact": MOBILE}
        wizard = wizards.create({"log_id": log.id, **person})
        time = {"start": "2030-01-01 10:00:00", "doctor_id": cls.doctor.id}
        return [wizard, wizard.time_ids.create({"wizard_id": wizard.id, **time})]

    def _get_methods(self, model):
        """Return the methods of ours that can be called by RPC."""
        found = []
        for name in dir(type(self.env[model])):
            if name.startswith("_"):
                continue
            method = inspect.unwrap(getattr(type(self.env[model]), name))
            if not getattr(method, "__module__", "").startswith(MODULE):
                continue
            try:
                found.append(get_public_method(self.env[model], name))
            except AccessError:  # @api.private
                continue
        return found

    def _get_arguments(self, method):
        """Return something for each argument that has to be given."""
        given = {
            "reason": "because",
            "vals": {"name": "Eve"},
            "vals_list": [{"name": "Eve"}],
            **dict.fromkeys(("ticket_id", "other_id"), self.waiting.id),
            "groupby": ["state"],
            "level_id": self.levels[1].id,
            "credit_id": 1,
            "event_id": self.waiting.event_ids[:1].id,
            "date_from": "2026-01-01",
            "date_to": "2026-12-31",
        }
        parameters = list(inspect.signature(method).parameters.values())[1:]
        return [
            given.get(item.name, False)
            for item in parameters
            if item.default is item.empty
        ]

    def _call(self, user, model, method, args):
        """Call as RPC does, and return the answer; None when it was refused."""
        if not getattr(method, "_api_model", False):
            args = [self.records[model].ids, *args]
        self.env.invalidate_all()  # as in a request of its own
        try:
            with self.env.cr.savepoint():
                return call_kw(
                    self.env[model].with_user(user), method.__name__, args, {}
                )
        except UserError as error:  # also AccessError
            self._assert_discreet(str(error))
            self.assertNotIn(self.waiting.name, str(error))
            return None

    def test_nobody_without_a_right_gets_or_changes_anything(self):
        before = self._get_state()
        public = self.env.ref("base.public_user")
        for model in self._get_models():
            for method in self._get_methods(model):
                args = self._get_arguments(method)
                for user in (public, self.portal, self.employee):
                    with self.subTest(f"{model}.{method.__name__}", user=user.login):
                        answer = self._call(user, model, method, args)
                        self.assertIn(answer, (None, [], {}, False))
        self._assert_same(before)

    def test_what_odoo_offers_is_closed_as_well(self):
        before = self._get_state()
        public = self.env.ref("base.public_user")
        for model in self._get_models():
            for name, args in INHERITED.items():
                method = get_public_method(self.env[model], name)
                for user in (public, self.portal, self.employee):
                    with self.subTest(f"{model}.{name}", user=user.login):
                        answer = self._call(user, model, method, list(args))
                        self.assertIsNone(answer)
        self._assert_same(before)

    def test_methods_are_found(self):
        names = {method.__name__ for method in self._get_methods("clinic.queue.ticket")}
        self.assertEqual(set(self.records), set(self._get_models()))
        self.assertTrue(all(self.records.values()))
        self.assertLessEqual({"leave_queue", "recall", "create"}, names)
        self.assertNotIn("search", names)

    def test_staff_of_other_sites_change_nothing_here(self):
        # all steps check the site, not only the group
        self.nurse.clinic_site_ids = self.other_site
        before = self._get_state()
        for model in ("clinic.queue.ticket", "clinic.queue.desk", "clinic.queue"):
            for method in self._get_methods(model):
                if getattr(method, "_api_model", False) or method.__name__ == "create":
                    continue
                args = self._get_arguments(method)
                with self.subTest(f"{model}.{method.__name__}"):
                    answer = self._call(self.nurse, model, method, args)
                    self.assertIn(answer, (None, [], {}, False))
        self._assert_same(before)

    @mute_logger("odoo.http")
    def test_over_http(self):
        url = "/web/dataset/call_kw/clinic.queue.ticket/leave_queue"
        params = {
            "model": "clinic.queue.ticket",
            "method": "leave_queue",
            "args": [self.waiting.ids],
            "kwargs": {},
        }
        for login in (None, "queue_portal"):
            self.authenticate(login, login)
            body = json.dumps({"jsonrpc": "2.0", "params": params})
            headers = {"Content-Type": "application/json"}
            answer = self.url_open(url, data=body, headers=headers).json()
            self.assertIn("error", answer)
            self.assertEqual(self.waiting.state, "waiting")

    def test_no_private_step_by_rpc(self):
        for name in ("_triage", "_transition", "_transfer", "_join", "_pair"):
            with self.assertRaises(AccessError):
                get_public_method(self.waiting, name)


@tagged("post_install", "-at_install")
class TestQueuePages(QueueSecurityCommon):
    """What pages without login tell, and to whom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.called = cls.tickets._join_queue(cls.queue, patient_id=cls.patient.id)
        desk = cls.desk.with_user(cls.nurse)
        desk._open_desk(cls.doctor)
        desk._call_ticket(cls.called.with_user(cls.nurse), REASON)
        cls.env.flush_all()

    def _paths(self, methods, board=None, ticket=None):
        tokens = {
            "board": board or self.board.access_token,
            "ticket": ticket or self.waiting.access_token,
        }
        return [
            PREFIX + path.replace("<string:token>", tokens[path.partition("/")[0]])
            for path, allowed in PAGES.items()
            if allowed & methods
        ]

    def test_every_page_is_known_here(self):
        rules = self._get_rules(PREFIX)
        rules = {path: rules[path] for path in rules if not path.startswith("kiosk")}
        self.assertEqual(rules, PAGES | SLIP)

    def test_nothing_personal(self):
        for path in self._paths({"GET"}) + self._paths(
            {"GET"}, ticket=self.called.access_token
        ):
            with self.subTest(path):
                response = self._get(path)
                self.assertEqual(response.status_code, 200)
                self._assert_discreet(response.text)
                self.assertNotIn(self.levels[3].name, response.text)

    def test_boards_tell_numbers_and_rooms_alone(self):
        state = self._get(f"{PREFIX}board/{self.board.access_token}/state").json()
        self.assertEqual(
            set(state),
            {"now", "called", "queues", "is_emergency", "day", "channel", "version"},
        )
        (call,) = state["called"]
        self.assertEqual(set(call), {"number", "key", "room", "is_here", "at"})
        self.assertEqual(call["number"], self.called.name)
        for queue in state["queues"]:
            self.assertEqual(set(queue), {"letter", "next", "wait"})
        text = json.dumps(state)
        for token in (self.waiting.access_token, self.called.access_token):
            self.assertNotIn(token, text)

    def test_boards_are_bound_to_their_site(self):
        other = self.board.copy({"name": "Far", "site_id": self.other_site.id})
        state = self._get(f"{PREFIX}board/{other.access_token}/state").json()
        self.assertEqual((state["called"], state["queues"]), ([], []))

    def test_a_renewed_or_archived_board_is_closed(self):
        old = self.board.access_token
        self.board.action_renew_link()
        self.assertNotEqual(self.board.access_token, old)
        self.assertEqual(self._get(f"{PREFIX}board/{old}/state").status_code, 404)
        self.board.active = False
        path = f"{PREFIX}board/{self.board.access_token}"
        self.assertEqual(self._get(path).status_code, 404)

    def test_a_link_opens_its_own_page_alone(self):
        board, ticket = self.board.access_token, self.waiting.access_token
        before = self._get_state()
        paths = self._paths({"GET"}, board=ticket, ticket=board)
        for token in BAD_TOKENS:
            paths += self._paths({"GET"}, board=token, ticket=token)
        for path in paths:
            with self.subTest(path[:80]):
                self.assertEqual(self._get(path).status_code, 404)
        for path in self._paths({"POST"}, ticket=board):
            with self.subTest(path):
                self.assertEqual(self._post(path, stars="5").status_code, 404)
        for path in (f"/my/appointments?access_token={board}", "/odoo"):
            self.assertIn(self._get(path).status_code, (302, 303))
        self._assert_same(before)

    def test_reading_changes_nothing(self):
        before = self._get_state()
        for path in self._paths({"GET", "POST"}):
            for call in (self.opener.get, self.opener.head, self.opener.options):
                with self.subTest(path, call=call.__name__):
                    response = call(
                        self.base_url() + path, timeout=60, allow_redirects=False
                    )
                    self.assertLess(response.status_code, 500)
        self._assert_same(before)
        self.assertEqual(self.waiting.state, "waiting")

    @mute_logger("odoo.http")
    def test_changes_need_the_form(self):
        before = self._get_state()
        for path in self._paths({"POST"}):
            with self.subTest(path):
                self.assertEqual(self._post(path, csrf=False, stars=5).status_code, 400)
        self._assert_same(before)
        path = f"{PREFIX}ticket/{self.waiting.access_token}/leave"
        self.assertEqual(self._post(path).status_code, 303)
        self.assertEqual(self.waiting.state, "cancelled")

    def test_unknown_fields_are_refused(self):
        before = self._get_state()
        path = f"{PREFIX}ticket/{self.waiting.access_token}/leave"
        for name in ("state", "level_id", "queue_id", "patient_id", "arrived_at"):
            with self.subTest(name):
                response = self._post(path, **{name: "1"})
                self.assertGreaterEqual(response.status_code, 400)
        self._assert_same(before)

    def test_tokens_are_compared_in_constant_time(self):
        for module, path in (
            ("clinic_queue_board", f"board/{self.board.access_token}"),
            ("clinic_queue_page", f"ticket/{self.waiting.access_token}"),
        ):
            target = f"odoo.addons.clinic_queue.models.{module}.consteq"
            with self.subTest(module), patch(target, return_value=False) as compare:
                self.assertEqual(self._get(PREFIX + path).status_code, 404)
                compare.assert_called()

    def test_tokens_cannot_be_guessed(self):
        tokens = {self._join().access_token for _turn in range(20)}
        tokens.add(self.board.copy().access_token)
        self.assertEqual(len(tokens), 21)
        self.assertGreaterEqual(min(map(len, tokens)), 32)


@tagged("post_install", "-at_install")
class TestQueueBus(QueueSecurityCommon):
    """What anonymous listeners hear, asked as a page without a connection asks."""

    def _peek(self, *channels):
        body = json.dumps(
            {"params": {"channels": channels, "last": 0, "is_first_poll": True}}
        )
        headers = {"Content-Type": "application/json"}
        answer = self.url_open(
            "/websocket/peek_notifications", data=body, headers=headers
        ).json()
        self.assertNotIn("error", answer)
        text = json.dumps(answer["result"]["notifications"])
        self._assert_discreet(text)
        return "clinic_queue" in text

    def _change(self):
        """Let somebody be called, and send what is sent of it."""
        self.env["bus.bus"].sudo().search([]).unlink()
        self.queue._send_queue_changed()
        self.env.cr.precommit.run()
        self.assertTrue(self.env["bus.bus"].sudo().search_count([]))

    def test_only_a_token_lets_one_hear(self):
        sockets = self.env["ir.websocket"]
        good = sockets._get_queue_channel(self.queue)
        other = self.queue.copy({"code": "Z", "site_id": self.other_site.id})
        with patch("odoo.addons.clinic_queue.models.ir_websocket.PUBLIC_HOURS", -1):
            expired = sockets._get_queue_channel(self.queue)
        self._change()
        self.assertTrue(self._peek(good))
        database = self.env.cr.dbname
        for channel in (
            expired,
            good[:-3] + "AAA",
            sockets._get_queue_channel(other),
            f"clinic.queue_{self.queue.id}",
            f"clinic.queue,{self.queue.id}",
            json.dumps([database, "clinic.queue", self.queue.id]),
            "clinic_queue.staff",
            self.board.access_token,
        ):
            with self.subTest(channel[:60]):
                self.assertFalse(self._peek(channel))
