# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Notifications on a phone: switched on, received, read by that phone alone, off."""

import json

import pytest

from .fakes.push_service import PushBrowser, PushService
from .live.push import IS_ACTIVE, PushVisitor, send
from .live.visitor import PHONE, soon

PARTNER = "SELECT partner_id FROM res_users WHERE id = %s"
PATIENT = "SELECT id FROM clinic_patient WHERE partner_id = %s"
DEVICES = """
    SELECT d.partner_id, d.is_clinic_portal FROM mail_push_device d
     WHERE d.endpoint = %s
"""
STATES = """
    SELECT state, provider_state FROM clinic_reminder
     WHERE appointment_id = %s AND channel = 'push'
"""


@pytest.fixture(scope="module")
def service():
    """A push service on the loopback interface."""
    with PushService() as service:
        yield service


@pytest.fixture
def visitor(open_browser, people, database, page_servers):
    """A patient with a phone."""
    return PushVisitor(
        open_browser(),
        page_servers[0],
        database,
        "Live patient",
        PHONE,
        login="live_patient",
        password=people.password,
    )


@pytest.fixture
def visit(people, offer, practice, database):
    """A visit of that patient: its id, and the partner's."""
    ((partner,),) = database.query(PARTNER, people.id("patient"))
    known = database.query(PATIENT, partner)
    patient = (
        known[0][0] if known else practice.create("clinic.patient", partner_id=partner)
    )
    doctor, kind = offer()
    return practice.book(kind, doctor, patient, soon(9)), partner


def test_a_patient_is_notified_on_their_phone(visitor, service, visit, database):
    visit, partner = visit
    send(database, service.url, None)
    browser = PushBrowser(service)
    switch_on(visitor, browser)
    assert database.query(DEVICES, browser.endpoint) == [(partner, True)]

    send(database, service.url, visit)
    [(_path, _headers, body)] = service.taken
    assert database.query(STATES, visit) == [("sent", "sent")]
    text = browser.decrypt(body)
    payload = json.loads(text)
    (shown,) = visitor.show(text, 1)
    assert shown["title"] == payload["title"]
    assert shown["body"] == "Your appointment is near."
    assert shown["data"]["path"].startswith(f"/my/appointments/{visit}")

    check_another_site(visitor, text)
    visitor.open_profile()
    assert visitor.is_on()
    visitor.switch("Notifications are off.")
    assert database.query(DEVICES, browser.endpoint) == []
    assert visitor.page.errors == []


def switch_on(visitor, browser):
    """Sign in, and switch notifications on."""
    visitor.prepare({"endpoint": browser.endpoint, "keys": browser.keys})
    visitor.sign_in()
    visitor.open_profile()
    assert not visitor.is_on()
    visitor.switch("Notifications are on.")
    scope = visitor.page.wait_for(IS_ACTIVE)
    assert scope == f"{visitor.server.address}/my/"


def check_another_site(visitor, text):
    """The same message takes the first one's place; another site is not opened."""
    visitor.push(text)
    evil = {"title": "x", "options": {"tag": "y", "data": {"url": "//example.com/my"}}}
    shown = visitor.show(json.dumps(evil), 2)
    assert {item["data"]["path"] for item in shown} == {
        "/my",
        next(item["data"]["path"] for item in shown if item["title"] != "x"),
    }
