# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import (
    pharma_territory,
    pharma_segment,
    pharma_representative,
    pharma_practice_rule,
    clinic_doctor,
    clinic_site,
    clinic_availability,
    pharma_showcase,
    pharma_showcase_line,
    pharma_showcase_history,
    clinic_reservation,
    product_document,
    pharma_campaign,
    pharma_campaign_figures,
    pharma_showcase_campaign,
    calendar_event,
    pharma_showcase_meeting,
    crm_lead,
    pharma_opportunity_line,
)
