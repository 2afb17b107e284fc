# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Messages by e-mail on a live database, whose mail server is the stand-in."""

import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path

from .server import LiveServer

SEED = Path(__file__).with_name("mails_seed.py")
PATIENCE = 120  # seconds
SENT = re.compile(r"Mail \(mail\.mail\) with ID \d+ .* successfully sent")

STATES = """
    SELECT p.email, r.state, r.attempt_count FROM clinic_reminder r
      JOIN clinic_appointment a ON a.id = r.appointment_id
      JOIN res_partner p ON p.id = a.partner_id
     WHERE p.email = ANY(%s) AND r.event = 'running_late'
"""
WORKING = """
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
       AND state IN ('active', 'idle in transaction')
"""
PENDING = "SELECT count(*) FROM clinic_reminder WHERE state = 'pending'" + (
    " AND event = 'running_late'"
)


class SendingServer(LiveServer):
    """A server without pages, whose only work are scheduled actions."""

    def start(self):
        """Start the process; it works once it is woken."""
        command = self.database.command(
            "server",
            "--no-http",
            "--max-cron-threads=1",
            "--workers=0",
            # background jobs are not its work, and could not call it back
            "--load=base,web",
        )
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                command,
                cwd=self.database.data_dir,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    def wait(self):
        """Wait until the process has loaded the database."""
        wait_until(lambda: "Registry loaded" in self.read_log(), self.process)
        return self

    def kill(self):
        """End the process at once."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def count_sent(self):
        """Return how many mails this process has sent."""
        return len(SENT.findall(self.read_log()))


class Mails:
    """Makes messages, lets them be sent, and looks at what became of them."""

    def __init__(self, database, mail_server, folder):
        self.database, self.mail_server = database, mail_server
        self.folder = Path(folder)
        self.next_number = 0

    def begin(self, visits, each=1):
        """Plan messages that are due; return the patients' addresses.

        :param visits: how many, each of a patient of its own
        :param each: how many messages about each of them
        """
        first = self.next_number
        self.next_number += visits
        addresses = [
            f"patient-{number}@mail.example.com"
            for number in range(first, first + visits)
        ]
        self.run("begin", addresses=addresses, each=each)
        return addresses

    def send(self):
        """Run the scheduled action to its end in a process of its own."""
        self.run("send")

    def wake(self):
        """Let servers' scheduled actions run."""
        self.run("wake")

    def server(self, name):
        """Return a server that sends, started."""
        return SendingServer(self.database, name, self.folder).start()

    def states(self, *addresses):
        """Return [(address, state, attempts)] of their messages."""
        return self.database.query(STATES, list(addresses))

    def count_pending(self):
        """Return how many messages wait."""
        return self.database.query(PENDING)[0][0]

    def is_working(self):
        """Whether somebody is in the middle of a transaction."""
        return bool(self.database.query(WORKING)[0][0])

    def send_and_die(self, place):
        """Send in a process that kills itself at a place of our code."""
        process = self.start("send", die_at=place)
        process.communicate(timeout=PATIENCE)
        assert process.returncode == -signal.SIGKILL, place

    def start(self, task, **values):
        """Start a task in a process of its own."""
        return self.database.start_script(
            SEED.read_text(), self._order(task, values), subprocess.PIPE
        )

    def run(self, task, **values):
        """Run a task to its end; return what it printed."""
        order = self._order(task, values)
        return self.database.run_script(SEED.read_text(), order, PATIENCE * 10)

    def _order(self, task, values):
        order = {"task": task, "port": self.mail_server.port, **values}
        return {"CLINIC_MAILS": json.dumps(order)}


def wait_until(condition, process=None, patience=PATIENCE):
    """Wait until a condition holds, while the process lives."""
    deadline = time.monotonic() + patience
    while not condition():
        assert process is None or process.poll() is None, "The process has ended."
        assert time.monotonic() < deadline, "It took too long."
        time.sleep(0.05)
