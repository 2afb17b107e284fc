# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Messages by SMS on a live database, whose Twilio is the stand-in.

The queue runs in processes of its own, which can be killed; reports and replies go to
running servers.
"""

import json
import os
import signal
import time
from pathlib import Path

SEED = Path(__file__).with_name("text_messages_seed.py")
WEBHOOK = "/clinic/sms/inbound"
PATIENCE = 60  # seconds until a process asks Twilio

STATES = """
    SELECT r.address, r.state, s.state
      FROM clinic_reminder r
      LEFT JOIN sms_sms s ON s.uuid = replace(r.message_uid, '-', '')
     WHERE r.channel = 'sms' AND r.address = ANY(%s)
"""
INSTEAD = """
    SELECT i.channel FROM clinic_reminder i
      JOIN clinic_reminder r ON r.id = i.fallback_of_id
     WHERE r.address = ANY(%s)
"""


class TextMessages:
    """Makes messages and looks at what became of them."""

    def __init__(self, database, fake, folder, practice):
        self.database, self.fake, self.practice = database, fake, practice
        self.file = Path(folder) / "text_messages.json"
        self.accounts = [fake.open_account() for _company in range(2)]
        self.next_number = 0

    def begin(self, count, others=0):
        """Queue messages; return their telephone numbers.

        :param others: SMS of a second company, between those of the first
        """
        first = self.next_number
        self.next_number += count
        numbers = [f"+331990{number:05d}" for number in range(first, first + count)]
        practice = self.practice
        doctors = practice.create_doctors(count)
        service = practice.create_service(
            booking_notice=0, horizon_days=0, cancel_notice=0
        )
        patients = practice.create_patients(count)
        visits = [list(visit) for visit in zip(doctors, patients, strict=True)]
        self._run(
            "begin",
            accounts=self.accounts,
            service=service,
            visits=visits,
            numbers=numbers,
            others=others,
        )
        return numbers

    def send(self, processes=1):
        """Run the queue to its end, in so many processes at once."""
        running = [self.start("send") for _process in range(processes)]
        for process in running:
            _output, errors = process.communicate(timeout=300)
            assert process.returncode == 0, errors[-4000:]

    def send_and_kill(self, requests=1):
        """Kill the process that runs the queue while it waits for Twilio."""
        before = len(self.fake.requests)
        process = self.start("send")
        deadline = time.monotonic() + PATIENCE
        while len(self.fake.requests) < before + requests:
            assert process.poll() is None, "The process ended by itself."
            assert time.monotonic() < deadline, "Twilio was not asked."
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()

    def settle(self):
        """Let time pass, and ask Twilio about what is unknown."""
        self._run("settle")

    def states(self, *numbers):
        """Return {number: (state of the message, state of its SMS)}."""
        rows = self.database.query(STATES, list(numbers))
        return {number: (state, sms) for number, state, sms in rows}

    def instead(self, *numbers):
        """Return the channels of the messages that go instead of failed ones."""
        return [row[0] for row in self.database.query(INSTEAD, list(numbers))]

    def reply(self, number, text, server, sid, token=None):
        """Bring a reply of a patient to a server; return (status, body)."""
        base = self.database.query(
            "SELECT value FROM ir_config_parameter WHERE key = 'web.base.url'"
        )[0][0]
        account, real = self.accounts[0]
        params = {
            "AccountSid": account,
            "MessageSid": sid,
            "From": number,
            "To": "+33199100000",
            "Body": text,
        }
        url = base + WEBHOOK
        return self.fake.bring(url, params, token or real, server.address)

    def start(self, task, **values):
        """Start a task in a process of its own."""
        order = self._order(task, values)
        return self.database.start_script(SEED.read_text(), order)

    def _run(self, task, **values):
        order = self._order(task, values)
        self.database.run_script(SEED.read_text(), order, patience=300)

    def _order(self, task, values):
        order = {"task": task, "url": self.fake.url, "file": str(self.file), **values}
        return {"CLINIC_TEXT_MESSAGES": json.dumps(order)}
