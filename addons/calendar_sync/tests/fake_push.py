# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The channels of the stand-ins: what they were asked to tell, and how they tell it."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

from .fake_server import Refusal

#: How long the stand-ins grant.
GRANTED = timedelta(days=2)


@dataclass(frozen=True)
class Message:
    """One message: where it goes on the practice's server, and what it says."""

    path: str
    headers: dict
    body: bytes = b""


class GoogleChannels:
    """Channels as Google keeps them."""

    def reset_channels(self):
        """Forget all channels."""
        self.channels = {}
        self.stopped = []

    def answer_channels(self, request, parts):
        """Return (status, body), or None for a request about something else."""
        if parts == ["channels", "stop"]:
            body = json.loads(request.body)
            known = self.channels.get(body["id"])
            if not known or known["resourceId"] != body["resourceId"]:
                raise refuse_google(404, "notFound")
            self.stopped.append(body["id"])
            del self.channels[body["id"]]
            return 204, None
        if parts[:1] != ["calendars"] or parts[2:] != ["events", "watch"]:
            return None
        return 200, self.watch(parts[1], json.loads(request.body))

    def watch(self, calendar, body):
        if calendar not in self.calendars:
            raise refuse_google(404, "notFound")
        if not body["address"].startswith("https://"):
            raise refuse_google(400, "push.webhookUrlNotHttps")
        if body["id"] in self.channels or len(body["id"]) > 64:
            raise refuse_google(400, "channelIdNotUnique")
        if len(body["token"]) > 256 or body["type"] != "web_hook":
            raise refuse_google(400, "invalid")
        ends = datetime.now(timezone.utc) + GRANTED
        row = {
            "id": body["id"],
            "resourceId": f"resource-{next(self.numbers)}",
            "expiration": str(int(ends.timestamp() * 1000)),
        }
        self.channels[row["id"]] = {**row, **body, "calendar": calendar, "number": 1}
        return row

    def tell(self, state="exists"):
        """Return a message of each channel."""
        messages = []
        for row in self.channels.values():
            headers = {
                "X-Goog-Channel-ID": row["id"],
                "X-Goog-Channel-Token": row["token"],
                "X-Goog-Resource-ID": row["resourceId"],
                "X-Goog-Resource-State": state,
                "X-Goog-Message-Number": str(row["number"]),
            }
            row["number"] += 7  # they grow, and are not in sequence
            messages.append(Message(urlsplit(row["address"]).path, headers))
        return messages


class GraphChannels:
    """Subscriptions as Graph keeps them.

    ``practice`` is where the practice's server answers really. Without it, nobody is
    asked whether somebody answers there.
    """

    practice = ""

    def reset_channels(self):
        """Forget all subscriptions."""
        self.channels = {}
        self.stopped = []

    def answer_channels(self, request, parts):
        """Return (status, body), or None for a request about something else."""
        if parts[:1] != ["subscriptions"]:
            return None
        if len(parts) == 1:
            return 201, self.subscribe(json.loads(request.body))
        known = self.channels.get(parts[1])
        if known is None:
            raise refuse_graph(404, "ResourceNotFound")
        if request.method == "DELETE":
            self.stopped.append(parts[1])
            del self.channels[parts[1]]
            return 204, None
        known |= json.loads(request.body)
        return 200, known

    def subscribe(self, body):
        ends = datetime.fromisoformat(body["expirationDateTime"].replace("Z", "+00:00"))
        longest = datetime.now(timezone.utc) + timedelta(minutes=4231)
        if ends > longest or len(body["clientState"]) > 128:
            raise refuse_graph(400, "InvalidRequest")
        for name in ("notificationUrl", "lifecycleNotificationUrl"):
            if not body[name].startswith("https://"):
                raise refuse_graph(400, "InvalidRequest")
            self.check_answer(body[name])
        row = {"id": f"subscription-{next(self.numbers)}", **body}
        self.channels[row["id"]] = row
        return row

    def check_answer(self, address):
        """Refuse a subscription when nobody answers at its address."""
        if not self.practice:
            return
        word = "Validation: Token & more"
        path = urlsplit(address).path
        url = f"{self.practice}{path}?validationToken={quote(word)}"
        with urlopen(Request(url, data=b"", method="POST"), timeout=20) as answer:
            is_text = answer.headers["Content-Type"].startswith("text/plain")
            if answer.status != 200 or not is_text or answer.read().decode() != word:
                raise refuse_graph(400, "ValidationError")

    def tell(self, lifecycle=""):
        """Return a message of each subscription, or about it."""
        name = "lifecycleNotificationUrl" if lifecycle else "notificationUrl"
        messages = []
        for row in self.channels.values():
            value = {
                "subscriptionId": row["id"],
                "clientState": row["clientState"],
                "resource": row["resource"],
            }
            if lifecycle:
                value["lifecycleEvent"] = lifecycle
            else:
                value["changeType"] = "updated"
            headers = {"Content-Type": "application/json"}
            body = json.dumps({"value": [value]}).encode()
            messages.append(Message(urlsplit(row[name]).path, headers, body))
        return messages


def refuse_google(status, reason):
    """Return a refusal as Google words it."""
    error = {"code": status, "errors": [{"reason": reason}]}
    return Refusal(status, {"error": error})


def refuse_graph(status, code):
    """Return a refusal as Graph words it."""
    return Refusal(status, {"error": {"code": code, "message": code}})
