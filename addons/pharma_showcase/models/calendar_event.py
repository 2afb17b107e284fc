# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

#: Proof that a change comes from the showcase itself: JSON cannot carry it.
FROM_SHOWCASE = object()

#: What only the showcase decides.
SHOWCASE_FIELDS = {
    "active",
    "allday",
    "duration",
    "recurrency",
    "start",
    "start_date",
    "stop",
    "stop_date",
}


class CalendarEvent(models.Model):
    """Meetings that stand for a showcase in its representative's calendar."""

    _inherit = "calendar.event"

    showcase_ids = fields.One2many(
        "pharma.showcase",
        "calendar_event_id",
        groups="pharma_showcase.group_pharma_representative",
    )

    def write(self, vals):
        if SHOWCASE_FIELDS & vals.keys():
            self._check_moved_by_showcase(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_showcase(self):
        self._check_moved_by_showcase()

    def _check_moved_by_showcase(self, vals=None):
        """Refuse to move a meeting away from its showcase, or to remove it.

        :raise UserError: naming the showcase
        """
        if self.env.context.get("pharma_showcase") is FROM_SHOWCASE:
            return
        # sudo: whether somebody else's meeting is a showcase
        for event_sudo in self.sudo():
            showcase_sudo = event_sudo.showcase_ids[:1]
            if not showcase_sudo or not event_sudo._differs(vals):
                continue
            raise UserError(
                self.env._(
                    "This meeting is the showcase %(number)s. Move or cancel the "
                    "showcase: its meeting follows.",
                    number=showcase_sudo.name,
                )
            )

    def _differs(self, vals):
        """Whether these values would change what the showcase decides."""
        self.ensure_one()
        if vals is None:
            return self.active
        changed = {name: vals[name] for name in SHOWCASE_FIELDS & vals.keys()}
        return any(
            self._fields[name].convert_to_cache(value, self) != self[name]
            for name, value in changed.items()
        )
