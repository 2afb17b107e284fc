# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A patient joins the waitlist on a phone, gets an offer, and takes it.

Each page is checked by axe-core on the way.
"""

import pytest

from .live.account import AccountVisitor
from .live.visitor import PHONE, SOON, Visitor, soon
from .live.waitlist import NO_QUIET, OFFERS

WORK = "env['clinic.waitlist.gap']._cron_work()\nenv.cr.commit()\n"
PARTNER = "SELECT partner_id FROM res_users WHERE id = %s"
VISIT = """
    SELECT state, start::text, source, patient_id
      FROM clinic_appointment WHERE id = %s
"""
FORGET = "DELETE FROM clinic_waitlist_gap WHERE state = 'look' AND doctor_id = %s"
ENTRY = """
    SELECT state, source, in_morning, in_evening FROM clinic_waitlist_entry
     WHERE service_id = %s ORDER BY id
"""


@pytest.fixture
def own_patient(practice, people, database):
    """The patient who the user "patient" is."""
    ((partner,),) = database.query(PARTNER, people.id("patient"))
    known = database.query(
        "SELECT id FROM clinic_patient WHERE partner_id = %s", partner
    )
    return (
        known[0][0] if known else practice.create("clinic.patient", partner_id=partner)
    )


@pytest.fixture
def give_back(database, practice):
    """A function that cancels a visit; it returns the offer that follows."""

    def cancel(visit, doctor):
        practice.do("clinic.appointment", "cancel", [visit])
        database.query(NO_QUIET)
        # the doctor's hours are new: this is about the given back time alone
        database.query(FORGET, doctor)
        database.odoo("shell", "--no-http", script=WORK)
        ((appointment, token),) = database.query(OFFERS, [doctor])
        return appointment, f"/my/appointments/{appointment}/offer?access_token={token}"

    return cancel


@pytest.fixture
def phone(open_browser, page_servers, database, people):
    """The phone of the user "patient"."""
    return AccountVisitor(
        open_browser(),
        page_servers[0],
        database,
        "Live patient",
        PHONE,
        login="live_patient",
        password=people.password,
    )


def join(visitor, service, doctor):
    """Go from the free times to the waitlist, for the mornings."""
    visitor.sign_in()
    visitor.look(service, doctor)
    visitor.page.click(".o_clinic_waitlist_hint a")
    visitor.arrive("/clinic/waitlist/join", "#o_clinic_time_in_morning")
    visitor.page.click("#o_clinic_time_in_morning")
    visitor.page.click("form[action='/clinic/waitlist/join'] [type=submit]")
    visitor.arrive("/my/waitlist", "[role=status]")


def test_a_patient_joins_and_takes_an_offer_on_a_phone(
    phone, own_patient, offer, practice, database, give_back, audit
):
    doctor, service = offer()
    (other,) = practice.create_patients(1)
    visit = practice.book(service, doctor, other, soon(10, 30))
    join(phone, service, doctor)
    assert database.query(ENTRY, service) == [("waiting", "portal", True, False)]
    held, link = give_back(visit, doctor)
    phone.page.go(f"{phone.server.address}/my/waitlist")
    phone.arrive("/my/waitlist", f"a[href='/my/appointments/{held}/offer']")
    phone.page.go(phone.server.address + link)
    phone.arrive("/offer", ".o_clinic_offer_left:not([hidden])")
    assert database.query(VISIT, held)[0][0] == "hold"
    phone.page.click("form[action*='/offer/accept'] [type=submit]")
    phone.page.place("h1", "The time is yours")
    phone.check()
    expected = ("scheduled", soon(10, 30), "waitlist", own_patient)
    assert database.query(VISIT, held) == [expected]
    phone.page.click("a[href*='/my/appointments/'].btn-primary")
    phone.page.place("a[href*='/cancel']")
    phone.check()
    assert phone.page.errors == []
    audit.check([doctor])


def test_a_guest_moves_a_later_visit_by_the_link(
    open_browser, offer, practice, page_servers, database, give_back, audit
):
    doctor, service = offer(reschedule_notice=0)
    first, waiting, following = practice.create_patients(3)
    visit = practice.book(service, doctor, first, soon(10))
    later = practice.book(service, doctor, waiting, soon(16))
    for patient in (waiting, following):
        practice.create(
            "clinic.waitlist.entry",
            patient_id=patient,
            service_id=service,
            earliest_date=str(SOON),
            notice_hours=0,
        )
    held, link = give_back(visit, doctor)
    visitor = Visitor(open_browser(), page_servers[0], database, "Link Guest", PHONE)
    visitor.page.go(page_servers[0].address + link)
    visitor.arrive("/offer", "input[name=move]~button")
    visitor.page.click("input[name=move]~button")
    visitor.page.place("h1", "The time is yours")
    visitor.check()
    assert database.query(VISIT, later)[0][:2] == ("scheduled", soon(10))
    assert database.query(VISIT, held)[0][0] == "cancelled"
    # its former time goes to the next one, who declines
    database.odoo("shell", "--no-http", script=WORK)
    ((next_one, token),) = database.query(OFFERS, [doctor])
    assert database.query(VISIT, next_one)[0][1] == soon(16)
    address = f"/my/appointments/{next_one}/offer?access_token={token}"
    visitor.page.go(page_servers[0].address + address)
    visitor.arrive("/offer", "form[action*='/offer/decline']")
    visitor.page.click("form[action*='/offer/decline'] [type=submit]")
    visitor.page.place("h1", "You declined this time")
    visitor.check()
    assert visitor.page.errors == []
    audit.check([doctor])
