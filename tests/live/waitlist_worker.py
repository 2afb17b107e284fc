# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Works on the waitlist as its scheduled action does. Runs inside Odoo's shell.

CLINIC_WORKER names a file: it is written when the work begins, and the work ends when
it is removed.
"""

import os
import time
from pathlib import Path

env = globals()["env"]
sign = Path(os.environ["CLINIC_WORKER"])
gaps = env["clinic.waitlist.gap"]
env.cr.commit()
sign.touch()
while sign.exists():
    gaps._cron_work()
    env.cr.commit()
    env.invalidate_all()
    time.sleep(0.05)
