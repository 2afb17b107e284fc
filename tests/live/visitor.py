# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Visitors with a browser, who book, move and cancel on the pages for patients."""

import re
from datetime import date, datetime, time, timedelta

from .axe import find_barriers
from .guest import CODE, MAIL

#: Within the time that the pages look ahead.
SOON = date.today() + timedelta(days=20)

#: Sizes of a page: of a phone, of a notebook.
PHONE, WIDE = (390, 844), (1366, 768)

STEP = re.compile(r"/clinic/book/(\d+)/")

IS_AT = """(end) => location.pathname.endsWith(end)
    && document.readyState === "complete" """

PATH = "() => location.pathname"

#: Date fields show the date in the user's own order, so nothing is typed.
SET_DATE = """(selector, day) => {
    const field = document.querySelector(selector);
    field.value = day;
    field.dispatchEvent(new Event("change", {bubbles: true}));
}"""

CHOICE = ".o_clinic_times_choice label"
CHOSEN = ".o_clinic_times_form:not([hidden]) button[type=submit]"


def soon(hour, minute=0):
    """Return a time of that day as the database keeps it."""
    return str(datetime.combine(SOON, time(hour, minute)))


class Visitor:
    """Somebody without an account; each page that comes is checked for barriers."""

    def __init__(self, browser, server, database, name, size=(1366, 900)):
        self.page, self.server, self.database = browser.page, server, database
        self.name = name
        self.page.resize(*size)

    @property
    def email(self):
        """The mail address of this visitor."""
        return f"{self.name.lower().replace(' ', '.')}@example.com"

    @property
    def appointment(self):
        """The id of the visit that the address names."""
        return int(STEP.search(self.page.run(PATH)).group(1))

    def arrive(self, end, selector):
        """Wait for the page whose address ends so, and for what is to be on it."""
        self.page.wait_for(IS_AT, end)
        self.page.place(selector)
        self.check()

    def check(self):
        """Nothing on the page keeps anybody from using it."""
        path = self.page.run(PATH)
        assert find_barriers(self.page) == [], path

    def fill(self, selector, text):
        """Click into a field and type."""
        self.page.click(selector)
        self.page.type(text)

    def submit(self, end):
        """Press the button of the form that is sent to an address."""
        self.page.click(f".o_clinic_step_main form[action$='/{end}'] [type=submit]")

    def start(self, service):
        """Open the list of what can be booked, and take a service."""
        self.page.go(f"{self.server.address}/clinic/book")
        self.arrive("/clinic/book", f"a[href*='service={service}']")

    def look(self, service, doctor):
        """Open the free times of a doctor on the day of the tests."""
        query = f"service={service}&doctor={doctor}&day={SOON}"
        self.page.go(f"{self.server.address}/clinic/book/times?{query}")
        self.arrive("/clinic/book/times", CHOICE)

    def choose(self, time):
        """Choose a time."""
        self.page.click(CHOICE, time)
        self.page.place(CHOSEN)

    def take(self):
        """Go on with the chosen time."""
        self.page.click(CHOSEN)

    def prove(self):
        """Prove the mail address by the code that was sent there."""
        self.arrive("/who", "#o_clinic_contact")
        self.fill("#o_clinic_contact", self.email)
        self.submit("code")
        self.arrive("/who", "#o_clinic_code")
        ((body,),) = self.database.query(MAIL, self.email)
        self.fill("#o_clinic_code", CODE.search(re.sub(r"<[^>]+>", " ", body)).group(1))
        self.submit("code/check")
        self.arrive("/details", "#o_clinic_name")

    def describe(self):
        """Say who comes."""
        self.arrive("/details", "#o_clinic_name")
        self.fill("#o_clinic_name", self.name)
        self.page.run(SET_DATE, "#o_clinic_birthdate", "1990-05-17")
        self.submit("details")
        self.arrive("/review", ".o_clinic_confirm")

    def confirm(self):
        """Book what was reviewed."""
        self.submit("review")
        self.arrive("/done", "a[href*='/my/appointments/']")

    def manage(self):
        """Follow the link to the booked visit."""
        self.page.click("a[href*='/my/appointments/']")
        self.page.place("a[href*='/reschedule']")
        self.check()

    def move(self, time):
        """Move the visit to another time of the day."""
        self.page.click("a[href*='/reschedule']")
        self.arrive("/reschedule", CHOICE)
        self.choose(time)
        self.take()
        self.page.place("[name=portal_done]", "moved")
        self.check()

    def cancel(self):
        """Cancel the visit."""
        self.page.click("a[href*='/cancel']")
        self.arrive("/cancel", "form[action*='/cancel'] [type=submit]")
        self.page.click("form[action*='/cancel'] [type=submit]")
        self.page.place("[name=portal_done]", "cancelled")
        self.check()
