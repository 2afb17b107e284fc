# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which booked visits no longer fit the hours, absences and offers of the practice.

The question is asked before and after a change; what is new is the change's impact.
So a visit that was booked outside the hours on purpose is not reported when the
hours change elsewhere. Every visit counts, whatever the user may see: nothing is
orphaned because it lies at another site.
"""

from dataclasses import dataclass
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.clinic_engine import availability, explain, slots
from odoo.addons.clinic_engine.claims import overlaps
from odoo.addons.clinic_engine.clock import from_epoch

from .clinic_schedule import MARGIN

#: States in which a visit waits for its doctor. Holds are left out: see
#: clinic_impact_hold.py.
BOOKED_STATES = ("scheduled", "confirmed", "arrived")

#: What each refusal of the engine says about a booked visit.
CAUSES = {
    "outside_availability": "hours",
    "wrong_site": "hours",
    "wrong_purpose": "hours",
    "wrong_service": "hours",
    "too_long": "hours",
    "break": "hours",
    "absence": "absence",
}

#: The cause that is shown where several hold.
GRAVITY = ("absence", "offer", "hours")

#: Booked visits as ``Booked`` has them, with what decides over their offer.
BOOKED_VISITS = """
SELECT a.id, a.doctor_id, doctor.resource_id, a.site_id, a.service_id,
       EXTRACT(EPOCH FROM a.start)::bigint,
       EXTRACT(EPOCH FROM a.stop)::bigint,
       resource.active AND EXISTS (
           SELECT 1 FROM clinic_doctor_clinic_site_rel rel
            WHERE rel.clinic_doctor_id = a.doctor_id
              AND rel.clinic_site_id = a.site_id
       ) AND %(offers)s,
       ARRAY(
           SELECT room.resource_id FROM clinic_room room
            WHERE room.id = a.room_id
            UNION ALL
           SELECT device.resource_id FROM clinic_equipment device
             JOIN clinic_appointment_clinic_equipment_rel rel
               ON rel.clinic_equipment_id = device.id
            WHERE rel.clinic_appointment_id = a.id
       )
  FROM clinic_appointment a
  JOIN clinic_doctor doctor ON doctor.id = a.doctor_id
  JOIN resource_resource resource ON resource.id = doctor.resource_id
  JOIN clinic_service service ON service.id = a.service_id
 WHERE %(conditions)s
"""


@dataclass(frozen=True, slots=True)
class Booked:
    """A booked visit as plain values; times are epoch seconds.

    ``is_offered``: the doctor is active, works at the site and offers the service.
    ``things``: resources of its room and devices.
    """

    id: int
    doctor: int
    resource: int
    site: int
    service: int
    start: int
    stop: int
    is_offered: bool
    things: list


def gravest(causes):
    """Return the cause to show of several."""
    return next(cause for cause in GRAVITY if cause in causes)


def added(before, after):
    """Return {appointment id: causes} of what ``after`` has and ``before`` has not."""
    new = {key: causes - before.get(key, set()) for key, causes in after.items()}
    return {key: causes for key, causes in new.items() if causes}


class ClinicImpactCheck(models.AbstractModel):
    """Looks for booked visits without hours."""

    _name = "clinic.impact.check"
    _description = "Check of Booked Appointments"

    @api.model
    def _get_causes(self, doctors=None, start=None, stop=None):
        """Return {appointment id: set of causes} of visits that do not fit.

        Three queries, whatever the number of doctors, visits and days. Causes:
        ``absence`` (doctor, site, room or device), ``hours``, ``offer``.

        :param doctors: ``clinic.doctor`` records; None: all
        :param start, stop: UTC datetimes that the visits touch; None: open
        """
        return self._judge_all(self._select_booked(doctors, start, stop))

    def _judge_all(self, booked):
        """Return {appointment id: set of causes} of those that do not fit."""
        if not booked:
            return {}
        first, last = self._get_window(booked)
        doctors = self.env["clinic.doctor"].browse({item.doctor for item in booked})
        rules = self.env["clinic.availability"]._get_rules(doctors, first, last)
        begin = min(item.start for item in booked)
        end = max(item.stop for item in booked)
        sessions = availability.expand(rules, begin, end)
        blocks, closed = self._get_blocks(booked, first, last)
        found = {}
        for item in booked:
            causes = self._judge(item, sessions, blocks, closed.get(item.site, []))
            if causes:
                found[item.id] = causes
        return found

    def _get_window(self, booked):
        first = from_epoch(min(item.start for item in booked)).replace(tzinfo=None)
        last = from_epoch(max(item.stop for item in booked)).replace(tzinfo=None)
        return first - MARGIN, last + MARGIN

    def _get_blocks(self, booked, first, last):
        """Return absences by resource, and closing days by site."""
        resources = {item.resource for item in booked}
        resources.update(thing for item in booked for thing in item.things)
        rows = self.env["clinic.schedule"]._select_absences(
            sorted(resources), sorted({item.site for item in booked}), first, last
        )
        blocks, closed = {}, {}
        for resource, site, begin, end in rows:
            target, key = (closed, site) if site else (blocks, resource)
            target.setdefault(key, []).append((begin, end))
        return blocks, closed

    def _judge(self, item, sessions, blocks, closed):
        """Return the causes for which one booked visit does not fit."""
        query = slots.Query(
            duration=item.stop - item.start,
            earliest=item.start,
            latest=item.stop,
            service=item.service,
            sites=frozenset({item.site}),
        )
        reasons = explain.explain(
            query, item.start, item.resource, sessions, {}, {**blocks, None: closed}
        )
        causes = {CAUSES[reason.code] for reason in reasons if reason.code in CAUSES}
        if not item.is_offered:
            causes.add("offer")
        if any(
            overlaps(sorted(blocks.get(thing, ())), item.start, item.stop)
            for thing in item.things
        ):
            causes.add("absence")
        return causes

    def _select_booked(self, doctors, start, stop):
        """Return the ``Booked`` visits still to come, in one query."""
        conditions = [
            SQL("a.state IN %s", BOOKED_STATES),
            SQL("a.stop > %s", max(filter(None, (fields.Datetime.now(), start)))),
        ]
        if doctors is not None:
            conditions.append(SQL("a.doctor_id = ANY(%s)", doctors.ids))
        if stop:
            conditions.append(SQL("a.start < %s", stop))
        return self._select_visits(conditions)

    def _select_visits(self, conditions):
        """Return the ``Booked`` visits for which all of ``conditions`` hold."""
        self._flush_booked()
        conditions = [SQL("a.active"), *conditions]
        rows = self.env.execute_query(
            SQL(
                BOOKED_VISITS,
                offers=self._get_offers_sql(),
                conditions=SQL(" AND ").join(conditions),
            )
        )
        return [Booked(*row) for row in rows]

    def _get_offers_sql(self):
        """Whether the doctor offers the service, as ``clinic.service`` decides it."""
        return SQL(
            """CASE WHEN EXISTS (
                   SELECT 1 FROM clinic_doctor_clinic_service_rel rel
                    WHERE rel.clinic_service_id = a.service_id)
               THEN EXISTS (
                   SELECT 1 FROM clinic_doctor_clinic_service_rel rel
                    WHERE rel.clinic_service_id = a.service_id
                      AND rel.clinic_doctor_id = a.doctor_id)
               ELSE EXISTS (
                   SELECT 1 FROM clinic_doctor_clinic_specialty_rel rel
                    WHERE rel.clinic_specialty_id = service.specialty_id
                      AND rel.clinic_doctor_id = a.doctor_id)
               END"""
        )

    def _flush_booked(self):
        for model in ("appointment", "doctor", "service", "room", "equipment"):
            self.env[f"clinic.{model}"].flush_model()
        self.env["resource.resource"].flush_model(["active"])

    # ------------------------------------------------------------------
    # Flags
    # ------------------------------------------------------------------

    @api.model
    def _flag(self, causes):
        """Mark these visits as waiting for a decision, and tell reception.

        :param causes: {appointment id: causes}
        :return: the appointments
        """
        # sudo: whoever closes the practice need not see whom it hits
        appointments_sudo = self.env["clinic.appointment"].sudo().browse(causes)
        appointments_sudo = appointments_sudo.exists()
        for cause, visits in appointments_sudo.grouped(
            lambda visit: gravest(causes[visit.id])
        ).items():
            visits._write_by_door({"attention": cause})
        self._tell_reception(appointments_sudo)
        return appointments_sudo

    @api.model
    def _refresh_flags(self, doctors=None):
        """Take flags off visits that fit again; return those visits.

        A visit that was kept outside the hours loses that mark too.
        """
        domain = [
            ("stop", ">", fields.Datetime.now()),
            ("state", "in", BOOKED_STATES),
            "|",
            ("attention", "!=", False),
            ("is_outside", "=", True),
        ]
        if doctors is not None:
            domain.append(("doctor_id", "in", doctors.ids))
        marked_sudo = self.env["clinic.appointment"].sudo().search(domain)
        if not marked_sudo:
            return marked_sudo
        causes = self._get_causes(
            marked_sudo.doctor_id, min(marked_sudo.mapped("start"))
        )
        settled_sudo = marked_sudo.filtered(
            lambda visit: (
                visit.attention and visit.attention not in causes.get(visit.id, ())
            )
        )
        settled_sudo._write_by_door({"attention": False})
        inside_sudo = marked_sudo.filtered(
            lambda visit: visit.is_outside and not causes.get(visit.id)
        )
        inside_sudo._write_by_door({"is_outside": False})
        self._close_reception_activities(settled_sudo.doctor_id)
        return settled_sudo

    @api.model
    def _cron_flag_orphans(self):
        """Scheduled action: flag visits that lost their hours unseen.

        A booking and an absence that are written at the same moment do not see each
        other; neither does a change written past the ORM. Visits booked or kept
        outside the hours on purpose are left alone, and so are those whose service
        the doctor never offered.
        """
        causes = {key: found - {"offer"} for key, found in self._get_causes().items()}
        orphans_sudo = (
            self.env["clinic.appointment"]
            .sudo()
            .search(
                [
                    ("id", "in", [key for key, found in causes.items() if found]),
                    ("attention", "=", False),
                    ("is_outside", "=", False),
                    ("exception_reason", "in", (False, "")),
                ]
            )
        )
        self._flag({visit.id: causes[visit.id] for visit in orphans_sudo})
        self._refresh_flags()
        told = self._get_reception_activities().mapped("res_id")
        self._close_reception_activities(self.env["clinic.doctor"].browse(told))

    @api.model
    def _look_again_soon(self):
        """Have the scheduled action run once running bookings have ended."""
        cron_sudo = self.env.ref(
            "clinic_scheduling.ir_cron_flag_orphans", raise_if_not_found=False
        )
        if cron_sudo:
            at = fields.Datetime.now() + timedelta(minutes=1)
            cron_sudo.sudo()._trigger(at=at)
