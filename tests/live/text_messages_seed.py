# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Our side of SMS through Twilio. Runs inside Odoo's shell, which gives ``env``.

The variable CLINIC_TEXT_MESSAGES holds the order in JSON: a task, and what it needs.
"""

import json
import os
from datetime import date, datetime, time, timedelta

from odoo import fields
from odoo.fields import Command

ADDRESS = "clinic_sms_twilio.api_base"
SECOND = "Live Company for SMS"


def set_up_twilio(env, url, accounts):
    """Let two companies send through the stand-in; return the second."""
    set_param = env["ir.config_parameter"].set_param
    set_param(ADDRESS, url)
    set_param("web.base.url.freeze", "True")
    companies = env["res.company"]
    second = companies.search([("name", "=", SECOND)])
    second = second or companies.create({"name": SECOND})
    france = env.ref("base.fr").id
    for number, company in enumerate((env.company, second)):
        account, token = accounts[number]
        values = {"number": f"+3319910000{number}", "country_id": france}
        company.write(
            {
                "clinic_messages_active": True,
                "sms_provider": "twilio",
                "sms_twilio_account_sid": account,
                "sms_twilio_auth_token": token,
                "sms_twilio_number_ids": [Command.clear(), Command.create(values)],
            }
        )
    return second


def get_rule(env):
    """Return the only rule: a reminder by SMS."""
    rules = env["clinic.reminder.rule"]
    known = rules.search([("name", "=", SECOND)])
    rules.search([("id", "not in", known.ids)]).active = False
    return known or rules.create(
        {
            "name": SECOND,
            "event": "reminder",
            "channel": "sms",
            "fallback_channel": "email",
            "sms_body": "Your appointment is near.",
        }
    )


def begin(env, order):
    """Book visits, and hand a message about each of them to the queue."""
    second = set_up_twilio(env, order["url"], order["accounts"])
    rule = get_rule(env)
    env["sms.sms"].search([]).unlink()
    day = datetime.combine(date.today() + timedelta(days=400), time(9))
    visits = zip(order["visits"], order["numbers"], strict=True)
    for index, ((doctor, patient), number) in enumerate(visits):
        # who has both can be told by e-mail when the SMS fails
        contact = {"phone": number, "email": f"{number[1:]}@patients.example.com"}
        env["clinic.patient"].browse(patient).write(contact)
        values = {"doctor_id": doctor, "patient_id": patient}
        values |= {"service_id": order["service"], "start": day}
        visit = env["clinic.appointment"].book(values)
        now = fields.Datetime.now()
        reminder = env["clinic.reminder"].create(
            {
                "appointment_id": visit.id,
                "company_id": env.company.id,
                "rule_id": rule.id,
                "event": "reminder",
                "channel": "sms",
                "planned_at": now,
                "due_at": now,
            }
        )
        reminder._process(None)
        assert reminder.state == "sent", reminder.error
        if index < order["others"]:
            values = {"body": "Hello", "record_company_id": second.id}
            number = number.replace("+331", "+332")
            env["sms.sms"].create({"number": number, **values})


def send(env, _order):
    """Run the queue until nothing waits in it."""
    queue = env["sms.sms"]
    while queue.search_count(queue._get_queue_domain()):
        queue._process_queue()
        env.cr.commit()


def settle(env, _order):
    """Let eleven minutes pass, and find out about SMS without an answer."""
    for sms in env["sms.sms"].search([("twilio_asked_at", "!=", False)]):
        sms.twilio_asked_at -= timedelta(minutes=11)
    env.cr.commit()
    env["sms.sms"]._cron_settle_unanswered()


TASKS = {task.__name__: task for task in (begin, send, settle)}

env = globals()["env"]
order = json.loads(os.environ["CLINIC_TEXT_MESSAGES"])
TASKS[order["task"]](env, order)
env.cr.commit()
