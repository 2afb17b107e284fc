# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""When calls suit a doctor: learned each week from what came of earlier calls."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.clinic_engine import best_time

#: Calls of longer ago are not looked at (days).
LOOK_BACK = 730

#: How many doctors are learned of in one step.
BATCH = 200

#: What came of a call: held, or not.
OUTCOMES = {"done": True, "declined": False, "no_show": False, "cancelled": False}


class ClinicDoctor(models.Model):
    """Learning."""

    _inherit = "clinic.doctor"

    @api.model
    def _cron_learn_best_times(self):
        """Scheduled action: learn of every doctor who was ever called on."""
        since = fields.Datetime.now() - timedelta(days=LOOK_BACK)
        called = self.env["pharma.showcase"]._read_group(
            [("state", "in", tuple(OUTCOMES)), ("start", ">", since)], ["doctor_id"]
        )
        doctors = self.concat(*(doctor for (doctor,) in called))
        left = len(doctors)
        for company, mine in doctors.grouped("company_id").items():
            base = best_time.base_share(self._get_outcomes(company, since))
            for number in range(0, len(mine), BATCH):
                batch = mine[number : number + BATCH]
                batch._learn_best_times(base, since)
                left -= len(batch)
                self.env["ir.cron"]._commit_progress(len(batch), remaining=left)

    def _get_outcomes(self, company, since):
        """Return what came of the calls on a company's doctors, for the average."""
        rows = self.env["pharma.showcase"]._read_group(
            [
                ("doctor_id.company_id", "=", company.id),
                ("state", "in", tuple(OUTCOMES)),
                ("start", ">", since),
            ],
            ["state"],
            ["__count"],
        )
        return [
            best_time.Outcome(0, 0, OUTCOMES[state])
            for state, count in rows
            for _number in range(count)
        ]

    def _learn_best_times(self, base, since):
        """Learn the best weekday and hour of these doctors.

        :param float base: the share of held calls of all doctors
        :param since: a UTC datetime
        """
        showcases = self.env["pharma.showcase"].search(
            [
                ("doctor_id", "in", self.ids),
                ("state", "not in", ("draft", "proposed", "confirmed")),
                ("start", ">", since),
            ]
        )
        found = defaultdict(list)
        for showcase in showcases:
            found[showcase.doctor_id].extend(showcase._get_best_time_outcomes())
        for doctor in self:
            best = best_time.learn(found[doctor], base)
            weekday = False if best.weekday is None else str(best.weekday)
            vals = {"best_weekday": weekday, "best_hour": best.hour or 0}
            if any(doctor[name] != value for name, value in vals.items()):
                doctor.write(vals)


class PharmaShowcase(models.Model):
    """What a call says about the times that suit its doctor."""

    _inherit = "pharma.showcase"

    def _get_best_time_outcomes(self):
        """Return the engine's outcomes of this call.

        A time that the doctor chose to leave did not suit. What we cancelled for a
        reason of our own says nothing.
        """
        self.ensure_one()
        outcomes = [
            self._to_outcome(move.from_start, False)
            for move in self.history_ids
            if move.by_doctor
        ]
        reason = self.end_reason_id
        is_ours = self.state == "cancelled" and reason and not reason.is_of_doctor
        if not is_ours:
            outcomes.append(self._to_outcome(self.start, OUTCOMES[self.state]))
        return outcomes

    def _to_outcome(self, start, is_held):
        local = self._localize(start)
        age = (fields.Datetime.now() - start).total_seconds() / 86400
        return best_time.Outcome(local.weekday(), local.hour, is_held, age)
