# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Visitors in browsers, from the list of services to a cancelled visit.

On a phone and on a wide screen. Each page is checked by axe-core on the way.
"""

import pytest

from .live.practice import HOURS
from .live.visitor import CHOICE, PHONE, WIDE, Visitor, soon

VISIT = """
    SELECT state, start::text, source FROM clinic_appointment WHERE id = %s
"""
HOLDS = """
    SELECT count(*) FROM clinic_appointment
     WHERE doctor_id = %s AND state = 'hold'
"""
END_SOON = """
    WITH soon AS (SELECT now() AT TIME ZONE 'UTC' + %s * interval '1 second' AS moment),
    visit AS (
        UPDATE clinic_appointment SET hold_expires_at = moment FROM soon WHERE id = %s
    )
    UPDATE clinic_reservation SET expires_at = moment
      FROM soon WHERE appointment_id = %s
"""

IS_SHOWN_OVER = """() => document.querySelector(".o_clinic_countdown_over")?.open"""
SECONDS_LEFT = """() => {
    const text = document.querySelector(".o_clinic_countdown_left")?.textContent;
    const [minutes, seconds] = (text || "0:0").split(":").map(Number);
    return minutes * 60 + seconds;
}"""
IS_TAKEN = """() => document.querySelector(".o_clinic_times_view .alert-warning")
    ?.textContent.includes("just taken")"""


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_a_guest_books_moves_and_cancels(
    size, open_browser, offer, page_servers, database, audit
):
    doctor, service = offer()
    name = f"Journey Guest {size[0]}"
    visitor = Visitor(open_browser(), page_servers[0], database, name, size)
    visitor.start(service)
    visitor.look(service, doctor)
    visitor.choose("10:30")
    visitor.take()
    visitor.prove()
    visitor.describe()
    visit = visitor.appointment
    assert database.query(VISIT, visit) == [("hold", soon(10, 30), "portal")]
    visitor.confirm()
    assert database.query(VISIT, visit) == [("scheduled", soon(10, 30), "portal")]
    visitor.manage()
    visitor.move("4:00")
    assert database.query(VISIT, visit) == [("scheduled", soon(16), "portal")]
    visitor.cancel()
    assert database.query(VISIT, visit) == [("cancelled", soon(16), "portal")]
    assert visitor.page.errors == []
    audit.check([doctor])


def test_two_visitors_want_the_last_time(
    open_browser, offer, page_servers, database, audit
):
    # a visit that takes the whole day
    doctor, service = offer(duration=(HOURS[1] - HOURS[0]) * 60)
    first, second = (
        Visitor(open_browser(), server, database, f"Rival {number}")
        for number, server in enumerate(page_servers)
    )
    for visitor in (first, second):
        visitor.look(service, doctor)
        visitor.choose("8:00")
    first.take()
    first.arrive("/who", "#o_clinic_contact")
    # told at once, on another server, before anything was typed
    second.page.wait_for(IS_TAKEN)
    second.check()
    assert not second.page.run("(choice) => document.querySelector(choice)", CHOICE)
    assert database.query(HOLDS, doctor) == [(1,)]
    first.prove()
    first.describe()
    first.confirm()
    audit.check([doctor])


def test_the_way_back_and_forth_keeps_the_time(
    open_browser, offer, page_servers, database, audit
):
    doctor, service = offer()
    visitor = Visitor(open_browser(), page_servers[0], database, "Back And Forth")
    visitor.look(service, doctor)
    visitor.choose("9:00")
    visitor.take()
    visitor.prove()
    visit = visitor.appointment
    for end, selector in (("/who", "#o_clinic_code"), ("/times", CHOICE)):
        go_back_to(visitor.page, end)
        visitor.page.place(selector if end == "/times" else ".o_clinic_step_main")
    visitor.page.run("() => history.forward()")
    visitor.page.place(".o_clinic_countdown_left")
    # the page was left for a while, and yet the whole time is theirs again
    visitor.page.wait_for(f"() => ({SECONDS_LEFT})() > 300")
    assert database.query(VISIT, visit) == [("hold", soon(9), "portal")]
    visitor.page.go(visitor.page.run("() => location.href"))
    visitor.arrive("/who", "[name=patient]")
    visitor.submit("who")
    visitor.describe()
    visitor.confirm()
    assert database.query(VISIT, visit) == [("scheduled", soon(9), "portal")]
    audit.check([doctor])


def go_back_to(page, end):
    """Go back until the address ends so, as a user does."""
    for _attempt in range(6):
        page.run("() => history.back()")
        try:
            page.wait_for("(end) => location.pathname.endsWith(end)", end, seconds=2)
        except AssertionError:
            continue
        return
    raise AssertionError(f"Never back at {end}")


def test_the_end_of_the_hold_is_told(
    open_browser, offer, page_servers, database, audit
):
    doctor, service = offer()
    visitor = Visitor(open_browser(), page_servers[0], database, "Slow Visitor", PHONE)
    visitor.look(service, doctor)
    visitor.choose("11:00")
    visitor.take()
    visitor.prove()
    database.query(END_SOON, 12, visitor.appointment, visitor.appointment)
    visitor.page.go(visitor.page.run("() => location.href"))
    visitor.page.wait_for(IS_SHOWN_OVER)
    visitor.check()
    visitor.page.click(".o_clinic_countdown_over a")
    visitor.arrive("/clinic/book/times", CHOICE)
    visitor.choose("11:00")
    visitor.take()
    # they have proved their address already, and said that they are new here
    visitor.arrive("/details", "#o_clinic_name")
    audit.check([doctor])
