# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Visitors who have an account, for themselves and for those that they look after."""

import re

from .guest import CODE, MAIL
from .visitor import SET_DATE, Visitor

LINK = "/my/clinic/link"
ROW = "a.o_clinic_row[href*='/my/appointments/']"


class AccountVisitor(Visitor):
    """Somebody who signs in."""

    def __init__(self, *args, login, password, **kwargs):
        super().__init__(*args, **kwargs)
        self.login, self.password = login, password

    def fill_in_login(self):
        """Sign in on the page that asks for it."""
        self.arrive("/web/login", "#password")
        self.fill("#login", self.login)
        self.fill("#password", self.password)
        self.page.click(".oe_login_form [type=submit]")

    def sign_in(self):
        """Sign in, and go from the account's page to its visits."""
        self.page.go(f"{self.server.address}/web/login?redirect=/my")
        self.fill_in_login()
        self.arrive("/my", "a[href='/my/appointments']")
        self.page.click("a[href='/my/appointments']")
        self.arrive("/my/appointments", "a[href='/clinic/book']")

    def sign_in_on_the_way(self):
        """Sign in while a time is held."""
        self.arrive("/who", "#o_clinic_contact")
        self.page.click(".o_clinic_step_main a[href^='/web/login']")
        self.fill_in_login()

    def pick(self, value, *details):
        """Say who comes, and type what is asked about them.

        :param value: of the choice: a patient's id, or what kind of new one
        :param details: name and date of birth (YYYY-MM-DD) of a new one
        """
        choice = f"[name=patient][value='{value}']"
        self.arrive("/who", choice)
        self.page.click(choice)
        self.submit("who")
        self.arrive("/details", "#o_clinic_reason")
        if details:
            name, birthdate = details
            self.fill("#o_clinic_name", name)
            self.page.run(SET_DATE, "#o_clinic_birthdate", birthdate)
        self.submit("details")
        self.arrive("/review", ".o_clinic_confirm")

    def find(self, text):
        """Open the visit that the account's list shows with a text."""
        self.page.go(f"{self.server.address}/my/appointments")
        self.arrive("/my/appointments", ROW)
        self.page.click(ROW, text)
        self.page.place("a[href*='/reschedule']")
        self.check()

    def read_family(self, name):
        """Look at the list of those that the account acts for."""
        self.page.go(f"{self.server.address}/my/dependants")
        self.arrive("/my/dependants", "main")
        self.page.place("li", name)

    def connect(self, patient, email):
        """Connect the account with a patient by a code to the patient's address."""
        self.page.go(f"{self.server.address}{LINK}")
        self.arrive(LINK, "#o_clinic_contact")
        self.fill("#o_clinic_contact", email)
        self.page.click(f"form[action='{LINK}/code'] [type=submit]")
        self.arrive(LINK, "#o_clinic_code")
        ((body,),) = self.database.query(MAIL, email)
        self.fill("#o_clinic_code", CODE.search(re.sub(r"<[^>]+>", " ", body)).group(1))
        self.page.click(f"form[action='{LINK}/code/check'] [type=submit]")
        choice = f"[name=patient][value='{patient}']"
        self.arrive(LINK, choice)
        self.page.click(choice)
        self.page.click(f"form[action='{LINK}'] [type=submit]")
        self.page.place(".alert-success", "Connected")
        self.check()
