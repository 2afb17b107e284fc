# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestFeedbackFilters(ClinicCommon):
    """Managers find feedback by its stars."""

    def _rate(self, stars):
        visit = self._book(9, day=stars - 1)
        stop = fields.Datetime.now().replace(microsecond=0) - timedelta(hours=stars)
        start = stop - timedelta(minutes=30)
        visit._write_by_door({"state": "completed", "start": start, "stop": stop})
        visit._give_feedback(stars, "So")
        return visit._get_feedback()

    def test_each_rating_has_one_filter_of_its_own(self):
        view = self.env.ref("clinic_scheduling.clinic_feedback_view_search")
        arch = etree.fromstring(view.get_combined_arch())
        domains = {
            item.get("name"): safe_eval(item.get("domain"))
            for item in arch.iter("filter")
            if item.get("domain")
        }
        for stars in range(1, 6):
            rating = self._rate(stars)
            found = {
                name
                for name, domain in domains.items()
                if "stars" in name and rating.filtered_domain(domain)
            }
            self.assertEqual(found, {f"filter_stars_{stars}"})
            is_low = bool(rating.filtered_domain(domains["filter_low"]))
            self.assertEqual(is_low, stars < 3)
