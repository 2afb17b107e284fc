# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain

#: What a consent allows, the lesser first: each includes those before it.
SCOPES = [
    ("view", "See appointments"),
    ("book", "See, book, move and cancel appointments"),
    ("manage", "Appointments and personal details"),
]


class ClinicConsent(models.Model):
    """Somebody may act for a patient: who, for what, and until when.

    It is what opens a patient's appointments to an account in the portal, be it the
    patient's own or that of a guardian. Nobody gets one because texts match.
    """

    _name = "clinic.consent"
    _description = "Consent to Act for a Patient"
    _inherit = ["clinic.guest.author.mixin"]
    _order = "patient_id, id"

    patient_id = fields.Many2one(
        "clinic.patient", required=True, index=True, ondelete="cascade", tracking=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Who May Act",
        required=True,
        index=True,
        ondelete="cascade",
        tracking=True,
        help="The contact behind the account in the portal.",
    )
    relationship = fields.Selection(
        [
            ("self", "The patient"),
            ("parent", "Parent"),
            ("guardian", "Legal guardian"),
            ("carer", "Carer"),
            ("other", "Other"),
        ],
        required=True,
        default="guardian",
        tracking=True,
    )
    scope = fields.Selection(SCOPES, required=True, default="book", tracking=True)
    valid_from = fields.Date(
        required=True, default=lambda self: self._get_today(), tracking=True
    )
    valid_until = fields.Date(
        tracking=True, help="The last day of it. Empty: until it is revoked."
    )
    revoked_at = fields.Datetime(readonly=True, copy=False, tracking=True)
    source = fields.Selection(
        [
            ("reception", "Entered by reception"),
            ("code", "Code sent to the patient's own contact"),
            ("registration", "Registered in the portal by a guardian"),
        ],
        required=True,
        default="reception",
        readonly=True,
    )
    has_ended = fields.Boolean(
        readonly=True,
        copy=False,
        help="It expired, and the links that it gave access to are renewed.",
    )
    state = fields.Selection(
        [
            ("planned", "Not yet"),
            ("active", "Active"),
            ("expired", "Expired"),
            ("revoked", "Revoked"),
        ],
        compute="_compute_state",
        search="_search_state",
    )

    _check_dates = models.Constraint(
        "CHECK (valid_until IS NULL OR valid_until >= valid_from)",
        "A consent ends after it begins.",
    )
    _unique_open = models.UniqueIndex(
        "(patient_id, partner_id) WHERE revoked_at IS NULL",
        "This person may act for the patient already: change that consent.",
    )

    @api.model
    def _get_today(self):
        """Return the day on the practice's clock: one for staff and guardians."""
        zone = self.env["clinic.site"]._get_company_zone(self.env.company.id)
        return fields.Date.context_today(self.with_context(tz=zone))

    @api.depends("valid_from", "valid_until", "revoked_at")
    def _compute_state(self):
        today = self._get_today()
        for consent in self:
            if consent.revoked_at:
                consent.state = "revoked"
            elif consent.valid_until and consent.valid_until < today:
                consent.state = "expired"
            else:
                starts_later = consent.valid_from and consent.valid_from > today
                consent.state = "planned" if starts_later else "active"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self._get_today()
        ended = Domain("valid_until", "!=", False) & Domain("valid_until", "<", today)
        revoked = Domain("revoked_at", "!=", False)
        later = Domain("valid_from", ">", today)
        domains = {
            "planned": ~revoked & ~ended & later,
            "active": ~revoked & ~ended & ~later,
            "expired": ~revoked & ended,
            "revoked": revoked,
        }
        return Domain.OR(domains[state] for state in value)

    @api.depends("patient_id", "partner_id")
    def _compute_display_name(self):
        for consent in self:
            consent.display_name = self.env._(
                "%(who)s for %(patient)s",
                who=consent.partner_id.name,
                patient=consent.patient_id.name,
            )

    def write(self, vals):
        """Override: what somebody may no longer do, no link does for them either."""
        before = {consent: consent._get_reach() for consent in self}
        if "valid_until" in vals:
            vals = {**vals, "has_ended": False}
        result = super().write(vals)
        lessened = self.browse()
        for consent, (patient, partner, rank) in before.items():
            reach = consent._get_reach()
            if rank and (reach[:2] != (patient, partner) or reach[2] < rank):
                lessened |= consent
                patient._renew_secrets()
        if ended := lessened.filtered(lambda item: item.state == "expired"):
            super(ClinicConsent, ended).write({"has_ended": True})
        return result

    def _get_reach(self):
        """Return (patient, who may act, how far: 0 for not at all) at this moment."""
        self.ensure_one()
        names = [name for name, _label in SCOPES]
        rank = names.index(self.scope) + 1 if self.state == "active" else 0
        return self.patient_id, self.partner_id, rank

    def unlink(self):
        patients = self.patient_id
        result = super().unlink()
        patients._renew_secrets()
        return result

    def _get_guest_contact(self):
        """Override: the patient's."""
        return self.patient_id.partner_id

    def action_revoke(self):
        """Take the consents back, from this moment on.

        A guardian who may not act any more is named as guardian no longer, so that
        messages for the patient do not go there either.
        """
        revoked = self.filtered(lambda item: not item.revoked_at)
        revoked.write({"revoked_at": fields.Datetime.now()})
        for consent in revoked:
            # sudo: it follows from the change that the user was allowed to make
            patient_sudo = consent.patient_id.sudo()
            if patient_sudo.guardian_id.partner_id == consent.partner_id:
                patient_sudo.guardian_id = False
        # also of what expired a moment ago, which writing here does not lessen
        revoked.patient_id._renew_secrets()

    @api.model
    def _cron_end_consents(self):
        """Renew the links of patients for whom somebody may act no longer."""
        ended = self.search([("state", "in", ["expired"]), ("has_ended", "=", False)])
        ended.patient_id._renew_secrets()
        ended.has_ended = True
