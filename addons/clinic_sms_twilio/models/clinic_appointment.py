# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from odoo.addons.clinic_scheduling.models.clinic_appointment_portal import (
    CHANGEABLE_STATES,
)


class ClinicAppointment(models.Model):
    """The visit that a patient answers about."""

    _inherit = "clinic.appointment"

    def _is_answerable(self):
        """Whether a patient may still confirm or cancel this visit."""
        self.ensure_one()
        is_open = self.state in ("hold", *CHANGEABLE_STATES)
        return is_open and self.start > fields.Datetime.now()

    def _is_as_told(self, reminder):
        """Whether this visit is still the one that a message told its reader of.

        It is not when it moved since, or became somebody else's.
        """
        self.ensure_one()
        moves = self.history_ids.filtered(
            lambda move: move.create_date > reminder.sent_at
        )
        reader, _wish = self._get_message_reader()
        return not moves and reader == reminder.partner_id
