# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import (
    pharma_activity_report,
    pharma_campaign_coverage,
    pharma_coverage_report,
    pharma_figures_mixin,
    pharma_product_report,
    pharma_request_report,
    pharma_showcase_report,
)
