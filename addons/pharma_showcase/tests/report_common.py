# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import io
import uuid
from datetime import date

from PIL import Image

from odoo.fields import Command
from odoo.tests import freeze_time

from .common import PharmaCommon

#: The call is on the Monday of the tests from 12:00 to 12:20 in Paris.
AFTER_THE_CALL = "2030-06-03 10:30:00"
DAY_OF_THE_CALL = date(2030, 6, 3)


def make_signature():
    """Return a small picture as a browser sends it."""
    stream = io.BytesIO()
    Image.new("RGB", (30, 10), "white").save(stream, "PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()


@freeze_time(AFTER_THE_CALL)
class ReportCommon(PharmaCommon):
    """A call with two products that has just ended, and a lot of samples."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep_user = cls.representative.user_id
        cls.company = cls.env.company
        cls.products.write({"is_sampled": True})
        with freeze_time("2030-06-01 08:00:00"):
            cls.showcase = cls._create_call()
        cls.reports = cls.env["pharma.call.report"].with_user(cls.rep_user)

    @classmethod
    def _create_call(cls, **values):
        """Return a confirmed call with both products."""
        call = cls.env["pharma.showcase"].create(
            cls._showcase_vals(
                line_ids=[
                    Command.create({"product_id": product.id})
                    for product in cls.products
                ],
                **values,
            )
        )
        call._transition("proposed")
        call._transition("confirmed")
        return call

    @classmethod
    def _create_samples(cls, quantity=10, **values):
        """Return a lot of the first product, of which the representative has packs."""
        cls.representative.may_carry_samples = True
        cls.outside.licence_state = "active"
        lot = cls.env["pharma.sample.lot"].create(
            {
                "name": f"LOT-{uuid.uuid4()}",
                "product_id": cls.products[0].id,
                "expires_on": date(2031, 6, 1),
                **values,
            }
        )
        if quantity:
            cls.env["pharma.sample.movement"].create(
                {
                    "kind": "receipt",
                    "date": date(2030, 5, 1),
                    "representative_id": cls.representative.id,
                    "lot_id": lot.id,
                    "quantity": quantity,
                }
            )
        return lot

    def _values(self, **values):
        """Return what a device sends of a call without anything special."""
        return {
            "uuid": str(uuid.uuid4()),
            "held_at": "2030-06-03T10:00:00Z",
            "filed_at": AFTER_THE_CALL.replace(" ", "T") + "Z",
            "lines": [
                {
                    "product_id": self.products[0].id,
                    "interest": 4,
                    "is_requested": True,
                    "questions": "Dose for the elderly?",
                }
            ],
            "next_step": "none",
            "has_adverse_event": False,
            **values,
        }

    def _drop_values(self, lot, quantity=1, **values):
        return self._values(
            drops=[{"lot_id": lot.id, "quantity": quantity}],
            signature=make_signature(),
            signed_by="Dr Olive Outside",
            signed_at="2030-06-03T10:15:00Z",
            **values,
        )

    def _submit(self, values=None, showcase=None):
        """File a report as the representative does; return it, seen by everybody."""
        showcase = showcase or self.showcase
        self.reports.submit_call(showcase.id, values or self._values())
        return self.env["pharma.call.report"].search(
            [("showcase_id", "=", showcase.id)]
        )
