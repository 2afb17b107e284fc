# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A scheduler lets a week be planned, follows it, and books what is proposed."""

from datetime import date, timedelta

import pytest

from .live.practice import HOURS
from .live.visitor import PHONE

DOCTORS, DAYS = 5, 5
#: So many that a run is seen at work.
ITERATIONS = 40_000

WORK = "env['pharma.plan']._cron_plan()\nenv.cr.commit()\n"
BOOKED = """
    SELECT s.doctor_id, s.state, count(r.id)
      FROM pharma_showcase s JOIN clinic_reservation r ON r.showcase_id = s.id
     WHERE s.territory_id = %s
     GROUP BY s.id ORDER BY s.doctor_id
"""
SHOWS = """(names) => names.every((name) =>
    document.querySelector(".o_calendar_renderer").textContent.includes(name))"""
DRAWN = """() => document.querySelectorAll(".o_pharma_sketch_map circle").length"""
PROGRESS = ".o_field_widget[name=progress]"


def get_monday():
    """Return a Monday that is more than a week ahead."""
    today = date.today()
    return today + timedelta(days=14 - today.weekday())


def count_weeks(day):
    """Return how often to leaf forward to a day; weeks begin on Sunday."""
    sundays = [d - timedelta(days=d.isoweekday() % 7) for d in (date.today(), day)]
    return (sundays[1] - sundays[0]).days // 7


@pytest.fixture
def territory(sales, team, people):
    """A territory of the scheduler's team, in which one representative works."""
    crew = sales.create(
        "crm.team",
        name=sales.name("Live Team"),
        member_ids=[(6, 0, [people.id("scheduler")])],
    )
    found = sales.create(
        "pharma.territory", name=sales.name("Live Territory"), team_id=crew
    )
    rep = team[1]["rep1"]
    values = {"territory_ids": [(4, found)], "team_id": crew}
    sales.do("pharma.representative", "write", [rep], vals=values)
    return found


@pytest.fixture
def doctors(sales, territory):
    """Doctors who receive representatives on one day of the week each: {id: name}."""
    segment = sales.create(
        "pharma.segment",
        name=sales.name("Live Segment"),
        base_value=20,
        target_calls=1,
    )
    found = {}
    for number in range(DOCTORS):
        day = get_monday() + timedelta(days=number % DAYS)
        partner = sales.create(
            "res.partner",
            name=sales.name("Live Practice"),
            partner_latitude=50.8 + number / 100,
            partner_longitude=4.3,
        )
        site = sales.create_site(partner_id=partner, is_outside=True)
        doctor = sales.create_doctor(
            territory_id=territory, segment_id=segment, site=site, is_outside=True
        )
        sales.create(
            "clinic.availability",
            doctor_id=doctor,
            site_id=site,
            recurrence="date",
            override="add",
            date=str(day),
            hour_from=HOURS[0],
            hour_to=HOURS[1],
            slot_minutes=20,
            purpose="showcase",
        )
        (row,) = sales.read("clinic.doctor", [doctor], "name")
        found[doctor] = row["name"]
    return found


@pytest.fixture
def plan(people, race_servers, territory):
    """A plan of that week, as the scheduler made it."""
    values = {
        "name": "Live Plan",
        "territory_id": territory,
        "date_from": str(get_monday()),
        "date_to": str(get_monday() + timedelta(days=DAYS - 1)),
        "iterations": ITERATIONS,
    }
    client = people.web("scheduler", race_servers[0])
    answer = client.call("pharma.plan", "create", vals_list=[values])
    assert answer.ok, answer.message
    return answer.value[0]


def sign_in(page, server, people):
    """Log in as the scheduler."""
    page.go(f"{server.address}/web/login")
    page.click("input[name=login]")
    page.type("live_scheduler")
    page.click("input[name=password]")
    page.type(people.password)
    page.click(".oe_login_form button[type=submit]")
    page.place(".o_main_navbar", seconds=90)


def test_a_scheduler_plans_a_week_and_books_it(
    open_browser, page_servers, people, database, doctors, plan, territory
):
    page, server = open_browser().page, page_servers[0]
    sign_in(page, server, people)
    page.go(f"{server.address}/odoo/pharma.plan/{plan}")
    page.click("button[name=action_plan]", "Plan")
    page.place(PROGRESS, seconds=30)
    worker = database.start_script(WORK, {})
    try:
        # the page follows by itself
        page.place("button[name=action_accept]", "Book All", seconds=120)
    finally:
        worker.wait()
    for name in doctors.values():
        page.place(".o_field_widget[name=call_ids]", name)
    page.click(".nav-link[name=map_page]")
    page.wait_for(f"() => ({DRAWN})() === {DOCTORS}")
    page.resize(*PHONE[:2])
    page.wait_for(f"() => ({DRAWN})() === {DOCTORS}")
    page.resize(1366, 768)

    page.click("button[name=action_accept]", "Book All")
    page.click(".modal-footer .btn-primary")
    page.place(".o_notification", f"{DOCTORS} calls")
    found = database.query(BOOKED, territory)
    # the doctor, the representative, and the person that the representative is
    assert found == [(doctor, "proposed", 3) for doctor in sorted(doctors)]

    page.go(f"{server.address}/odoo/action-pharma_showcase.pharma_showcase_action")
    for _week in range(count_weeks(get_monday())):
        page.click(".o_calendar_button_next")
    page.wait_for(SHOWS, list(doctors.values()))
    assert page.errors == []
