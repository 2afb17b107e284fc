# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Patients with an account, guardians, and guests who pay, in browsers.

Each page is checked by axe-core on the way.
"""

import pytest

from .live.account import AccountVisitor
from .live.payer import Payer
from .live.visitor import PHONE, WIDE, soon

VISIT = """
    SELECT state, start::text, source, patient_id
      FROM clinic_appointment WHERE id = %s
"""
PARTNER = "SELECT partner_id FROM res_users WHERE id = %s"
#: Who the visit is for, and by which consent the account acts for them.
CHILD = """
    SELECT p.name, t.birthdate::text, c.relationship, c.scope, c.source,
           c.revoked_at IS NULL AND c.valid_until > CURRENT_DATE
      FROM clinic_appointment a
      JOIN clinic_patient t ON t.id = a.patient_id
      JOIN res_partner p ON p.id = t.partner_id
      JOIN clinic_consent c ON c.patient_id = t.id
     WHERE a.id = %s AND c.partner_id = %s
"""
PAYMENTS = """
    SELECT t.state, t.amount FROM payment_transaction t
      JOIN clinic_appointment_transaction_rel r ON r.transaction_id = t.id
     WHERE r.appointment_id = %s ORDER BY t.id
"""
REFUNDS = """
    SELECT state, amount FROM clinic_payment_refund WHERE appointment_id = %s
"""


@pytest.fixture
def open_account(open_browser, people, database, page_servers):
    """Return a function that gives a user (see seed.py) a browser."""

    def open_one(name, size):
        return AccountVisitor(
            open_browser(),
            page_servers[0],
            database,
            f"Live {name}",
            size,
            login=f"live_{name}",
            password=people.password,
        )

    return open_one


@pytest.fixture
def own_patient(practice, people, database):
    """The patient who the user "patient" is."""
    ((partner,),) = database.query(PARTNER, people.id("patient"))
    return practice.create("clinic.patient", partner_id=partner)


def test_a_patient_books_moves_and_cancels(
    open_account, own_patient, offer, practice, database, audit
):
    doctor, service = offer()
    (record,) = practice.read("clinic.service", [service], "name")
    visitor = open_account("patient", PHONE)
    visitor.sign_in()
    visitor.page.click("a[href='/clinic/book']")
    visitor.arrive("/clinic/book", f"a[href*='service={service}']")
    visitor.look(service, doctor)
    visitor.choose("10:30")
    visitor.take()
    visitor.pick(own_patient)
    visitor.confirm()
    visit = visitor.appointment
    expected = ("scheduled", soon(10, 30), "portal", own_patient)
    assert database.query(VISIT, visit) == [expected]
    visitor.find(record["name"])
    visitor.move("4:00")
    expected = ("scheduled", soon(16), "portal", own_patient)
    assert database.query(VISIT, visit) == [expected]
    visitor.cancel()
    expected = ("cancelled", soon(16), "portal", own_patient)
    assert database.query(VISIT, visit) == [expected]
    assert visitor.page.errors == []
    audit.check([doctor])


def test_a_guardian_books_for_a_new_child(
    open_account, people, offer, practice, database, audit
):
    doctor, service = offer()
    child, birthdate = practice.name("Journey Child"), f"{soon(0)[:4]}-01-01"
    visitor = open_account("guardian", WIDE)
    visitor.look(service, doctor)
    visitor.choose("9:30")
    visitor.take()
    visitor.sign_in_on_the_way()
    visitor.pick("dependant", child, birthdate)
    visitor.confirm()
    visit = visitor.appointment
    ((state, start, source, _patient),) = database.query(VISIT, visit)
    assert (state, start, source) == ("scheduled", soon(9, 30), "portal")
    ((partner,),) = database.query(PARTNER, people.id("guardian"))
    consent = ("parent", "manage", "registration", True)
    assert database.query(CHILD, visit, partner) == [(child, birthdate, *consent)]
    visitor.find("")
    visitor.page.place(".o_clinic_facts", child)
    visitor.read_family(child)
    assert visitor.page.errors == []
    audit.check([doctor])


def test_a_guest_pays_and_gets_a_part_back(
    open_browser, offer, practice, page_servers, database, audit
):
    # cancelling costs a quarter from the first day on
    policy = practice.create(
        "clinic.cancel.policy",
        name=practice.name("Live Policy"),
        free_hours=24 * 60,
        late_percent=25,
    )
    doctor, service = offer(price=60, payment_rule="full", cancel_policy_id=policy)
    name = practice.name("Journey Payer")
    visitor = Payer(open_browser(), page_servers[0], database, name, PHONE)
    visitor.look(service, doctor)
    visitor.choose("11:30")
    visitor.take()
    visitor.prove()
    visitor.describe()
    visit = visitor.appointment
    visitor.go_to_payment("60.00")
    assert database.query(VISIT, visit)[0][0] == "hold"
    assert database.query(PAYMENTS, visit) == []
    visitor.pay()
    assert database.query(VISIT, visit)[0][:2] == ("scheduled", soon(11, 30))
    assert database.query(PAYMENTS, visit) == [("done", 60)]
    visitor.follow_link()
    visitor.read_receipt("60.00")
    terms = visitor.read_terms()
    assert "15.00" in terms and "you get back" in terms and "45.00" in terms
    # reading them changes nothing
    assert database.query(VISIT, visit)[0][0] == "scheduled"
    assert database.query(REFUNDS, visit) == []
    visitor.confirm_cancellation()
    assert database.query(VISIT, visit)[0][0] == "cancelled"
    assert database.query(REFUNDS, visit) == [("queued", 45)]
    assert visitor.errors == []
    audit.check([doctor])
