# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reception at work in one browser; a colleague looks on in another.

Two users, two browsers, two servers. What the one does, the other sees within two
seconds, without a reload.
"""

import base64
import json
import time

import pytest

from .live.browser import Browser
from .live.practice import DAY, at

SOON = 2  # seconds

#: The times at which a patient stands in the calendar, as the page shows them.
TIMES = """(patient) => [...document.querySelectorAll(".fc-event")]
    .filter((event) => event.textContent.includes(patient))
    .map((event) => event.querySelector(".o_clinic_time").textContent)"""

SHOWS = f"""(patient, times) =>
    JSON.stringify(({TIMES})(patient)) === JSON.stringify(times)"""

HAS_FOCUS = "(field) => document.querySelector(field) === document.activeElement"

IS_CHOSEN = """(field, text) => document.querySelector(field).value.includes(text)
    && !document.querySelector(".o-autocomplete--dropdown-menu")"""


class Desk:
    """One user's browser at one server, with the calendar of one doctor's day open."""

    def __init__(self, browser, server, people, name):
        self.page, self.server = browser.page, server
        self.people, self.name = people, name

    def open(self, doctor):
        """Log in, and follow a shared link to the doctor's day."""
        page = self.page
        page.go(f"{self.server.address}/web/login")
        page.click("input[name=login]")
        page.type(f"live_{self.name}")
        page.click("input[name=password]")
        page.type(self.people.password)
        page.click(".oe_login_form button[type=submit]")
        page.wait_for(
            "() => Boolean(document.querySelector('.o_main_navbar'))", seconds=90
        )
        state = {"date": str(DAY), "scale": "day", "filters": {"doctor_id": [doctor]}}
        text = base64.urlsafe_b64encode(json.dumps(state).encode()).decode()
        address = (
            f"{self.server.address}/odoo/clinic-calendar?clinic={text.rstrip('=')}"
        )
        page.go(address)
        page.place(".fc-timegrid-body", seconds=60)
        page.run("() => { window.neverReloaded = true; }")

    def choose(self, field, text):
        """Choose a record in the dialog by what a user types."""
        page, field = self.page, f".modal .o_field_widget[name={field}] input"
        page.click(field)
        page.wait_for(HAS_FOCUS, field)
        page.type(text)
        # what matches is marked once the answer to the typed text is there
        page.click(".o-autocomplete--dropdown-item .fw-bold", text)
        page.wait_for(IS_CHOSEN, field, text)

    def drag(self, patient, from_hour, to_hour):
        """Drag a patient's visit from one full hour to another."""
        lane = ".fc-timegrid-slot-lane[data-time='{:02}:00:00']"
        down = self.page.height_of(lane.format(to_hour))
        down -= self.page.height_of(lane.format(from_hour))
        # in the middle of a quarter of an hour, where the calendar does not round
        x, y = self.page.place(".fc-event", patient, down=0.25)
        self.page.drag((x, y), (x, y + down))

    def sees(self, patient, *times, seconds=SOON):
        """Wait until the patient stands at these times and at no other."""
        self.page.wait_for(SHOWS, patient, list(times), seconds=seconds)


@pytest.fixture
def desks(settings, page_servers, people, folder):
    """Two desks; after a failure their screens are kept beside the logs."""
    assert settings.browser, "No browser: install chromium."
    browsers = [Browser(settings.browser, folder / f"browser-{i}") for i in (1, 2)]
    names = ("reception1", "reception2")
    try:
        yield [
            Desk(browser, server, people, name)
            for browser, server, name in zip(browsers, page_servers, names, strict=True)
        ]
        if settings.log_dir:
            for number, browser in enumerate(browsers, 1):
                browser.page.screenshot(settings.log_dir / f"journey-{number}.png")
    finally:
        for browser in browsers:
            browser.stop()


def test_reception_works_and_a_colleague_sees_it(desks, practice, audit, database):
    doctor = practice.create_doctor()
    service = practice.create_service()
    patient, other = practice.create_patients(2)
    rows = practice.read("clinic.patient", [patient, other], "name")
    name, other_name = (row["name"] for row in rows)
    (service_row,) = practice.read("clinic.service", [service], "name")
    practice.book(service, doctor, other, at(12))
    reception, colleague = desks
    for desk in desks:
        desk.open(doctor)
        desk.sees(other_name, "12:00", seconds=20)

    book(reception, name, service_row["name"])
    both_see(desks, name, "9:00")

    reception.drag(name, 9, 11)
    both_see(desks, name, "11:00")

    # on a time that is taken: it springs back, and the reason is told
    reception.drag(name, 11, 12)
    reception.page.place(".o_clinic_refusal_reason", "already booked")
    reception.page.click(".o_clinic_refusal .o_clinic_leave")
    both_see(desks, name, "11:00")

    colleague.drag(other_name, 12, 13)
    both_see(desks, other_name, "1:00")

    cancel(reception, name)
    both_see(desks, name)

    for desk in desks:
        assert desk.page.run("() => window.neverReloaded") is True
        assert desk.page.errors == []
    ((state, start),) = database.query(
        "SELECT state, start::text FROM clinic_appointment WHERE patient_id = %s",
        patient,
    )
    assert (state, start) == ("cancelled", at(11))
    audit.check([doctor])


def book(desk, patient, service):
    """Book by a click on nine o'clock."""
    desk.page.click(".fc-timegrid-slot-lane[data-time='09:00:00']")
    desk.choose("patient_id", patient)
    desk.choose("service_id", service)
    desk.page.click(".modal .o_form_button_save")


def cancel(desk, patient):
    """Cancel from the card that a click opens."""
    desk.page.click(".fc-event", patient)
    desk.page.click(".o_clinic_popover .o_clinic_cancel")
    desk.page.click(".modal .o_clinic_confirm_cancel")


def both_see(desks, patient, *times):
    """Wait until both desks show the patient at these times, soon from now on."""
    deadline = time.monotonic() + SOON
    for desk in desks:
        desk.sees(patient, *times, seconds=deadline - time.monotonic())
