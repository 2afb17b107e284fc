# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import dataclass, field

from odoo import models
from odoo.tools.misc import format_duration


@dataclass
class PlannedHours:
    """What copying does to one day, or one weekday, of a doctor.

    ``creates``: values of new ``clinic.availability`` records; ``changes``: pairs of
    existing records and what is written on them.
    """

    doctor: models.BaseModel
    day: str
    creates: list = field(default_factory=list)
    changes: list = field(default_factory=list)
    note: str = ""
    hours: str = ""

    def get_sites(self):
        """Return the sites of the new hours."""
        ids = {values["site_id"] for values in self.creates}
        return self.doctor.env["clinic.site"].browse(sorted(ids))

    def to_line(self):
        """Return the values of the preview's line."""
        outcome = "create" if self.creates else "skip"
        if self.creates and self.changes:
            outcome = "replace"
        return {
            "doctor_id": self.doctor.id,
            "day": self.day,
            "hours": self.hours or self._get_hours(),
            "outcome": outcome,
            "note": self.note,
        }

    def _get_hours(self):
        return ", ".join(
            "–".join(format_duration(values[name]) for name in ("hour_from", "hour_to"))
            for values in self.creates
        )
