# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from odoo.addons.clinic_engine.queue_policy import MINUTE, Level


class ClinicTriageLevel(models.Model):
    """How urgent somebody is, on the neutral scale from 1, the most urgent, to 5."""

    _name = "clinic.triage.level"
    _description = "Triage Level"
    _order = "policy_id, code"

    policy_id = fields.Many2one(
        "clinic.queue.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="policy_id.company_id")
    code = fields.Integer(string="Level", required=True)
    name = fields.Char(required=True, translate=True)
    color = fields.Integer()
    target = fields.Integer(
        string="Seen Within (min)",
        required=True,
        help="0: at once.",
    )
    threshold = fields.Integer(
        string="Reached For (%)",
        required=True,
        default=100,
        help="Share of people of this level for whom the time is to be reached.",
    )
    tier = fields.Integer(
        required=True,
        help="A lower tier always goes first, however long the others have waited.",
    )
    head_start = fields.Float(
        digits=(4, 2),
        help="Added to the score. Within a tier the score grows by 1 while the target "
        "passes.",
    )
    reassess = fields.Integer(
        string="Look Again After (min)",
        help="Staff are reminded to look again at who has waited so long. 0: never.",
    )
    is_alarm = fields.Boolean(
        string="Never Queued",
        help="Raises an alarm on all screens of staff; the next free room is theirs.",
    )

    _unique_code = models.UniqueIndex(
        "(policy_id, code)", "The policy has that level already."
    )
    _check_numbers = models.Constraint(
        "CHECK (target >= 0 AND reassess >= 0 AND tier >= 0"
        " AND threshold BETWEEN 0 AND 100)",
        "Times and tiers are not negative, and shares lie between 0 and 100 %.",
    )

    def _get_engine_level(self):
        """Return the level as the engine takes it."""
        self.ensure_one()
        return Level(self.id, self.target * MINUTE, self.tier, self.head_start)
