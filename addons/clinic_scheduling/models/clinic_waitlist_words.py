# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Why a candidate comes where they come, or is left out, in sentences."""

from odoo import api, models

#: Terms below that do not change an order that anybody sees.
LEAST = 0.005


class ClinicWaitlistOffer(models.Model):
    """The explanation of a candidate."""

    _inherit = "clinic.waitlist.offer"

    @api.depends("terms", "reasons", "refusal", "is_untold")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for offer in self:
            sentences = [offer.refusal] if offer.refusal else []
            if offer.is_untold:
                sentences.append(self.env._("No message about it went out"))
            sentences += offer._say_reasons()
            sentences += offer._say_terms()
            offer.explanation = " · ".join(sentences)

    def _say_terms(self):
        """Return one line for each part of the score, with its value."""
        labels = {
            "urgency": self.env._("Urgency"),
            "waiting": self.env._("Time waited"),
            "doctor": self.env._("Wants this doctor"),
            "site": self.env._("Wants this site"),
            "weekday": self.env._("Wants this weekday"),
            "day_part": self.env._("Wants this time of day"),
            "deadline": self.env._("Few days left"),
            "duration": self.env._("Fills the gap"),
            "offers": self.env._("Had offers before"),
        }
        return [
            f"{labels[name]} {value:+.2f}"
            for name, value in self.terms or ()
            if abs(value) >= LEAST
        ]

    def _say_reasons(self):
        """Return one sentence for each rule that leaves the patient out."""
        sentences = {
            "wrong_service": self.env._("The service is not offered in these hours"),
            "wrong_doctor": self.env._("Wants another doctor"),
            "wrong_site": self.env._("Wants another site"),
            "too_long": self.env._("The visit is longer than the gap"),
            "offer_open": self.env._("Thinks about another offer"),
            "wrong_weekday": self.env._("Cannot come on this weekday"),
            "wrong_dates": self.env._("Cannot come on this day"),
            "wrong_day_part": self.env._("Cannot come at this time of day"),
            "notice": self.env._("Needs to know it earlier"),
            "patient_busy": self.env._("Has another appointment then"),
            "refused_before": self.env._("Did not take this time before"),
            "sooner_visit": self.env._("Has an earlier appointment for it"),
            "gave_back": self.env._("Gave this time back"),
        }
        return [sentences.get(code, code) for code in self.reasons or ()]
