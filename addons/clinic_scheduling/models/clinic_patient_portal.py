# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whom an account in the portal may act for, and how patients get in there."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .clinic_consent import SCOPES

#: What people may say of themselves or their dependants, nothing else.
REGISTRATION_FIELDS = frozenset(
    {"name", "birthdate", "gender", "email", "phone", "lang", "communication_channel"}
)

#: More people than that, reception enters for an account.
MAX_DEPENDANTS = 10


class ClinicPatient(models.Model):
    """The patient in the portal."""

    _inherit = "clinic.patient"

    consent_ids = fields.One2many("clinic.consent", "patient_id", string="Consents")

    @api.model
    def _get_patients_of(self, partner, scope="view"):
        """Return, as superuser, the patients that ``partner`` may act for.

        The contact's own patient record comes first, then those of open consents; all
        of the companies of the page.

        :param partner: contact of the account that is signed in
        :param scope: one of ``SCOPES``: what is to be done
        """
        here = self._get_here_domain()
        own_sudo = self.sudo().search(Domain("partner_id", "=", partner.id) & here)
        names = [name for name, _label in SCOPES]
        consents_sudo = self.env["clinic.consent"].sudo()
        consents_sudo = consents_sudo.search(
            Domain("partner_id", "=", partner.id)
            & Domain("scope", "in", names[names.index(scope) :])
            & Domain("state", "in", ["active"])
            & Domain("patient_id.active", "=", True)
        )
        return own_sudo | consents_sudo.patient_id.filtered_domain(here)

    @api.model
    def _get_here_domain(self):
        """Return the domain of patients of the companies of this page, or of none."""
        return Domain("company_id", "in", [False, *self.env.companies.ids])

    @api.model
    def _find_by_contact(self, channel, contact):
        """Return, as superuser, the patients of this page whose own contact this is.

        Call it only for who has proved by a code that the contact is theirs.

        :param channel: "email" or "sms"
        :param contact: normalized, as ``clinic.verification`` returns it
        """
        domain = self._get_contact_domain(channel, contact) & self._get_here_domain()
        return self.sudo().search(domain, order="id")

    @api.model
    def _get_contact_domain(self, channel, contact):
        name = {"email": "email_normalized", "sms": "phone_sanitized"}[channel]
        return Domain(f"partner_id.{name}", "=", contact)

    @api.model
    def _register_patient(self, values, guardian=None, partner=None):
        """Make a patient from what somebody says in the portal, and return it.

        :param dict values: of ``REGISTRATION_FIELDS``; anything else is refused
        :param guardian: contact of the account that registers a dependant; it gets
            a consent until the dependant comes of age
        :param partner: contact of the account, when it registers itself
        """
        unknown = values.keys() - REGISTRATION_FIELDS
        if unknown:
            raise ValueError(f"Not to be registered: {', '.join(sorted(unknown))}")
        patients_sudo = self.sudo()
        if partner:
            values = {**values, "partner_id": partner.id}
        patient_sudo = patients_sudo.create(values)
        if guardian:
            guardian_sudo = patients_sudo.search([("partner_id", "=", guardian.id)])
            # first: naming a guardian would else grant what reception grants
            patient_sudo._grant(guardian, "parent", "manage", "registration")
            patient_sudo.guardian_id = guardian_sudo
        return patient_sudo

    def _grant(self, partner, relationship, scope, source, until=False):
        """Let ``partner`` act for this patient; a consent there is stays as it is.

        Somebody who is not of age yet: until they are.

        :param until: the last day of it at most, if it ends in any case
        """
        self.ensure_one()
        consents_sudo = self.env["clinic.consent"].sudo()
        known_sudo = consents_sudo.search(
            [
                ("patient_id", "=", self.id),
                ("partner_id", "=", partner.id),
                ("revoked_at", "=", False),
            ]
        )
        return known_sudo or consents_sudo.create(
            {
                "patient_id": self.id,
                "partner_id": partner.id,
                "relationship": relationship,
                "scope": scope,
                "source": source,
                "valid_until": min(
                    filter(None, (self._get_consent_end(relationship), until)),
                    default=False,
                ),
            }
        )

    def _grant_by_contact(self, partner, channel, contact):
        """Let ``partner`` act for this patient, whose own contact they proved.

        Families share addresses: only the one patient of a contact, of age, is who
        reads it, unless the account is another patient's. For a child it is taken to
        be a parent, and else somebody who may book for a year.

        :param channel, contact: as for ``_find_by_contact``
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        if self._is_minor():
            return self._grant(partner, "parent", "book", "code")
        # patients of other companies share it as well
        is_alone = (
            self.sudo().search(self._get_contact_domain(channel, contact)) == self
        )
        if is_alone and self._get_self(partner) <= self:
            return self._grant(partner, "self", "manage", "code")
        until = today + relativedelta(years=1)
        return self._grant(partner, "other", "book", "code", until)

    def _is_minor(self):
        """Whether the patient is known to be under the age of consent."""
        self.ensure_one()
        return bool(self._get_consent_end("parent"))

    def _get_consent_end(self, relationship):
        """Return the last day before the patient comes of age, or False."""
        if relationship == "self" or not self.birthdate:
            return False
        years = self.env.company.clinic_age_of_consent
        birthday = self.birthdate + relativedelta(years=years)
        last_day = birthday - relativedelta(days=1)
        return last_day if last_day >= fields.Date.context_today(self) else False

    def _renew_secrets(self):
        """Let the links to visits of these patients open nothing any more.

        To those that are over, too: their pages show documents and receipts.
        """
        # sudo: it follows from the change that the user was allowed to make
        visits_sudo = self.env["clinic.appointment"].sudo()
        visits_sudo.search(
            Domain("patient_id", "in", self.ids) & Domain("access_token", "!=", False)
        )._renew_secret()

    def _count_upcoming(self, besides):
        """Return how many visits these patients have ahead, and are about to book.

        :param besides: the hold that is not counted
        """
        now = fields.Datetime.now()
        booked = Domain("state", "in", ["scheduled", "confirmed"])
        held = (
            Domain("state", "=", "hold")
            & Domain("source", "=", "portal")
            & Domain("hold_expires_at", ">", now)
        )
        return (
            self.env["clinic.appointment"]
            .sudo()
            .search_count(
                Domain("patient_id", "in", self.ids)
                & Domain("id", "not in", besides.ids)
                & Domain("start", ">", now)
                & (booked | held)
            )
        )

    @api.model
    def _get_consents_for_others(self, partner):
        """Return, as superuser, what ``partner`` may do for others at this moment."""
        return (
            self.env["clinic.consent"]
            .sudo()
            .search(
                Domain("partner_id", "=", partner.id)
                & Domain("relationship", "!=", "self")
                & Domain("state", "in", ["active"])
                & Domain("patient_id.active", "=", True)
                & Domain("patient_id.partner_id", "!=", partner.id)
            )
        )

    @api.model
    def _get_dependants_refusal(self, partner):
        """Return why ``partner`` registers nobody else in the portal, or ""."""
        if len(self._get_consents_for_others(partner)) < MAX_DEPENDANTS:
            return ""
        return self.env._(
            "%(count)s people are entered already. Please ask reception to add "
            "another one.",
            count=MAX_DEPENDANTS,
        )
