# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError

from ..exceptions import NotFoundHere

_logger = logging.getLogger(__name__)

#: Days after which the log forgets, unless ``clinic_queue.sync_log_days`` says else.
KEEP_DAYS = 30

KINDS = [
    ("walk_in", "Number for a walk-in"),
    ("check_in", "Check-in"),
    ("request", "Booking"),
]

#: How a conflict was settled; ``clinic_sync_apply`` says by which rule.
RESOLUTIONS = [
    ("joined", "The record existed: joined to it"),
    ("renamed", "The record exists: it got the number on the paper"),
    ("renumbered", "The number was taken: a new one was given"),
    ("clock", "The tablet's clock was off: its time was corrected"),
    ("walk_in", "No appointment was found: waits as a walk-in"),
    ("alternatives", "The time is gone: others are offered"),
    ("booked", "Another time was booked"),
    ("refused", "It could not be read: nothing was done"),
    ("guessed", "Wrong numbers of appointments were tried: look who is there"),
    ("dismissed", "Settled by staff"),
]

#: What is left of an item once it is done: nothing about a person.
KEPT_DATA = {"queue", "number", "taken_at", "seq"}


class ClinicSyncLog(models.Model):
    """One thing that a tablet sent, and what became of it.

    An item is known by its device and its own uuid: sent again, it gets the same
    answer and changes nothing.
    """

    _name = "clinic.sync.log"
    _description = "Sync of a Kiosk"
    _order = "id desc"

    device_id = fields.Many2one(
        "clinic.queue.device",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    site_id = fields.Many2one(
        related="device_id.site_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="device_id.company_id", store=True, index=True, precompute=True
    )
    uuid = fields.Char(string="Item", required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    number = fields.Char(
        readonly=True, help="The one on the paper, or on the screen of the kiosk."
    )
    action = fields.Selection(
        [("created", "Created"), ("found", "Found"), ("none", "Nothing done")],
        readonly=True,
    )
    ticket_id = fields.Many2one(
        "clinic.queue.ticket", readonly=True, index="btree_not_null"
    )
    appointment_id = fields.Many2one(
        "clinic.appointment", readonly=True, index="btree_not_null"
    )
    state = fields.Selection(
        [
            ("pending", "Pending"),
            ("synced", "Synced"),
            ("failed", "Failed"),
            ("conflict", "Conflict"),
        ],
        default="pending",
        required=True,
        readonly=True,
        index=True,
    )
    resolution = fields.Selection(RESOLUTIONS, readonly=True)
    message = fields.Char(readonly=True)
    is_proved = fields.Boolean(
        readonly=True,
        help="The appointment was proved: by a code, its own link, or a birth date.",
    )
    link_state = fields.Selection(
        [("sms", "Sent by SMS"), ("email", "Sent by e-mail"), ("refused", "Not sent")],
        string="Link to the Own Number",
        readonly=True,
    )
    data = fields.Json(
        readonly=True,
        groups=fields.NO_ACCESS,
        help="As it was sent; without the person once it is done.",
    )
    alternatives = fields.Json(readonly=True)
    alternative_text = fields.Text(compute="_compute_texts", compute_sudo=True)
    contact = fields.Char(
        compute="_compute_texts", compute_sudo=True, help="Whom to call back."
    )
    taken_at = fields.Datetime(readonly=True, help="Corrected: by our clock.")
    received_at = fields.Datetime(default=fields.Datetime.now, readonly=True)
    synced_at = fields.Datetime(readonly=True)
    clock_offset = fields.Integer(string="Clock Off by (s)", readonly=True)
    attempts = fields.Integer(default=0, readonly=True)

    _unique_item = models.UniqueIndex(
        "(device_id, uuid)", "The device sent that item already."
    )

    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for log in self:
            log.display_name = f"{labels[log.kind]} {log.number or log.id}"

    @api.depends("alternatives", "data")
    def _compute_texts(self):
        for log in self:
            times = log.alternatives or []
            log.alternative_text = "\n".join(item["label"] for item in times)
            data = log.data or {}
            parts = (data.get("name"), data.get("contact") or data.get("mobile"))
            log.contact = ", ".join(part for part in parts if part) or False

    @api.model_create_multi
    def create(self, vals_list):
        """Override: only what devices send is kept here."""
        self._check_door()
        return super().create(vals_list)

    def write(self, vals):
        """Override: only what became of an item is written, by its own steps."""
        self._check_door()
        return super().write(vals)

    def _check_door(self):
        if not self.env.su:
            raise AccessError(self.env._("The log of the tablets is not edited."))

    @api.model
    def _take(self, device, item):
        """Return the entry of an item, made now unless the device sent it before.

        :param dict item: as ``clinic_sync_apply`` has read it
        :raise ConcurrencyError: the same item is in another request; Odoo repeats
            this one, which then finds it
        """
        domain = [("device_id", "=", device.id), ("uuid", "=", item["uuid"])]
        if known := self.search(domain, limit=1):
            return known
        values = {
            "device_id": device.id,
            "uuid": item["uuid"],
            "kind": item["kind"],
            "number": item.get("number"),
            "data": {key: item[key] for key in item.keys() - {"uuid", "kind"}},
        }
        try:
            with self.env.cr.savepoint():
                return self.create(values)
        except psycopg2.errors.UniqueViolation as error:
            raise ConcurrencyError(item["uuid"]) from error

    def _settle(self, state, **values):
        """Note what became of the item; what is done keeps nothing of the person."""
        self.ensure_one()
        values = {"state": state, "attempts": self.attempts + 1, **values}
        if state == "synced" or values.get("ticket_id"):
            data = {**(self.data or {}), **(values.get("data") or {})}
            values["data"] = {key: data[key] for key in data.keys() & KEPT_DATA}
        if state == "synced":
            self.env["clinic.sync.settle"]._forget_person(self)
        if state != "failed":
            values["synced_at"] = fields.Datetime.now()
        self.sudo().write(values)

    # ------------------------------------------------------------------
    # Staff
    # ------------------------------------------------------------------

    def action_retry(self):
        """Try again what failed, or what found its time gone."""
        self.check_access("write")
        for log in self.sudo():
            if log.state in ("pending", "failed") or (
                log.state == "conflict" and log.resolution == "alternatives"
            ):
                log._apply_safely(by_staff=True)

    def action_dismiss(self):
        """Settle what could not be synced by other means; the person is forgotten."""
        self.check_access("write")
        open_logs = self.filtered(lambda log: log.state in ("failed", "conflict"))
        self.env["clinic.sync.settle"]._forget_person(open_logs)
        for log in open_logs.sudo():
            data = {key: log.data[key] for key in (log.data or {}).keys() & KEPT_DATA}
            log.write(
                {
                    "state": "synced",
                    "resolution": log.resolution
                    if log.resolution not in (False, "alternatives")
                    else "dismissed",
                    "synced_at": fields.Datetime.now(),
                    "alternatives": False,
                    "data": data,
                }
            )

    def _apply_safely(self, by_staff=False):
        """Do what the item asks for, in a savepoint of its own; note what came of it.

        Conflicts of the database reach Odoo, which repeats the whole request.
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._apply(by_staff)
        except NotFoundHere:
            raise
        except UserError as error:
            self._note_refusal(error)
        except (psycopg2.OperationalError, ConcurrencyError):
            raise
        except Exception:
            # one item that cannot be done must not keep all others of the tablet back
            _logger.exception("An item of a tablet could not be done: %s", self)
            message = self.env._("That did not work. Please ask at the reception.")
            self._settle("failed", action="none", message=message)

    @api.autovacuum
    def _gc_logs(self):
        """Forget what is older than the setting says, done or not."""
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        days = parameters_sudo.get_param("clinic_queue.sync_log_days") or KEEP_DAYS
        before = fields.Datetime.now() - timedelta(days=max(2, int(days)))
        self.sudo().search([("received_at", "<", before)], limit=10000).unlink()
