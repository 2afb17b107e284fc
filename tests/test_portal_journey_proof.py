# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who somebody is: patients find their record again, and devices forget guests.

Each page is checked by axe-core on the way.
"""

import pytest

from .live.account import AccountVisitor
from .live.visitor import CHOICE, PHONE, WIDE, Visitor, soon

CONSENT = """
    SELECT c.source, c.revoked_at IS NULL FROM clinic_consent c
      JOIN res_users u ON u.partner_id = c.partner_id
     WHERE c.patient_id = %s AND u.id = %s
"""
STATE = "SELECT state FROM clinic_appointment WHERE id = %s"
HELD = "() => Boolean(document.querySelector('[name=portal_held]'))"
STEP_LINK = ".o_clinic_steps a[href='/clinic/book']"


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_an_account_finds_a_patient_who_was_here_before(
    size, open_browser, people, practice, offer, page_servers, database, audit
):
    doctor, service = offer()
    name = practice.name("Journey Former Patient")
    email = f"{name.lower().replace(' ', '.')}.{size[0]}@example.com"
    patient = practice.create("clinic.patient", name=name, email=email)
    visit = practice.book(service, doctor, patient, soon(10))
    visitor = AccountVisitor(
        open_browser(),
        page_servers[0],
        database,
        "Live guardian",
        size,
        login="live_guardian",
        password=people.password,
    )
    visitor.sign_in()
    visitor.connect(patient, email)
    assert database.query(CONSENT, patient, people.id("guardian")) == [("code", True)]
    visitor.page.go(f"{visitor.server.address}/my/appointments/{visit}")
    visitor.page.place(".o_clinic_facts", name)
    visitor.check()
    assert visitor.page.errors == []
    audit.check([doctor])


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_a_shared_device_forgets_a_guest(
    size, open_browser, offer, page_servers, database, audit
):
    doctor, service = offer()
    name = f"Journey Shared {size[0]}"
    visitor = Visitor(open_browser(), page_servers[0], database, name, size)
    visitor.look(service, doctor)
    visitor.choose("10:00")
    visitor.take()
    visitor.prove()
    visitor.describe()
    visitor.confirm()
    visit = visitor.appointment
    visitor.page.click("form[action='/clinic/book/forget'] [type=submit]")
    visitor.arrive("/clinic/book/forgotten", "main h1")
    assert database.query(STATE, visit) == [("scheduled",)]
    # the next one on this device is asked who they are
    visitor.look(service, doctor)
    visitor.choose("11:00")
    visitor.take()
    visitor.arrive("/who", "#o_clinic_contact")
    assert visitor.page.errors == []
    audit.check([doctor])


def test_the_way_back_to_the_first_step_keeps_the_time(
    open_browser, offer, page_servers, database, audit
):
    doctor, service = offer()
    visitor = Visitor(open_browser(), page_servers[0], database, "Journey Steps", WIDE)
    visitor.look(service, doctor)
    visitor.choose("10:00")
    visitor.take()
    visitor.arrive("/who", "#o_clinic_contact")
    visit = visitor.appointment
    visitor.page.click(STEP_LINK)
    visitor.arrive("/clinic/book", "[name=portal_held]")
    visitor.page.click("[name=portal_held] a")
    visitor.arrive("/who", "#o_clinic_contact")
    assert database.query(STATE, visit) == [("hold",)]
    visitor.page.click(".o_clinic_step_summary form [type=submit]")
    visitor.arrive("/clinic/book/times", CHOICE)
    assert not visitor.page.run(HELD)
    assert database.query(STATE, visit) == [("cancelled",)]
    audit.check([doctor])
