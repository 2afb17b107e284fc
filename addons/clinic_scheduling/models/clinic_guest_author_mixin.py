# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ClinicGuestAuthorMixin(models.AbstractModel):
    """Name who acted where a guest did: all of them are one user, "Public user"."""

    _name = "clinic.guest.author.mixin"
    _inherit = "mail.thread"
    _description = "Author of What Guests Do"

    def _get_guest_contact(self):
        """Return the contact of whom guests act for here; hook."""
        return self.env["res.partner"]

    def _is_by_guest(self, author_id, email_from):
        """Whether a message has no author but the user of all guests."""
        user = self.env.user
        if email_from or author_id not in (None, user.partner_id.id):
            return False
        return user._is_public()

    def _message_log_batch(self, bodies, subject=False, author_id=None, **options):
        """Override: a guest's change is one of the contact that it is about."""
        if self._is_by_guest(author_id, options.get("email_from")):
            contact = self.sudo()._get_guest_contact()
            author_id = contact.id if len(contact) == 1 else None
        return super()._message_log_batch(bodies, subject, author_id, **options)

    def _message_compute_author(self, author_id=None, email_from=None):
        """Override: what is said upon a guest's change is said by OdooBot.

        And so are the changes of guests who did not prove a contact yet.
        """
        if self._is_by_guest(author_id, email_from):
            author_id = self.env.ref("base.partner_root").id
        return super()._message_compute_author(author_id, email_from)
