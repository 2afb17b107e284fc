# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ClinicQueueQuestion(models.Model):
    """What a kiosk asks who walks in. An answer never says how urgent somebody is."""

    _name = "clinic.queue.question"
    _description = "Question of the Kiosk"
    _order = "kind desc, sequence, id"
    _check_company_auto = True

    name = fields.Char(
        string="Sentence",
        required=True,
        translate=True,
        help="As patients read it, in everyday words.",
    )
    kind = fields.Selection(
        [("reason", "Reason to choose from"), ("red_flag", "Warning sign: yes or no")],
        default="reason",
        required=True,
        help="A yes to a warning sign calls the staff to triage at once.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True)
    queue_ids = fields.Many2many(
        "clinic.queue",
        string="Queues",
        check_company=True,
        help="Empty: asked for all queues.",
    )
