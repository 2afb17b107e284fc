# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import clinic_queue_policy
from . import clinic_triage_level
from . import clinic_queue_credit
from . import clinic_queue
from . import clinic_queue_desk
from . import clinic_queue_counter
from . import clinic_queue_ticket
from . import clinic_queue_ticket_state
from . import clinic_queue_ticket_triage
from . import clinic_queue_estimate
from . import clinic_queue_forecast
from . import clinic_queue_event
from . import clinic_queue_call
from . import clinic_queue_action
from . import clinic_queue_join
from . import clinic_queue_shown
from . import clinic_queue_live
from . import clinic_appointment
from . import clinic_appointment_check_in
from . import res_company
from . import res_config_settings
from . import ir_websocket
from . import clinic_queue_alarm
from . import clinic_queue_desk_screen
from . import clinic_queue_desk_step
from . import ir_http
