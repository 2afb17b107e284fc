# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Links by which people connect their own calendars, without a login here."""

import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import NO_ACCESS
from odoo.tools import hmac

from .calendar_sync_consent import NO_LOGIN

PAGE = "/calendar/connect"
MANAGER = "calendar_sync.group_calendar_sync_manager"

#: Days that a link opens something.
DAYS = 7


class CalendarSyncInvitation(models.Model):
    """A link for one person and one calendar. It is used once, and can be revoked.

    Of its secret only a keyed hash is stored.
    """

    _name = "calendar.sync.invitation"
    _description = "Link to Connect a Calendar"
    _order = "id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    resource_id = fields.Many2one(
        "resource.resource", string="For", readonly=True, ondelete="cascade"
    )
    account_id = fields.Many2one(
        "calendar.sync.account", readonly=True, ondelete="cascade", index=True
    )
    email = fields.Char(readonly=True)
    secret = fields.Char(groups=NO_ACCESS, readonly=True, copy=False, index=True)
    expires_at = fields.Datetime(required=True, readonly=True)
    state = fields.Selection(
        [("open", "Sent"), ("used", "Used"), ("revoked", "Revoked")],
        required=True,
        readonly=True,
        default="open",
    )
    is_open = fields.Boolean(compute="_compute_is_open")

    @api.depends("state", "expires_at")
    def _compute_is_open(self):
        now = fields.Datetime.now()
        for link in self:
            link.is_open = link.state == "open" and link.expires_at > now

    @api.model
    def _invite(self, partner, company, resource, account=None):
        """Send a link to somebody; those sent before for the same open nothing more.

        :raise UserError: when there is no address to send it to
        :return: the link, as superuser, and its secret
        """
        if not partner.email:
            raise UserError(
                self.env._(
                    "Enter the e-mail address of %(name)s first.",
                    name=partner.display_name,
                )
            )
        links_sudo = self.sudo()
        links_sudo.search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", company.id),
                ("state", "=", "open"),
            ]
        ).state = "revoked"
        token = secrets.token_urlsafe(32)
        link_sudo = links_sudo.create(
            {
                "partner_id": partner.id,
                "company_id": company.id,
                "resource_id": resource.id,
                "account_id": account.id if account else False,
                "email": partner.email,
                "secret": self._hash(token),
                "expires_at": fields.Datetime.now() + timedelta(days=DAYS),
            }
        )
        link_sudo._send(token)
        return link_sudo, token

    def _send(self, token):
        """Queue the mail; the scheduled action for mails sends it."""
        link = self.with_context(lang=self.partner_id.lang)
        url = f"{self.get_base_url().rstrip('/')}{PAGE}/{token}"
        values = {"link": link, "url": url, "days": DAYS}
        body = link.env["ir.qweb"]._render("calendar_sync.mail_connect", values)
        link.env["mail.mail"].create(
            {
                "subject": link.env._(
                    "Connect your calendar with %(practice)s",
                    practice=link.company_id.name,
                ),
                "body_html": body,
                "email_from": self.company_id.email_formatted
                or self.env.user.email_formatted,
                "email_to": self.email,
                # the secret is in it
                "auto_delete": True,
            }
        )

    @api.model
    def _hash(self, token):
        return hmac(self.env(su=True), "calendar_sync_invitation", token)

    @api.model
    def _find_by_token(self, token):
        """Return, as superuser, the link that a secret opens, or none."""
        found = self.sudo().search([("secret", "=", self._hash(token))], limit=1)
        return found if found.is_open and found.partner_id.active else found.browse()

    def action_revoke(self):
        """Let links open nothing any more."""
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only administrators may do this."))
        self.check_access("read")
        self.sudo().filtered(lambda link: link.state == "open").state = "revoked"
        return True

    # ------------------------------------------------------------------
    # What the page does, as superuser behind the secret
    # ------------------------------------------------------------------

    def _get_offered(self):
        """Return the providers that can be chosen."""
        if self.account_id:
            return [self.account_id.provider]
        clients = self.env["calendar.sync.client"]
        with_client = [
            name
            for name in ("google", "microsoft")
            if clients._find(self.company_id, name)
        ]
        return [*with_client, "caldav"]

    def _connect_caldav(self, url, login, password):
        """Connect a CalDAV mailbox with what its owner entered.

        :raise CalendarError: when it is refused
        :raise UserError: likewise
        """
        values = {"provider": "caldav", "url": url, "login": login}
        account = self._prepare_account(values)
        account.write({"url": url, "login": login, "password": password})
        account._connect()
        self._note_connected(account)

    def _connect_consent(self, provider, client, token):
        """Connect a mailbox whose owner consented."""
        values = {"provider": provider, "mode": "oauth", "login": NO_LOGIN}
        account = self.account_id or self._create_account(values)
        account._take_consent(client, token)
        self._note_connected(account)

    def _prepare_account(self, values):
        """Return the account of a mailbox: this person's own one, or a new one."""
        if self.account_id:
            return self.account_id
        known = self.env["calendar.sync.account"].search(
            [(name, "=", value) for name, value in values.items()], limit=1
        )
        if known and known.partner_id != self.partner_id:
            raise UserError(self.env._("This mailbox is connected already."))
        return known or self._create_account(values)

    def _create_account(self, values):
        return self.env["calendar.sync.account"].create(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                **values,
            }
        )

    def _note_connected(self, account):
        self.account_id = account
        if account.calendar_ids.filtered(lambda item: item.publish or item.read_busy):
            # connected again: what was chosen before goes on
            self.state = "used"

    def _choose(self, calendar, publish, read_busy):
        """Let bookings go to one of the calendars, or busy times come from it.

        :raise UserError: when bookings go to another calendar already
        """
        if publish and self.env["calendar.sync.calendar"].search_count(
            [
                ("resource_id", "=", self.resource_id.id),
                ("publish", "=", True),
                ("id", "!=", calendar.id),
            ],
            limit=1,
        ):
            raise UserError(
                self.env._(
                    "Your bookings go to another calendar already. Please ask the "
                    "practice to switch that one off first."
                )
            )
        calendar.write(
            {
                "resource_id": self.resource_id.id,
                "publish": publish,
                "read_busy": read_busy,
            }
        )
        self.state = "used"

    @api.autovacuum
    def _gc_links(self):
        """Forget links that ended a month ago."""
        since = fields.Datetime.now() - timedelta(days=30)
        self.sudo().search([("expires_at", "<", since)]).unlink()


class ClinicDoctor(models.Model):
    """The way to the link."""

    _inherit = "clinic.doctor"

    def action_send_calendar_link(self):
        """Send this doctor a link to connect the own calendar by.

        :raise AccessError: for others than administrators of calendars
        """
        self.ensure_one()
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only administrators may do this."))
        self.check_access("read")
        links = self.env["calendar.sync.invitation"]
        company = self.company_id or self.env.company
        links._invite(self.partner_id, company, self.resource_id)
        return notify(self.env, self.partner_id.email)


class CalendarSyncAccount(models.Model):
    """The way to the link, for who connects again."""

    _inherit = "calendar.sync.account"

    def action_send_link(self):
        """Send the owner a link to connect this mailbox again by."""
        self.ensure_one()
        self.check_access("write")
        self._send_link()
        return notify(self.env, self.partner_id.email)

    def _send_link(self):
        resource = self.calendar_ids.resource_id[:1]
        if not resource:
            doctors_sudo = self.env["clinic.doctor"].sudo()
            resource = doctors_sudo.search(
                [("partner_id", "=", self.partner_id.id)], limit=1
            ).resource_id
        links = self.env["calendar.sync.invitation"]
        links._invite(self.partner_id, self.company_id, resource, self)

    def _ask_to_connect(self):
        """Override: who consented alone can mend it; that person gets one mail."""
        result = super()._ask_to_connect()
        if self.can_link:
            self._send_link()
        return result


def notify(env, email):
    """Return a notice that a link is on its way."""
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "type": "success",
            "message": env._(
                "A link is on its way to %(email)s. It opens for %(days)s days, once.",
                email=email,
                days=DAYS,
            ),
            "next": {"type": "ir.actions.client", "tag": "soft_reload"},
        },
    }
