# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Three months of the demo team's calls, and the two weeks to come.

Calls come in by the same door as all others, and reports are filed as from the phone;
only the dates on which things were written down are set back afterwards.
"""

import random
import uuid
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.clinic_scheduling.exceptions import BookingError

SEED = 6
ZONE = ZoneInfo("Europe/Brussels")

#: Days behind and ahead, and the most calls that a representative has on a day.
PAST, AHEAD, MOST = 90, 12, 4

#: The shortest gap between two calls to a doctor (days), by segment.
GAPS = {"A": 24, "B": 34, "C": 62}

MINUTES, TRAVEL = 30, 30

#: What became of calls, and how likely.
ENDS = {"done": 82, "declined": 9, "cancelled": 5, "no_show": 4}

OBJECTIONS = (
    "Too expensive for those who pay themselves.",
    "Waits for the results of the long study.",
    "Content with what is prescribed now.",
)
COMPETITORS = ("Respirex", "Tensolin", "Cutaderm")
QUESTIONS = (
    "May it be given together with blood thinners?",
    "Is there a smaller pack?",
    "How long may it be stored once opened?",
)

#: stars -> (how likely, what doctors say then)
SAID = {
    5: (45, ("Short and to the point.", "Good answers, well prepared.", "")),
    4: (35, ("Useful material.", "", "")),
    3: (13, ("Came ten minutes late.", "Nothing new for me.")),
    2: (5, ("Too long for a lunch break.",)),
    1: (2, ("Came without an appointment before.",)),
}

#: What was written down now, dated back to when it would have been.
AGED_CALLS = """
    UPDATE pharma_showcase
       SET create_date = start - make_interval(days => 5 + id %% 14),
           done_at = CASE WHEN state = 'done' THEN stop END
     WHERE id = ANY(%s)
"""
AGED_REPORTS = """
    UPDATE pharma_call_report report
       SET is_late = report.id %% 15 = 0,
           filed_at = call.stop + make_interval(mins => 5 + report.id %% 40),
           submitted_at = call.stop + make_interval(mins => 5 + report.id %% 40)
      FROM pharma_showcase call
     WHERE call.id = report.showcase_id AND call.id = ANY(%s)
"""
AGED_LEADS = """
    UPDATE crm_lead lead
       SET create_date = call.first
      FROM (SELECT opportunity_id, min(stop) AS first
              FROM pharma_showcase
             WHERE id = ANY(%s)
          GROUP BY opportunity_id) call
     WHERE lead.id = call.opportunity_id
"""
AGED_ENDS = """
    UPDATE crm_lead
       SET date_closed = LEAST(now() AT TIME ZONE 'UTC',
                               create_date + make_interval(days => 8 + id %% 16))
     WHERE id = ANY(%s)
"""
AGED_RATINGS = """
    UPDATE rating_rating rating
       SET rated_on = call.stop + make_interval(hours => 2)
      FROM pharma_showcase call
     WHERE call.id = rating.pharma_showcase_id AND call.id = ANY(%s)
"""


class PharmaDemo(models.AbstractModel):
    """Loader of calls."""

    _inherit = "pharma.demo"

    def _load_calls(self, campaigns):
        """Make the calls of three months, and what came of them."""
        rng = random.Random(SEED)  # noqa: S311
        # meetings of long ago are not worth the time that they take
        quiet = self.with_context(
            clinic_silent=["booked"],
            pharma_without_meeting=True,
            mail_activity_quick_update=True,
        )
        calls = quiet._load_past(campaigns, rng)
        held = calls.filtered(lambda call: call.state == "done")
        quiet._load_reports(held, rng)
        quiet._age(calls)
        quiet._load_outcomes(rng)
        quiet._load_ratings(held, rng)
        self._load_coming(campaigns, rng)

    # ------------------------------------------------------------------
    # When
    # ------------------------------------------------------------------

    def _walk(self, days, rng):
        """Yield (representative, doctor, start) of calls that suit both, day by day."""
        today = datetime.now(ZONE).date()
        last = {}
        for day in (today + timedelta(days=number) for number in days):
            if day.weekday() > 4:
                continue
            for representative in self.env["pharma.representative"].search([]):
                yield from self._walk_day(representative, day, last, rng)

    def _walk_day(self, representative, day, last, rng):
        """Yield the calls of one day: doctors who are due, in the order of hours."""
        free, count = 0.0, 0
        for hours in self._get_hours(representative, day):
            doctor = hours.doctor_id
            gap = GAPS[doctor.segment_id.name] + rng.randint(-4, 8)
            if count == MOST or (day - last.get(doctor, day.min)).days < gap:
                continue
            if last.get(doctor) is None and rng.random() < 0.7:
                continue  # not all of them in the first days
            start = max(hours.hour_from, free)
            if start + MINUTES / 60 > hours.hour_to:
                continue
            count += 1
            free = start + (MINUTES + TRAVEL) / 60
            last[doctor] = day
            local = datetime.combine(day, time(), ZONE) + timedelta(hours=start)
            yield representative, doctor, local.astimezone(timezone.utc)

    def _get_hours(self, representative, day):
        """Return the hours of that day of the representative's doctors, by time."""
        hours = self.env["clinic.availability"].search(
            [
                ("doctor_id.territory_id", "in", representative.territory_ids.ids),
                ("doctor_id.no_see", "=", False),
                ("weekday", "=", str(day.weekday())),
                ("purpose", "=", "showcase"),
            ]
        )
        return hours.sorted(lambda item: (item.hour_from, item.doctor_id.id))

    def _prepare_call(self, representative, doctor, start, campaigns, rng):
        """Return the values of a call: products of a campaign that is on then."""
        fitting = campaigns.filtered(
            lambda item: (
                item.date_start <= start.date() <= item.date_end
                and doctor.segment_id in item.target_ids.segment_id
            )
        )
        campaign = rng.choice(fitting) if fitting else campaigns.browse()
        products = campaign.product_ids or campaigns.product_ids[:2]
        return {
            "representative_id": representative.id,
            "doctor_id": doctor.id,
            "site_id": doctor.site_ids[:1].id,
            "start": start.replace(tzinfo=None),
            "duration": MINUTES,
            # nobody is told of what was agreed before
            "source": "import",
            "modality": "lunch" if start.astimezone(ZONE).hour == 12 else "in_person",
            "campaign_id": campaign.id,
            "solicited_by_doctor": rng.random() < 0.15,
            "line_ids": [
                fields.Command.create({"product_id": product.id, "minutes": 10})
                for product in products
            ],
        }

    def _load_past(self, campaigns, rng):
        """Record the calls of the past months in the states that they ended in."""
        vals_list = [
            {
                **self._prepare_call(*call, campaigns, rng),
                "state": rng.choices(list(ENDS), ENDS.values())[0],
            }
            for call in self._walk(range(-PAST, 0), rng)
        ]
        # each representative's newest call waits for its report
        newest = {vals["representative_id"]: vals for vals in vals_list}
        for vals in newest.values():
            vals["state"] = "confirmed"
        return self.env["pharma.showcase"].create(vals_list)

    def _load_coming(self, campaigns, rng):
        """Propose the calls of the next days; what a rule refuses stays out."""
        showcases = self.env["pharma.showcase"].with_context(clinic_silent=["booked"])
        for call in self._walk(range(2, 2 + AHEAD), rng):
            try:
                with self.env.cr.savepoint():
                    showcase = showcases.book(self._prepare_call(*call, campaigns, rng))
            except BookingError:
                continue
            if rng.random() < 0.6:
                showcase._accept()

    # ------------------------------------------------------------------
    # What came of them
    # ------------------------------------------------------------------

    def _load_reports(self, calls, rng):
        """File the reports of calls that were held."""
        for call in calls.sorted("start"):
            self._file_report(call, self._prepare_report(call, rng))

    def _file_report(self, call, values):
        """File a report as the representative."""
        mine = call.with_user(call.user_id)
        mine.env["pharma.call.report"]._file(mine, values)

    def _prepare_report(self, call, rng):
        """Return what the representative says of a call."""
        lines = [self._prepare_result(line, rng) for line in call.line_ids]
        asked = any(line["is_requested"] for line in lines)
        step = "offer" if asked else rng.choice(("none", "none", "material"))
        return {
            "uuid": str(uuid.UUID(int=rng.getrandbits(128))),
            "reason": "",
            "held_at": call.start,
            "filed_at": call.stop + timedelta(minutes=20),
            "lines": lines,
            "objections": rng.choice(OBJECTIONS) if rng.random() < 0.2 else "",
            "competitor": rng.choice(COMPETITORS) if rng.random() < 0.15 else "",
            "next_step": step,
            "next_step_note": "",
            "follow_up_on": (call.start + timedelta(days=14)).date() if asked else None,
            "note": "",
        }

    def _prepare_result(self, line, rng):
        """Return what came of a product; requests grow with time."""
        interest = rng.choices((1, 2, 3, 4, 5), (1, 2, 4, 4, 3))[0]
        age = (fields.Datetime.now() - line.showcase_id.start).days / PAST
        requested = interest > 2 and rng.random() < 0.6 - 0.3 * age
        return {
            "product_id": line.product_id.id,
            "is_discussed": True,
            "interest": interest,
            "is_requested": requested,
            "requested_quantity": rng.choice((5, 10, 10, 20)) if requested else 0,
            "questions": rng.choice(QUESTIONS) if rng.random() < 0.12 else False,
        }

    def _age(self, calls):
        """Date back what was written down now: bookings, reports, opportunities."""
        self.env.flush_all()
        self.env.cr.execute(SQL(AGED_CALLS, calls.ids))
        self.env.cr.execute(SQL(AGED_REPORTS, calls.ids))
        self.env.cr.execute(SQL(AGED_LEADS, calls.ids))
        self.env.invalidate_all()

    def _load_outcomes(self, rng):
        """Win and lose the opportunities that are a few weeks old."""
        before = fields.Datetime.now() - timedelta(days=24)
        leads = self.env["crm.lead"].search(
            [("pharma_doctor_id", "!=", False), ("create_date", "<", before)],
            order="create_date, id",
        )
        won = leads.filtered(lambda _lead: rng.random() < 0.5)
        lost = (leads - won).filtered(lambda _lead: rng.random() < 0.4)
        won.action_set_won()
        reason = self.env["crm.lost.reason"].search([], limit=1)
        lost.action_set_lost(lost_reason_id=reason.id)
        (won | lost).with_context(active_test=False).activity_ids.unlink()
        self.env.flush_all()
        self.env.cr.execute(SQL(AGED_ENDS, (won | lost).ids))
        self.env.invalidate_all()

    def _load_ratings(self, calls, rng):
        """Let some of the doctors say how the call was."""
        weights = [chance for chance, _words in SAID.values()]
        asked = calls.filtered(lambda call: call.sudo()._may_give_feedback())
        for call in asked.filtered(lambda _call: rng.random() < 0.4):
            (stars,) = rng.choices(list(SAID), weights)
            call._give_feedback(stars, rng.choice(SAID[stars][1]))
        self.env.flush_all()
        self.env.cr.execute(SQL(AGED_RATINGS, calls.ids))
        self.env.invalidate_all()
