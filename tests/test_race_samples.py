# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The last packs of a lot, and a doctor's last packs, are wanted more than once."""

import functools
import secrets
from datetime import date, datetime, time, timedelta

import pytest

from .live.crowd import at_once

SHOWCASE, REPORT = "pharma.showcase", "pharma.call.report"
MOVEMENT = "pharma.sample.movement"
REPRESENTATIVES = ("rep1", "rep2", "rep3", "rep4")

#: A picture of one pixel: who signs, signs.
SIGNATURE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)

#: Packs at hand that are not the sum of what moved, or fewer than none.
UNBALANCED = """
    SELECT s.id FROM pharma_sample_stock s
      JOIN pharma_sample_movement m
        ON m.representative_id = s.representative_id AND m.lot_id = s.lot_id
     GROUP BY s.id
    HAVING s.quantity <> sum(m.change) OR s.quantity < 0
"""
LEFT = "SELECT sum(quantity) FROM pharma_sample_stock WHERE lot_id = %s"
GIVEN = """
    SELECT COALESCE(sum(quantity), 0) FROM pharma_sample_movement
     WHERE kind = 'drop' AND lot_id = %s AND doctor_id = ANY(%s)
"""


@pytest.fixture(scope="module")
def product(sales):
    """A product that is given as a sample."""
    return sales.create("product.product", name="Live Sample", is_sampled=True)


@pytest.fixture
def hand_over(sales, team, product):
    """Return a function that gives representatives packs of a new lot."""

    def make(packs, *names):
        lot = sales.create(
            "pharma.sample.lot",
            name=sales.name("LIVE"),
            product_id=product,
            expires_on=str(date.today() + timedelta(days=300)),
        )
        for name in names:
            sales.do(
                "pharma.representative",
                "write",
                [team[1][name]],
                vals={"may_carry_samples": True},
            )
            sales.create(
                MOVEMENT,
                kind="receipt",
                date=str(date.today() - timedelta(days=30)),
                representative_id=team[1][name],
                lot_id=lot,
                quantity=packs,
            )
        return lot

    return make


def record_call(sales, team, name, doctor, product, number):
    """Return a call that was held some days ago."""
    day = date.today() - timedelta(days=2 + number // 8)
    start = datetime.combine(day, time(8 + number % 8))
    return sales.create(
        SHOWCASE,
        doctor_id=doctor,
        representative_id=team[1][name],
        start=start.strftime("%Y-%m-%d %H:%M:%S"),
        duration=20,
        state="done",
        line_ids=[(0, 0, {"product_id": product})],
    )


def report(client, showcase, product, lot, packs):
    """Return an action: the representative reports a call with packs handed out."""
    values = {
        "uuid": secrets.token_hex(16),
        "lines": [{"product_id": product, "interest": 3}],
        "next_step": "none",
        "has_adverse_event": False,
        "drops": [{"lot_id": lot, "quantity": packs}],
        "signature": SIGNATURE,
        "signed_by": "Dr Live",
        "signed_at": f"{date.today() - timedelta(days=1)}T09:00:00Z",
    }
    return functools.partial(
        client.call, REPORT, "submit_call", None, showcase_id=showcase, values=values
    )


def refuse(answers):
    """Return the sentences of the refusals; nothing else may have gone wrong."""
    refused = [answer for answer in answers if not answer.ok]
    for answer in refused:
        assert answer.error == "odoo.exceptions.UserError", answer
    return [answer.message for answer in refused]


def create_targets(sales, team, count):
    """Return doctors with a licence, in the team's territory."""
    values = {"territory_id": team[0], "licence_state": "active"}
    return [sales.create_doctor(**values) for _index in range(count)]


def start_count(sales, holder, lot):
    """Return a count of one lot alone, of which six packs were found."""
    count = sales.create("pharma.sample.reconciliation", representative_id=holder)
    lines = sales.do(
        "pharma.sample.reconciliation.line",
        "search",
        domain=[("reconciliation_id", "=", count), ("lot_id", "=", lot)],
    )
    values = {"counted": 6, "explanation": "Counted twice"}
    sales.do("pharma.sample.reconciliation.line", "write", lines, vals=values)
    others = sales.do(
        "pharma.sample.reconciliation.line",
        "search",
        domain=[("reconciliation_id", "=", count), ("lot_id", "!=", lot)],
    )
    sales.do("pharma.sample.reconciliation.line", "unlink", others)
    return count


def test_the_last_packs_of_a_lot(
    race, sales, team, product, hand_over, people, race_servers, database
):
    """Phone and desk of one representative: twelve calls, five packs."""
    name = REPRESENTATIVES[0]
    lot = hand_over(5, name)
    actions = []
    for number, doctor in enumerate(create_targets(sales, team, 12)):
        client = people.web(name, race_servers[number % 2])
        call = record_call(sales, team, name, doctor, product, number)
        actions.append(report(client, call, product, lot, 1))
    answers = at_once(actions)
    sentences = refuse(answers)
    assert len(sentences) == 7
    assert all("has 0 packs" in sentence for sentence in sentences), sentences
    assert database.query(LEFT, lot) == [(0,)]
    assert database.query(UNBALANCED) == []


def test_four_representatives_and_a_doctor_who_may_get_four(
    race, sales, team, product, hand_over, people, race_servers, database
):
    """Each has packs of the lot; the doctor gets as many as the settings allow."""
    lot = hand_over(10, *REPRESENTATIVES)
    (doctor,) = create_targets(sales, team, 1)
    actions = []
    for number, name in enumerate(REPRESENTATIVES * 2):
        client = people.web(name, race_servers[number % 2])
        call = record_call(sales, team, name, doctor, product, 16 + number)
        actions.append(report(client, call, product, lot, 2))
    sentences = refuse(at_once(actions))
    assert len(sentences) == 6
    assert all("4 packs" in sentence for sentence in sentences), sentences
    assert database.query(GIVEN, lot, [doctor]) == [(4,)]
    assert database.query(LEFT, lot) == [(36,)]
    assert database.query(UNBALANCED) == []


def test_packs_leave_while_somebody_counts(
    race, sales, team, product, hand_over, people, race_servers, database
):
    """Returns, losses and a count at once: the books agree, whoever was first."""
    name = REPRESENTATIVES[1]
    lot = hand_over(6, name)
    holder = team[1][name]
    count = start_count(sales, holder, lot)
    actions = [
        functools.partial(
            people.web(name, race_servers[number % 2]).call,
            MOVEMENT,
            "create",
            None,
            vals_list=[
                {
                    "kind": ("return", "loss")[number % 2],
                    "note": "Thrown away",
                    "representative_id": holder,
                    "lot_id": lot,
                    "quantity": 1,
                }
            ],
        )
        for number in range(9)
    ]
    actions.append(
        functools.partial(
            sales.client.call, "pharma.sample.reconciliation", "action_confirm", [count]
        )
    )
    answers = at_once(actions)
    assert answers[-1].ok, answers[-1].message
    refuse(answers[:-1])
    assert database.query(UNBALANCED) == []
