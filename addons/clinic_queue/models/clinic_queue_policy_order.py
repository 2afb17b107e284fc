# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the numbers of a policy mean: who goes ahead of whom, and from when on."""

from markupsafe import Markup

from odoo import api, fields, models

from odoo.addons.clinic_engine.queue_policy import MINUTE, ahead_after, overtakes_after

TABLE = Markup(
    '<table class="table table-sm o_clinic_policy_order"><thead><tr>{head}</tr></thead>'
    "<tbody>{rows}</tbody></table>"
)
HEAD = Markup('<th scope="col">{}</th>')
ROW = Markup('<tr><th scope="row">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>')


class ClinicQueuePolicy(models.Model):
    _inherit = "clinic.queue.policy"

    order_text = fields.Html(
        string="Who Goes First",
        compute="_compute_order_text",
        sanitize=False,
        help="By the numbers above, without credits.",
    )

    @api.depends(
        "level_ids.code",
        "level_ids.head_start",
        "level_ids.name",
        "level_ids.target",
        "level_ids.tier",
        "default_code",
        "appointment_target",
        "appointment_tier",
        "late_target",
    )
    def _compute_order_text(self):
        for policy in self:
            policy.order_text = policy._describe_order()

    def _describe_order(self):
        """Return the table of who passes whom, or False where nobody passes anybody."""
        classes = self._get_classes()
        rows = [
            self._describe_pair(name, level, other, newcomer)
            for name, level in classes
            for other, newcomer in classes
            if newcomer is not level
            and level.tier == newcomer.tier
            and 0 < newcomer.target
            and 0 < level.target
            and overtakes_after(newcomer, level, level.target) is not None
        ]
        if not rows:
            return False
        head = (
            self.env._("Who waits"),
            self.env._("Who comes"),
            self.env._("Passes at once those who have waited less than"),
            self.env._("Passes those whose time is up after waiting"),
        )
        cells = Markup().join(HEAD.format(text) for text in head)
        return TABLE.format(head=cells, rows=Markup().join(rows))

    def _get_classes(self):
        """Return [(name, engine's level), …]: the levels, then appointments."""
        self.ensure_one()
        if not self._get_default_level():
            return []
        found = [
            (f"{level.code} {level.name or ''}", level._get_engine_level())
            for level in self.level_ids.sorted("code")
            if level.target >= 0
        ]
        engine = self._get_engine_policy()
        return [
            *found,
            (self.env._("Appointment"), engine.appointment),
            (self.env._("Late appointment"), engine.late),
        ]

    def _describe_pair(self, name, level, other, newcomer):
        """Return the row of one class of who waits and one of who comes."""
        ahead = ahead_after(level, newcomer) / MINUTE
        passing = overtakes_after(newcomer, level, level.target) / MINUTE
        return ROW.format(
            name,
            other,
            self.env._("%(minutes)s min", minutes=round(ahead)) if ahead else "–",
            self.env._("%(minutes)s min", minutes=round(passing)),
        )
