# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import random

from odoo import api, models

SEED = 45

#: How many visits of the demo practice are rated.
RATED = 40

#: stars -> (how likely, what patients say then)
SAID = {
    5: (0.5, ("Took the time to explain everything.", "Very kind.", "")),
    4: (0.3, ("All well, a short wait.", "", "")),
    3: (0.12, ("I waited half an hour.", "Hard to find the room.")),
    2: (0.06, ("Nobody told me that it would be late.",)),
    1: (0.02, ("I had to come twice for the same paper.",)),
}


class ClinicDemo(models.AbstractModel):
    """Loader of demo feedback."""

    _inherit = "clinic.demo"

    @api.model
    def _load_feedback(self):
        """Let patients rate some of the visits that are over."""
        dice = random.Random(SEED)  # noqa: S311
        visits = self.env["clinic.appointment"].search(
            [("state", "=", "completed")], order="start desc, id", limit=3 * RATED
        )
        chosen = dice.sample(list(visits), min(RATED, len(visits)))
        weights = [chance for chance, _words in SAID.values()]
        for visit in chosen:
            (stars,) = dice.choices(list(SAID), weights)
            visit._give_feedback(stars, dice.choice(SAID[stars][1]))
        for rating in chosen[0].concat(*chosen).sudo().rating_ids[:6]:
            rating.clinic_released = bool(rating.feedback)
