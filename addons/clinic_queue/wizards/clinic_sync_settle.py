# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo import api, fields, models
from odoo.fields import Command


class ClinicSyncSettle(models.TransientModel):
    """Book for who asked at a tablet, with a contact that is right."""

    _name = "clinic.sync.settle"
    _inherit = "clinic.wizard.mixin"
    _description = "Book What a Tablet Asked For"

    log_id = fields.Many2one("clinic.sync.log", required=True, readonly=True)
    asked_for = fields.Char(related="log_id.asked_for")
    message = fields.Char(readonly=True)
    name = fields.Char(string="First and Last Name", required=True)
    birthdate = fields.Date(string="Date of Birth", required=True)
    contact = fields.Char(
        string="Telephone or E-mail",
        required=True,
        help="With its area code. Confirmations and reminders go there.",
    )
    time_ids = fields.One2many("clinic.sync.settle.time", "wizard_id", readonly=True)

    @api.model
    def _open_for(self, log):
        """Return a new wizard about an item of the log."""
        self._forget_person(log, self.env.user)
        person = log._get_person()
        try:
            birthdate = date.fromisoformat(person["birthdate"] or "")
        except ValueError:
            birthdate = False
        offers = [
            Command.create({"start": start, "doctor_id": doctor.id, "label": label})
            for start, doctor, label in log._get_offers()
        ]
        return self.create(
            {
                "log_id": log.id,
                "name": person["name"] or "",
                "birthdate": birthdate,
                "contact": person["contact"] or "",
                "message": self._get_message(log),
                "time_ids": offers,
            }
        )

    @api.model
    def _forget_person(self, logs, user=None):
        """Delete what was typed about who asks, as soon as nobody needs it there.

        :param user: only what that one has opened
        """
        domain = [("log_id", "in", logs.ids)]
        if user:
            domain.append(("create_uid", "=", user.id))
        # sudo: each wizard is its own user's, and the person is to be in none
        self.sudo().search(domain).unlink()

    def _get_message(self, log):
        """Return what staff have to do about the item."""
        if log.resolution == "alternatives":
            return self.env._(
                "The time that was asked for is gone. Ask the patient which other one "
                "to book."
            )
        return log.message

    def _book(self, start, doctor):
        """Book a time, or show the wizard again with others."""
        self.ensure_one()
        person = {
            "name": self.name,
            "birthdate": self.birthdate and self.birthdate.isoformat(),
            "contact": self.contact,
        }
        log = self.log_id
        if log._book_by_staff(person, start, doctor):
            return log.action_settle()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Booked: %(visit)s", visit=log.asked_for),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class ClinicSyncSettleTime(models.TransientModel):
    """A time that can be booked instead, or the one that was wanted."""

    _name = "clinic.sync.settle.time"
    _inherit = "clinic.wizard.mixin"
    _description = "Time to Book"

    wizard_id = fields.Many2one("clinic.sync.settle", required=True, ondelete="cascade")
    start = fields.Datetime(required=True, readonly=True)
    doctor_id = fields.Many2one("clinic.doctor", required=True, readonly=True)
    label = fields.Char(string="Time", readonly=True)

    def action_book(self):
        """Book this time."""
        self.ensure_one()
        return self.wizard_id._book(self.start, self.doctor_id)
