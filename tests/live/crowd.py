# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Many clients that act in the same instant."""

import threading
from concurrent.futures import ThreadPoolExecutor

PATIENCE = 60  # seconds until everybody stands at the line


def at_once(actions):
    """Run all functions in parallel, each on a thread; return their results.

    They start together: nobody acts before everybody is ready.
    """
    line = threading.Barrier(len(actions))

    def run(action):
        line.wait(PATIENCE)
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))
