# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import test_fake_stripe
from . import test_form
from . import test_guard
from . import test_reconcile
from . import test_reconcile_refund
from . import test_refund_rows
from . import test_requests
from . import test_visit
from . import test_webhook
