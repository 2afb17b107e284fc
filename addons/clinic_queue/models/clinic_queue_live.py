# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Open screens learn that a queue changed, and nothing else: they look themselves."""

from odoo import api, models

from odoo.addons.clinic_scheduling import live

CHANGED = "clinic_queue.changed"
SUBCHANNEL = "QUEUE"
SENDER = ("clinic.queue", "_send_queue_changed")

#: Where open pages' news gather until the transaction is committed.
GATHERED = "clinic.queue"

#: Of a ticket, what no screen shows and no order depends on.
QUIET_TICKET_FIELDS = {"access_token", "wait_minutes"}

#: Of a desk, what screens show, or what decides who is called there.
LIVE_DESK_FIELDS = {
    "active",
    "doctor_id",
    "name",
    "paused_until",
    "queue_ids",
    "room_id",
    "service_ids",
    "state",
    "user_id",
}


class ClinicQueue(models.Model):
    _inherit = "clinic.queue"

    def _poke(self):
        """Tell open screens, once the transaction is committed, that these changed.

        A burst is told once. Nothing is told of a transaction that is rolled back.
        """
        if not self:
            return
        postcommit = self.env.cr.postcommit
        if GATHERED not in postcommit.data:
            postcommit.data[GATHERED] = set()
            database = self.env.cr.dbname
            postcommit.add(
                lambda: live.tell(database, postcommit.data.pop(GATHERED), SENDER)
            )
        postcommit.data[GATHERED].update(self.ids)

    def _send_queue_changed(self):
        """Push "something changed", without data: there is none that all may see."""
        for queue in self.exists():
            queue._bus_send(CHANGED, {}, subchannel=SUBCHANNEL)

    def write(self, vals):
        """Override: screens show the queue's name and settings."""
        result = super().write(vals)
        self._poke()
        return result


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: screens show who joined."""
        tickets = super().create(vals_list)
        tickets.queue_id._poke()
        return tickets

    def write(self, vals):
        """Override: screens follow each step, level, credit and transfer."""
        before = self.queue_id if "queue_id" in vals else self.env["clinic.queue"]
        result = super().write(vals)
        if vals.keys() - QUIET_TICKET_FIELDS:
            (before | self.queue_id)._poke()
        return result


class ClinicQueueDesk(models.Model):
    _inherit = "clinic.queue.desk"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: more desks, shorter waits."""
        desks = super().create(vals_list)
        desks.queue_ids._poke()
        return desks

    def write(self, vals):
        """Override: screens show which desks are open, and where."""
        is_live = bool(vals.keys() & LIVE_DESK_FIELDS)
        before = self.sudo().queue_ids if is_live else self.env["clinic.queue"]
        result = super().write(vals)
        if is_live:
            (before | self.sudo().queue_ids)._poke()
        return result
