# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a tablet sends becomes tickets and visits, by these rules.

- *Order*: items are done in the order in which they were taken (``seq``). When that
  was is the tablet's time, corrected by how far its clock is off while it sends: never
  in the future, never before the item ahead of it, and at most a day ago.
- *A record exists*: the item joins it. If the record came from this very item and its
  answer was lost, it gets the number that the kiosk gave meanwhile; if it came from
  elsewhere, it keeps its own, and staff see both.
- *The number is taken*: a new one is given, and staff see both.
- *No appointment is found*: whoever holds a number waits as a walk-in.
- *The time is gone*: nothing is booked; the nearest free times are offered.
"""

import logging
from datetime import timedelta

import psycopg2

from odoo import fields, models
from odoo.exceptions import ConcurrencyError, UserError

from odoo.addons.clinic_scheduling.exceptions import TooManyRequests

from ..exceptions import NotFoundHere, QueueError
from ..sync_items import CLOCK_TOLERANCE

_logger = logging.getLogger(__name__)

#: Older than that, nobody waits any more.
MAX_AGE = timedelta(days=1)


class ClinicSyncLog(models.Model):
    _inherit = "clinic.sync.log"

    def _apply(self, by_staff=False):
        """Do what the item asks for.

        :param bool by_staff: staff want it, whatever the tablet offers by now
        :raise UserError: why not, in a sentence
        """
        self.ensure_one()
        if not by_staff and not self._is_offered():
            raise QueueError(self.env._("This tablet does not offer that."))
        getattr(self, f"_apply_{self.kind}")()

    def _say_refusal(self):
        """Return why the item was refused, in the language of who stands there.

        The log has it in the practice's language. So the item is tried once more, and
        nothing is left of that.
        """
        self.ensure_one()
        lang = self._get_lang()
        if lang == self.env.lang:
            return self.message
        log = self.with_context(lang=lang)
        sorry = log.env._("That did not work. Please ask at the reception.")
        try:
            with self.env.cr.savepoint():
                log._apply()
                raise QueueError(sorry)
        except UserError as error:
            return error.args[0]
        except (psycopg2.OperationalError, ConcurrencyError):
            raise
        except Exception:
            # the first try has told the log
            return sorry

    def _is_offered(self):
        """Whether the tablet is set up for items of that kind."""
        device = self.device_id
        offers = {
            "walk_in": device.takes_walk_ins,
            "check_in": device.takes_check_ins,
            "request": device.takes_requests,
        }
        return device.kind == "kiosk" and offers[self.kind]

    def _note_refusal(self, error):
        """Note why an item could not be done: a conflict if other times are offered."""
        context = getattr(error, "context", {})
        alternatives = context.get("alternatives") or []
        values = {"message": error.args[0], "action": "none"}
        if alternatives or context.get("code") in (
            "slot_taken",
            "outside_availability",
        ):
            self._settle(
                "conflict",
                resolution="alternatives",
                alternatives=alternatives,
                **values,
            )
        else:
            self._settle("failed", **values)

    # ------------------------------------------------------------------
    # Numbers
    # ------------------------------------------------------------------

    def _apply_walk_in(self, resolution=False, message=False):
        data = self.data or {}
        if fields.Datetime.now() - self.taken_at > MAX_AGE:
            raise QueueError(self.env._("That was too long ago to wait since then."))
        queue = self._choose_queue(data.get("queue"))
        number = self._get_free_number(queue)
        if self.number and not number:
            resolution = "renumbered"
        values = {"number": number} if number else {}
        ticket = queue._join(
            {
                **values,
                "source": "kiosk",
                "client_uuid": f"{self.device_id.id}:{self.uuid}",
                "arrived_at": self.taken_at,
                "reason": self._get_reason(queue, data),
            }
        )
        if signs := self._get_questions(queue, "red_flag", data.get("flags")):
            ticket._ask_triage("; ".join(signs.mapped("name")))
        self._finish(ticket, "created", resolution, message)

    def _choose_queue(self, queue_id):
        queues = self.device_id._get_queues().filtered("takes_walk_ins")
        queue = queues.filtered(lambda item: item.id == queue_id) or queues[:1]
        if not queue:
            raise QueueError(self.env._("No queue here takes walk-ins."))
        return queue

    def _get_free_number(self, queue):
        """Return the number on the paper, or None.

        None if somebody else has it, or if it begins as no number of the tablet does.
        """
        if not (self.number or "").startswith(f"{self.device_id.prefix}-"):
            return None
        day = queue._get_today(self.taken_at)
        domain = [
            ("queue_id", "=", queue.id),
            ("day", "=", day),
            ("name", "=", self.number),
        ]
        is_taken = self.env["clinic.queue.ticket"].search_count(domain, limit=1)
        return None if is_taken else self.number

    def _get_questions(self, queue, kind, ids):
        questions = self.env["clinic.queue.question"].browse(ids or ()).exists()
        return questions.filtered(
            lambda item: (
                item.kind == kind and (not item.queue_ids or queue in item.queue_ids)
            )
        )

    def _get_reason(self, queue, data):
        reasons = [data["reason"]] if data.get("reason") else []
        chosen = self._get_questions(queue, "reason", reasons)
        flags = self._get_questions(queue, "red_flag", data.get("flags"))
        return "; ".join((chosen | flags).mapped("name")) or False

    # ------------------------------------------------------------------
    # Check-in
    # ------------------------------------------------------------------

    def _apply_check_in(self):
        visit, message = self._find_visit()
        if not visit and self.number:
            return self._apply_walk_in("walk_in", message)
        if not visit:
            words = self.with_context(lang=self._get_lang()).env
            raise NotFoundHere(
                words._("We did not find an appointment for today with that.")
            )
        before = visit.queue_ticket_ids
        values = {
            "source": "kiosk",
            "client_uuid": f"{self.device_id.id}:{self.uuid}",
            "arrived_at": self.taken_at,
        }
        queue = self.env["clinic.queue"]._find_for_appointment(visit)
        if queue and (number := self._get_free_number(queue)):
            values["number"] = number
        ticket = visit._check_in(values)
        action = "found" if ticket in before else "created"
        differs = self.number and ticket.name != self.number
        lost = "joined" if action == "found" else "renumbered"
        self._finish(ticket, action, differs and lost)

    def _find_visit(self):
        """Return (the visit that is meant, or none; why there is none).

        :raise TooManyRequests: too many tries at this tablet by who has no number yet
        """
        data = self.data or {}
        device = self.device_id.with_context(lang=self._get_lang())
        visit, self.is_proved = device._find_visit(
            data.get("appointment"),
            self.uuid,
            data.get("birthdate"),
            is_awaited=not self.number,
        )
        message = self.env._("No appointment of today was found for this number.")
        return visit.with_env(self.env), message

    def _shows_link(self):
        """Whether who stands at the tablet may have the link of the ticket's page.

        Who typed no more than the number of an appointment, which can be guessed, may
        be somebody else: the patient has the page by the link of the confirmation.
        """
        if self.appointment_id:
            return self.is_proved
        return self.action == "created"

    def _get_lang(self):
        """Return the language of who stands at the tablet, or else ours."""
        wanted = (self.data or {}).get("lang")
        codes = {code for code, *_rest in self.device_id._get_languages()}
        return wanted if wanted in codes else self.env.lang

    def _finish(self, ticket, action, resolution=False, message=False):
        """Note the ticket, send its link, and let staff see what is not as printed."""
        # what staff have to know of; a clock that was set right is no conflict
        state = "conflict" if resolution else "synced"
        was_off = abs(self.clock_offset) > CLOCK_TOLERANCE
        if not resolution and (was_off or self.resolution == "clock"):
            resolution = "clock"
        self.write({"action": action, "appointment_id": ticket.appointment_id.id})
        if action == "created":
            # sudo: a tablet has no user
            ticket.sudo().lang = self._get_lang()
        if self._shows_link() and self.device_id.asks_mobile:
            self._send_ticket_link(ticket)
        self._settle(
            state,
            ticket_id=ticket.id,
            resolution=resolution,
            message=message,
        )

    def _send_ticket_link(self, ticket):
        """Send the link that was asked for.

        A contact that is none, or that gets no messages from here, gets none: whoever
        waits is called anyway.
        """
        data = self.data or {}
        if not data.get("mobile"):
            return
        try:
            self.env["clinic.rate.limit"]._count_each(
                "kiosk_link", self.device_id.id, self.uuid
            )
            ticket = ticket.with_context(lang=self._get_lang())
            self.link_state = ticket._send_link(data["mobile"])
        except UserError as error:
            self.link_state = "refused"
            _logger.info("No link was sent for %s: %s", self, type(error).__name__)

    def _take_printed_number(self, number):
        """The answer was lost and the kiosk gave a number itself: the ticket gets it.

        Unless it is taken, or the first one is on the boards already: then staff see
        both.
        """
        self.ensure_one()
        ticket = self.ticket_id
        if not ticket or self.number or ticket.name == number:
            return
        self.number = number
        ours = self.action == "created" and ticket.state == "waiting"
        if ours and self._get_free_number(ticket.queue_id):
            ticket.name = number
            self.resolution = "renamed"
        else:
            self.write({"state": "conflict", "resolution": "joined"})

    # ------------------------------------------------------------------
    # Bookings
    # ------------------------------------------------------------------

    def _apply_request(self):
        data = self.data or {}
        if booked := self._find_booked():
            # staff, or another tap, were faster: one wish is one appointment
            self._settle(
                "conflict",
                action="found",
                resolution="joined",
                appointment_id=booked.id,
            )
            return
        chain = self._find_chain()
        self._book_request(data.get("start"), data.get("doctor"))
        self._settle("synced", action="created", appointment_id=self.appointment_id.id)
        self._settle_chain(chain)

    def _find_earlier(self):
        """Return the wish of the same tablet that this one replaces, or none."""
        earlier = (self.data or {}).get("replaces")
        domain = [
            ("device_id", "=", self.device_id.id),
            ("uuid", "=", earlier),
            ("kind", "=", "request"),
        ]
        return self.search(domain, limit=1) if earlier else self.browse()

    def _find_booked(self):
        """Return the appointment that an earlier wish of the chain has become."""
        seen, log = self, self._find_earlier()
        while log and log not in seen and not log.appointment_id:
            seen, log = seen | log, log._find_earlier()
        return log.appointment_id if log not in seen else log.appointment_id.browse()

    def _find_chain(self):
        """Return the other open wishes that this one replaces, or is replaced by."""
        open_logs = self.search(
            [
                ("device_id", "=", self.device_id.id),
                ("kind", "=", "request"),
                ("state", "in", ("pending", "failed", "conflict")),
            ]
        )
        links = [(log, log._find_earlier()) for log in open_logs | self]
        chain, size = self, 0
        while len(chain) > size:
            size = len(chain)
            for later, earlier in links:
                if later in chain or (earlier and earlier in chain):
                    chain |= later | earlier
        return (chain - self) & open_logs

    def _settle_chain(self, chain):
        """Nobody books again what the person has now: by any of the wishes."""
        for log in chain:
            log._settle(
                "synced",
                resolution="booked",
                alternatives=False,
                appointment_id=self.appointment_id.id,
            )

    def _book_request(self, start, doctor_id, by_staff=False):
        """Book a time for whom the item names, through the door all bookings take.

        The patient is new, whatever the name: who types a name proves nothing.

        :param start: naive UTC, or epoch seconds
        :param bool by_staff: not counted among what the tablet may book
        :raise UserError: why not; of its kinds, ``BookingError`` offers other times
        """
        data = self.data or {}
        if isinstance(start, int):
            start = fields.Datetime.to_datetime("1970-01-01") + timedelta(seconds=start)
        service = self.env["clinic.service"]._get_portal_service(data.get("service"))
        doctors = service._get_portal_doctors() if service else ()
        doctor = doctors and doctors.filtered(lambda item: item.id == doctor_id)
        if not start or not doctor:
            raise QueueError(self.env._("This cannot be booked here any more."))
        if not by_staff:
            self._count_request()
        patient = self.env["clinic.patient"]._register_patient(self._read_person(data))
        self.appointment_id = self.env["clinic.appointment"].book(
            {
                "service_id": service.id,
                "doctor_id": doctor.id,
                "site_id": self.site_id.id,
                "patient_id": patient.id,
                "start": start,
                "source": "kiosk",
                "kind": "kiosk",
            }
        )

    def _count_request(self):
        try:
            self.env["clinic.rate.limit"]._count("kiosk_request", self.device_id.id)
        except TooManyRequests as error:
            raise QueueError(error.args[0]) from error

    def _read_person(self, data):
        """Return what the item says of the patient, ready to be registered.

        :raise QueueError: something is missing or wrong
        """
        contact = data.get("contact") or ""
        posted = {
            "name": data.get("name"),
            "birthdate": data.get("birthdate"),
            "email" if "@" in contact else "phone": contact,
            "lang": self._get_lang(),
        }
        values, errors = self.env["clinic.patient"]._read_registration(posted)
        if errors:
            raise QueueError(" ".join(errors.values()))
        return values
