# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import clinic_wizard_mixin
from . import clinic_appointment_cancel
from . import clinic_find_time
from . import clinic_find_time_line
from . import clinic_find_time_nothing
from . import clinic_find_time_waitlist
from . import clinic_find_time_why
from . import clinic_health
from . import clinic_impact
from . import clinic_impact_line
from . import clinic_impact_change
from . import clinic_impact_offer
from . import clinic_impact_why
from . import clinic_impact_apply
from . import clinic_impact_propose
from . import clinic_overbooking_settings
from . import clinic_appointment_repeat
from . import clinic_availability_copy
from . import clinic_availability_copy_dates
from . import clinic_availability_copy_pattern
from . import clinic_doctor_application_decide
