# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: Proof that a change comes from the showcase itself: JSON cannot carry it.
FROM_SHOWCASE = object()

#: What only the showcase decides.
SHOWCASE_FIELDS = {
    "active",
    "allday",
    "duration",
    "privacy",
    "recurrency",
    "start",
    "start_date",
    "stop",
    "stop_date",
}


#: Who meets whom: what others than these may not look for.
PARTICIPANTS = {"attendee_ids", "partner_ids"}


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

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Override: who may see a private meeting as "busy" alone finds it by no words.

        Odoo hides what such a meeting says, and lets everybody search for it.
        """
        domain = Domain(domain)
        if not self.env.su:
            names = {item.field_expr.split(".")[0] for item in domain.iter_conditions()}
            if names & self._fields.keys() - self._get_public_fields() - PARTICIPANTS:
                mine = Domain("user_id", "=", self.env.uid)
                mine |= Domain("partner_ids", "in", self.env.user.partner_id.ids)
                domain &= mine | Domain("privacy", "!=", "private")
        return super()._search(domain, *args, **kwargs)

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
