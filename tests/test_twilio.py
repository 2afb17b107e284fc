# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""SMS through Twilio at running servers: killed, at once, lost, replayed, forged."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from .fakes.twilio_api import HANG, TAKE_AND_HANG, FakeTwilio
from .live.text_messages import TextMessages

LEAVE_TWILIO = """
env["ir.config_parameter"].set_param("clinic_sms_twilio.api_base", False)
env["res.company"].search([]).sms_provider = "iap"
env.cr.commit()
"""
TWICE = 8  # how often the same reply comes at once


@pytest.fixture(scope="module")
def fake():
    """Twilio, on the loopback interface."""
    with FakeTwilio() as fake:
        yield fake


@pytest.fixture(scope="module")
def texts(database, fake, folder, practice):
    """Messages that go through it; other tests find the database without it."""
    yield TextMessages(database, fake, folder, practice)
    database.odoo("shell", "--no-http", script=LEAVE_TWILIO)


@pytest.fixture
def servers_in_turn(race_servers):
    """Both servers; neither may have logged an error when the test ends."""
    offsets = [server.log_size() for server in race_servers]
    yield race_servers
    for server, offset in zip(race_servers, offsets, strict=True):
        assert server.complaints(offset) == []


def test_killed_after_twilio_took_it(texts):
    """The answer never came: Twilio is asked, and the SMS is not sent again."""
    first, second = texts.begin(2)
    texts.fake.fail(TAKE_AND_HANG)
    texts.send_and_kill()
    texts.send()
    assert Counter(m["to"] for m in texts.fake.messages) == {first: 1, second: 1}
    assert texts.states(first)[first] == ("sent", "process")
    texts.settle()
    assert texts.states(first)[first] == ("sent", "pending")
    assert texts.instead(first, second) == []
    assert Counter(m["to"] for m in texts.fake.messages) == {first: 1, second: 1}


def test_killed_before_twilio_took_it(texts):
    """Twilio knows nothing of it: the patient is told by e-mail, once."""
    (number,) = texts.begin(1)
    texts.fake.fail(HANG)
    texts.send_and_kill()
    texts.send()
    texts.settle()
    texts.settle()
    assert texts.fake.sent_to(number) == []
    assert texts.states(number)[number] == ("failed", "error")
    assert texts.instead(number) == ["email"]


def test_reports_come_while_two_processes_send(texts, servers_in_turn):
    """Of two companies, before the answers: each SMS goes once and is delivered."""
    numbers = texts.begin(24, others=8)
    texts.fake.messages.clear()
    turns = iter(servers_in_turn * 100)
    reports = []

    def report(message):
        answer = texts.fake.report(message, "delivered", next(turns).address)
        reports.append(answer)

    texts.fake.on_taken = report
    try:
        texts.send(processes=2)
    finally:
        texts.fake.on_taken = None
    sent = Counter(message["to"] for message in texts.fake.messages)
    assert set(sent.values()) == {1}
    assert set(numbers) < set(sent)
    assert len(sent) == 24 + 8
    accounts = Counter(message["account_sid"] for message in texts.fake.messages)
    assert list(accounts.values()).count(24) == 1
    assert set(reports) == {200}
    states = texts.states(*numbers)
    assert {state for state, _sms in states.values()} == {"delivered"}


def test_one_reply_from_all_sides_counts_once(texts, servers_in_turn):
    """Servers get one reply many times at once, and a forged one."""
    number, other = texts.begin(2)
    texts.send()
    turns = [servers_in_turn[turn % 2] for turn in range(TWICE)]

    def bring(server):
        return texts.reply(number, "1", server, "SMlive")

    with ThreadPoolExecutor(TWICE) as pool:
        answers = list(pool.map(bring, turns))
    assert {status for status, _body in answers} == {200}
    assert len({body for _status, body in answers}) == 1
    assert "confirmed" in answers[0][1]
    rows = texts.database.query(
        "SELECT outcome FROM clinic_sms_reply WHERE message_sid = 'SMlive'"
    )
    assert rows == [("confirmed",)]
    for server in servers_in_turn:
        assert texts.reply(other, "2", server, "SMforged", token="guess")[0] == 403
    states = dict(
        texts.database.query(
            "SELECT r.address, a.state FROM clinic_reminder r"
            " JOIN clinic_appointment a ON a.id = r.appointment_id"
            " WHERE r.address = ANY(%s)",
            [number, other],
        )
    )
    assert states == {number: "confirmed", other: "scheduled"}
