# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Guardians: who is named as one may act, and who is no longer may not."""

from odoo import api, fields, models
from odoo.fields import Command, Domain

#: Relationships that end when the patient comes of age.
UNTIL_OF_AGE = ("parent", "guardian")


class ClinicPatient(models.Model):
    """The patient, those who act for them, and the account in the portal."""

    _inherit = "clinic.patient"

    portal_user_id = fields.Many2one(
        "res.users", string="Own Account", compute="_compute_portal_user_id"
    )

    @api.depends("partner_id.user_ids")
    def _compute_portal_user_id(self):
        for patient in self:
            # sudo: whether there is an account, for staff who may not read users
            patient.portal_user_id = patient.partner_id.sudo().user_ids[:1]

    @api.model_create_multi
    def create(self, vals_list):
        patients = super().create(vals_list)
        for patient in patients.filtered("guardian_id"):
            patient._grant_guardian()
        return patients

    def write(self, vals):
        before = {}
        if "guardian_id" in vals:
            before = {patient: patient.guardian_id for patient in self}
        result = super().write(vals)
        for patient, guardian in before.items():
            if patient.guardian_id != guardian:
                patient._revoke_guardian(guardian)
                patient._grant_guardian()
        if "birthdate" in vals:
            self._end_consents_of_age()
        return result

    def _grant_guardian(self):
        """Let the guardian act for this patient; a consent there is stays."""
        if self.guardian_id:
            # sudo: the contact of a guardian whom reception chose
            partner_sudo = self.guardian_id.sudo().partner_id
            self._grant(partner_sudo, "guardian", "book", "reception")

    def _revoke_guardian(self, guardian):
        """Take back what ``guardian`` may do, who is none any more."""
        # sudo: it follows from the change that the user was allowed to make
        consents_sudo = self.env["clinic.consent"].sudo()
        consents_sudo.search(
            Domain("patient_id", "=", self.id)
            & Domain("partner_id", "in", guardian.sudo().partner_id.ids)
            & Domain("revoked_at", "=", False)
        ).action_revoke()

    def _get_acting_guardian(self):
        """Return, as superuser, the guardian who may act at this moment, or nobody."""
        self.ensure_one()
        patient_sudo = self.sudo()
        guardian_sudo = patient_sudo.guardian_id
        acting = patient_sudo.consent_ids.filtered(lambda item: item.state == "active")
        return guardian_sudo.filtered(
            lambda guardian: guardian.partner_id in acting.partner_id
        )

    def _end_consents_of_age(self):
        """Hold consents to the age that a new date of birth says: never prolong."""
        for patient in self:
            end = patient._get_consent_end("parent")
            if not end:
                continue
            # sudo: it follows from the change that the user was allowed to make
            for consent_sudo in patient.sudo().consent_ids:
                lasts = not consent_sudo.valid_until or consent_sudo.valid_until > end
                if consent_sudo.relationship in UNTIL_OF_AGE and lasts:
                    consent_sudo.valid_until = end

    @api.model
    def _get_self(self, partner):
        """Return, as superuser, the patient whom the contact itself is, if any.

        That is the contact's own record, or one that names the contact as the patient.
        """
        own_sudo = self.sudo().search([("partner_id", "=", partner.id)])
        consents_sudo = self.env["clinic.consent"].sudo()
        consents_sudo = consents_sudo.search(
            Domain("partner_id", "=", partner.id)
            & Domain("relationship", "=", "self")
            & Domain("scope", "=", "manage")
            & Domain("state", "in", ["active"])
            & Domain("patient_id.active", "=", True)
        )
        return (own_sudo | consents_sudo.patient_id)[:1]

    def _write_from_portal(self, values):
        """Write what was said in the portal, and leave a note of what changed.

        Call it as superuser, for who may change this patient's details.
        """
        self.ensure_one()
        labels = {name: self._fields[name]._description_string for name in values}
        before = {name: self[name] for name in values}
        self.write(values)
        changed = [name for name in values if self[name] != before[name]]
        if changed:
            self._message_log(
                author_id=self.env.user.partner_id.id,
                body=self.env._(
                    "Changed in the portal: %(fields)s",
                    fields=", ".join(labels[name](self.env) for name in changed),
                ),
            )

    # ------------------------------------------------------------------
    # Reception
    # ------------------------------------------------------------------

    def action_give_portal_access(self):
        """Open Odoo's own wizard for the account of this patient."""
        self.ensure_one()
        self.check_access("write")
        contact = [Command.link(self.partner_id.id)]
        wizard = self.env["portal.wizard"].create({"partner_ids": contact})
        return wizard._action_open_modal()

    def action_link_account(self):
        """Ask for another account that is this patient's, too."""
        self.ensure_one()
        self.check_access("write")
        return {
            "name": self.env._("Link an Account"),
            "type": "ir.actions.act_window",
            "res_model": "clinic.consent",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_patient_id": self.id,
                "default_relationship": "self",
                "default_scope": "manage",
            },
        }
