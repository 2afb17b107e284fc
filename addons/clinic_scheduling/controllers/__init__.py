# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import clinic_appointment_export
from . import portal_calendar
from . import portal_doctor
from . import portal_doctor_join
from . import portal_catalogue
from . import portal_slots
from . import portal_booking
from . import portal_identity
from . import portal_details
from . import portal_appointments
from . import portal_changes
from . import portal_dependants
from . import portal_profile
from . import portal_push
from . import portal_link
from . import portal_login
from . import portal_forget
from . import portal_returns
from . import portal_video
from . import portal_away
from . import portal_late
from . import portal_feedback
from . import portal_offer
from . import portal_waitlist
from . import portal_waitlist_guest
