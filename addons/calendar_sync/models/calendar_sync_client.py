# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The practice's own application at a provider, which owners of mailboxes trust."""

from odoo import api, fields, models
from odoo.fields import NO_ACCESS

from .. import secret_box
from ..providers.base import CalendarError

#: The page that the provider leads back to.
REDIRECT = "/calendar_sync/consent"


class CalendarSyncClient(models.Model):
    """An application at Google or Microsoft, of which doctors need to know nothing."""

    _name = "calendar.sync.client"
    _description = "Calendar Application"
    _rec_name = "provider"
    _order = "provider, id"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    provider = fields.Selection(
        [("google", "Google"), ("microsoft", "Microsoft 365")],
        required=True,
        default="google",
    )
    tenant = fields.Char(
        default="common",
        help="For mailboxes of any organization: common.",
    )
    client_id = fields.Char(string="Client ID", required=True)
    client_secret = fields.Char(
        compute="_compute_client_secret",
        inverse="_inverse_client_secret",
        help="It is stored encrypted and never shown again.",
    )
    has_secret = fields.Boolean(compute="_compute_client_secret")
    secret = fields.Char(groups=NO_ACCESS, copy=False, export_string_translation=False)
    redirect_url = fields.Char(
        string="Redirect Address", compute="_compute_redirect_url"
    )

    _unique_provider = models.UniqueIndex(
        "(company_id, provider)", "This provider has an application already."
    )

    @api.depends("provider")
    def _compute_display_name(self):
        labels = dict(self._fields["provider"]._description_selection(self.env))
        for client in self:
            client.display_name = labels.get(client.provider, "")

    @api.depends("secret")
    def _compute_client_secret(self):
        for client in self:
            client.client_secret = False
            client.has_secret = bool(client.sudo().secret)

    def _inverse_client_secret(self):
        for client in self.filtered("client_secret"):
            value = client.client_secret
            accounts = self.env["calendar.sync.account"]
            client.sudo().secret = accounts._encrypt(value)
            # consents go on with the new one
            for account_sudo in accounts.sudo().search(
                [
                    ("company_id", "=", client.company_id.id),
                    ("provider", "=", client.provider),
                    ("mode", "=", "oauth"),
                    ("client_id", "=", client.client_id),
                ]
            ):
                account_sudo._add_secret("client_secret", value)

    @api.depends("provider")
    def _compute_redirect_url(self):
        for client in self:
            client.redirect_url = client._get_redirect()

    @api.model
    def _get_redirect(self):
        return self.browse().get_base_url().rstrip("/") + REDIRECT

    @api.model
    def _find(self, company, provider):
        """Return, as superuser, the application of a company that is complete."""
        return self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("provider", "=", provider),
                ("secret", "!=", False),
            ],
            limit=1,
        )

    def _get_values(self):
        """Return what ``providers.consent`` needs.

        :raise CalendarError: when the secret cannot be read with the server's key
        """
        try:
            secret = secret_box.decrypt(self.sudo().secret or "")
        except (secret_box.NoKey, secret_box.WrongKey) as error:
            raise CalendarError(None, "no_key") from error
        return {
            "provider": self.provider,
            "tenant": (self.tenant or "").strip(),
            "client_id": self.client_id.strip(),
            "client_secret": secret,
        }
