# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What an account at Stripe holds, and what may be done with it.

Objects have the shape of Stripe's API version 2019-05-16, the one that Odoo speaks.
Amounts are integers in the currency's smallest unit.
"""

import copy
import itertools
import time

API_VERSION = "2019-05-16"
PAGE = 10  # objects of a list, unless the client asks for more
NEEDS_CARD, NEEDS_CAPTURE = "requires_payment_method", "requires_capture"


class Refused(Exception):
    """Stripe's answer to what it will not do."""

    def __init__(self, message, status=400, code=None, kind="invalid_request_error"):
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "code": code, "message": message}}


class Account:
    """Customers, payments, refunds and the events that they cause."""

    def __init__(self):
        self.numbers = itertools.count(1)
        self.objects = {}  # by id, in the order of creation
        self.events = []
        #: What becomes of a refund at once: "succeeded", "pending" or "failed"
        self.refund_status = "succeeded"

    # Objects -----------------------------------------------------------

    def new(self, prefix, kind, **values):
        """Keep a new object; return it."""
        key = f"{prefix}_fake{next(self.numbers):06d}"
        now = int(time.time())
        self.objects[key] = {"id": key, "object": kind, "created": now, **values}
        return self.objects[key]

    def get(self, key, kind=None):
        """Return an object by its id; Stripe says 404 where there is none."""
        found = self.objects.get(key)
        if not found or kind and found["object"] != kind:
            raise Refused(f"No such {kind}: '{key}'", 404, "resource_missing")
        return found

    def all(self, kind):
        """Return the objects of a kind, the newest first."""
        return [o for o in reversed(self.objects.values()) if o["object"] == kind]

    def page(self, kind, params, url):
        """Return one page of a list, as the parameters filter it."""
        found = [item for item in self.all(kind) if _matches(item, params)]
        start = params.get("starting_after")
        if start:
            ids = [item["id"] for item in found]
            found = found[ids.index(start) + 1 :]
        limit = int(params.get("limit", PAGE))
        data, more = found[:limit], len(found) > limit
        return {"object": "list", "url": url, "data": data, "has_more": more}

    def emit(self, kind, item):
        """Keep an event that shows an object as it is now; return the event."""
        self.events.append(
            self.new(
                "evt",
                "event",
                type=kind,
                api_version=API_VERSION,
                livemode=False,
                data={"object": copy.deepcopy(item)},
            )
        )
        return self.events[-1]

    # Payments ----------------------------------------------------------

    def create_customer(self, params):
        """Create a customer."""
        return self.new(
            "cus", "customer", email=params.get("email"), name=params.get("name")
        )

    def create_webhook(self, params):
        """Register a webhook; only here Stripe tells its secret."""
        return self.new(
            "we", "webhook_endpoint", url=params["url"], secret="whsec_fake"
        )

    def create_card(self, brand="visa", last4="4242"):
        """Create a payment method, as Stripe's form in the browser does."""
        card = {"brand": brand, "last4": last4}
        return self.new("pm", "payment_method", type="card", card=card)

    def create_intent(self, params):
        """Create a payment; one that is confirmed at once is paid at once."""
        intent = self.new(
            "pi",
            "payment_intent",
            amount=int(params["amount"]),
            amount_received=0,
            currency=params["currency"],
            customer=params.get("customer"),
            description=params.get("description"),
            metadata=params.get("metadata", {}),
            capture_method=params.get("capture_method", "automatic"),
            payment_method=params.get("payment_method"),
            status=NEEDS_CARD,
            last_payment_error=None,
            charges={"object": "list", "data": [], "has_more": False},
            livemode=False,
        )
        intent["client_secret"] = f"{intent['id']}_secret_fake"
        if str(params.get("confirm")).lower() == "true":
            self.pay(intent["id"], params.get("payment_method"))
        return intent

    def create_setup_intent(self, params):
        """Create the registration of a card."""
        intent = self.new(
            "seti",
            "setup_intent",
            customer=params.get("customer"),
            description=params.get("description"),
            payment_method=None,
            status=NEEDS_CARD,
        )
        intent["client_secret"] = f"{intent['id']}_secret_fake"
        return intent

    def pay(self, key, card=None):
        """The patient pays in the browser; return the event that tells of it."""
        intent = self.get(key, "payment_intent")
        if intent["status"] in ("succeeded", "canceled", NEEDS_CAPTURE):
            raise Refused("Unexpected state", code="payment_intent_unexpected_state")
        intent["payment_method"] = card or self.create_card()["id"]
        charge = self._charge(intent)
        intent["charges"]["data"] = [charge]
        if intent["capture_method"] == "manual":
            intent["status"] = NEEDS_CAPTURE
            return self.emit("payment_intent.amount_capturable_updated", intent)
        return self._succeed(intent)

    def start(self, key):
        """The patient pays by a slow method; return the event that tells of it."""
        intent = self.get(key, "payment_intent")
        intent["payment_method"] = self.create_card()["id"]
        intent["status"] = "processing"
        return self.emit("payment_intent.processing", intent)

    def decline(self, key):
        """The bank refuses the card; return the event that tells of it."""
        intent = self.get(key, "payment_intent")
        intent["status"] = NEEDS_CARD
        intent["last_payment_error"] = {"message": "Your card was declined."}
        return self.emit("payment_intent.payment_failed", intent)

    def capture(self, key):
        """Take the money that was authorised."""
        intent = self.get(key, "payment_intent")
        if intent["status"] != NEEDS_CAPTURE:
            raise Refused("Unexpected state", code="payment_intent_unexpected_state")
        self._succeed(intent)
        return intent

    def cancel(self, key):
        """Give a payment up before it succeeds."""
        intent = self.get(key, "payment_intent")
        if intent["status"] == "succeeded":
            raise Refused("Unexpected state", code="payment_intent_unexpected_state")
        intent["status"] = "canceled"
        self.emit("payment_intent.canceled", intent)
        return intent

    def _succeed(self, intent):
        intent.update(status="succeeded", amount_received=intent["amount"])
        return self.emit("payment_intent.succeeded", intent)

    def _charge(self, intent):
        card = self.get(intent["payment_method"], "payment_method")
        return self.new(
            "ch",
            "charge",
            amount=intent["amount"],
            amount_refunded=0,
            currency=intent["currency"],
            description=intent["description"],
            metadata=intent["metadata"],
            payment_intent=intent["id"],
            payment_method_details={"type": "card", "card": {**card["card"]}},
            refunds={"object": "list", "data": [], "has_more": False},
            status="succeeded",
        )

    # Refunds -----------------------------------------------------------

    def create_refund(self, params):
        """Give money back, never more than was paid."""
        intent = self.get(params.get("payment_intent"), "payment_intent")
        if intent["status"] != "succeeded":
            raise Refused("This payment has no successful charge to refund.")
        charge = intent["charges"]["data"][0]
        left = charge["amount"] - charge["amount_refunded"]
        amount = int(params.get("amount") or left)
        if amount > left or not amount:
            raise Refused(
                f"Refund amount ({amount}) is greater than unrefunded amount ({left})",
                code="charge_already_refunded",
            )
        refund = self.new(
            "re",
            "refund",
            amount=amount,
            charge=charge["id"],
            payment_intent=intent["id"],
            currency=charge["currency"],
            metadata=params.get("metadata", {}),
            status=self.refund_status,
        )
        charge["amount_refunded"] += amount if refund["status"] != "failed" else 0
        charge["refunds"]["data"].insert(0, refund)
        self.emit("charge.refunded", charge)
        return refund

    def finish_refund(self, key, status):
        """A pending refund ends; return the event that tells of it."""
        refund = self.get(key, "refund")
        refund["status"] = status
        if status == "failed":
            charge = self.get(refund["charge"], "charge")
            charge["amount_refunded"] -= refund["amount"]
        return self.emit("charge.refund.updated", refund)


def _matches(item, params):
    """Tell whether an object is in a list with these filters."""
    created = params.get("created", {})
    if "gte" in created and item["created"] < int(created["gte"]):
        return False
    filters = ("customer", "payment_intent", "charge", "type")
    return all(item.get(name) == params[name] for name in filters if name in params)
