# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Why no colleague takes a visit over at its own time."""

from odoo import fields, models

from ..models.clinic_schedule import epoch
from ..models.clinic_schedule_words import AskedTime

#: Rules that say more than that something is booked then.
LASTING = {"absence", "outside_availability", "wrong_site", "wrong_service"}


class ClinicImpactLine(models.TransientModel):
    """Saying why."""

    _inherit = "clinic.impact.line"

    why = fields.Char(
        string="Why No Colleague",
        readonly=True,
        help="What keeps colleagues from seeing the patient at the same time.",
    )
    why_details = fields.Text(readonly=True)

    def _explain_offers(self, situation, query, offers):
        """Return in words why no colleague is among ``offers`` at the booked time.

        :param situation: without what is proposed to the others on the list
        :param offers: [(start, (doctor id, site id))]
        """
        visit = self.appointment_id
        wanted, mine = epoch(visit.start), visit.doctor_id.id
        if self._is_held():
            option = self.option_id
            key = option.doctor_id.id, option.site_id.id
            offers = [(epoch(option.start), key), *offers]
        # at another site only the first choice needs no words
        found = any(
            start == wanted
            and doctor != mine
            and (not place or site == visit.site_id.id)
            for place, (start, (doctor, site)) in enumerate(offers)
        )
        if found:
            return {"why": False, "why_details": False}
        return self._explain_colleagues(situation, query, wanted)

    def _explain_colleagues(self, situation, query, wanted):
        names = {"service": self.service_id.name}
        colleagues = self._get_colleagues(situation)
        if not colleagues:
            return {
                "why": self.env._("Nobody else offers %(service)s", **names),
                "why_details": self.env._("Nobody else offers %(service)s.", **names),
            }
        by_label, sentences = {}, []
        for doctor in colleagues:
            reasons = self._explain_colleague(situation, query, wanted, doctor)
            code, sentence = min(reasons, key=lambda reason: reason[0] not in LASTING)
            label = self._get_why_label(code)
            by_label.setdefault(label, []).append(doctor.display_name)
            is_named = doctor.display_name in sentence
            who = "" if is_named else f"{doctor.display_name}: "
            sentences.append(f"– {who}{sentence}")
        parts = [f"{', '.join(who)}: {label}" for label, who in by_label.items()]
        return {"why": " · ".join(parts), "why_details": "\n".join(sentences)}

    def _get_colleagues(self, situation):
        """Return who else offers the service, at the visit's own site first."""
        doctors = self.env["clinic.doctor"].browse(situation.doctors.values())
        here = self.site_id
        return (doctors - self.appointment_id.doctor_id).sorted(
            lambda doctor: (here not in doctor.sudo().site_ids, doctor.display_name)
        )

    def _explain_colleague(self, situation, query, wanted, doctor):
        """Return [(code, sentence), …], never empty."""
        resource = doctor.sudo().resource_id.id
        site = self._get_site_then(situation, wanted, doctor)
        names = {"doctor": doctor.display_name, "site": site.name}
        asked = AskedTime(
            service=self.service_id,
            doctor=doctor,
            site=site,
            start=wanted,
            stop=wanted + query.duration,
        )
        found = situation.explain(query, wanted, resource, site.id)
        schedule = self.env["clinic.schedule"]
        reasons = schedule._get_refusal_reasons(found, asked, situation)
        if not reasons and site != self.site_id:
            sentence = self.env._("%(doctor)s is at %(site)s then.", **names)
            return [("wrong_site", sentence)]
        proposed = self.env._(
            "That time of %(doctor)s is proposed to another patient on this list.",
            **names,
        )
        return reasons or [("proposed", proposed)]

    def _get_site_then(self, situation, wanted, doctor):
        """Return where the doctor works at that time, else the visit's own site."""
        resource = doctor.sudo().resource_id.id
        own = doctor.sudo().site_ids.ids
        there = [
            site
            for site, by_resource in situation.sessions.items()
            for session in by_resource.get(resource, ())
            if site in own and session.start <= wanted < session.stop
        ]
        here = self.site_id
        return here.browse(there[0]) if there and here.id not in there else here

    def _get_why_label(self, code):
        if code == "proposed":
            return self.env._("proposed to another patient")
        return self.env["clinic.schedule"]._get_rule_label(code)
