# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the demo's representatives show: products, material, campaigns, consents."""

import base64
import io
from datetime import timedelta

from reportlab.pdfgen import canvas

from odoo import fields, models
from odoo.fields import Command

#: (name, code, price, key message); invented, as are their names.
PRODUCTS = (
    ("Bronchelan 10 mg", "BRO10", 24.5, "One breath a day instead of two."),
    ("Cardiveo 5 mg", "CAR05", 31.0, "Blood pressure under control for 24 hours."),
    ("Dermatis Cream 50 g", "DER50", 12.8, "Without cortisone, from two years on."),
    ("Algirel 400 mg", "ALG40", 8.9, "Works within twenty minutes."),
)

#: (name, first and last day from today, products, target calls by segment, goal)
CAMPAIGNS = (
    ("Launch of Bronchelan", -84, 14, (0, 3), {"a": 3, "b": 2, "c": 1}, 9000.0),
    ("Heart Month", -35, 42, (1, 2), {"a": 2, "b": 1}, 6000.0),
)


def draw_leaflet(title, sentence):
    """Return a leaflet of one page (PDF, base64)."""
    file = io.BytesIO()
    page = canvas.Canvas(file, pagesize=(420, 595))
    page.setTitle(title)
    page.setFont("Helvetica-Bold", 24)
    page.drawString(40, 500, title)
    page.setFont("Helvetica", 14)
    page.drawString(40, 460, sentence)
    page.setFont("Helvetica-Oblique", 10)
    page.drawString(40, 60, "Demo. This product does not exist.")
    page.save()
    return base64.b64encode(file.getvalue())


class PharmaDemo(models.AbstractModel):
    """Loader of products and campaigns."""

    _inherit = "pharma.demo"

    def _load_products(self):
        """Make the products, with a leaflet and a film each."""
        category = self.env["product.category"].create({"name": "Medicines"})
        products = self.env["product.product"].create(
            [
                {
                    "name": name,
                    "default_code": code,
                    "list_price": price,
                    "categ_id": category.id,
                    "type": "consu",
                    "is_sampled": True,
                }
                for name, code, price, _message in PRODUCTS
            ]
        )
        for product, row in zip(products, PRODUCTS, strict=True):
            self._load_material(product, *row)
        return products

    def _load_material(self, product, name, code, _price, message):
        """Give a product a leaflet and a film."""
        today = fields.Date.context_today(self)
        common = {
            "res_model": "product.product",
            "res_id": product.id,
            "is_showcase_material": True,
            "showcase_valid_until": today + timedelta(days=300),
        }
        self.env["product.document"].create(
            [
                {
                    **common,
                    "name": f"{name}, leaflet.pdf",
                    "datas": draw_leaflet(name, message),
                    "showcase_version": "2",
                    "showcase_reference": f"{code}-LEAF-02",
                },
                {
                    **common,
                    "name": f"{name}, film",
                    "type": "url",
                    "url": f"https://www.example.com/{code.lower()}",
                    "showcase_version": "1",
                    "showcase_reference": f"{code}-FILM-01",
                },
            ]
        )

    def _load_campaigns(self, team):
        """Make two campaigns that run."""
        products = self._load_products()
        today = fields.Date.context_today(self)
        campaigns = self.env["pharma.campaign"].create(
            [
                {
                    "name": name,
                    "team_id": team.id,
                    "user_id": team.user_id.id,
                    "date_start": today + timedelta(days=first),
                    "date_end": today + timedelta(days=last),
                    "goal_revenue": goal,
                    "product_ids": [
                        Command.set([products[number].id for number in shown])
                    ],
                    "message_line_ids": [
                        Command.create(
                            {
                                "product_id": products[number].id,
                                "name": PRODUCTS[number][3],
                            }
                        )
                        for number in shown
                    ],
                    "target_ids": self._prepare_targets(targets),
                }
                for name, first, last, shown, targets, goal in CAMPAIGNS
            ]
        )
        campaigns.action_start()
        return campaigns

    def _prepare_targets(self, targets):
        """Return the commands that create a campaign's targets."""
        return [
            Command.create(
                {
                    "segment_id": self.env.ref(
                        f"pharma_showcase.pharma_segment_{segment}"
                    ).id,
                    "target_calls": calls,
                }
            )
            for segment, calls in targets.items()
        ]

    def _load_consents(self, doctors):
        """Let most doctors consent to calls by video and telephone."""
        text = self.env["pharma.consent.text"].create(
            {
                "name": "Contact by representatives",
                "purpose": "showcase",
                "version": "2",
                "body": "I agree to be called by video or telephone about the "
                "products of the company. I may withdraw this at any time.",
            }
        )
        given = fields.Datetime.now() - timedelta(days=120)
        form = draw_leaflet("Consent", text.body[:60])
        self.env["pharma.consent"].create(
            [
                {
                    "doctor_id": doctor.id,
                    "channel": "any",
                    "text_id": text.id,
                    "given_at": given,
                    "source": "Signed form",
                    "proof": form,
                    "proof_name": "consent.pdf",
                }
                for number, doctor in enumerate(doctors)
                if number % 5
            ]
        )
