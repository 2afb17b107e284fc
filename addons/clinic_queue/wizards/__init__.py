# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import clinic_health
from . import clinic_queue_join
from . import clinic_queue_step
from . import clinic_sync_settle
