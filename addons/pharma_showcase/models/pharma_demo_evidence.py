# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the law wants to know of the demo's calls: samples, meals, events, consents.

Samples are handed out as in every call: against a signature, and within the limits.
"""

import base64
import io
import math
import random
import uuid
from collections import Counter
from datetime import timedelta

from PIL import Image, ImageDraw

from odoo import fields, models
from odoo.tools import SQL

SEED = 7

#: Packs of one product that a doctor gets in the demo; the settings allow four.
MOST_PACKS = 4

#: (code of the product, end of the lot's number, days until it expires, recalled)
LOTS = (
    ("BRO10", "A", 400, False),
    ("BRO10", "B", 25, False),
    ("CAR05", "A", 400, False),
    ("DER50", "A", 300, False),
    ("DER50", "R", 200, True),
    ("ALG40", "A", 400, False),
)

#: (call of the past, counted from the first; what was said; serious; follow-up)
EVENTS = (
    (25, "A patient got a rash after two days of Dermatis; healed.", False, "close"),
    (60, "Dizzy after the first tablet; the doctor halved the dose.", False, "close"),
    (-6, "Taken to hospital with a very slow pulse.", True, "acknowledge"),
)

#: What was written down now, dated back to when it would have been.
AGED_EVENTS = """
    UPDATE pharma_adverse_event
       SET acknowledged_at = aware_at + make_interval(hours => 5),
           closed_at = CASE WHEN closed_at IS NOT NULL
                            THEN aware_at + make_interval(hours => 52) END
     WHERE acknowledged_at IS NOT NULL
"""
AGED_VERSIONS = """
    UPDATE pharma_call_report_version version
       SET moment = report.submitted_at + make_interval(days => version.number - 1)
      FROM pharma_call_report report
     WHERE report.id = version.report_id AND report.showcase_id = ANY(%s)
"""


def draw_signature(number):
    """Return a doctor's scribble (PNG, base64)."""
    picture = Image.new("RGB", (300, 100), "white")
    points = [
        (
            20 + 8 * step,
            50 + 30 * math.sin(step * (0.5 + number % 5 / 10)) * math.cos(step / 7),
        )
        for step in range(32)
    ]
    ImageDraw.Draw(picture).line(points, fill="navy", width=3)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


class PharmaDemo(models.AbstractModel):
    """Loader of evidence."""

    _inherit = "pharma.demo"

    def _load_samples(self):
        """Give each representative packs of the lots; some of them were recalled."""
        today = fields.Date.context_today(self)
        products = self.env["product.product"].search(
            [("default_code", "in", [code for code, _end, _days, _off in LOTS])]
        )
        by_code = products.grouped("default_code")
        lots = self.env["pharma.sample.lot"].create(
            [
                {
                    "name": f"L{code}{end}",
                    "product_id": by_code[code].id,
                    "expires_on": today + timedelta(days=days),
                }
                for code, end, days, _is_recalled in LOTS
            ]
        )
        representatives = self.env["pharma.representative"].search([])
        for lot, (_code, _end, _days, is_recalled) in zip(lots, LOTS, strict=True):
            self._move_packs(representatives, lot, "receipt", 30, 95)
            if is_recalled:
                self._move_packs(representatives[1:], lot, "return", 30, 12)
                lot.is_blocked = True

    def _move_packs(self, representatives, lot, kind, quantity, days, note=False):
        """Book packs of a lot as moved so many days ago, for each representative."""
        today = fields.Date.context_today(self)
        self.env["pharma.sample.movement"].create(
            [
                {
                    "kind": kind,
                    "date": today - timedelta(days=days),
                    "representative_id": representative.id,
                    "lot_id": lot.id,
                    "quantity": quantity,
                    "recorded_by_id": representative.user_id.id,
                    "note": note,
                }
                for representative in representatives
            ]
        )

    def _load_reports(self, calls, rng):
        """Override: with samples, meals and adverse events; two are amended."""
        calls = calls.sorted("start")
        self._load_events(calls)
        result = super()._load_reports(calls, rng)
        for call, reason in zip(
            calls[40:80:30],
            ("The wrong product was ticked.", "The doctor called back."),
            strict=False,
        ):
            values = self._prepare_report(call, rng)
            values.update(self._prepare_evidence(call, given=None), reason=reason)
            self._file_report(call, values)
        self.env.flush_all()
        self.env.cr.execute(SQL(AGED_VERSIONS, calls.ids))
        self._load_counts()
        return result

    def _prepare_report(self, call, rng):
        """Override: add what was handed out, and whether something was heard."""
        # what doctors got in earlier calls counts against the limits
        given = Counter()
        for movement in self.env["pharma.sample.movement"].search(
            [("kind", "=", "drop"), ("doctor_id", "=", call.doctor_id.id)]
        ):
            given[movement.product_id] += movement.quantity
        return {
            **super()._prepare_report(call, rng),
            **self._prepare_evidence(call, given),
        }

    def _prepare_evidence(self, call, given):
        """Return the part of a report that the law is about.

        :param given: {product: packs}, None: nothing is handed out
        """
        heard = bool(call.adverse_event_ids)
        nothing = {"drops": [], "asked": [], "transfers": []}
        if given is None:
            return {**nothing, "has_adverse_event": heard}
        rng = random.Random(f"{SEED}-{call.id}")  # noqa: S311
        product = rng.choice(call.line_ids.product_id)
        transfers, asked = [], []
        if call.modality == "lunch" and rng.random() < 0.7:
            amount = rng.randrange(180, 480) / 20
            transfers.append(
                {"nature": "meal", "form": "in_kind", "amount": amount, "note": False}
            )
        elif rng.random() < 0.07:
            transfers.append(
                {
                    "nature": "material",
                    "form": "in_kind",
                    "amount": 35.0,
                    "note": "Anatomical model for the consulting room",
                }
            )
        if rng.random() < 0.06:
            asked.append({"product_id": product.id, "quantity": 2})
        packs = min(rng.choice((0, 0, 1, 2)), MOST_PACKS - given[product])
        return {
            "drops": self._prepare_drops(product, packs),
            "asked": asked,
            "transfers": transfers,
            "has_adverse_event": heard,
            "signature": draw_signature(call.doctor_id.id),
            "signed_by": call.doctor_id.display_name,
            "signed_at": call.stop - timedelta(minutes=5),
        }

    def _prepare_drops(self, product, packs):
        lot = self.env["pharma.sample.lot"].search(
            [
                ("name", "=like", "L%A"),
                ("product_id", "=", product.id),
            ],
            limit=1,
        )
        return [{"lot_id": lot.id, "quantity": packs}] if packs > 0 else []

    def _load_events(self, calls):
        """Let doctors mention adverse events, which the safety officer takes up."""
        officer = self._get_user("safety")
        self.env.company.pharma_safety_user_id = officer
        events = self.env["pharma.adverse.event"]
        for number, said, is_serious, step in EVENTS:
            call = calls[number]
            event = events.create(
                {
                    "showcase_id": call.id,
                    "product_id": call.line_ids.product_id[:1].id,
                    "reporter_id": call.user_id.id,
                    "aware_at": call.stop,
                    "description": said,
                    "is_serious": is_serious,
                    "uuid": str(uuid.uuid4()),
                }
            )
            mine = event.with_user(officer)
            mine.action_acknowledge()
            if step == "close":
                mine.action_close()
        self.env.flush_all()
        self.env.cr.execute(SQL(AGED_EVENTS))
        self.env.invalidate_all()
        # the newest waits: it was heard on the telephone
        events.create(
            {
                "doctor_id": calls[-1].doctor_id.id,
                "product_id": calls[-1].line_ids.product_id[:1].id,
                "reporter_id": calls[-1].user_id.id,
                "aware_at": fields.Datetime.now() - timedelta(hours=3),
                "description": "A patient had a headache for a day.",
            }
        )

    def _load_counts(self):
        """Let the scheduler count packs: one count is done, one goes on."""
        scheduler = self._get_user("scheduler")
        first, second, third = self.env["pharma.representative"].search([], limit=3)
        lot = self.env["pharma.sample.lot"].search([("name", "=", "LBRO10A")])
        self._move_packs(third, lot, "loss", 1, 20, "Crushed in the boot of the car")
        counts = self.env["pharma.sample.reconciliation"].with_user(scheduler)
        done, _draft = counts.create(
            [{"representative_id": holder.id} for holder in (first, second)]
        )
        for line in done.line_ids:
            line.counted = line.expected
        done.line_ids[0].write(
            {
                "counted": done.line_ids[0].expected - 1,
                "explanation": "One pack was open and thrown away",
            }
        )
        done.action_confirm()

    def _load_consents(self, doctors):
        """Override: some are over or withdrawn, and some doctors may be named."""
        result = super()._load_consents(doctors)
        consents = self.env["pharma.consent"]
        mine = consents.search([("doctor_id", "in", doctors.ids)], order="id")
        scheduler = self._get_user("scheduler")
        mine[7].with_user(scheduler)._withdraw("By letter")
        text = self.env["pharma.consent.text"].create(
            {
                "name": "Being named in public reports",
                "purpose": "disclosure",
                "body": "I agree that transfers of value to me are published with my "
                "name. I may withdraw this at any time.",
            }
        )
        form = mine[0].proof
        today = fields.Date.context_today(self)
        consents.create(
            [
                {
                    "doctor_id": doctor.id,
                    "channel": "any",
                    "purpose": "disclosure",
                    "text_id": text.id,
                    "given_at": mine[0].given_at,
                    "expires_on": today + timedelta(days=-3 if number == 4 else 600),
                    "source": "Signed form",
                    "proof": form,
                    "proof_name": "disclosure.pdf",
                }
                for number, doctor in enumerate(doctors[::2])
            ]
        )
        return result
