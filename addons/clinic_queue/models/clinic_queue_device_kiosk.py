# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a kiosk shows, and how it finds today's appointment of who stands there."""

import binascii
import re
from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import islice
from uuid import uuid4

import pytz

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import hash_sign, verify_hash_signed

from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from ..exceptions import TooManyGuesses

LINK = re.compile(r"/my/appointments/(\d{1,9})\b.*?[?&]access_token=([\w-]{1,100})")

#: What is between the parts of a number.
SIGNS = re.compile(r"[\W_]")

#: Visits that may be checked in, or are.
HERE_STATES = ("scheduled", "confirmed", "arrived")

#: A proved visit is checked in within so many minutes.
PROOF_MINUTES = 10
PROOF_SCOPE = "clinic_queue_kiosk_visit"

#: Services and times that the kiosk keeps for hours without the network.
MOST_SERVICES = 12
MOST_TIMES = 24
DAYS_AHEAD = 14

#: The country in a language's name, which nobody needs where it is the only one.
COUNTRY = re.compile(r" \([A-Z]{2}\)$")

#: Part of the number that is shown as an example.
EXAMPLE = 42


class ClinicQueueDevice(models.Model):
    _inherit = "clinic.queue.device"

    # ------------------------------------------------------------------
    # What the kiosk knows without the network: nothing about a person
    # ------------------------------------------------------------------

    def _get_kiosk_state(self):
        """Return the settings and texts of the kiosk, in each of its languages."""
        self.ensure_one()
        languages = self._get_languages()
        paths = self.env["res.lang"]._get_frontend()
        return {
            "device": {
                "id": self.id,
                "name": self.name,
                "kind": self.kind,
                "prefix": self.prefix,
                "timeout": self.timeout,
                "check_in": self.takes_check_ins,
                "walk_in": self.takes_walk_ins and bool(self._get_walk_in_queues()),
                "request": self.takes_requests,
                "mobile": self.asks_mobile,
            },
            "zone": self.site_id.tz,
            "languages": [
                {
                    "code": code,
                    "name": name,
                    "iso": iso,
                    "path": f"/{paths[code].url_code}" if len(paths) > 1 else "",
                }
                for code, name, iso in languages
            ],
            "names": {code: self._get_names(code) for code, *_rest in languages},
            "last_number": self._get_last_number(),
            "base": self.get_base_url(),
            "phone": self._get_phone_rules(),
            "example": self._get_example_number(),
            "pin": self._get_pin_seal(),
        }

    def _get_languages(self):
        """Return [(code, name, code of a page's language)], the site's own first.

        Of a language's countries one is offered, unless the tablet's settings name
        several.
        """
        active = self.env["res.lang"].search([])
        chosen = self.lang_ids & active
        own = self.company_id.partner_id.lang or self.env.lang
        ordered = (chosen or active).sorted(lambda lang: (lang.code != own, lang.name))
        shown = {}
        for lang in ordered:
            shown.setdefault(lang.code if chosen else lang.code[:2], lang)
        countries = Counter(lang.code[:2] for lang in shown.values())
        return [
            (
                lang.code,
                COUNTRY.sub("", lang.name.split(" / ")[-1])
                if countries[lang.code[:2]] == 1
                else lang.name.split(" / ")[-1],
                lang.code[:2],
            )
            for lang in shown.values()
        ]

    def _get_walk_in_queues(self):
        return self._get_queues().filtered("takes_walk_ins")

    def _get_names(self, lang):
        """Return what is to be read in one language: site, queues, questions."""
        device = self.with_context(lang=lang)
        queues = device._get_walk_in_queues()
        questions = device.env["clinic.queue.question"].search(
            [("company_id", "in", [False, self.company_id.id])]
        )
        return {
            "site": device.site_id.name,
            "queues": [[queue.id, queue.name] for queue in queues],
            "questions": [
                {
                    "id": question.id,
                    "kind": question.kind,
                    "name": question.name,
                    "queues": question.queue_ids.ids,
                }
                for question in questions
                if not question.queue_ids or question.queue_ids & queues
            ],
        }

    def _get_last_number(self):
        """Return the last number that this kiosk gave by itself today, or 0."""
        today = self._get_today()
        names = self.env["clinic.queue.ticket"].search(
            [
                ("queue_id.site_id", "=", self.site_id.id),
                ("day", "=", today),
                ("name", "=like", f"{self.prefix}-%"),
            ]
        )
        numbers = (ticket.name.partition("-")[2] for ticket in names)
        return max((int(text) for text in numbers if text.isdigit()), default=0)

    def _get_today(self):
        zone = pytz.timezone(self.site_id.tz)
        return pytz.utc.localize(fields.Datetime.now()).astimezone(zone).date()

    def _get_example_number(self):
        """Return how numbers of appointments look, or an empty text."""
        # sudo: the sequence is the administrators' to read
        sequences_sudo = self.env["ir.sequence"].sudo()
        sequence_sudo = sequences_sudo.search(
            [
                ("code", "=", "clinic.appointment"),
                ("company_id", "in", [self.company_id.id, False]),
            ],
            order="company_id",
            limit=1,
        )
        if not sequence_sudo:
            return ""
        prefix, suffix = sequence_sudo._get_prefix_suffix()
        return f"{prefix}{EXAMPLE:0{sequence_sudo.padding}}{suffix}"

    def _get_times(self):
        """Return what may be booked at the site: services with their next times.

        Their names are {language: name}: the tablet keeps them without the network.
        """
        self.ensure_one()
        languages = [code for code, *_rest in self._get_languages()]
        services = self.env["clinic.service"]
        in_person = Domain("modality", "=", "in_person")
        found = services.search(services._get_portal_domain() & in_person)
        here = found.filtered(
            lambda item: not item.site_ids or self.site_id in item.site_ids
        )
        offers = (
            {
                "id": service.id,
                "names": {
                    code: service.with_context(lang=code).name for code in languages
                },
                "times": times,
            }
            for service in here
            if (times := self._get_service_times(service))
        )
        return list(islice(offers, MOST_SERVICES))

    def _get_service_times(self, service):
        """Return [[start in epoch seconds, doctor id], …] that are free, in order."""
        doctors = service._get_portal_doctors().filtered(
            lambda doctor: self.site_id in doctor.site_ids
        )
        if not doctors:
            return []
        now = fields.Datetime.now()
        starts = self.env["clinic.schedule"]._find_public_starts(
            service,
            doctors,
            now,
            now + timedelta(days=DAYS_AHEAD),
            sites=self.site_id,
            merge=True,
        )
        times = sorted(
            [start, doctor]
            for (doctor, site), moments in starts.items()
            for start in moments
            if site == self.site_id.id
        )
        return times[:MOST_TIMES]

    # ------------------------------------------------------------------
    # Today's appointment
    # ------------------------------------------------------------------

    def _get_today_domain(self):
        """Return the domain of the site's visits of today."""
        zone = pytz.timezone(self.site_id.tz)
        today = self._get_today()
        start, stop = (
            zone.localize(datetime.combine(day, time()))
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
            for day in (today, today + timedelta(days=1))
        )
        return (
            Domain("site_id", "=", self.site_id.id)
            & Domain("state", "in", HERE_STATES)
            & Domain("start", ">=", start)
            & Domain("start", "<", stop)
        )

    def _find_visit(self, text, key="", born=None, is_awaited=True):
        """Return (today's visit that is meant, or none; whether that was proved).

        A link, a code, or the number with the date of birth proves that it is one's
        own; the number alone does not: numbers are given in order.

        :param str text: a number, a link or a proof
        :param str key: names the try: one message may hold many
        :param str born: YYYY-MM-DD, as typed beside the number
        :param bool is_awaited: somebody sees the answer, and may try the next number
        :raise TooManyRequests: too many tries at this device
        :raise TooManyGuesses: too many numbers were wrong there
        """
        self.ensure_one()
        visits = self.env["clinic.appointment"]
        if not text:
            return visits, False
        today = self._get_today_domain()
        if proved := self._read_proof(text):
            return visits.search(Domain("id", "=", proved) & today), True
        limits, identity = self.env["clinic.rate.limit"], self._get_identity()
        if is_awaited:
            # what was taken offline comes in at once, and has its numbers already
            limits._count_each("kiosk_find", identity, key)
        if link := LINK.search(text):
            visit = visits.search(Domain("id", "=", int(link[1])) & today)
            is_own = bool(visit and visit._is_secret(link[2]))
            return (visit if is_own else visits), is_own
        if is_awaited and limits._is_full("kiosk_miss", identity):
            raise TooManyGuesses(
                self.env._(
                    "Too many numbers were wrong here. Use your QR code, or your name "
                    "and date of birth, or ask at the reception."
                )
            )
        visit, is_proved = self._find_by_number(visits.search(today), text, born)
        if is_awaited and not visit:
            limits._count_each("kiosk_miss", identity, key)
        return visit, is_proved

    def _find_by_number(self, visits, text, born=None):
        """Return (the one of the visits with that number, or none; if it is proved).

        All of the number is wanted but the signs between. A date of birth that is
        another one than the patient's finds nothing.
        """
        wanted = SIGNS.sub("", text).upper()
        visit = visits.filtered(lambda item: SIGNS.sub("", item.name) == wanted)[:1]
        known = visit.patient_id.birthdate
        if not born or not known:
            return visit, False
        is_own = known.isoformat() == born
        return visit if is_own else visit.browse(), is_own

    def _tell_guesses(self):
        """Let staff know that numbers are tried here: once for as long as it lasts."""
        self.ensure_one()
        now = fields.Datetime.now()
        _count, seconds = self.env["clinic.rate.limit"]._get_limit("kiosk_miss")
        logs_sudo = self.env["clinic.sync.log"].sudo()
        known = [
            ("device_id", "=", self.id),
            ("resolution", "=", "guessed"),
            ("received_at", ">", now - timedelta(seconds=seconds)),
        ]
        if not logs_sudo.search_count(known, limit=1):
            logs_sudo.create(
                {
                    "device_id": self.id,
                    "uuid": str(uuid4()),
                    "kind": "check_in",
                    "state": "conflict",
                    "action": "none",
                    "resolution": "guessed",
                    "taken_at": now,
                    "synced_at": now,
                }
            )

    def _get_identity(self):
        """Return as whom this call counts: Odoo's counting takes one per request."""
        return f"device:{self.id}"

    def _send_visit_code(self, name, birthdate, address):
        """Send a code to the own contact of who has an appointment today, if anybody.

        What the caller sees does not depend on whether that is so.

        :param birthdate: YYYY-MM-DD
        :param address: IP address, for the limits
        """
        visits = self._find_by_person(name, birthdate)
        contact = self._get_contact(visits)
        if not contact:
            return
        verification = self.env["clinic.verification"]
        try:
            verification._send(contact, f"kiosk:{self.id}", address)
        except UserError:
            # too often, or no messages to there: that, too, would tell
            return

    def _check_visit_code(self, name, birthdate, code, address):
        """Return the proof of a visit that ``_find_visit`` takes, or None."""
        visits = self._find_by_person(name, birthdate)
        contact = self._get_contact(visits)
        verification = self.env["clinic.verification"]
        # who is not known is checked as well: the same work, and the same limits
        contact = contact or f"{name.casefold()}/{birthdate}@kiosk.invalid"
        known = verification._normalize(contact)[1] if visits else contact
        is_right = verification._verify(known, code, f"kiosk:{self.id}", address)
        if not is_right or not visits:
            return None
        expiration = timedelta(minutes=PROOF_MINUTES)
        values = [self.id, visits[:1].id]
        return hash_sign(self.env, PROOF_SCOPE, values, expiration=expiration)

    def _read_proof(self, text):
        """Return the visit's id that a proof names, or None."""
        try:
            values = verify_hash_signed(self.env, PROOF_SCOPE, text)
        except (ValueError, binascii.Error, UnicodeError, IndexError, TypeError):
            return None
        return values[1] if values and values[0] == self.id else None

    def _find_by_person(self, name, birthdate):
        """Return today's visits, in order, of who has that name and birth date.

        None if two people are meant: the code would go to one of them.
        """
        visits = self.env["clinic.appointment"]
        try:
            born = date.fromisoformat(birthdate or "")
        except ValueError:
            return visits
        wanted = " ".join((name or "").casefold().split())
        found = visits.search(
            self._get_today_domain() & Domain("patient_id.birthdate", "=", born),
            order="start",
        )
        found = found.filtered(
            lambda visit: " ".join(visit.patient_id.name.casefold().split()) == wanted
        )
        return found if len(found.patient_id) == 1 else visits

    def _get_contact(self, visits):
        """Return where the patient's code goes: the mobile first, it is at hand."""
        patient = visits.patient_id
        if not patient:
            return None
        verification = self.env["clinic.verification"]
        for contact in (patient.phone, patient.email):
            try:
                channel, number = verification._normalize(contact)
                if channel == "sms":
                    verification._check_text_message(number)
            except UserError:
                continue
            return contact
        return None


class ClinicAppointment(models.Model):
    _inherit = "clinic.appointment"

    def _get_kiosk_label(self):
        """Return when and with whom, for who has just booked at the kiosk."""
        self.ensure_one()
        return {
            "number": self.name,
            "start": epoch(self.start),
            "doctor": self.doctor_id.display_name,
        }
