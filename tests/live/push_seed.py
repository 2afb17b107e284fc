# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Our side of notifications. Runs inside Odoo's shell, which gives ``env``.

The variable CLINIC_PUSH holds the order in JSON.
"""

import json
import os

from odoo import fields

env = globals()["env"]
order = json.loads(os.environ["CLINIC_PUSH"])
env["ir.config_parameter"].set_param("clinic_scheduling.push_stand_in", order["url"])
if order["visit"]:
    visit = env["clinic.appointment"].browse(order["visit"])
    now = fields.Datetime.now()
    rule = env["clinic.reminder.rule"].create(
        {
            "name": "Live Notification",
            "event": "reminder",
            "channel": "push",
            "sms_body": "Your appointment is near.",
            "active": False,
        }
    )
    reminder = env["clinic.reminder"].create(
        {
            "appointment_id": visit.id,
            "company_id": visit.company_id.id,
            "rule_id": rule.id,
            "event": "reminder",
            "channel": "push",
            "planned_at": now,
            "due_at": now,
        }
    )
    reminder._process(None)
    assert reminder.state == "sent", reminder.error
    env.cr.commit()
    env["mail.push"]._push_notification_to_endpoint()
env.cr.commit()
