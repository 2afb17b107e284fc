# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import hashlib
import re
import secrets
from datetime import timedelta
from itertools import chain

from odoo import api, fields, models
from odoo.tools import consteq, hmac

from ..exceptions import QueueError

#: A code is typed once, within so many minutes.
CODE_MINUTES = 10
#: No letter or digit that is mistaken for another one.
CODE_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8

#: The secret before is good for so many minutes more: of calls that are under way.
GRACE_MINUTES = 5

#: The code that opens the tablet's own list, and how often it is hashed.
PIN = re.compile(r"\d{4,8}", re.ASCII)
PIN_ROUNDS = 20_000

#: "Last seen" is written no more often than that (seconds).
SEEN = 60

#: Nothing is left of a pairing code that is used, too old, or of a tablet let go.
NO_CODE = {"code_given": False, "code_expires_at": False}

NO_SECRETS = {
    "token_hash": False,
    "next_token_hash": False,
    "old_token_hash": False,
    "old_token_until": False,
}


class ClinicQueueDevice(models.Model):
    """A tablet of a site: a kiosk for patients, or a list for staff.

    It is let in by a secret of its own, of which only a keyed hash stands here. The
    secret is handed over once, for a code that a manager reads on the form for a few
    minutes; revoking the device makes both worthless at once.
    """

    _name = "clinic.queue.device"
    _description = "Kiosk or Staff Tablet"
    _order = "site_id, name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [("kiosk", "Kiosk for patients"), ("staff", "List for staff")],
        default="kiosk",
        required=True,
    )
    site_id = fields.Many2one(
        "clinic.site", required=True, index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="site_id.company_id", store=True, index=True, precompute=True
    )
    queue_ids = fields.Many2many(
        "clinic.queue",
        string="Queues",
        check_company=True,
        domain="[('site_id', '=', site_id)]",
        help="Which queues it gives numbers of, or lists. Empty: all of the site.",
    )
    prefix = fields.Char(
        required=True,
        size=3,
        copy=False,
        default=lambda self: self._get_free_prefix(),
        help="Begins the numbers that it gives while the network is away: K1-007.",
    )
    staff_pin = fields.Char(
        string="Code of Staff",
        size=8,
        copy=False,
        default=lambda self: f"{secrets.randbelow(10**4):04}",
        help="Opens the list of what is not sent yet, on the tablet. Empty: the tablet "
        "shows no more than how many.",
    )
    lang_ids = fields.Many2many(
        "res.lang",
        string="Languages",
        help="To choose from. Empty: all installed, each once.",
    )
    timeout = fields.Integer(
        string="Back to Start After (s)",
        default=60,
        help="Seconds without a touch after which all that was typed is forgotten.",
    )
    takes_check_ins = fields.Boolean(string="Checks Appointments In", default=True)
    takes_walk_ins = fields.Boolean(string="Gives Numbers to Walk-ins", default=True)
    takes_requests = fields.Boolean(string="Takes Bookings", default=True)
    asks_mobile = fields.Boolean(string="Offers the Link by SMS", default=True)
    state = fields.Selection(
        [("new", "Not paired"), ("paired", "Paired"), ("revoked", "Revoked")],
        default="new",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    code_expires_at = fields.Datetime(readonly=True, copy=False)
    token_hash = fields.Char(groups=fields.NO_ACCESS, copy=False)
    next_token_hash = fields.Char(groups=fields.NO_ACCESS, copy=False)
    old_token_hash = fields.Char(groups=fields.NO_ACCESS, copy=False)
    old_token_until = fields.Datetime(groups=fields.NO_ACCESS, copy=False)
    paired_at = fields.Datetime(readonly=True, copy=False)
    last_seen_at = fields.Datetime(string="Last Seen", readonly=True, copy=False)
    cleared_at = fields.Datetime(
        string="Had Nothing to Send At",
        readonly=True,
        copy=False,
        help="What it sends later was taken after that, whatever its clock says.",
    )
    clock_offset = fields.Integer(
        string="Clock Is Off by (s)",
        readonly=True,
        copy=False,
        help="Our clock less the tablet's, as last measured.",
    )
    log_ids = fields.One2many("clinic.sync.log", "device_id", readonly=True)
    problem_count = fields.Integer(compute="_compute_problem_count")

    _unique_prefix = models.UniqueIndex(
        "(site_id, upper(prefix)) WHERE active",
        "Another device of this site has that prefix.",
    )
    _positive_timeout = models.Constraint(
        "CHECK (timeout BETWEEN 15 AND 600)",
        "A kiosk goes back to its start after 15 to 600 seconds.",
    )

    @api.model
    def _get_free_prefix(self):
        """Return K1, or the next one that no device and no queue has."""
        everything_sudo = self.sudo().with_context(active_test=False)
        taken = set(everything_sudo.search([]).mapped("prefix"))
        queues_sudo = everything_sudo.env["clinic.queue"].search([])
        taken |= {code.upper() for code in queues_sudo.mapped("code")}
        names = (f"{sign}{number}" for sign in CODE_SIGNS for number in range(1, 100))
        kiosks = (f"K{number}" for number in range(1, 100))
        return next((name for name in chain(kiosks, names) if name not in taken), False)

    @api.constrains("staff_pin")
    def _check_staff_pin(self):
        for device in self:
            if device.staff_pin and not PIN.fullmatch(device.staff_pin):
                raise QueueError(
                    self.env._("The code of staff is of four to eight digits.")
                )

    def _get_pin_seal(self):
        """Return what the tablet checks the code of staff by, or None without one.

        The code guards a list of numbers from curious eyes, and no secret: four digits
        are found by trying, by who has got into the tablet itself.
        """
        self.ensure_one()
        if not self.staff_pin:
            return None
        salt = self._hash("pin", f"{self.id}:{self.staff_pin}")[:32]
        sealed = hashlib.pbkdf2_hmac(
            "sha256", self.staff_pin.encode(), salt.encode(), PIN_ROUNDS
        )
        return {"salt": salt, "rounds": PIN_ROUNDS, "hash": sealed.hex()}

    def _compute_problem_count(self):
        groups = self.env["clinic.sync.log"]._read_group(
            [("device_id", "in", self.ids), ("state", "in", ("failed", "conflict"))],
            ["device_id"],
            ["__count"],
        )
        counts = {device.id: count for device, count in groups}
        for device in self:
            device.problem_count = counts.get(device.id, 0)

    # ------------------------------------------------------------------
    # Pairing
    # ------------------------------------------------------------------

    def action_show_code(self):
        """Show the code that pairs the tablet; another one paired before is let go."""
        self.ensure_one()
        code = self._make_code()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "sticky": True,
                "title": self.env._("Code for %(device)s", device=self.name),
                "message": self.env._(
                    "%(code)s: type it at %(page)s on the tablet within %(minutes)s "
                    "minutes. It is good for one tablet, once.",
                    code=f"{code[:4]}-{code[4:]}",
                    page=self.pairing_address,
                    minutes=CODE_MINUTES,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _make_code(self):
        """Return a new code; it stands here until it is used, or too old."""
        self.ensure_one()
        self.check_access("write")
        code = "".join(secrets.choice(CODE_SIGNS) for _sign in range(CODE_LENGTH))
        expires_at = fields.Datetime.now() + timedelta(minutes=CODE_MINUTES)
        self.sudo().write(
            {
                **NO_SECRETS,
                "state": "new",
                "code_given": code,
                "code_expires_at": expires_at,
            }
        )
        return code

    @api.model
    def _pair(self, code):
        """Return (device, its secret) for a code that is good; it then is used up.

        :param str code: as typed
        :return: as superuser; no device for a wrong or old code
        """
        signs = "".join(sign for sign in (code or "").upper() if sign.isalnum())
        device_sudo = self.sudo().search(
            [
                ("code_given", "=", signs[:CODE_LENGTH]),
                ("code_expires_at", ">", fields.Datetime.now()),
            ],
            limit=1,
        )
        if len(signs) != CODE_LENGTH or not device_sudo:
            return self.sudo().browse(), ""
        secret = device_sudo._make_secret()
        now = fields.Datetime.now()
        device_sudo.write(
            {
                **NO_CODE,
                "state": "paired",
                "token_hash": self._hash("token", secret),
                "paired_at": now,
                "last_seen_at": now,
            }
        )
        return device_sudo, secret

    def action_revoke(self):
        """Let the tablet in no more; what it has not sent yet is lost with it."""
        self.check_access("write")
        self.sudo().write({**NO_SECRETS, **NO_CODE, "state": "revoked"})

    @api.model
    def _authenticate(self, token):
        """Return, as superuser, the paired device whose secret this is, or none."""
        none_sudo = self.sudo().browse()
        number = (token or "").partition(".")[0]
        if not number.isascii() or not number.isdigit() or len(number) > 9:
            return none_sudo
        device_sudo = none_sudo.search(
            [("id", "=", int(number)), ("state", "=", "paired")]
        )
        if not device_sudo or not device_sudo._knows(self._hash("token", token)):
            return none_sudo
        return device_sudo.with_company(device_sudo.company_id)

    def _make_secret(self):
        return f"{self.id}.{secrets.token_urlsafe(32)}"

    def _knows(self, hashed):
        """Whether that is the hash of the device's secret; the next one becomes it."""
        self.ensure_one()
        if consteq(self.token_hash or "", hashed):
            return True
        if consteq(self.next_token_hash or "", hashed):
            until = fields.Datetime.now() + timedelta(minutes=GRACE_MINUTES)
            self.write(
                {
                    "token_hash": self.next_token_hash,
                    "next_token_hash": False,
                    "old_token_hash": self.token_hash,
                    "old_token_until": until,
                }
            )
            return True
        is_late = not self.old_token_until or (
            self.old_token_until < fields.Datetime.now()
        )
        return consteq(self.old_token_hash or "", hashed) and not is_late

    def _renew_secret(self):
        """Return a new secret for the tablet.

        It takes the place of the present one when it is used for the first time, so
        that an answer that is lost locks no tablet out.
        """
        self.ensure_one()
        secret = self._make_secret()
        self.sudo().next_token_hash = self._hash("token", secret)
        return secret

    @api.model
    def _hash(self, kind, text):
        return hmac(self.env(su=True), f"clinic_queue_device_{kind}", text)

    def _note_seen(self, offset=None, is_clear=False):
        """Note that the device was here, and how far its clock is off (seconds).

        :param bool is_clear: it has sent everything that it had
        """
        self.ensure_one()
        now = fields.Datetime.now()
        values = {}
        if not self.last_seen_at or (now - self.last_seen_at).total_seconds() > SEEN:
            values["last_seen_at"] = now
        cleared = self.cleared_at
        if is_clear and (not cleared or (now - cleared).total_seconds() > SEEN):
            values["cleared_at"] = now
        if offset is not None and abs(offset - self.clock_offset) > 1:
            # the field is as wide as PostgreSQL's integers
            values["clock_offset"] = max(-(2**31), min(2**31 - 1, round(offset)))
        if values:
            self.sudo().write(values)

    def write(self, vals):
        """Override: an archived device is let in no more."""
        if vals.get("active") is False:
            vals = {**vals, **NO_SECRETS, **NO_CODE, "state": "revoked"}
        return super().write(vals)

    def action_view_logs(self):
        """Open what the device sent."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_queue.clinic_sync_log_action"
        )
        action["domain"] = [("device_id", "in", self.ids)]
        return action

    def _get_queues(self):
        """Return the queues that the device serves."""
        self.ensure_one()
        chosen = self.with_context(active_test=False).queue_ids
        if chosen:
            # none, if all were archived: those of others are not for this tablet
            return chosen.filtered("active").with_env(self.env)
        return self.env["clinic.queue"].search([("site_id", "=", self.site_id.id)])

    def _finds_visits(self):
        """Whether the tablet checks appointments in."""
        return self.kind == "kiosk" and self.takes_check_ins
