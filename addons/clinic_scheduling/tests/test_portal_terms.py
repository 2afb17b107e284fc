# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from pathlib import Path

from lxml import etree

from odoo.tests import BaseCase, tagged
from odoo.tools.translate import xml_translate

VIEWS = Path(__file__).parents[1] / "views"

#: What only a piece of a sentence begins or ends with.
CUT = re.compile(r"^[,.;)]+ \w|\b(until|from|since|clock of|Time in|code to)$")


@tagged("post_install", "-at_install")
class TestPortalTerms(BaseCase):
    """Languages put words in other places: sentences are translated as a whole."""

    def _get_terms(self, template):
        terms = []
        text = etree.tostring(template, encoding="unicode", with_tail=False)
        xml_translate(terms.append, text)
        return [" ".join(term.split()) for term in terms]

    def test_no_sentence_is_cut(self):
        for path in VIEWS.glob("portal_*.xml"):
            for template in etree.parse(path).iter("template"):
                terms = self._get_terms(template)
                with self.subTest(template=template.get("id")):
                    self.assertFalse([term for term in terms if CUT.search(term)])
