# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Our side of messages by e-mail. Runs inside Odoo's shell, which gives ``env``.

The variable CLINIC_MAILS holds the order in JSON: a task, and what it needs.
"""

import json
import os
import signal
import time
from datetime import datetime, timedelta

import psycopg2.errors

from odoo import fields
from odoo.fields import Command

NAME = "Live Mails"
EVENT = "running_late"
SENDER = "clinic_scheduling.ir_cron_send_messages"


def get_mail_server(env, port):
    """Let mails go to the stand-in."""
    servers = env["ir.mail_server"].with_context(active_test=False)
    known = servers.search([("name", "=", NAME)])
    values = {"name": NAME, "smtp_host": "127.0.0.1", "smtp_port": port}
    values |= {"smtp_encryption": "none", "active": True, "sequence": 1}
    if known:
        known.write(values)
    else:
        servers.create(values)


def get_template(env):
    """Return a text of our own: those of the practice are not what is tested."""
    templates = env["mail.template"]
    return templates.search([("name", "=", NAME)]) or templates.create(
        {
            "name": NAME,
            "model_id": env.ref("clinic_scheduling.model_clinic_appointment").id,
            "subject": "Your appointment",
            "email_from": "practice@mail.example.com",
            "body_html": """<p t-out="object._get_message_lines()" />""",
        }
    )


def make_practice(env, count):
    """Return values of ``count`` visits that can be booked, in some months."""
    name = f"{NAME} {time.time_ns()}"
    site = env["clinic.site"].create({"name": name, "tz": "UTC"})
    specialty = env["clinic.specialty"].create({"name": name})
    service = env["clinic.service"].create(
        {"name": name, "specialty_id": specialty.id, "duration": 30}
    )
    doctor = env["clinic.doctor"].create(
        {
            "name": NAME,
            "specialty_ids": [Command.set(specialty.ids)],
            "site_ids": [Command.set(site.ids)],
        }
    )
    today = datetime.combine(fields.Date.today(), datetime.min.time())
    env["clinic.availability"].create(
        [
            {
                "doctor_id": doctor.id,
                "site_id": site.id,
                "weekday": str(weekday),
                "hour_from": 6,
                "hour_to": 22,
                "capacity": 20,
            }
            for weekday in range(7)
        ]
    )
    return [
        {
            "doctor_id": doctor.id,
            "service_id": service.id,
            "site_id": site.id,
            "start": today
            + timedelta(days=100 + number // 400, hours=8)
            + timedelta(minutes=30 * (number % 400 // 20)),
        }
        for number in range(count)
    ]


def begin(env, order):
    """Book visits, and plan messages about each of them that are due now."""
    get_mail_server(env, order["port"])
    env.company.clinic_messages_active = True
    addresses = order["addresses"]
    patients = env["clinic.patient"].create(
        [{"name": address, "email": address} for address in addresses]
    )
    template = get_template(env)
    now = fields.Datetime.now()
    silent = env["clinic.appointment"].with_context(clinic_silent=["booked"])
    all_values = zip(make_practice(env, len(patients)), patients, strict=True)
    visits = silent.concat(
        *(
            silent.book({**values, "patient_id": patient.id})
            for values, patient in all_values
        )
    )
    env["clinic.reminder"].create(
        [
            {
                "appointment_id": visit.id,
                "company_id": visit.company_id.id,
                "event": EVENT,
                "channel": "email",
                "occurrence": number,
                "planned_at": now,
                "due_at": now,
                "mail_template_id": template.id,
            }
            for visit in visits
            for number in range(order["each"])
        ]
    )


def die():
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def prepare_death(env, place):
    """Let this process die at a place of our code."""
    rows, cursor = type(env["clinic.reminder"]), type(env.cr)
    commit = cursor.commit

    def commit_and_die(cr):
        sent = cr.precommit.data.get("died")
        commit(cr)
        if sent:
            die()

    note_sent = rows._note_sent

    def note_sent_and_remember(self):
        note_sent(self)
        self.flush_recordset()
        if place == "noted":
            die()
        self.env.cr.precommit.data["died"] = True

    if place == "locked":
        rows._process = lambda self, sessions: die()
    elif place == "rendered":
        rows._prepare_invitations = lambda self, *args: die()
    elif place == "answered":
        rows._note_sent = lambda self: die()
    else:
        rows._note_sent = note_sent_and_remember
        cursor.commit = commit_and_die


def send(env, order):
    """Send what is due, as the scheduled action does."""
    if place := order.get("die_at"):
        prepare_death(env, place)
    env["clinic.reminder"]._cron_send()


def wake(env, _order):
    """Wake the sender in all servers."""
    env.ref(SENDER)._trigger()


def book(env, order):
    """Book visits one by one; print how long each took, in seconds."""
    times = []
    patient = env["clinic.patient"].create({"name": NAME, "email": "who@example.com"})
    for values in make_practice(env, order["count"]):
        values["start"] += timedelta(days=30 + len(times))
        env.cr.commit()
        begun = time.monotonic()
        visit = env["clinic.appointment"].book({**values, "patient_id": patient.id})
        visit.reschedule({"start": visit.start + timedelta(hours=1)})
        visit.cancel()
        env.cr.commit()
        times.append(time.monotonic() - begun)
    print("TIMES", json.dumps(times))


def move(env, order):
    """Move a visit while another transaction has its confirmation; print the rest.

    ``order["when"]``: "sending" (it has the lock) or "looked" (it has a snapshot only).
    """
    env.company.clinic_messages_active = True
    # what else is due is not what is looked at here
    env["clinic.reminder"].search([("state", "=", "pending")]).state = "cancelled"
    patient = env["clinic.patient"].create({"name": NAME, "email": "who@example.com"})
    (values,) = make_practice(env, 1)
    visit = env["clinic.appointment"].book({**values, "patient_id": patient.id})
    env.cr.commit()
    with env.registry.cursor() as cr:
        sender = env(cr=cr)["clinic.reminder"]
        if order["when"] == "sending":
            assert sender._lock_next().appointment_id.id == visit.id
        else:
            assert sender._count_due() == 1
        visit.reschedule({"start": visit.start + timedelta(hours=1)})
        env.cr.commit()
        is_refused = False
        if order["when"] == "looked":
            try:
                sender._lock_next()
            except psycopg2.errors.SerializationFailure:
                is_refused = True
        cr.rollback()
    events = visit.reminder_ids.filtered(lambda row: row.state == "pending")
    events = sorted({*events.mapped("event")} - {"reminder"})
    visit.cancel()
    print("REST", json.dumps([events, is_refused]))


def end(env, _order):
    """Let no more mails go to the stand-in."""
    servers = env["ir.mail_server"].search([("name", "=", NAME)])
    servers.active = False


TASKS = {task.__name__: task for task in (begin, send, wake, book, move, end)}

env = globals()["env"]
order = json.loads(os.environ["CLINIC_MAILS"])
TASKS[order["task"]](env, order)
env.cr.commit()
