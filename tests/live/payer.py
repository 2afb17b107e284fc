# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Visitors who pay through Odoo's provider for tries, which asks nobody for money."""

from .visitor import Visitor

#: The whole line of a way to pay is its label.
METHOD, DEMO = "#o_payment_form .o_payment_option_label", "Demo"
PAY = "[name=o_payment_submit_button]:not([disabled])"
LINK = ".btn-primary[href*='/my/appointments/'][href*='access_token=']"
RECEIPT = "a[href*='/receipt']"
#: The page on which Odoo waits for the provider asks there again and again.
STATUS, POLL = "[name=o_payment_status]", "*/payment/status/poll*"
CANCEL = "form[action*='/cancel'] [type=submit]"


class Payer(Visitor):
    """A guest who pays."""

    @property
    def errors(self):
        """What pages complained about, besides the answers kept from them here."""
        return [error for error in self.page.errors if "/payment/status" not in error]

    def go_to_payment(self, amount):
        """Confirm what was reviewed, and look at what is to be paid."""
        self.submit("review")
        self.arrive("/pay", METHOD)
        self.page.place(".o_clinic_pay_amount", amount)

    def pay(self):
        """Pay; the visit is booked by that."""
        self.page.click(METHOD, DEMO)
        self.fill("#customer_input", "4242 4242 4242 4242")
        # once more, with the fields that the provider adds
        self.check()
        # Odoo's page between is gone in a moment: keep it long enough to look at it
        self.page.command("Network.enable")
        self.page.command("Network.setBlockedURLs", urls=[POLL])
        self.page.click(PAY)
        self.arrive("/payment/status", STATUS)
        self.check()
        self.page.command("Network.setBlockedURLs", urls=[])
        self.page.run("() => location.reload()")
        self.arrive("/done", LINK)

    def follow_link(self):
        """Open the visit by its link, as somebody whom no cookie knows."""
        link = self.page.run("(link) => document.querySelector(link).href", LINK)
        self.page.command("Network.clearBrowserCookies")
        self.page.go(link)
        self.page.place("a[href*='/cancel']")
        self.check()

    def read_receipt(self, amount):
        """Look at the receipt, and come back."""
        self.page.click(RECEIPT)
        self.page.place("td", amount)
        self.check()
        self.page.run("() => history.back()")
        self.page.place("a[href*='/cancel']")

    def read_terms(self):
        """Return what a cancellation costs, said before it is done."""
        self.page.click("a[href*='/cancel']")
        self.arrive("/cancel", CANCEL)
        return self.page.run(
            "() => document.querySelector('[name=portal_terms]').textContent.trim()"
        )

    def confirm_cancellation(self):
        """Cancel on these terms."""
        self.page.click(CANCEL)
        self.page.place("[name=portal_done]", "cancelled")
        self.check()
