# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Numbers that tablets give by themselves never meet those of the queues."""

from odoo import api, models
from odoo.exceptions import ValidationError


class ClinicQueueDevice(models.Model):
    _inherit = "clinic.queue.device"

    _plain_prefix = models.Constraint(
        "CHECK (prefix ~ '^[A-Z0-9]{1,3}$')",
        "The numbers of a tablet begin with 1 to 3 letters A to Z, or digits.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: prefixes are kept in capital letters."""
        return super().create([self._tidy_prefix(vals) for vals in vals_list])

    def write(self, vals):
        """Override: prefixes are kept in capital letters."""
        return super().write(self._tidy_prefix(vals))

    @api.model
    def _tidy_prefix(self, vals):
        if not vals.get("prefix"):
            return vals
        return {**vals, "prefix": vals["prefix"].strip().upper()}

    @api.constrains("prefix", "site_id", "active")
    def _check_prefix_of_queues(self):
        for device in self.filtered("active"):
            self.env["clinic.queue"]._check_letter_once(device.site_id, device.prefix)


class ClinicQueue(models.Model):
    _inherit = "clinic.queue"

    @api.constrains("code", "site_id", "active")
    def _check_code_of_devices(self):
        for queue in self.filtered("active"):
            self._check_letter_once(queue.site_id, queue.code)

    @api.model
    def _check_letter_once(self, site, letter):
        """Refuse a letter with which both a queue's and a tablet's numbers begin.

        :raise ValidationError: they would give the same numbers
        """
        # sudo: whoever sets one of both up need not see the other
        here = [("site_id", "=", site.id)]
        queue_sudo = self.sudo().search([*here, ("code", "=ilike", letter)], limit=1)
        devices_sudo = self.env["clinic.queue.device"].sudo()
        device_sudo = devices_sudo.search(
            [*here, ("prefix", "=", letter.upper())], limit=1
        )
        if queue_sudo and device_sudo:
            raise ValidationError(
                self.env._(
                    "The numbers of queue %(queue)s and of tablet %(device)s would "
                    "both begin with %(letter)s. Choose another prefix.",
                    queue=queue_sudo.name,
                    device=device_sudo.name,
                    letter=letter.upper(),
                )
            )


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    @api.model
    def _take_number(self, queue, day, prefix=None):
        """Override: skip numbers that somebody has, as of a tablet or queue before."""
        while True:
            number = super()._take_number(queue, day, prefix)
            domain = [
                ("queue_id", "=", queue.id),
                ("day", "=", day),
                ("name", "=", number),
            ]
            if not self.sudo().search_count(domain, limit=1):
                return number
