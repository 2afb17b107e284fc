# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
import threading

from odoo.tests import BaseCase, tagged

from ..quiet import quiet_sql


@tagged("post_install", "-at_install")
class TestQuiet(BaseCase):
    """The silence about expected refusals ends, and is one thread's own."""

    def _heard(self, action):
        logger = logging.getLogger("odoo.sql_db")
        with self.assertLogs(logger, "ERROR") as caught:
            logger.error("at least one line")
            action(logger)
        return [record.getMessage() for record in caught.records[1:]]

    def test_silence_within_and_sound_after(self):
        def action(logger):
            with quiet_sql(), quiet_sql():
                logger.error("inner")
            logger.error("after")

        self.assertEqual(self._heard(action), ["after"])

    def test_overlapping_threads_do_not_silence_each_other(self):
        entered, left = threading.Event(), threading.Event()

        def other():
            with quiet_sql():
                entered.set()
                left.wait(10)

        def action(logger):
            thread = threading.Thread(target=other)
            with quiet_sql():
                thread.start()
                entered.wait(10)
            logger.error("while the other is quiet")
            left.set()
            thread.join(10)
            logger.error("after both")

        expected = ["while the other is quiet", "after both"]
        self.assertEqual(self._heard(action), expected)
