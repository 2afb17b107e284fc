# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A race: clients that want something at the same time, and what came of it."""

import functools
from collections import Counter

from .crowd import at_once

APPOINTMENT = "clinic.appointment"
BOOKED = "booked"

#: HTTP status by which JSON-2 tells a refusal to programs.
CONFLICT, UNPROCESSABLE = 409, 422
STATUS = {
    "slot_taken": CONFLICT,
    "patient_busy": CONFLICT,
    "hold_expired": CONFLICT,
    "illegal_transition": CONFLICT,
}
TYPED = "odoo.addons.clinic_scheduling.exceptions."


class Race:
    """Clients on several servers, and the checks that every race has to pass."""

    def __init__(self, servers, people, practice, audit):
        self.servers, self.people = servers, people
        self.practice, self.audit = practice, audit
        self.offsets = [server.log_size() for server in servers]

    def clients(self, count):
        """Return clients that use all servers, users and protocols in turn."""
        return self.people.reception(count, self.servers)

    def complaints(self):
        """Return what the servers' logs should not say since the race began."""
        pairs = zip(self.servers, self.offsets, strict=True)
        return [entry for server, size in pairs for entry in server.complaints(size)]

    def run(self, calls):
        """Make all calls at once, each by a client of its own; return the answers.

        :param calls: (method, ids or None, named arguments) on appointments
        """
        clients = self.clients(len(calls))
        actions = [
            functools.partial(client.call, APPOINTMENT, method, ids, **values)
            for client, (method, ids, values) in zip(clients, calls, strict=True)
        ]
        answers = at_once(actions)
        for client, answer in zip(clients, answers, strict=True):
            check_clean(answer, client.kind)
        return answers

    def book(self, visits, **options):
        """Book all visits at once; return the answers."""
        return self.run([("book", None, {"values": v, **options}) for v in visits])


def check_clean(answer, kind):
    """Fail unless a client was served or refused in the way that was promised."""
    if answer.ok:
        return
    assert (answer.error or "").startswith(TYPED), f"{answer.error}: {answer.message}"
    assert answer.code, answer.message
    assert answer.message
    if kind == "json2":
        assert answer.status == STATUS.get(answer.code, UNPROCESSABLE), answer.code


def tally(answers):
    """Return how many were served (BOOKED) and how many refused, by code."""
    return Counter(BOOKED if answer.ok else answer.code for answer in answers)
