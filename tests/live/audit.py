# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Does the ledger agree with the appointments, and both with the rules?

By SQL of its own, so that a flaw of the models cannot hide behind them.
"""

from collections import defaultdict

CLAIMING = ("hold", "scheduled", "confirmed", "arrived", "in_progress", "completed")

OVERLAPS = """
    SELECT count(*) FROM (
        SELECT start < max(stop) OVER (
                   PARTITION BY resource_id, partner_id, seat
                   ORDER BY start, id
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
               ) AS is_overlap
          FROM clinic_reservation
    ) AS claim WHERE is_overlap
"""

#: Claims that there should be, one for each doctor, patient, room and device of an
#: appointment that takes time, against those that there are.
DIFFERENCES = """
    WITH visit AS (
        SELECT a.*,
               a.start - make_interval(mins => coalesce(s.buffer_before, 0)) AS first,
               a.stop + make_interval(mins => coalesce(s.buffer_after, 0)) AS last
          FROM clinic_appointment a JOIN clinic_service s ON s.id = a.service_id
         WHERE a.state = ANY(%s) AND a.active
    ), wanted AS (
        SELECT v.id, 'doctor' AS role, d.resource_id, NULL::int AS partner_id,
               v.first AS start, v.last AS stop
          FROM visit v JOIN clinic_doctor d ON d.id = v.doctor_id
         UNION ALL
        SELECT v.id, 'patient', NULL, p.partner_id, v.start, v.stop
          FROM visit v JOIN clinic_patient p ON p.id = v.patient_id
         UNION ALL
        SELECT v.id, 'room', r.resource_id, NULL, v.first, v.last
          FROM visit v JOIN clinic_room r ON r.id = v.room_id
         UNION ALL
        SELECT v.id, 'equipment', e.resource_id, NULL, v.first, v.last
          FROM visit v
          JOIN clinic_appointment_clinic_equipment_rel l
            ON l.clinic_appointment_id = v.id
          JOIN clinic_equipment e ON e.id = l.clinic_equipment_id
    ), present AS (
        SELECT appointment_id, role, resource_id, partner_id, start, stop
          FROM clinic_reservation WHERE appointment_id IS NOT NULL
    )
    (SELECT 'missing', * FROM (TABLE wanted EXCEPT ALL TABLE present) AS m)
     UNION ALL
    (SELECT 'surplus', * FROM (TABLE present EXCEPT ALL TABLE wanted) AS s)
"""

#: What the health check says of the ledger; the rest of it is about other things.
LEDGER_CHECKS = (
    "Missing database constraints",
    "Overlapping reservations",
    "Expired holds not given back",
    "Appointments without a reservation",
    "Reservations of cancelled or archived appointments",
)

VISITS = """
    SELECT doctor_id, patient_id, room_id, start, stop FROM clinic_appointment
     WHERE state = ANY(%s) AND doctor_id = ANY(%s)
"""

WRONG_HOLDS = """
    SELECT a.id FROM clinic_appointment a
      LEFT JOIN clinic_reservation r ON r.appointment_id = a.id
     WHERE (a.state = 'hold') <> (a.hold_expires_at IS NOT NULL)
       AND a.state <> 'cancelled'
        OR a.state <> 'hold' AND r.expires_at IS NOT NULL
        OR a.state = 'hold' AND r.expires_at IS DISTINCT FROM a.hold_expires_at
"""


class Audit:
    """Looks at the whole database, and closely at the doctors of one test."""

    def __init__(self, database, practice):
        self.database, self.practice = database, practice

    def check(self, doctors, capacity=1):
        """Fail unless everything agrees.

        :param doctors: ids of doctors whose visits are counted minute by minute
        :param capacity: how many patients each of them may see at a time
        """
        query = self.database.query
        assert query(OVERLAPS) == [(0,)]
        assert query(DIFFERENCES, list(CLAIMING)) == []
        assert query(WRONG_HOLDS) == []
        self._check_visits(doctors, capacity)
        self._check_health()

    def visits(self, doctors):
        """Return rows (doctor, patient, room, start, stop) of visits that take time."""
        return self.database.query(VISITS, list(CLAIMING), list(doctors))

    def _check_visits(self, doctors, capacity):
        """Count who is where at once, from the appointments alone."""
        taken = defaultdict(list)
        for doctor, patient, room, start, stop in self.visits(doctors):
            subjects = (("doctor", doctor), ("patient", patient), ("room", room))
            for subject in subjects:
                if subject[1]:
                    taken[subject].append((start, stop))
        for (kind, key), times in taken.items():
            limit = capacity if kind == "doctor" else 1
            assert most_at_once(times) <= limit, f"{kind} {key} is taken twice"

    def _check_health(self):
        health = self.practice.create("clinic.health")
        (lines,) = self.practice.read("clinic.health", [health], "line_ids")
        rows = self.practice.read(
            "clinic.health.line", lines["line_ids"], "name", "count"
        )
        counts = {row["name"]: row["count"] for row in rows}
        assert {name: counts[name] for name in LEDGER_CHECKS} == dict.fromkeys(
            LEDGER_CHECKS, 0
        )


def most_at_once(times):
    """Return how many of some half-open ranges overlap at the worst moment."""
    steps = [(start, 1) for start, _stop in times] + [(stop, -1) for _, stop in times]
    most = now = 0
    for _moment, step in sorted(steps, key=lambda item: (item[0], item[1])):
        now += step
        most = max(most, now)
    return most
