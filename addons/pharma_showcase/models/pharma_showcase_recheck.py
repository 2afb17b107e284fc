# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Rules that are asked again when what they are about changes after the booking."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.clinic_scheduling.models.clinic_reservation_door import DOOR
from odoo.addons.clinic_scheduling.utils import is_web_address

from ..const import CLAIMING_STATES

#: Rules that do not bind calls which the doctor asked for.
ASKED_RULES = {"no_see", "calls_cap"}

#: Rules about how far ahead is booked: they say nothing of what took place.
AHEAD_RULES = {"notice", "horizon"}


class PharmaShowcase(models.Model):
    """What is asked besides the booking of a time."""

    _inherit = "pharma.showcase"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: who says that the doctor asked says how."""
        showcases = super().create(vals_list)
        showcases._check_solicited()
        return showcases

    def write(self, vals):
        """Override: a call that nobody asked for any more obeys all rules."""
        if self.env.context.get("clinic_door") is DOOR:
            return super().write(vals)
        is_asked = bool(vals.get("solicited_by_doctor"))
        changed = self.browse()
        if "solicited_by_doctor" in vals:
            changed = self.filtered(lambda item: item.solicited_by_doctor != is_asked)
        result = super().write(vals)
        if {"solicited_by_doctor", "solicited_note"} & vals.keys():
            self._check_solicited()
        changed._check_rules_again(ASKED_RULES)
        return result

    def _check_rules_again(self, codes):
        """Refuse what rules of these codes forbid; past calls are marked instead.

        :raise BookingError: the kind that the door raises
        """
        now = fields.Datetime.now()
        for showcase in self.filtered(lambda item: item.state in CLAIMING_STATES):
            call = showcase._get_call({})
            if showcase.stop <= now:
                showcase._write_by_door({"rule_breach": showcase._get_breach(call)})
                continue
            for refusal in showcase._get_refusals(call):
                if refusal.code in codes:
                    showcase._raise(refusal.error, refusal.sentence, call, refusal.code)

    def _get_breach(self, call):
        """Return what a call breaks that took place already, in words, or ""."""
        return " ".join(
            refusal.sentence
            for refusal in self._get_refusals(call)
            if refusal.code not in AHEAD_RULES
        )

    def _check_solicited(self):
        """Ask how the doctor asked: such calls count against no limit of calls.

        What doctors do on their own page comes as superuser, and is proof enough. No
        constraint: those are always checked as superuser.

        :raise ValidationError: a call that was asked for does not say how
        """
        if self.env.su:
            return
        for showcase in self.filtered("solicited_by_doctor"):
            if not (showcase.solicited_note or "").strip():
                raise ValidationError(
                    self.env._(
                        "Say when and how the doctor asked for the call: it counts "
                        "against no limit of calls."
                    )
                )

    @api.constrains("video_url")
    def _check_video_url(self):
        """The doctor follows the link."""
        for showcase in self:
            if showcase.video_url and not is_web_address(showcase.video_url):
                raise ValidationError(
                    self.env._(
                        "The video link is a web address: it starts with https://."
                    )
                )
