# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One booking of each party: a doctor who is a user, half an hour, committed after.

Each has ``book(env, client, seconds)`` and ``count(env, seconds)``, the number of
bookings of that doctor at that time; ``context`` is what its caller's environment has.
"""

from ..questions import SLOT
from .peer import SILENT
from .people import moment

ROOMS = 4  # kept free by nobody else: the doctor alone decides


class OurBooker:
    """The one door: doctor, room and patient claimed, number, chatter."""

    name = "clinic_scheduling"
    title = "clinic_scheduling, `book` (doctor, room, patient, number, chatter)"
    context = {}

    def __init__(self, ours, clients):
        with ours.instance.environment(staff=False) as env:
            self.doctor = ours.employ(env, 1)[0]
            self.patients = ours.admit(env, clients)
            self.service = ours.offer(env, [self.doctor], ROOMS).id

    def book(self, env, client, seconds):
        """Book a visit."""
        env["clinic.appointment"].book(
            {
                "service_id": self.service,
                "doctor_id": self.doctor,
                "patient_id": self.patients[client],
                "start": moment(seconds),
            }
        )

    def count(self, env, seconds):
        """Return how many visits take the doctor then."""
        return env["clinic.appointment"].search_count(
            [
                ("doctor_id", "=", self.doctor),
                ("start", "=", moment(seconds)),
                ("state", "=", "scheduled"),
            ]
        )


class PeerBooker:
    """The peer's ``create``, with what follows from it: event, attendees, mails."""

    name = "resource_booking"
    title = "resource_booking, `create` (event, attendees, invitation mail)"
    context = {}
    number = 0  # of the doctor

    def __init__(self, peer):
        self.peer = peer
        with peer.instance.environment(staff=False) as env:
            resource = peer.employ(env, self.number + 1)[self.number]
            self.combination = peer.combine(env, [(resource,)])[0]
            self.kind = peer.offer(env, [self.combination]).id

    def book(self, env, client, seconds):
        """Create a booking with its time."""
        self.peer.kind = self.kind
        values = self.peer.book_values(self.combination, seconds)
        env["resource.booking"].create(values)

    def count(self, env, seconds):
        """Return how many bookings take the resource then."""
        return env["resource.booking"].search_count(
            [
                ("combination_id", "=", self.combination),
                ("start", "=", moment(seconds)),
                ("meeting_id", "!=", False),
            ]
        )


class SilentPeerBooker(PeerBooker):
    """The same without mails, tracking, followers and log notes."""

    name = "resource_booking, silent"
    title = "resource_booking, `create`, mail, tracking and followers off"
    context = SILENT
    number = 1


class LeanBooker:
    """One row with chatter and the constraint: the least a booking costs in Odoo."""

    name = "lean model"
    title = "lean one-row model with chatter and the constraint, `create`"
    context = {}

    def __init__(self, ours):
        with ours.instance.environment(staff=False) as env:
            doctor = env["clinic.doctor"].browse(ours.employ(env, 1))
            self.resource = doctor.resource_id.id

    def book(self, env, client, seconds):
        """Create the row."""
        env["bench.lean.booking"].create(
            {
                "name": f"Booking {seconds}",
                "resource_id": self.resource,
                "start": moment(seconds),
                "stop": moment(seconds + SLOT),
            }
        )

    def count(self, env, seconds):
        """Return how many rows there are."""
        domain = [("start", "=", moment(seconds))]
        return env["bench.lean.booking"].search_count(domain)


class PlainBooker:
    """One INSERT under the constraint."""

    name = "plain SQL"
    title = "plain SQL, one row under the constraint"
    context = {}

    def book(self, env, client, seconds):
        """Insert the row."""
        env.cr.execute(
            "INSERT INTO bench_claim (resource_id, start, stop) VALUES (0, %s, %s)",
            [moment(seconds), moment(seconds + SLOT)],
        )

    def count(self, env, seconds):
        """Return how many rows there are."""
        env.cr.execute(
            "SELECT count(*) FROM bench_claim WHERE start = %s", [moment(seconds)]
        )
        return env.cr.fetchone()[0]
