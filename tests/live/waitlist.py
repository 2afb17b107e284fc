# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Processes that offer free time to who waits, and patients who answer."""

import os
import subprocess
import time
from pathlib import Path

import requests

from .guest import CSRF, TIMEOUT

WORKER = Path(__file__).with_name("waitlist_worker.py")
PATIENCE = 120  # seconds until a worker begins, or comes to its end

#: Tests run at any time of the day.
NO_QUIET = """
    UPDATE res_company SET clinic_quiet_from = 0, clinic_quiet_to = 0,
           clinic_waitlist_max_offers = 0
"""
DUE = """
    SELECT count(*) FROM clinic_waitlist_gap g
     WHERE state IN ('look', 'open') AND doctor_id = ANY(%s)
"""
OFFERS = """
    SELECT o.appointment_id, a.access_token FROM clinic_waitlist_offer o
      JOIN clinic_waitlist_gap g ON g.id = o.gap_id
      JOIN clinic_appointment a ON a.id = o.appointment_id
     WHERE o.state = 'offered' AND g.doctor_id = ANY(%s) ORDER BY o.id
"""


class Workers:
    """Processes of Odoo that run the scheduled action again and again."""

    def __init__(self, database, folder, count):
        self.database = database
        self.signs = [Path(folder) / f"worker-{number}" for number in range(count)]
        self.processes = []

    def start(self):
        """Start them; return when all of them work."""
        for sign in self.signs:
            script = WORKER.read_bytes()
            process = subprocess.Popen(
                self.database.command("shell", "--no-http"),
                env={**os.environ, "CLINIC_WORKER": str(sign)},
                cwd=self.database.data_dir,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=sign.with_suffix(".log").open("wb"),
            )
            process.stdin.write(script)
            process.stdin.close()
            self.processes.append(process)
        wait_until(lambda: all(sign.exists() for sign in self.signs))

    def finish(self, doctors):
        """Wait until nothing is to be done for these doctors."""
        wait_until(lambda: self.database.query(DUE, doctors) == [(0,)])

    def stop(self):
        """Let them come to their end; return what they complained of."""
        for sign in self.signs:
            sign.unlink(missing_ok=True)
        codes = [process.wait(PATIENCE) for process in self.processes]
        logs = [sign.with_suffix(".log").read_text() for sign in self.signs]
        return [log for code, log in zip(codes, logs, strict=True) if code]


def wait_until(is_so):
    """Wait until something is so, or fail."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.2)


def answer_offer(server, offer, answer):
    """Open the page of an offer by its link, and press a button; return the page."""
    appointment, token = offer
    address = f"{server.address}/my/appointments/{appointment}/offer"
    query = {"access_token": token}
    with requests.Session() as http:
        page = http.get(address, params=query, timeout=TIMEOUT)
        if not (found := CSRF.search(page.text)):
            return page
        data = {"csrf_token": found.group(1)}
        return http.post(
            f"{address}/{answer}", params=query, data=data, timeout=TIMEOUT
        )
