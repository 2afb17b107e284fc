# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The levels' own names, in each language that is installed."""

from odoo import api, models


class ClinicTriageLevel(models.Model):
    _inherit = "clinic.triage.level"

    def _translate_names(self):
        """Give the levels their names in all languages, but what somebody renamed."""
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        policies = self.env["clinic.queue.policy"]
        known = {
            lang: policies.with_context(lang=lang)._get_level_names()
            for lang in {*languages, "en_US"}
        }
        for level in self.filtered(lambda item: 1 <= item.code <= 5):
            ours = {names[level.code - 1] for names in known.values()}
            for lang in languages:
                spoken = level.with_context(lang=lang)
                if spoken.name in ours and spoken.name != known[lang][level.code - 1]:
                    spoken.name = known[lang][level.code - 1]

    @api.model
    def _translate_all(self):
        """Translate the names of all levels: a language was added, or its texts."""
        self.sudo().search([])._translate_names()


class ResLang(models.Model):
    _inherit = "res.lang"

    def write(self, vals):
        """Override: levels have their names in a language that is added."""
        result = super().write(vals)
        if vals.get("active"):
            self.env["clinic.triage.level"]._translate_all()
        return result
