# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Why a booking is refused, in words, and which times are free instead."""

from collections import Counter
from datetime import timedelta

import pytz

from odoo import fields, models

from odoo.addons.clinic_engine.clock import from_epoch
from odoo.addons.clinic_engine.ranking import nearest

from ..const import (
    ALTERNATIVE_COUNT,
    ALTERNATIVE_DAYS,
    ALTERNATIVES_A_DAY,
    ALTERNATIVES_LOOKED_AT,
    OWN_ALTERNATIVES,
)
from ..exceptions import (
    BeyondHorizon,
    NoticeTooShort,
    OutsideAvailability,
    PatientBusy,
    SlotTaken,
)
from .clinic_schedule import epoch

#: Rules of the engine that bind patients only.
PUBLIC_RULES = {"off_grid", "notice", "horizon"}

#: Rules that staff with the right may break with a reason.
EXCEPTION_RULES = {
    "outside_availability",
    "wrong_site",
    "wrong_service",
    "break",
    "absence",
    "too_long",
    "patient_busy",
}

#: Error for each rule of the engine, gravest first; whatever is not here is taken.
REFUSALS = (
    (("notice",), NoticeTooShort),
    (("horizon",), BeyondHorizon),
    (
        (
            "outside_availability",
            "wrong_site",
            "wrong_purpose",
            "wrong_channel",
            "wrong_service",
            "absence",
            "break",
            "too_long",
            "off_grid",
        ),
        OutsideAvailability,
    ),
    (("patient_busy",), PatientBusy),
)


class ClinicAppointment(models.Model):
    """Refusals."""

    _inherit = "clinic.appointment"

    def _get_ignored_rules(self, visit):
        ignored = set() if visit.public else set(PUBLIC_RULES)
        return ignored | EXCEPTION_RULES if visit.exception else ignored

    def _refuse(self, reasons, visit, situation):
        """Raise the error of the gravest of the engine's ``reasons``."""
        codes = [reason.code for reason in reasons]
        for kinds, error in REFUSALS:
            if hit := next((code for code in kinds if code in codes), None):
                self._raise_refusal(hit, visit, situation, error)
        self._raise_refusal(codes[0], visit, situation)

    def _raise_refusal(self, code, visit, situation, error=None):
        if error is None:
            error = PatientBusy if code == "patient_busy" else SlotTaken
        alternatives = self._get_alternatives(visit)
        sentence = reason = self._get_refusal_sentence(code, visit)
        if alternatives:
            times = ", ".join(item["label"] for item in alternatives)
            sentence = self.env._(
                "%(reason)s Nearest free times: %(times)s.",
                reason=sentence,
                times=times,
            )
        raise error(sentence, alternatives=alternatives, rule=code, reason=reason)

    def _get_refusal_sentence(self, code, visit):
        """Return what rule ``code`` says about this visit, as one sentence."""
        names = {
            "doctor": visit.doctor.display_name,
            "patient": visit.patient.name or self.env._("The patient"),
            "site": visit.site.name,
            "service": visit.service.name,
            "time": self._format_time(visit.start, visit.site),
            "notice": f"{visit.service.booking_notice:g}",
            "days": visit.service.horizon_days,
        }
        sentences = self._get_hours_sentences() | self._get_claim_sentences()
        taken = self.env._("%(doctor)s is already booked on %(time)s.")
        return sentences.get(code, taken) % names

    def _get_hours_sentences(self):
        """Return {rule: sentence} of the rules about hours, notice and horizon."""
        return {
            "outside_availability": self.env._(
                "%(doctor)s has no hours at %(site)s on %(time)s."
            ),
            "wrong_site": self.env._("%(doctor)s is not at %(site)s on %(time)s."),
            "wrong_service": self.env._(
                "%(doctor)s does not offer %(service)s on %(time)s."
            ),
            "wrong_channel": self.env._("%(time)s cannot be booked online."),
            "wrong_purpose": self.env._("%(time)s is not meant for patients."),
            "absence": self.env._("%(doctor)s is away on %(time)s."),
            "break": self.env._("%(doctor)s has a break on %(time)s."),
            "too_long": self.env._(
                "The visit would end after %(doctor)s's hours on %(time)s."
            ),
            "off_grid": self.env._("No visit starts on %(time)s."),
            "notice": self.env._(
                "%(service)s is booked at least %(notice)s hours ahead."
            ),
            "horizon": self.env._("%(service)s is booked at most %(days)s days ahead."),
        }

    def _get_claim_sentences(self):
        """Return {rule: sentence} of the rules about what is taken."""
        return {
            "patient_busy": self.env._(
                "%(patient)s already has an appointment on %(time)s."
            ),
            "room_taken": self.env._(
                "No suitable room is free at %(site)s on %(time)s."
            ),
            "equipment_taken": self.env._(
                "No suitable device is free at %(site)s on %(time)s."
            ),
        }

    def _format_time(self, moment, site):
        """Return a UTC datetime on the site's clock.

        The site's zone is named where it is not the user's.
        """
        words = self.env["clinic.schedule"]._format_moment(epoch(moment), site.tz)
        return f"{words}{self._get_zone_hint(moment, site)}"

    def _get_zone_hint(self, moment, site):
        aware = pytz.utc.localize(moment)
        here, there = self.env.tz, pytz.timezone(site.tz)
        if aware.astimezone(here).utcoffset() == aware.astimezone(there).utcoffset():
            return ""
        return f" ({site._get_zone_city()})"

    def _get_alternatives(self, visit):
        """Return the nearest free times as dicts (see ``SlotTaken``).

        The doctor's own first, then colleagues'. The asked time itself is left
        out: this transaction's snapshot may be older than what took it.
        """
        now = fields.Datetime.now()
        around = timedelta(days=ALTERNATIVE_DAYS)
        first, last = max(now, visit.start - around), visit.start + around
        if last <= first:
            return []
        doctors = visit.service._get_doctors()
        if visit.exception:
            # who does not offer the service may be booked with a reason
            doctors |= visit.doctor
        found = self.env["clinic.schedule"]._find_starts(
            visit.service,
            first,
            last,
            doctors=doctors,
            duration=int((visit.stop - visit.start).total_seconds()),
            public=visit.public,
            patient=visit.patient or None,
        )
        wanted = epoch(visit.start)
        mine = {key: value for key, value in found.items() if key[0] == visit.doctor.id}
        others = {key: value for key, value in found.items() if key not in mine}
        mine = {
            key: [start for start in value if start != wanted]
            for key, value in mine.items()
        }
        choice = self._spread(mine, wanted, visit)[:OWN_ALTERNATIVES]
        choice += self._spread(others, wanted, visit)
        return [
            self._prepare_alternative(start, key, visit)
            for start, key in choice[:ALTERNATIVE_COUNT]
        ]

    def _spread(self, starts, wanted, visit):
        """Return the nearest (start, key), two of a day at the most."""
        per_day = Counter()
        chosen = []
        for start, key in nearest(starts, wanted, ALTERNATIVES_LOOKED_AT):
            day = from_epoch(start, pytz.timezone(visit.site.tz)).date()
            per_day[day] += 1
            if per_day[day] <= ALTERNATIVES_A_DAY:
                chosen.append((start, key))
        return chosen

    def _prepare_alternative(self, start, key, visit):
        doctor = self.env["clinic.doctor"].browse(key[0]).sudo()
        site = self.env["clinic.site"].browse(key[1]).sudo()
        moment = from_epoch(start).replace(tzinfo=None)
        label = self._format_time(moment, site)
        if doctor.id != visit.doctor.id:
            label = f"{label} · {doctor.display_name}"
        if site.id != visit.site.id:
            label = f"{label} · {site.name}"
        return {
            "start": fields.Datetime.to_string(moment),
            "stop": fields.Datetime.to_string(moment + (visit.stop - visit.start)),
            "doctor_id": doctor.id,
            "site_id": site.id,
            "label": label,
        }
