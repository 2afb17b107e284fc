# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import queue_board
from . import queue_check_in
from . import queue_kiosk
from . import queue_slip
from . import queue_ticket
