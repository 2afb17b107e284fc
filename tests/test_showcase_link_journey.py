# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""An outside doctor with a phone and the link of a message: moves a call, declines one.

The doctor has no user and signs in nowhere.
"""

import itertools

import pytest

from .live.practice import at
from .live.sales import call, create_target
from .live.visitor import PHONE

SHOWCASE = "pharma.showcase"

#: Days after the practice's, each of one test alone.
days = itertools.count(11)

SAYS = """(selector, text) =>
    [...document.querySelectorAll(selector)].some((item) =>
        item.textContent.includes(text))"""
OFFERED = (
    "() => [...document.querySelectorAll('[name=time]')].map((item) => item.value)"
)
CHOSEN = "() => document.querySelector('[name=time]:checked')?.value"
WIDTH = "() => document.documentElement.scrollWidth"
FIRST = "label[for='time_0']"
TAKE = "form[action$='/move'] button"
DECLINE = "form[action$='/decline'] button"

FACTS = """
    SELECT s.state, s.start::text, h.by_doctor, r.name->>'en_US'
      FROM pharma_showcase s
      LEFT JOIN pharma_showcase_history h ON h.showcase_id = s.id
      LEFT JOIN pharma_showcase_reason r ON r.id = s.end_reason_id
     WHERE s.id = %s
"""

CLAIMED = """
    SELECT count(*), min(start)::text, max(start)::text
      FROM clinic_reservation WHERE showcase_id = %s
"""

SECRET = "SELECT access_token FROM pharma_showcase WHERE id = %s"


@pytest.fixture
def proposed(sales, team, people, race_servers):
    """A call that was proposed to a doctor: (doctor, its id, start)."""
    day = next(days)  # representatives are in one place at a time
    doctor = create_target(sales, team[0], day)
    client = people.web("rep3", race_servers[0])
    values = call(doctor, team[1]["rep3"], at(10, day=day))
    answer = client.call(SHOWCASE, "book", None, values=values)
    assert answer.ok, answer.message
    mine = [("doctor_id", "=", doctor)]
    (showcase,) = sales.do(SHOWCASE, "search", domain=mine)
    return doctor, showcase, values["start"]


@pytest.fixture
def phone(open_browser, page_servers, database):
    """Return a function that opens the link of a call on a phone."""

    def make(showcase):
        page = open_browser().page
        page.resize(*PHONE)
        ((secret,),) = database.query(SECRET, showcase)
        address = page_servers[0].address
        page.go(f"{address}/showcase/{showcase}?access_token={secret}")
        page.wait_for(SAYS, "h1", "calls on")
        return page

    return make


def test_a_doctor_moves_a_call(phone, proposed, database):
    _doctor, showcase, planned = proposed
    page = phone(showcase)
    assert page.run(WIDTH) <= PHONE[0]
    page.click(FIRST)
    assert page.wait_for(CHOSEN) == page.run(OFFERED)[0]
    page.click(TAKE)
    page.wait_for(SAYS, "[role=status]", "The call is confirmed")
    ((state, start, by_doctor, _reason),) = database.query(FACTS, showcase)
    assert (state, by_doctor) == ("confirmed", True)
    assert start != planned
    # doctor and representative, both at the new time and at no other
    assert database.query(CLAIMED, showcase) == [(3, start, start)]


def test_a_time_that_was_taken_meanwhile(phone, proposed, sales, team, database):
    """The doctor reads, somebody books, the doctor chooses: nothing is booked twice."""
    doctor, showcase, planned = proposed
    page = phone(showcase)
    page.click(FIRST)
    chosen = page.wait_for(CHOSEN)
    others = call(doctor, team[1]["rep4"], _moment(database, chosen))
    sales.create(SHOWCASE, **others, state="proposed")
    page.click(TAKE)
    page.wait_for(SAYS, "[role=alert]", "booked")
    ((state, start, by_doctor, _reason),) = database.query(FACTS, showcase)
    assert (state, start, by_doctor) == ("proposed", planned, None)
    assert chosen not in page.run(OFFERED)


def test_a_doctor_declines_and_says_why(phone, proposed, database):
    _doctor, showcase, _start = proposed
    page = phone(showcase)
    name = page.run(
        """() => {
            const field = document.querySelector("[name=reason_id]");
            field.selectedIndex = 1;
            return field.selectedOptions[0].textContent.trim();
        }"""
    )
    page.click(DECLINE)
    page.wait_for(SAYS, "[role=status]", "declined")
    ((state, _start, _by_doctor, reason),) = database.query(FACTS, showcase)
    assert (state, reason) == ("declined", name)
    assert database.query(CLAIMED, showcase) == [(0, None, None)]


def _moment(database, chosen):
    """Return the time that a choice on the page stands for, as RPC takes it."""
    query = (
        "SELECT to_char(to_timestamp(%s) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')"
    )
    ((moment,),) = database.query(query, int(chosen.partition("-")[0]))
    return moment
