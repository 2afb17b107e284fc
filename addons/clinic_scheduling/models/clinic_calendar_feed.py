# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Calendars that telephones and calendar programs look at by a secret link."""

import hashlib
import secrets
from datetime import datetime, time, timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

#: How far back (days) a calendar reaches; ahead it has all that is booked.
PAST_DAYS = 30

#: More visits than these are not shown: those furthest ahead are left out.
MAX_EVENTS = 2000

#: How often programs should look.
REFRESH = timedelta(hours=1)

SECRET_BYTES = 32


class ClinicCalendarFeed(models.Model):
    """A secret link to the visits of an account's patients, or of a doctor.

    Only a hash of the secret is kept: the link is shown once, when it is made. It
    shows what the account may see at the moment of looking, so a consent that ends,
    an account that is closed or a doctor who leaves needs nothing done here.
    """

    _name = "clinic.calendar.feed"
    _description = "Calendar Link"
    _order = "id desc"

    user_id = fields.Many2one(
        "res.users", string="Owner", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [
            ("patient", "Visits as a patient or guardian"),
            ("doctor", "Visits as doctor"),
        ],
        required=True,
    )
    token_hash = fields.Char(required=True, copy=False, groups="base.group_system")
    revoked_at = fields.Datetime(copy=False)

    _unique_token = models.UniqueIndex("(token_hash)", "This link exists already.")
    _unique_open = models.UniqueIndex(
        "(user_id, kind) WHERE revoked_at IS NULL",
        "This account has a link of that kind already.",
    )

    @api.depends("user_id", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for feed in self:
            name = feed.user_id.name
            feed.display_name = f"{kinds.get(feed.kind, '')}: {name}"

    # ------------------------------------------------------------------
    # Links
    # ------------------------------------------------------------------

    @api.model
    def _make(self, user, kind):
        """Make a new link for ``user`` and return its secret; an older one dies.

        :param kind: "patient" or "doctor"
        :raise AccessError: there is nothing that this account may look at so
        """
        if not self.sudo()._is_possible(user, kind):
            raise AccessError(self.env._("This account has no such calendar."))
        self._get_open(user, kind)._revoke()
        secret = secrets.token_urlsafe(SECRET_BYTES)
        values = {"user_id": user.id, "kind": kind, "token_hash": self._hash(secret)}
        self.sudo().create(values)
        return secret

    @api.model
    def _get_open(self, user, kind):
        """Return, as superuser, the link in use, if any."""
        return self.sudo().search(
            [
                ("user_id", "=", user.id),
                ("kind", "=", kind),
                ("revoked_at", "=", False),
            ]
        )

    def _revoke(self):
        """Let these links open nothing any more, from this moment on."""
        open_feeds = self.filtered(lambda feed: not feed.revoked_at)
        open_feeds.write({"revoked_at": fields.Datetime.now()})
        open_feeds.flush_recordset()

    def action_revoke(self):
        """Revoke links of others: for managers."""
        self.check_access("read")
        if not self.env.user.has_group("clinic_scheduling.group_clinic_manager"):
            raise AccessError(self.env._("Only managers revoke links of others."))
        self.sudo()._revoke()

    @api.model
    def _hash(self, secret):
        """Return what is kept of a secret, which is too long to be guessed."""
        return hashlib.sha256(secret.encode(errors="replace")).hexdigest()

    @api.model
    def _find(self, secret):
        """Return, as superuser, the link of that secret, or nothing."""
        feeds_sudo = self.sudo()
        feed_sudo = feeds_sudo.search(
            [("token_hash", "=", self._hash(secret)), ("revoked_at", "=", False)]
        )
        user_sudo = feed_sudo.user_id
        if not (user_sudo.active and self._is_possible(user_sudo, feed_sudo.kind)):
            return feeds_sudo
        # texts in the owner's language, whoever fetches them
        return feed_sudo.with_context(lang=user_sudo.lang)

    @api.model
    def _is_possible(self, user, kind):
        """Whether the account has anything that a link of the kind could show."""
        if kind == "doctor":
            return bool(self.env["clinic.doctor"]._get_of_user(user))
        return bool(self._get_patients_of(user))

    @api.model
    def _get_patients_of(self, user):
        """Return, as superuser, the patients of the account, wherever this is read."""
        # sudo: the companies are the account's, not those of the visitor here
        companies_sudo = user.sudo().company_ids
        patients_sudo = self.env["clinic.patient"].sudo()
        patients_sudo = patients_sudo.with_context(
            allowed_company_ids=companies_sudo.ids
        )
        return patients_sudo._get_patients_of(user.partner_id)

    # ------------------------------------------------------------------
    # What it shows
    # ------------------------------------------------------------------

    def _get_first_moment(self):
        """Return the UTC midnight from which on visits are shown."""
        day = fields.Datetime.now().date() - timedelta(days=PAST_DAYS)
        return datetime.combine(day, time())

    def _get_visits(self):
        """Return, as superuser, the visits of this calendar."""
        self.ensure_one()
        domain = Domain("start", ">=", self._get_first_moment())
        # holds have no number, also those that were given back
        domain &= Domain("state", "!=", "hold") & Domain("name", "!=", "/")
        if self.kind == "doctor":
            doctor_sudo = self.env["clinic.doctor"]._get_of_user(self.user_id)
            domain &= Domain("doctor_id", "in", doctor_sudo.ids)
        else:
            domain &= Domain("patient_id", "in", self._get_patients().ids)
        visits_sudo = self.env["clinic.appointment"].sudo()
        return visits_sudo.search(domain, order="start, id", limit=MAX_EVENTS)

    def _get_patients(self):
        return self._get_patients_of(self.user_id)

    def _get_version(self, visits_sudo):
        """Return (tag, moment of the last change) of the calendar, without making it.

        What falls out of the window changes it too: at midnight.
        """
        sources = [
            *(visits_sudo, visits_sudo.site_id, visits_sudo.site_id.partner_id),
            *(visits_sudo.doctor_id, visits_sudo.company_id, visits_sudo.partner_id),
            *(self, self.user_id, self._get_leavers()),
        ]
        dates = [record.write_date for records in sources for record in records]
        names = ("id", "ical_sequence", "state", "start", "stop")
        rows = [[visit[name] for name in names] for visit in visits_sudo]
        text = repr((self.id, self.env.lang, rows, sorted(map(str, dates))))
        day = self._get_first_moment() + timedelta(days=PAST_DAYS)
        changed_at = max([day, *filter(None, dates)]).replace(microsecond=0)
        tag = hashlib.sha256(text.encode()).hexdigest()
        return tag, changed_at.replace(tzinfo=timezone.utc)

    def _get_leavers(self):
        """Return, as superuser, what says that visits left this calendar."""
        if self.kind == "doctor":
            doctor_sudo = self.env["clinic.doctor"]._get_of_user(self.user_id)
            domain = [("from_doctor_id", "in", doctor_sudo.ids)]
            moves_sudo = self.env["clinic.appointment.history"].sudo()
            return moves_sudo.search(domain, order="id desc", limit=1)
        domain = [("partner_id", "=", self.user_id.partner_id.id)]
        return self.env["clinic.consent"].sudo().search(domain)

    def _render(self, visits_sudo):
        """Return the calendar with these visits, in bytes."""
        self.ensure_one()
        company = self.user_id.company_id
        options = {
            "name": self.env._("Appointments · %(name)s", name=company.name),
            "refresh": REFRESH,
        }
        if self.kind == "doctor":
            options["initials"] = company.clinic_feed_initials
        else:
            own = self._get_patients()
            partner = self.user_id.partner_id
            options["own"] = own.filtered(lambda item: item.partner_id == partner)
        return visits_sudo._prepare_patient_calendar(self.kind, **options)
