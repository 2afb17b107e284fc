# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the engine says about times, in sentences for people."""

from dataclasses import dataclass

from babel.dates import format_skeleton, format_time

from odoo import api, fields, models
from odoo.tools import babel_locale_parse, get_lang

from odoo.addons.clinic_engine.clock import local_clock
from odoo.addons.clinic_engine.ranking import Preference, Weights

from .clinic_schedule import epoch

#: Rules of the engine that bind patients only: staff may book all the same.
PATIENT_RULES = {"off_grid", "notice", "horizon"}


@dataclass
class AskedTime:
    """A time that somebody asks about. ``start`` and ``stop`` in epoch seconds."""

    service: models.BaseModel
    doctor: models.BaseModel
    site: models.BaseModel
    start: int
    stop: int


class ClinicSchedule(models.AbstractModel):
    """Sentences about offers and about what removed a time."""

    _inherit = "clinic.schedule"

    # ------------------------------------------------------------------
    # Times on the site's clock
    # ------------------------------------------------------------------

    @api.model
    def _format_moment(self, seconds, tz):
        """Return weekday, date and time of epoch ``seconds`` on the clock of ``tz``."""
        return f"{self._format_day(seconds, tz)}, {self._format_hour(seconds, tz)}"

    @api.model
    def _format_day(self, seconds, tz):
        return self._format_date(local_clock(tz).day(seconds))

    @api.model
    def _format_date(self, day):
        """Return weekday and date as the user's language writes them."""
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_skeleton("yMMMEd", day, locale=locale)

    @api.model
    def _format_birthdate(self, day):
        """Return a date without its weekday, the month as a word."""
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_skeleton("yMMMd", day, locale=locale)

    @api.model
    def _format_hour(self, seconds, tz):
        lang = get_lang(self.env)
        locale = babel_locale_parse(lang.code)
        local = local_clock(tz).local(seconds)
        return format_time(local, "short", tzinfo=local.tzinfo, locale=locale)

    @api.model
    def _format_range(self, start, stop, tz):
        """Return "10:00–10:30", with the days when they are not the same."""
        clock = local_clock(tz)
        if clock.day(start) == clock.day(stop - 1):
            return f"{self._format_hour(start, tz)}–{self._format_hour(stop, tz)}"
        return f"{self._format_moment(start, tz)} – {self._format_moment(stop, tz)}"

    # ------------------------------------------------------------------
    # Why a time is offered
    # ------------------------------------------------------------------

    @api.model
    def _get_offer_reasons(self, offer, preference, tz):
        """Return one sentence for each term of an offer's score, with its value."""
        clock = local_clock(tz)
        today = clock.day(self._now())
        lead = (clock.day(offer.start) - today).days
        values = dict(offer.terms)
        sentences = {
            "preference": self._say_preference(offer, preference, tz),
            "attendance": self._say_attendance(values["attendance"], lead),
            "fragmentation": self._say_fragmentation(values["fragmentation"]),
            "lead": self._say_lead(lead),
        }
        return [
            f"{sentences[name]} ({value:+.2f})"
            for name, value in offer.terms
            if sentences[name]
        ]

    def _now(self):
        return epoch(fields.Datetime.now())

    def _say_preference(self, offer, preference: Preference, tz):
        said = []
        if preference.target is not None:
            said.append(self._say_distance(abs(offer.start - preference.target)))
        if preference.earliest:
            said.append(self.env._("the sooner the better"))
        if preference.habits:
            local = local_clock(tz).local(offer.start)
            resource = self._resource_of(offer)
            said.append(self._say_habits(preference.habits, resource, local))
        sentence = ", ".join(said)
        return sentence[:1].upper() + sentence[1:]

    def _say_habits(self, habits, resource, local):
        """Return what of a time is usual for the patient, and by how many visits."""
        traits = habits.traits(resource, local)
        if not habits.total:
            share = round(sum(trait.share for trait in traits) / len(traits) * 100)
            return self.env._(
                "first visit: %(share)s %% of all patients' visits are like this",
                share=share,
            )
        names = {
            "doctor": self.env._("usual doctor"),
            "weekday": self.env._("usual weekday"),
            "day_part": self.env._("usual time of day"),
        }
        usual = [
            self.env._(
                "%(trait)s (%(visits)s of %(total)s visits)",
                trait=names[trait.dimension],
                visits=trait.visits,
                total=habits.total,
            )
            for trait in traits
            if trait.visits * 2 > habits.total
        ]
        return ", ".join(usual) or self.env._("not what the patient usually takes")

    def _resource_of(self, offer):
        # sudo: the doctor's resource is only compared
        return self.env["clinic.doctor"].browse(offer.doctor).sudo().resource_id.id

    def _say_distance(self, seconds):
        if not seconds:
            return self.env._("exactly the wanted time")
        hours = seconds / 3600
        if hours < 1:
            return self.env._(
                "%(minutes)s min from the wanted time", minutes=seconds // 60
            )
        if hours < 48:
            return self.env._("%(hours)s h from the wanted time", hours=round(hours))
        return self.env._("%(days)s days from the wanted time", days=round(hours / 24))

    def _say_attendance(self, share, lead):
        share = round(share / Weights().attendance * 100)
        if not lead:
            return self.env._(
                "About %(share)s %% of visits booked the same day take place",
                share=share,
            )
        if lead == 1:
            return self.env._(
                "About %(share)s %% of visits booked the day before take place",
                share=share,
            )
        return self.env._(
            "About %(share)s %% of visits booked %(days)s days ahead take place",
            share=share,
            days=lead,
        )

    def _say_fragmentation(self, value):
        minutes = round(abs(value) / Weights().fragmentation)
        if not minutes:
            return self.env._("Leaves no useless gap")
        if value > 0:
            return self.env._("Fills a gap of %(minutes)s min", minutes=minutes)
        return self.env._(
            "Leaves %(minutes)s min that no visit fits into", minutes=minutes
        )

    def _say_lead(self, days):
        if not days:
            return self.env._("Today")
        if days == 1:
            return self.env._("Tomorrow")
        return self.env._("In %(days)s days", days=days)

    # ------------------------------------------------------------------
    # Why a time is not offered
    # ------------------------------------------------------------------

    @api.model
    def _get_refusal_reasons(self, reasons, asked, situation):
        """Return [(code, sentence), …] for the engine's ``reasons``.

        Nothing is said about who has taken a time.

        :param AskedTime asked: the time that was asked about
        """
        said = {}
        for reason in reasons:
            code = reason.code
            sentence = self._say_reason(code, reason.detail, asked, situation)
            said.setdefault(sentence, code)
        return [(code, sentence) for sentence, code in said.items()]

    def _say_reason(self, code, detail, asked, situation):
        tz = asked.site.tz
        names = {
            "doctor": asked.doctor.display_name,
            "site": asked.site.name,
            "service": asked.service.name,
        }
        if "start" in detail and "stop" in detail:
            names["range"] = self._format_range(detail["start"], detail["stop"], tz)
        sentence = self._say_hours(code, detail, names, asked, situation)
        return sentence or self._say_claims(code, detail, names, asked)

    def _say_hours(self, code, detail, names, asked, situation):
        """Return the sentence of a rule about hours and wishes, or None."""
        if code == "outside_availability":
            return self._say_no_hours(names, asked, situation)
        if code == "off_grid":
            times = [
                self._format_hour(detail[key], asked.site.tz)
                for key in ("before", "after")
            ]
            return self.env._(
                "Visits start at %(times)s there. Staff may book in between.",
                times=self.env._(
                    "%(first)s or %(second)s", first=times[0], second=times[1]
                ),
            )
        if code == "too_long":
            stop = self._format_hour(detail["stop"], asked.site.tz)
            return self.env._(
                "The visit would end after %(doctor)s's hours, at %(stop)s.",
                stop=stop,
                **names,
            )
        sentences = {
            "wrong_site": self.env._("%(doctor)s is at another site then.", **names),
            "wrong_purpose": self.env._("These hours are not meant for patients."),
            "wrong_channel": self.env._("These hours cannot be booked online."),
            "wrong_service": self.env._(
                "These hours are not meant for %(service)s.", **names
            ),
            "wrong_weekday": self.env._(
                "It is on none of the weekdays that were asked for."
            ),
            "wrong_day_part": self.env._(
                "It is outside the time of day that was asked for."
            ),
        }
        return sentences.get(code)

    def _say_no_hours(self, names, asked, situation):
        clock = local_clock(asked.site.tz)
        day = clock.day(asked.start)
        resource = asked.doctor.sudo().resource_id.id
        hours = sorted(
            {
                (session.start, session.stop)
                for session in situation.sessions.get(asked.site.id, {}).get(
                    resource, ()
                )
                if clock.day(session.start) == day
            }
        )
        if not hours:
            return self.env._("%(doctor)s has no hours at %(site)s that day.", **names)
        return self.env._(
            "%(doctor)s has no hours at %(site)s then, only %(hours)s.",
            hours=", ".join(
                self._format_range(start, stop, asked.site.tz) for start, stop in hours
            ),
            **names,
        )

    def _say_claims(self, code, detail, names, asked):
        """Return the sentence of a rule about what is taken or too early or late."""
        if code == "notice":
            if asked.start < self._now():
                return self.env._("That time is over.")
            earliest = self._format_moment(detail["earliest"], asked.site.tz)
            return self.env._(
                "Patients can book from %(earliest)s on.", earliest=earliest
            )
        if code == "horizon":
            latest = self._format_moment(detail["latest"], asked.site.tz)
            return self.env._("Patients can book until %(latest)s.", latest=latest)
        if code == "full":
            return self.env._("All %(seats)s places of that time are taken.", **detail)
        if code == "absence" and detail["everybody"]:
            return self.env._("Closed or on holiday: %(range)s.", **names)
        names.setdefault("range", "")
        sentences = {
            "absence": self.env._("%(doctor)s is away: %(range)s.", **names),
            "break": self.env._("%(doctor)s has a break: %(range)s.", **names),
            "taken": self.env._("%(doctor)s is already booked: %(range)s.", **names),
            "buffer": self.env._(
                "The time before or after it that %(service)s needs is booked: "
                "%(range)s.",
                **names,
            ),
            "patient_busy": self.env._(
                "The patient has another appointment: %(range)s.", **names
            ),
            "room_taken": self.env._("No suitable room is free at %(site)s.", **names),
        }
        no_device = self.env._("No suitable device is free at %(site)s.", **names)
        return sentences.get(code, no_device)

    # ------------------------------------------------------------------
    # Why so many times are not offered
    # ------------------------------------------------------------------

    @api.model
    def _get_rule_label(self, code):
        """Return in a few words what a rule stands for, for counting times."""
        labels = {
            "taken": self.env._("already booked"),
            "full": self.env._("all places taken"),
            "buffer": self.env._("preparation or clean-up time booked"),
            "absence": self.env._("absence, holiday or closing day"),
            "break": self.env._("break"),
            "room_taken": self.env._("no suitable room free"),
            "equipment_taken": self.env._("no suitable device free"),
            "patient_busy": self.env._("the patient has another appointment"),
            "wrong_service": self.env._("hours kept for other services"),
            "wrong_purpose": self.env._("hours not meant for patients"),
            "wrong_channel": self.env._("hours not open online"),
            "wrong_site": self.env._("other site"),
            "outside_availability": self.env._("no hours then"),
            "off_grid": self.env._("visits start at other times"),
            "too_long": self.env._("hours end too early"),
        }
        return labels.get(code, self.env._("other rule"))
