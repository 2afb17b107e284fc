# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Payments through Stripe at running servers: news lost, late, twice, forged."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from .fakes.stripe_api import FakeStripe
from .live.payments import WEBHOOK, Payments

TWICE = 8  # how often the same event comes at once


@pytest.fixture(scope="module")
def fake():
    """Stripe, on the loopback interface."""
    with FakeStripe() as fake:
        yield fake


@pytest.fixture(scope="module")
def payments(database, fake, folder, practice):
    """Visits that are paid through it."""
    return Payments(database, fake, folder, practice)


@pytest.fixture(scope="module")
def waiting(payments):
    """References of payments that wait for their patients: tests take their own."""
    return payments.begin(9)


@pytest.fixture
def servers_in_turn(race_servers):
    """Both servers; neither may have logged an error when the test ends."""
    offsets = [server.log_size() for server in race_servers]
    yield race_servers
    for server, offset in zip(race_servers, offsets, strict=True):
        assert server.complaints(offset) == []


def test_forged_events_are_refused(payments, waiting, servers_in_turn):
    """Nothing is believed without Stripe's signature, and nothing fails for it."""
    reference = waiting.pop()
    event = payments.pay(reference)
    for server in servers_in_turn:
        assert payments.send(event, server, secret="whsec_guess")[0] == 403
        assert payments.send(event, server, at=1)[0] == 403
        unsigned = payments.practice.client.http.post(
            server.address + WEBHOOK, json=event, timeout=30
        )
        assert unsigned.status_code == 403
    assert payments.states(reference) == {reference: ("draft", "hold")}


def test_one_event_from_all_sides_counts_once(payments, waiting, servers_in_turn):
    """Servers get one event many times at once, then older ones."""
    reference = waiting.pop()
    event = payments.pay(reference)
    intent = event["data"]["object"]["id"]
    stale = {**event, "type": "payment_intent.payment_failed"}
    stale["data"] = {
        "object": {**event["data"]["object"], "status": "requires_payment_method"}
    }
    turns = [servers_in_turn[turn % 2] for turn in range(TWICE)]
    with ThreadPoolExecutor(TWICE) as pool:
        answers = list(pool.map(lambda server: payments.send(event, server)[0], turns))
    assert Counter(answers) == {200: TWICE}
    assert payments.send(stale, turns[0])[0] == 200
    payments.post_process()
    assert payments.states(reference) == {reference: ("done", "scheduled")}
    charges = payments.fake.account.all("charge")
    assert len([one for one in charges if one["payment_intent"] == intent]) == 1


def test_lost_webhooks_are_settled_while_others_come(
    payments, waiting, servers_in_turn
):
    """The nightly comparison and late webhooks meet on the same payments."""
    references = [waiting.pop() for _index in range(6)]
    events = [payments.pay(reference) for reference in references]
    with ThreadPoolExecutor(4) as pool:
        night = pool.submit(payments.reconcile)
        answers = []
        while not night.done():
            for event, server in zip(events[:3], servers_in_turn * 2, strict=False):
                answers.append(payments.send(event, server)[0])
        night.result()
    assert set(answers) == {200}
    payments.reconcile()
    assert set(payments.states(*references).values()) == {("done", "scheduled")}
    state, settled, problems = payments.last_run()
    assert (state, settled, problems) == ("done", 0, 0)


def test_pending_refund_is_told_by_its_webhook(payments, waiting, servers_in_turn):
    """A refund is under way, then done; one at Stripe's dashboard is taken over."""
    reference = waiting.pop()
    payments.send(payments.pay(reference), servers_in_turn[0])
    account = payments.fake.account
    account.refund_status = "pending"
    try:
        payments.refund(reference, 20)
    finally:
        account.refund_status = "succeeded"
    assert payments.refunds(reference) == [("pending", -20)]
    refund = account.all("refund")[0]
    event = account.finish_refund(refund["id"], "succeeded")
    told = account.emit("charge.refunded", account.get(refund["charge"]))
    for server in servers_in_turn:
        assert payments.send(event, server)[0] == 200
        assert payments.send(told, server)[0] == 200
    assert payments.refunds(reference) == [("done", -20)]
    account.create_refund({"payment_intent": refund["payment_intent"], "amount": "500"})
    payments.reconcile()
    assert payments.refunds(reference) == [("done", -20), ("done", -5)]
