# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import replace
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.clinic_engine.clock import local_clock
from odoo.addons.clinic_engine.ranking import nearest

from ..const import ALTERNATIVE_COUNT, ALTERNATIVE_DAYS
from ..models.clinic_schedule import epoch
from ..models.clinic_schedule_offers import RankedTime
from ..models.clinic_schedule_words import PATIENT_RULES, AskedTime


class ClinicFindTime(models.TransientModel):
    """Why not? Every rule that removed a time, and the nearest free ones."""

    _inherit = "clinic.find.time"

    def action_explain(self):
        """Say what stands against the asked doctor, day and time."""
        self.ensure_one()
        self._check_question()
        doctor, site = self.why_doctor_id, self._get_why_site()
        start = local_clock(site.tz).epoch(self.why_date, round(self.why_hour * 3600))
        situation, query = self._get_why_search(start)
        asked = AskedTime(
            service=self.service_id,
            doctor=doctor,
            site=site,
            start=start,
            stop=start + query.duration,
        )
        reasons = self._get_why_reasons(situation, query, asked)
        found = situation.find(self._without_wishes(query))
        near = self._get_nearest(found, asked)
        self.write(
            {
                "why_result": self._get_why_result(reasons, asked),
                "why_reasons": "\n".join(f"– {text}" for _code, text in reasons),
                "near_ids": self._prepare_lines("near", near),
            }
        )
        return self._reopen()

    def _check_question(self):
        if not self.service_id:
            raise UserError(self.env._("Choose the service first."))
        if not (self.why_doctor_id and self.why_date):
            raise UserError(self.env._("Name the doctor, the day and the time."))
        # a doctor's own times only: why a colleague is busy is not theirs to know
        user = self.env.user
        if self.why_doctor_id not in user.clinic_doctor_ids and not user.has_group(
            "clinic_scheduling.group_clinic_receptionist"
        ):
            raise UserError(self.env._("You may only ask about your own times."))

    def _get_why_site(self):
        """Return the asked site, else where the doctor has hours that day."""
        if self.why_site_id:
            return self.why_site_id
        sites = self._get_sites()
        if not sites:
            raise UserError(self.env._("There is no site yet."))
        start, stop = (
            fields.Datetime.to_datetime(self.why_date) + timedelta(days=days)
            for days in (0, 1)
        )
        situation = self.env["clinic.schedule"]._get_situation(
            self.service_id, self.why_doctor_id, start, stop, sites=sites
        )
        resource = self.why_doctor_id.sudo().resource_id.id
        own = self.why_doctor_id.sudo().site_ids & sites.sudo()
        for site in own | sites:
            clock = local_clock(site.tz)
            for session in situation.sessions.get(site.id, {}).get(resource, ()):
                if clock.day(session.start) == self.why_date:
                    return sites.browse(site.id)
        return sites.browse((own or sites)[:1].id)

    def _get_why_search(self, start):
        """Return (situation, query) around ``start``, the wishes still in the query."""
        around = timedelta(days=ALTERNATIVE_DAYS)
        moment, now = self._to_utc(start), fields.Datetime.now()
        first = max(moment - around, now)
        options = self._get_options(self._get_sites() | self.why_site_id)
        options.pop("public")
        doctors = self.why_doctor_id | self._get_doctors()
        schedule = self.env["clinic.schedule"]
        situation, query = schedule._get_search(
            self.service_id,
            doctors,
            min(moment, first) - timedelta(days=1),
            max(moment, first) + around,
            **options,
        )
        service, earliest, latest = self.service_id, epoch(now), query.latest
        if self.public:
            earliest += round(service.booking_notice * 3600)
            if service.horizon_days:
                latest = epoch(now) + service.horizon_days * 86400
        channel = "online" if self.public else None
        query = replace(query, earliest=earliest, latest=latest, channel=channel)
        return situation, query

    def _without_wishes(self, query):
        return replace(query, weekdays=None, day_part=None)

    def _get_why_reasons(self, situation, query, asked):
        """Return [(code, sentence)] of all that removes the asked time."""
        schedule = self.env["clinic.schedule"]
        names = {
            "doctor": asked.doctor.display_name,
            "service": asked.service.name,
            "site": asked.site.name,
        }
        reasons = []
        if asked.doctor not in self._get_offering_doctors():
            sentence = self.env._("%(doctor)s does not offer %(service)s.", **names)
            reasons.append(("wrong_doctor", sentence))
        sites = asked.service.site_ids
        if sites and asked.site not in sites:
            sentence = self.env._("%(service)s is not offered at %(site)s.", **names)
            reasons.append(("wrong_place", sentence))
            return reasons
        resource = asked.doctor.sudo().resource_id.id
        found = situation.explain(query, asked.start, resource, asked.site.id)
        return reasons + schedule._get_refusal_reasons(found, asked, situation)

    def _get_why_result(self, reasons, asked):
        moment = self.env["clinic.schedule"]._format_moment(asked.start, asked.site.tz)
        names = {
            "doctor": asked.doctor.display_name,
            "site": asked.site.name,
            "when": moment,
        }
        if not reasons:
            return self.env._("%(when)s with %(doctor)s at %(site)s is free.", **names)
        codes = {code for code, _text in reasons}
        if codes <= PATIENT_RULES and asked.start > epoch(fields.Datetime.now()):
            return self.env._(
                "%(when)s with %(doctor)s at %(site)s is not offered, but staff may "
                "book it.",
                **names,
            )
        return self.env._("%(when)s with %(doctor)s at %(site)s is not free:", **names)

    def _get_nearest(self, found, asked):
        """Return the free times nearest to the asked one, that doctor's first."""
        mine = {key: value for key, value in found.items() if key[0] == asked.doctor.id}
        others = {key: value for key, value in found.items() if key not in mine}
        choice = nearest(mine, asked.start, ALTERNATIVE_COUNT)
        choice += nearest(others, asked.start, ALTERNATIVE_COUNT // 2)
        return [
            RankedTime(
                start=start,
                stop=start + asked.stop - asked.start,
                doctor=doctor,
                site=site,
                score=0.0,
                terms=(),
            )
            for start, (doctor, site) in choice[:ALTERNATIVE_COUNT]
        ]
