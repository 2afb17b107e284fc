# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Rules of compliance that bind every call: caps over rolling months, and consent."""

from odoo import models
from odoo.tools import format_date
from odoo.tools.date_utils import add, subtract

from odoo.addons.clinic_engine.clock import local_clock
from odoo.addons.clinic_engine.contact_caps import check_call
from odoo.addons.clinic_scheduling.const import ALTERNATIVE_DAYS
from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from ..const import CONSENT_CHANNELS
from ..exceptions import DoctorNotReceiving
from .pharma_showcase_rules import Refusal


class PharmaShowcase(models.Model):
    """How often a doctor may be called on, and in which way."""

    _inherit = "pharma.showcase"

    def _get_refusals(self, call):
        """Override: nobody is called on in a way that they did not agree to."""
        found = super()._get_refusals(call)
        company = self._get_call_company(call)
        status = self._get_missing_consent(call.doctor, call.modality, company)
        if not status or call.by_doctor:
            return found
        name = call.doctor.sudo().display_name
        if status == "withdrawn":
            sentence = self.env._(
                "%(doctor)s withdrew the consent to be contacted that way.", doctor=name
            )
        else:
            sentence = self.env._(
                "%(doctor)s has not agreed to be contacted that way, or no longer "
                "does.",
                doctor=name,
            )
        return [Refusal("consent", sentence, DoctorNotReceiving), *found]

    def _get_missing_consent(self, doctor, modality, company):
        """Return which status of consent forbids that kind of call, None if none does.

        The planner asks the same.
        """
        return self._get_missing_consents(doctor, modality, company).get(doctor.id)

    def _get_missing_consents(self, doctors, modality, company):
        """Return the same for many: {doctor's id: the status that forbids it}."""
        channel = CONSENT_CHANNELS.get(modality, modality)
        return self.env["pharma.consent"]._get_refusals(doctors, channel, company)

    def _get_call_company(self, call):
        return call.representative.sudo().company_id or self.env.company

    def _get_time_check(self, call, site, exception=False):
        """Override: days on which a cap is full are no free times either."""
        check = super()._get_time_check(call, site, exception=exception)
        caps = self._get_call_company(call)._get_caps()
        if caps.calls is None and caps.contacts is None:
            return check
        contacts = self._get_contacts_around(call, caps)
        clock = local_clock(self._get_call_tz(call))
        is_solicited = call.solicited or call.by_doctor

        def check_caps(start):
            day = clock.day(start)
            excesses = check_call(contacts, day, is_solicited, caps)
            return [*check(start), *(f"{excess.rate}_cap" for excess in excesses)]

        return check_caps

    def _get_contacts_around(self, call, caps):
        """Return the doctor's contacts that count for a call at about that time."""
        reach = {"months": caps.months, "days": ALTERNATIVE_DAYS + 1}
        first, last = subtract(call.start, **reach), add(call.start, **reach)
        contacts = call.doctor._get_contacts(
            self._get_call_company(call), first, last, without=self
        )
        return contacts[call.doctor.id]

    def _get_practice_sentences(self, call):
        """Override: say which cap is full, and from when on there is room."""
        sentences = super()._get_practice_sentences(call)
        caps = self._get_call_company(call)._get_caps()
        if caps.calls is None and caps.contacts is None:
            return sentences
        day = local_clock(self._get_call_tz(call)).day(epoch(call.start))
        contacts = self._get_contacts_around(call, caps)
        is_solicited = call.solicited or call.by_doctor
        for excess in check_call(contacts, day, is_solicited, caps):
            sentences[f"{excess.rate}_cap"] = self._get_cap_sentence(call, excess, caps)
        return sentences

    def _get_cap_sentence(self, call, excess, caps):
        is_known = bool(excess.free_on)
        values = {
            "doctor": call.doctor.sudo().display_name,
            "limit": excess.limit,
            "months": caps.months,
            "day": format_date(self.env, excess.free_on)
            if is_known
            else self.env._("never"),
        }
        if excess.rate == "calls":
            return self.env._(
                "%(doctor)s may be called on %(limit)s times within %(months)s months, "
                "and will have been. Room for another call: %(day)s. Calls that the "
                "doctor asks for do not count.",
                **values,
            )
        return self.env._(
            "%(doctor)s may be contacted %(limit)s times within %(months)s months, and "
            "will have been. Room for another contact: %(day)s.",
            **values,
        )
